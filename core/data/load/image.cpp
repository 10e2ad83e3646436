// Pictures from PNG and JPEG files: one a file, or sheets that are cut into tiles.
#include <algorithm>

#include "core/data/load/format.hpp"

namespace lab::data::format {

namespace {

std::string size_of(const Picture& picture) {
  return std::to_string(picture.columns) + " × " + std::to_string(picture.rows);
}

// The last folder of a name; empty where there is none.
std::string folder_of(const std::string& name) {
  const std::size_t end = name.find_last_of("/\\");
  if (end == std::string::npos || end == 0) return {};
  const std::size_t start = name.find_last_of("/\\", end - 1);
  return start == std::string::npos ? name.substr(0, end) : name.substr(start + 1, end - start - 1);
}

void drop_alpha(Picture& picture) {
  if (picture.channels == 1 || picture.channels == 3) return;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < picture.values.size(); ++i) {
    if (i % picture.channels != picture.channels - 1) picture.values[kept++] = picture.values[i];
  }
  picture.values.resize(kept);
  --picture.channels;
}

}  // namespace

Part read_pictures(const std::vector<const File*>& files, const LoadOptions& options) {
  Part part{files.size() == 1 ? files[0]->name : std::to_string(files.size()) + " pictures", 0, {}};
  const bool tiles = options.tile_rows > 0 && options.tile_columns > 0;
  std::vector<Picture> pictures;
  std::vector<std::size_t> owner;  // file of each sample
  std::size_t channels = 1;
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (options.most != 0 && part.total >= options.most) break;
    Picture picture = decode_picture(files[i]->name, files[i]->bytes);
    drop_alpha(picture);
    channels = std::max(channels, picture.channels);
    std::size_t held = 1;
    if (tiles) {
      if (picture.rows % options.tile_rows != 0 || picture.columns % options.tile_columns != 0) {
        throw LoadError(files[i]->name + " has " + size_of(picture) + " pixels, which tiles of " +
                        std::to_string(options.tile_columns) + " × " +
                        std::to_string(options.tile_rows) + " do not fill.");
      }
      held = (picture.rows / options.tile_rows) * (picture.columns / options.tile_columns);
    } else if (i > 0 &&
               (picture.rows != pictures[0].rows || picture.columns != pictures[0].columns)) {
      throw LoadError("The pictures differ in size: " + files[0]->name + " has " +
                      size_of(pictures[0]) + " pixels and " + files[i]->name + " " +
                      size_of(picture) + "; they must all have one size.");
    }
    part.total += held;
    owner.insert(owner.end(), held, i);
    const Picture& kept = pictures.emplace_back(std::move(picture));
    taken(part.total,
          (tiles ? options.tile_rows * options.tile_columns : kept.rows * kept.columns) * channels,
          part.name, options);
  }

  Samples& samples = part.samples;
  samples.shape = {tiles ? options.tile_rows : pictures[0].rows,
                   tiles ? options.tile_columns : pictures[0].columns, channels, Domain::images};
  const SampleShape& shape = samples.shape;
  const std::size_t count = taken(part.total, shape.size(), part.name, options);
  samples.values.reserve(count * shape.size());
  for (Picture& picture : pictures) {
    for (std::size_t top = 0; top < picture.rows; top += shape.rows) {
      for (std::size_t left = 0; left < picture.columns; left += shape.columns) {
        if (samples.count() == count) break;
        for (std::size_t row = top; row < top + shape.rows; ++row) {
          for (std::size_t column = left; column < left + shape.columns; ++column) {
            const std::size_t at = (row * picture.columns + column) * picture.channels;
            for (std::size_t channel = 0; channel < channels; ++channel) {
              const std::uint8_t value =
                  picture.values[at + std::min(channel, picture.channels - 1)];
              samples.values.push_back(static_cast<float>(value) / 255);
            }
          }
        }
      }
    }
    picture.values = {};
  }

  // Classes of all files, so that the first few have the same ones as all.
  std::vector<std::string> folders;
  for (const File* file : files) folders.push_back(printable(folder_of(file->name)));
  Labels labels = labels_of(folders, part.name);
  const bool all = std::none_of(folders.begin(), folders.end(),
                                [](const std::string& folder) { return folder.empty(); });
  if (all && labels.classes.size() > 1) {
    for (std::size_t i = 0; i < count; ++i) samples.labels.push_back(labels.labels[owner[i]]);
    samples.classes = std::move(labels.classes);
  }
  return part;
}

}  // namespace lab::data::format
