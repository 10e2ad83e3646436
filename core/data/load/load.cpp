// What every file is, and how the files go together.
#include "core/data/load.hpp"

#include <algorithm>
#include <new>

#include "core/data/load/format.hpp"

namespace lab::data {

namespace {

using format::Array;
using format::Bytes;
using format::Labels;
using format::Part;

bool starts_with(Bytes bytes, std::string_view start) {
  return bytes.size() >= start.size() &&
         std::equal(start.begin(), start.end(), bytes.begin(),
                    [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; });
}

// Well-known files that are something else, and what to do with them.
struct Other {
  std::string_view start, advice;
};

constexpr Other others[] = {
    {"MATLAB", "is a MATLAB file; save its array as NPY"},
    {"\x89HDF", "is an HDF5 file; save its array as NPY"},
    {"\x80\x02", "is a Python pickle; choose the binary version of the data, or save it as NPY"},
    {"\x80\x03", "is a Python pickle; choose the binary version of the data, or save it as NPY"},
    {"\x80\x04", "is a Python pickle; choose the binary version of the data, or save it as NPY"},
    {"PAR1", "is a Parquet file; save it as CSV or NPY"},
    {"GIF8", "is a GIF; save it as PNG"},
    {"BM", "is a bitmap; save it as PNG"},
    {"RIFF", "is no PNG or JPEG; save it as PNG"},
    {"BZh", "is packed by bzip2; unpack it"},
    {"\xFD\x37zXZ", "is packed by xz; unpack it"},
    {"7z\xBC\xAF", "is packed by 7-Zip; unpack it"},
};

// "x_train" of "some/x_train.npy.gz": what names of samples and labels have in common.
std::size_t common_start(std::string_view a, std::string_view b) {
  std::size_t length = 0;
  while (length < std::min(a.size(), b.size()) && a[length] == b[length]) ++length;
  return length;
}
std::size_t common_end(std::string_view a, std::string_view b) {
  std::size_t length = 0;
  while (length < std::min(a.size(), b.size()) &&
         a[a.size() - 1 - length] == b[b.size() - 1 - length]) {
    ++length;
  }
  return length;
}

class Loader {
 public:
  Loader(const LoadOptions& options, std::string& account) : options_(options), account_(account) {}

  void add(const File& file) {
    const std::size_t slash = file.name.find_last_of("/\\");
    const std::string_view last =
        std::string_view(file.name).substr(slash == std::string::npos ? 0 : slash + 1);
    if (last.starts_with(".")) return;  // a folder's own
    if (file.bytes.empty()) throw LoadError(file.name + " is empty.");
    if (file.bytes.size() > format::most_bytes) {
      throw LoadError(file.name + " is larger than 2 GiB; choose a part of it.");
    }
    if (file.bytes.size() >= 2 && file.bytes[0] == 0x1F && file.bytes[1] == 0x8B) {
      const File unpacked{file.name, gunzip(file)};
      if (format::is_picture(unpacked.bytes)) {
        throw LoadError(file.name + " is a packed picture; unpack it.");
      }
      add(unpacked.name, unpacked.bytes);
    } else if (format::is_picture(file.bytes)) {
      pictures_.push_back(&file);
    } else {
      add(file.name, file.bytes);
    }
  }

  Samples result() {
    if (!pictures_.empty()) parts_.push_back(format::read_pictures(pictures_, options_));
    if (parts_.empty()) {
      if (!labels_.empty()) {
        throw LoadError(labels_[0].name +
                        " holds labels alone; choose the file with the samples too.");
      }
      throw LoadError(unknown_.empty() ? "There is no file to read."
                                       : unknown_ +
                                             " IDX, CIFAR-10 (binary), NPY, NPZ, CSV, PNG "
                                             "and JPEG files are understood.");
    }
    if (!unknown_.empty()) account_ += "Left out: " + unknown_ + "\n";
    for (Labels& labels : labels_) give(labels);
    join();
    return std::move(parts_[0].samples);
  }

 private:
  void add(const std::string& name, Bytes bytes) {
    const std::size_t slash = name.find_last_of("/\\");
    const std::string last = name.substr(slash == std::string::npos ? 0 : slash + 1);
    const auto named = [&](std::string_view part) { return last.find(part) != std::string::npos; };
    if (bytes.empty()) throw LoadError(name + " is empty.");
    if (starts_with(bytes, "\x93NUMPY")) return add(format::read_npy(name, bytes));
    if (starts_with(bytes, "PK\x03\x04") || starts_with(bytes, "PK\x05\x06")) {
      parts_.push_back(format::read_npz(name, bytes, options_, account_));
      return;
    }
    const bool cifar = format::is_cifar10(bytes);
    if (format::is_idx(bytes)) {
      try {
        return add(format::read_idx(name, bytes));
      } catch (const LoadError&) {
        // An airplane whose first red bytes look like a header of IDX.
        if (!cifar) throw;
      }
    }
    if (cifar) {
      parts_.push_back(format::read_cifar10(name, bytes, options_));
      return;
    }
    if (bytes.size() > 262 && starts_with(bytes.subspan(257), "ustar")) {
      return unknown(name, "is a tar archive; unpack it, and choose the files in it");
    }
    for (const Other& other : others) {
      if (starts_with(bytes, other.start)) return unknown(name, other.advice);
    }
    if (format::is_table(bytes) || named(".csv") || named(".tsv")) {
      parts_.push_back(format::read_csv(name, bytes, options_, account_));
      return;
    }
    // Names, where the content says nothing: these say what is wrong.
    if (named("_batch") || named("cifar")) format::read_cifar10(name, bytes, options_);
    if (named("idx") || named("ubyte")) format::read_idx(name, bytes);
    if (named(".npy")) format::read_npy(name, bytes);
    if (named(".npz")) throw LoadError(name + " is damaged: it does not start as an NPZ does.");
    if (named(".png") || named(".jpg") || named(".jpeg")) {
      throw LoadError(name + " is damaged: it does not start as a PNG or a JPEG does.");
    }
    unknown(name, "is of no format that is understood");
  }

  void add(const Array& array) {
    if (array.shape.size() == 1) {
      std::optional<Labels> labels = format::labels_of(array, options_);
      if (!labels) {
        throw LoadError(array.name +
                        " holds one number a sample, and these are no labels: labels "
                        "are whole, and at most 1000 different ones.");
      }
      labels_.push_back(std::move(*labels));
      return;
    }
    Part part{array.name, 0, format::samples_of(array, options_)};
    part.total = static_cast<std::size_t>(array.shape[0]);
    parts_.push_back(std::move(part));
  }

  void unknown(const std::string& name, std::string_view advice) {
    if (unknown_.empty()) unknown_ = name + " " + std::string(advice) + ".";
  }

  // Labels go to the samples of their number whose name is most alike.
  void give(Labels& labels) {
    Part* best = nullptr;
    std::size_t likeness = 0;
    for (Part& part : parts_) {
      if (part.total != labels.total || !part.samples.labels.empty()) continue;
      const std::size_t alike =
          common_start(part.name, labels.name) + common_end(part.name, labels.name);
      if (best && alike <= likeness) continue;
      best = &part;
      likeness = alike;
    }
    if (!best) {
      throw LoadError(labels.name + " holds " + std::to_string(labels.total) +
                      " labels, and no file holds as many samples without labels: " +
                      parts_[0].name + " holds " + std::to_string(parts_[0].total) + ".");
    }
    best->samples.labels = std::move(labels.labels);
    best->samples.classes = std::move(labels.classes);
    account_ += best->name + ": labels from " + labels.name + ".\n";
  }

  void join() {
    Samples& all = parts_[0].samples;
    std::uint64_t total = 0;
    for (const Part& part : parts_) {
      total += part.samples.count();
      if (part.samples.shape != all.shape) {
        throw LoadError("The files do not go together: " + words(parts_[0]) + ", and " +
                        words(part) + ".");
      }
      if (part.samples.labels.empty() != all.labels.empty()) {
        const Part& without = all.labels.empty() ? parts_[0] : part;
        const Part& with = all.labels.empty() ? part : parts_[0];
        throw LoadError(with.name + " has labels and " + without.name +
                        " has none; choose the file of its labels too, or one of the two.");
      }
    }
    const std::size_t count = format::taken(total, all.shape.size(), parts_[0].name, options_);
    for (std::size_t i = 1; i < parts_.size(); ++i) {
      Samples& more = parts_[i].samples;
      const std::size_t here = std::min(more.count(), count - std::min(count, all.count()));
      all.values.insert(all.values.end(), more.values.begin(),
                        more.values.begin() + static_cast<std::ptrdiff_t>(here * all.shape.size()));
      std::vector<std::int32_t> place;
      for (const std::string& name : more.classes) {
        auto found = std::find(all.classes.begin(), all.classes.end(), name);
        if (found == all.classes.end()) found = all.classes.insert(found, name);
        place.push_back(static_cast<std::int32_t>(found - all.classes.begin()));
      }
      for (std::size_t k = 0; k < here && !more.labels.empty(); ++k) {
        all.labels.push_back(place[static_cast<std::size_t>(more.labels[k])]);
      }
      more = {};
    }
  }

  static std::string words(const Part& part) {
    const SampleShape& shape = part.samples.shape;
    std::string text = part.name + " holds ";
    if (!shape.picture()) return text + "rows of " + std::to_string(shape.columns) + " numbers";
    return text + "pictures of " + std::to_string(shape.columns) + " × " +
           std::to_string(shape.rows) + (shape.channels == 1 ? " in grey" : " in colour");
  }

  const LoadOptions& options_;
  std::string& account_;
  std::vector<const File*> pictures_;
  std::vector<Part> parts_;
  std::vector<Labels> labels_;
  std::string unknown_;  // what the first file that is not understood is
};

}  // namespace

bool is_picture(const File& file) { return format::is_picture(file.bytes); }

Samples load(std::span<const File> files, const LoadOptions& options, std::string* account) {
  if ((options.tile_rows == 0) != (options.tile_columns == 0)) {
    throw LoadError("A tile needs both its numbers of rows and columns.");
  }
  std::string said;
  try {
    Loader loader(options, said);
    for (const File& file : files) loader.add(file);
    Samples samples = loader.result();
    if (account) *account = said;
    return samples;
  } catch (const std::bad_alloc&) {
    throw LoadError("There is not memory enough for " + files[0].name + "; ask for fewer samples.");
  }
}

}  // namespace lab::data
