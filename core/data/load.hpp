// Data from a person's own files: IDX (MNIST), CIFAR-10 binary, NPY and NPZ, CSV, PNG and JPEG;
// any of the first five may be packed with gzip. A format is known by its content; a name counts
// only where the content says nothing.
//
//   pictures   bytes are divided by 255; arrays of other numbers of rank 3 (count, rows, columns)
//              or 4 (…, channels) are pictures too where all lie in [0, 1], or are whole and lie
//              in [0, 255], which are divided by 255; every other array gives plain rows. Bytes
//              that are 0 and 1 alone are taken as they are.
//   labels     an array of rank 1 among several files; y, labels … of an NPZ; a column named
//              label, class, target or y of a CSV; the folder of a PNG or JPEG.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/data/samples.hpp"

namespace lab::data {

struct File {
  std::string name;  // its last folder names a picture's class
  std::vector<std::uint8_t> bytes;
};

// A sentence that names the file and what would be right.
class LoadError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

struct LoadOptions {
  std::size_t most = 0;  // the first so many samples; 0: all
  // Size of a tile where every PNG or JPEG is a sheet of tiles; 0: a file is one picture.
  std::size_t tile_rows = 0, tile_columns = 0;
};

// Files of one kind follow each other, the arrays of labels go with the arrays of as many samples.
// Every value of the result is finite. `account`, where given, says in a few sentences what was
// used of the files and what was not. At most 2 GiB are unpacked, and at most 2 GiB result.
Samples load(std::span<const File> files, const LoadOptions& options = {},
             std::string* account = nullptr);

// Whether a file is a PNG or a JPEG.
bool is_picture(const File& file);

// The unpacked bytes of a gzip file; damage and missing ends are errors.
std::vector<std::uint8_t> gunzip(const File& file);

#ifndef __EMSCRIPTEN__
// A file, or all files of a folder and the folders in it, sorted by their names, which are then
// relative to the folder. Several paths are separated by ';'.
std::vector<File> read_files(const std::string& path);
#endif

}  // namespace lab::data
