// What the formats share: arrays as files hold them, labels, limits, unpacking.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/data/load.hpp"

namespace lab::data::format {

using Bytes = std::span<const std::uint8_t>;

// Of unpacked bytes and of the floats that result.
constexpr std::uint64_t most_bytes = std::uint64_t{1} << 31;

// ---------------------------------------------------------------- unpacking (inflate.cpp)

// Unpacks a deflate stream (RFC 1951); `used` is how many bytes of the input it takes. More than
// `limit` bytes of output are an error. `expected` is a guess of the size, which need not be true.
std::vector<std::uint8_t> inflate(Bytes input, std::uint64_t limit, std::uint64_t expected,
                                  const std::string& name, std::size_t& used);

std::uint32_t crc32(Bytes bytes);

// ---------------------------------------------------------------- words (words.cpp)

// UTF-8 that a person can read: what is no character of UTF-8, and control characters, become '?'.
std::string printable(std::string_view text);

std::string lower(std::string_view text);  // ASCII letters made small

// ---------------------------------------------------------------- numbers (array.cpp)

std::uint32_t little16(Bytes bytes, std::size_t at);
std::uint32_t little32(Bytes bytes, std::size_t at);
std::uint32_t big32(Bytes bytes, std::size_t at);

// Numbers as a file holds them.
enum class Element { boolean, u8, i8, u16, i16, u32, i32, u64, i64, f16, f32, f64 };

struct Array {
  std::string name;  // for sentences
  std::vector<std::uint64_t> shape;
  Element element = Element::u8;
  bool big_endian = false;
  bool first_fastest = false;  // the first index runs fastest (Fortran), not the last
  Bytes bytes;
};

std::size_t size_of(Element element);

// Throws unless the bytes are exactly as many as the shape and the type of the numbers ask for.
void check_size(const Array& array);

struct Labels {
  std::string name;
  std::size_t total = 0;  // before the first few were taken
  std::vector<std::int32_t> labels;
  std::vector<std::string> classes;
};

// Of an array of rank 1, or of rank 2 with one column; nothing where its values are no classes
// (broken numbers, or more than 1000 different ones).
std::optional<Labels> labels_of(const Array& array, const LoadOptions& options);

// Of any whole numbers; nothing as above.
std::optional<Labels> labels_of(const std::vector<double>& values, const std::string& name);

// Of names: classes in order, numbers by value and before words.
Labels labels_of(const std::vector<std::string>& names, const std::string& name);

// Samples of an array of rank 2, 3 or 4.
Samples samples_of(const Array& array, const LoadOptions& options);

// How many of `total` samples to take; throws where these are more than fit.
std::size_t taken(std::uint64_t total, std::uint64_t sample_size, const std::string& name,
                  const LoadOptions& options);

// ---------------------------------------------------------------- formats, one a file

struct Part {
  std::string name;
  std::size_t total = 0;  // samples in the file
  Samples samples;
};

bool is_idx(Bytes bytes);
Array read_idx(const std::string& name, Bytes bytes);

bool is_cifar10(Bytes bytes);  // whole records, each of a class below 10
Part read_cifar10(const std::string& name, Bytes bytes, const LoadOptions& options);

Array read_npy(const std::string& name, Bytes bytes);
Part read_npz(const std::string& name, Bytes bytes, const LoadOptions& options,
              std::string& account);

bool is_table(Bytes bytes);  // lines of numbers
Part read_csv(const std::string& name, Bytes bytes, const LoadOptions& options,
              std::string& account);

bool is_picture(Bytes bytes);  // PNG or JPEG
Part read_pictures(const std::vector<const File*>& files, const LoadOptions& options);

// 8-bit values of a PNG or a JPEG, rows from the top.
struct Picture {
  std::size_t rows = 0, columns = 0, channels = 0;  // 1 grey, 2 with alpha, 3 colour, 4 with alpha
  std::vector<std::uint8_t> values;
};
Picture decode_picture(const std::string& name, Bytes bytes);  // stb.cpp

}  // namespace lab::data::format
