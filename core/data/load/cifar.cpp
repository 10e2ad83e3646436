// CIFAR-10 in its binary version (cs.toronto.edu/~kriz/cifar.html): records of a byte for the class
// and 32 × 32 bytes each of red, green and blue.
#include "core/data/load/format.hpp"

namespace lab::data::format {

namespace {

constexpr std::size_t side = 32, plane = side * side, record = 1 + 3 * plane;

}  // namespace

bool is_cifar10(Bytes bytes) {
  if (bytes.empty() || bytes.size() % record != 0) return false;
  for (std::size_t at = 0; at < bytes.size(); at += record) {
    if (bytes[at] > 9) return false;
  }
  return true;
}

Part read_cifar10(const std::string& name, Bytes bytes, const LoadOptions& options) {
  if (bytes.size() % record != 0) {
    throw LoadError(name + " is no CIFAR-10 file, or cut short: it has " +
                    std::to_string(bytes.size()) + " bytes, which is no multiple of 3073.");
  }
  Part part{name, bytes.size() / record, {}};
  const std::size_t count = taken(part.total, 3 * plane, name, options);
  Samples& samples = part.samples;
  samples.shape = {side, side, 3, Domain::images};
  samples.classes = {"airplane", "automobile", "bird",  "cat",  "deer",
                     "dog",      "frog",       "horse", "ship", "truck"};
  samples.values.resize(count * 3 * plane);
  for (std::size_t i = 0; i < count; ++i) {
    const Bytes one = bytes.subspan(i * record, record);
    if (one[0] > 9) {
      throw LoadError(name + " is no CIFAR-10 file: record " + std::to_string(i + 1) +
                      " is of class " + std::to_string(one[0]) + ", and there are 0 … 9.");
    }
    samples.labels.push_back(one[0]);
    float* out = &samples.values[i * 3 * plane];
    for (std::size_t pixel = 0; pixel < plane; ++pixel) {
      for (std::size_t channel = 0; channel < 3; ++channel) {
        *out++ = static_cast<float>(one[1 + channel * plane + pixel]) / 255;
      }
    }
  }
  return part;
}

}  // namespace lab::data::format
