// NPZ: a zip archive (PKWARE's APPNOTE) of NPY files, stored or deflated.
#include <algorithm>

#include "core/data/load/format.hpp"

namespace lab::data::format {

namespace {

struct Entry {
  std::string name;  // without .npy
  std::uint32_t method, crc, packed, size;
  std::uint64_t header;  // where its local header starts
};

std::vector<Entry> directory(const std::string& name, Bytes bytes) {
  const auto damaged = [&](const char* what) {
    return LoadError(name + " is damaged or cut short: " + what + ".");
  };
  // The record at the end, before a comment of at most 65535 bytes.
  if (bytes.size() < 22) throw damaged("a zip archive has at least 22 bytes");
  std::size_t at = bytes.size() - 22;
  const std::size_t lowest = at > 65535 ? at - 65535 : 0;
  while (little32(bytes, at) != 0x06054B50) {
    if (at == lowest) throw damaged("its zip directory is missing");
    --at;
  }
  const std::uint32_t count = little16(bytes, at + 10);
  std::uint64_t place = little32(bytes, at + 16);
  std::vector<Entry> entries;
  for (std::uint32_t i = 0; i < count; ++i) {
    if (place + 46 > bytes.size() ||
        little32(bytes, static_cast<std::size_t>(place)) != 0x02014B50) {
      throw damaged("its zip directory is broken");
    }
    const auto from = static_cast<std::size_t>(place);
    const std::size_t length = little16(bytes, from + 28);
    if (from + 46 + length > bytes.size()) throw damaged("its zip directory is broken");
    const Bytes text = bytes.subspan(from + 46, length);
    Entry entry{printable({reinterpret_cast<const char*>(text.data()), text.size()}),
                little16(bytes, from + 10),
                little32(bytes, from + 16),
                little32(bytes, from + 20),
                little32(bytes, from + 24),
                little32(bytes, from + 42)};
    if (little16(bytes, from + 8) & 1) throw LoadError(name + " is encrypted; save it openly.");
    place += 46 + length + little16(bytes, from + 30) + little16(bytes, from + 32);
    if (!entry.name.ends_with(".npy")) continue;
    entry.name.resize(entry.name.size() - 4);
    entries.push_back(std::move(entry));
  }
  if (entries.empty()) {
    throw LoadError(name +
                    " is a zip archive without an array (.npy); unpack it, and choose the "
                    "files in it.");
  }
  return entries;
}

// The bytes of an entry's NPY file.
std::vector<std::uint8_t> unpack(const std::string& name, Bytes bytes, const Entry& entry) {
  const std::string full = name + ":" + entry.name;
  const auto damaged = [&](const char* what) {
    return LoadError(full + " is damaged or cut short: " + what + ".");
  };
  if (entry.header + 30 > bytes.size() ||
      little32(bytes, static_cast<std::size_t>(entry.header)) != 0x04034B50) {
    throw damaged("its zip header is missing");
  }
  const auto header = static_cast<std::size_t>(entry.header);
  const std::size_t start =
      header + 30 + little16(bytes, header + 26) + little16(bytes, header + 28);
  if (start > bytes.size()) throw damaged("its data is missing");
  if (entry.size >= most_bytes || entry.packed == 0xFFFFFFFF) {
    throw LoadError(full + " unpacks to " + std::to_string(entry.size) +
                    " bytes or more; at most 2 GiB are read, so save a part of it.");
  }
  if (entry.packed > bytes.size() - start) throw damaged("its data is missing");
  const Bytes packed = bytes.subspan(start, entry.packed);
  std::vector<std::uint8_t> result;
  if (entry.method == 0) {
    result.assign(packed.begin(), packed.end());
  } else if (entry.method == 8) {
    std::size_t used = 0;
    result = inflate(packed, entry.size, entry.size, full, used);
  } else {
    throw LoadError(full + " is packed by method " + std::to_string(entry.method) +
                    "; numpy.savez and numpy.savez_compressed write what can be read.");
  }
  if (result.size() != entry.size || crc32(result) != entry.crc) {
    throw damaged("its checksum does not fit");
  }
  return result;
}

const Entry* first_of(const std::vector<Entry>& entries,
                      std::initializer_list<std::string_view> names) {
  for (const std::string_view name : names) {
    for (const Entry& entry : entries) {
      if (lower(entry.name) == name) return &entry;
    }
  }
  return nullptr;
}

}  // namespace

Part read_npz(const std::string& name, Bytes bytes, const LoadOptions& options,
              std::string& account) {
  const std::vector<Entry> entries = directory(name, bytes);
  const Entry* samples =
      first_of(entries, {"x_train", "train_x", "train_images", "x", "images", "imgs", "data",
                         "samples", "features", "x_test", "test_x", "test_images", "arr_0"});
  if (!samples && entries.size() == 1) samples = &entries[0];
  if (!samples) {
    std::string held;
    for (const Entry& entry : entries) held += (held.empty() ? "" : ", ") + entry.name;
    throw LoadError(name + " holds the arrays " + held +
                    ", and none is named x_train, x, images or data.");
  }
  const std::string key = lower(samples->name);
  const Entry* targets =
      key == "arr_0" ? first_of(entries, {"arr_1"})
      : key.find("test") != std::string::npos
          ? first_of(entries, {"y_test", "test_y", "test_labels"})
      : key.find("train") != std::string::npos
          ? first_of(entries, {"y_train", "train_y", "train_labels"})
          : first_of(entries, {"y", "labels", "label", "targets", "target", "classes", "class"});

  Part part;
  part.name = name;
  {
    const std::vector<std::uint8_t> unpacked = unpack(name, bytes, *samples);
    const Array array = read_npy(name + ":" + samples->name, unpacked);
    part.samples = samples_of(array, options);
    part.total = static_cast<std::size_t>(array.shape[0]);
  }
  account += name + ": samples from " + samples->name;
  if (targets) {
    const std::vector<std::uint8_t> unpacked = unpack(name, bytes, *targets);
    const Array array = read_npy(name + ":" + targets->name, unpacked);
    std::optional<Labels> labels = labels_of(array, options);
    if (labels && labels->total != part.total) {
      throw LoadError(name + " does not fit together: " + samples->name + " holds " +
                      std::to_string(part.total) + " samples and " + targets->name + " " +
                      std::to_string(labels->total) + " labels.");
    }
    if (labels) {
      part.samples.labels = std::move(labels->labels);
      part.samples.classes = std::move(labels->classes);
      account += ", labels from " + targets->name;
    } else {
      account += "; " + targets->name + " holds no classes";
    }
  }
  account += ".";
  std::string unused;
  for (const Entry& entry : entries) {
    if (&entry != samples && &entry != targets) unused += (unused.empty() ? "" : ", ") + entry.name;
  }
  if (!unused.empty()) account += " Not used: " + unused + ".";
  account += "\n";
  return part;
}

}  // namespace lab::data::format
