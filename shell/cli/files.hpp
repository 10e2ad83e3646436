// Files as a program that may be killed, or that fills the disk, must write them.
#pragma once

#include <cstddef>
#include <string>

namespace lab::cli {

// A whole file. Throws std::runtime_error naming it.
std::string read_file(const std::string& path);

// Puts bytes at `path`, whole or not at all: they are written beside, flushed to the disk and
// then renamed, so whatever was there stays until then. What is no plain file (a pipe, a device) is
// written into. Throws std::runtime_error naming the file and why.
void write_file(const std::string& path, const void* bytes, std::size_t size);

// Throws where write_file() would, as far as can be known without the bytes.
void require_writable(const std::string& path);

// A folder that one run writes into. Made where it is not there; held until the end, so that two
// runs do not write over each other. Throws std::runtime_error naming it where it cannot be
// written into or another run holds it.
class OutputFolder {
 public:
  explicit OutputFolder(std::string path);
  ~OutputFolder();
  OutputFolder(const OutputFolder&) = delete;
  OutputFolder& operator=(const OutputFolder&) = delete;

  // The path of a file in it.
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
  int descriptor_;
};

}  // namespace lab::cli
