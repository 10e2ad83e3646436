// Arrays of numbers to samples and labels.
#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>
#include <set>

#include "core/data/load/format.hpp"

namespace lab::data::format {

namespace {

constexpr std::size_t most_classes = 1000;

template <class Unsigned>
Unsigned bits_at(const std::uint8_t* bytes, bool big_endian) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
    const std::size_t place = big_endian ? sizeof(Unsigned) - 1 - i : i;
    value |= std::uint64_t{bytes[i]} << (8 * place);
  }
  return static_cast<Unsigned>(value);
}

double half(std::uint16_t bits) {
  const int exponent = bits >> 10 & 31, fraction = bits & 1023;
  const double size = exponent == 31  ? (fraction ? NAN : INFINITY)
                      : exponent == 0 ? std::ldexp(fraction, -24)
                                      : std::ldexp(1024 + fraction, exponent - 25);
  return bits & 0x8000 ? -size : size;
}

double number_at(const std::uint8_t* bytes, Element element, bool big) {
  switch (element) {
    case Element::boolean: return bytes[0] != 0;
    case Element::u8: return bytes[0];
    case Element::i8: return static_cast<std::int8_t>(bytes[0]);
    case Element::u16: return bits_at<std::uint16_t>(bytes, big);
    case Element::i16: return static_cast<std::int16_t>(bits_at<std::uint16_t>(bytes, big));
    case Element::u32: return bits_at<std::uint32_t>(bytes, big);
    case Element::i32: return static_cast<std::int32_t>(bits_at<std::uint32_t>(bytes, big));
    case Element::u64: return static_cast<double>(bits_at<std::uint64_t>(bytes, big));
    case Element::i64:
      return static_cast<double>(static_cast<std::int64_t>(bits_at<std::uint64_t>(bytes, big)));
    case Element::f16: return half(bits_at<std::uint16_t>(bytes, big));
    case Element::f32: return std::bit_cast<float>(bits_at<std::uint32_t>(bytes, big));
    case Element::f64: return std::bit_cast<double>(bits_at<std::uint64_t>(bytes, big));
  }
  return 0;
}

std::string shape_of(const Array& array) {
  std::string text;
  for (const std::uint64_t side : array.shape) {
    text += (text.empty() ? "" : " × ") + std::to_string(side);
  }
  return text;
}

bool is_whole(double value) { return value == std::floor(value) && std::abs(value) < 1e15; }

}  // namespace

std::uint32_t little16(Bytes bytes, std::size_t at) {
  return at + 2 > bytes.size() ? 0 : bits_at<std::uint16_t>(&bytes[at], false);
}
std::uint32_t little32(Bytes bytes, std::size_t at) {
  return at + 4 > bytes.size() ? 0 : bits_at<std::uint32_t>(&bytes[at], false);
}
std::uint32_t big32(Bytes bytes, std::size_t at) {
  return at + 4 > bytes.size() ? 0 : bits_at<std::uint32_t>(&bytes[at], true);
}

std::size_t size_of(Element element) {
  switch (element) {
    case Element::boolean:
    case Element::u8:
    case Element::i8: return 1;
    case Element::u16:
    case Element::i16:
    case Element::f16: return 2;
    case Element::u32:
    case Element::i32:
    case Element::f32: return 4;
    case Element::u64:
    case Element::i64:
    case Element::f64: return 8;
  }
  return 1;
}

void check_size(const Array& array) {
  const std::uint64_t held = array.bytes.size();
  std::uint64_t wanted = size_of(array.element);
  const bool none = std::find(array.shape.begin(), array.shape.end(), 0) != array.shape.end();
  if (none)
    throw LoadError(array.name + " holds no samples: its shape is " + shape_of(array) + ".");
  for (const std::uint64_t side : array.shape) {
    if (side > held / wanted) {
      throw LoadError(array.name + " is cut short: an array of " + shape_of(array) + " needs " +
                      "more than the " + std::to_string(held) + " bytes that follow its header.");
    }
    wanted *= side;
  }
  if (wanted != held) {
    throw LoadError(array.name + " is longer than it says: an array of " + shape_of(array) +
                    " takes " + std::to_string(wanted) + " bytes, and " + std::to_string(held) +
                    " follow its header.");
  }
}

std::size_t taken(std::uint64_t total, std::uint64_t sample_size, const std::string& name,
                  const LoadOptions& options) {
  const std::uint64_t count =
      options.most == 0 ? total : std::min<std::uint64_t>(total, options.most);
  const std::uint64_t fit = most_bytes / sizeof(float) / std::max<std::uint64_t>(sample_size, 1);
  if (count > fit) {
    throw LoadError(name + " holds too much: " + std::to_string(count) + " samples of " +
                    std::to_string(sample_size) + " numbers, and only the first " +
                    std::to_string(fit) + " fit into 2 GiB.");
  }
  return static_cast<std::size_t>(count);
}

std::optional<Labels> labels_of(const std::vector<double>& values, const std::string& name) {
  std::set<double> found;
  for (const double value : values) {
    if (!is_whole(value)) return std::nullopt;
    found.insert(value);
    if (found.size() > most_classes) return std::nullopt;
  }
  if (found.empty()) return std::nullopt;
  // Small numbers from 0 on keep their value, even where some class does not occur.
  if (*found.begin() >= 0 && *found.rbegin() < most_classes) {
    for (double value = 0; value < *found.rbegin(); ++value) found.insert(value);
  }
  Labels result{name, values.size(), {}, {}};
  const std::vector<double> order(found.begin(), found.end());
  for (const double value : order) {
    result.classes.push_back(std::to_string(static_cast<long long>(value)));
  }
  for (const double value : values) {
    const auto place = std::lower_bound(order.begin(), order.end(), value) - order.begin();
    result.labels.push_back(static_cast<std::int32_t>(place));
  }
  return result;
}

std::optional<Labels> labels_of(const Array& array, const LoadOptions& options) {
  check_size(array);
  if (array.shape.empty() || array.shape.size() > 2) return std::nullopt;
  if (array.shape.size() == 2 && array.shape[1] != 1) return std::nullopt;
  const std::size_t total = static_cast<std::size_t>(array.shape[0]);
  const std::size_t step = size_of(array.element);
  std::vector<double> values(total);
  for (std::size_t i = 0; i < total; ++i) {
    values[i] = number_at(&array.bytes[i * step], array.element, array.big_endian);
  }
  std::optional<Labels> result = labels_of(values, array.name);
  if (result && options.most != 0 && options.most < total) result->labels.resize(options.most);
  return result;
}

Labels labels_of(const std::vector<std::string>& names, const std::string& name) {
  struct Key {
    bool word;
    double number;
    std::string text;
    auto operator<=>(const Key&) const = default;
  };
  const auto key = [](const std::string& text) {
    std::uint32_t number = 0;
    const auto end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data(), end, number);
    const bool word = error != std::errc{} || rest != end;
    return Key{word, word ? 0.0 : number, text};
  };
  std::vector<Key> keys;
  for (const std::string& each : names) keys.push_back(key(each));
  std::vector<Key> order = keys;
  std::sort(order.begin(), order.end(),
            [](const Key& a, const Key& b) { return (a <=> b) == std::partial_ordering::less; });
  order.erase(std::unique(order.begin(), order.end()), order.end());
  Labels result{name, names.size(), {}, {}};
  for (const Key& each : order) result.classes.push_back(each.text);
  for (const Key& each : keys) {
    const auto place = std::lower_bound(order.begin(), order.end(), each,
                                        [](const Key& a, const Key& b) {
                                          return (a <=> b) == std::partial_ordering::less;
                                        }) -
                       order.begin();
    result.labels.push_back(static_cast<std::int32_t>(place));
  }
  return result;
}

Samples samples_of(const Array& array, const LoadOptions& options) {
  check_size(array);
  const std::size_t rank = array.shape.size();
  if (rank < 2 || rank > 4) {
    throw LoadError(array.name + " holds an array of rank " + std::to_string(rank) +
                    "; samples are rows (count × numbers) or pictures (count × rows × columns, "
                    "and channels where there are several).");
  }
  // Sides and steps (in numbers) of sample, row, column, channel.
  std::array<std::uint64_t, 4> sides{array.shape[0], 1, 1, 1}, steps{};
  std::array<std::size_t, 4> axes{0, 1, 2, 3};  // of the array, for each of ours
  if (rank == 2) {
    sides[2] = array.shape[1];
    axes = {0, 4, 1, 4};
  } else {
    for (std::size_t i = 1; i < rank; ++i) sides[i] = array.shape[i];
    if (rank == 4 && sides[3] > 4 && (sides[1] == 1 || sides[1] == 3)) {  // channels came first
      sides = {sides[0], sides[2], sides[3], sides[1]};
      axes = {0, 2, 3, 1};
    }
  }
  for (std::size_t i = 0; i < 4; ++i) {
    if (axes[i] >= rank) continue;
    steps[i] = 1;
    if (array.first_fastest) {
      for (std::size_t k = 0; k < axes[i]; ++k) steps[i] *= array.shape[k];
    } else {
      for (std::size_t k = axes[i] + 1; k < rank; ++k) steps[i] *= array.shape[k];
    }
  }
  const std::size_t width = size_of(array.element);
  const std::size_t count = taken(sides[0], sides[1] * sides[2] * sides[3], array.name, options);
  const auto rows = static_cast<std::size_t>(sides[1]),
             columns = static_cast<std::size_t>(sides[2]);
  auto channels = static_cast<std::size_t>(sides[3]);

  Samples result;
  result.values.resize(count * rows * columns * channels);
  float* out = result.values.data();
  double low = INFINITY, high = -INFINITY;
  bool whole = true;
  for (std::uint64_t n = 0; n < count; ++n) {
    for (std::uint64_t r = 0; r < rows; ++r) {
      for (std::uint64_t c = 0; c < columns; ++c) {
        for (std::uint64_t k = 0; k < channels; ++k) {
          const std::uint64_t at = n * steps[0] + r * steps[1] + c * steps[2] + k * steps[3];
          const double value = number_at(&array.bytes[static_cast<std::size_t>(at) * width],
                                         array.element, array.big_endian);
          const auto kept = static_cast<float>(value);
          if (!std::isfinite(kept)) {
            throw LoadError(array.name + " holds a number that is not finite: sample " +
                            std::to_string(n + 1) +
                            (rank == 2 ? "" : ", row " + std::to_string(r + 1)) + ", column " +
                            std::to_string(c + 1) + ".");
          }
          low = std::min(low, value);
          high = std::max(high, value);
          whole = whole && value == std::floor(value);
          *out++ = kept;
        }
      }
    }
  }
  const bool masks = low >= 0 && high <= 1, bytes = whole && low >= 0 && high <= 255;
  if (rank == 2 || !(masks || bytes)) {
    result.shape = {1, rows * columns * channels, 1, Domain::vectors};
    return result;
  }
  if (channels > 4) {
    throw LoadError(array.name + " holds pictures of " + std::to_string(channels) +
                    " channels; 1 (grey) and 3 (colour) are understood.");
  }
  if (channels == 2 || channels == 4) {  // the last one is alpha
    std::size_t kept = 0;
    for (std::size_t i = 0; i < result.values.size(); ++i) {
      if (i % channels != channels - 1) result.values[kept++] = result.values[i];
    }
    result.values.resize(kept);
    --channels;
  }
  if (!masks) {
    for (float& value : result.values) value /= 255;
  }
  result.shape = {rows, columns, channels, Domain::images};
  return result;
}

}  // namespace lab::data::format
