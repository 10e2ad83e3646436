// Every format from bytes built here, damaged files and their sentences, mutated files, and real
// data where LAB_DATA names its folder.
#include "core/data/load.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <numeric>
#include <optional>

#include "core/data/random.hpp"

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#endif
#define STB_IMAGE_WRITE_IMPLEMENTATION
#define STB_IMAGE_WRITE_STATIC
#define STBI_WRITE_NO_STDIO
#include <stb/stb_image_write.h>
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace lab::data {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Sides = std::vector<std::uint32_t>;

// ---------------------------------------------------------------- builders

Bytes operator+(Bytes a, const Bytes& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

Bytes text(std::string_view characters) { return Bytes(characters.begin(), characters.end()); }

Bytes number(std::uint64_t value, std::size_t size, bool big = false) {
  Bytes bytes(size);
  for (std::size_t i = 0; i < size; ++i) {
    bytes[big ? size - 1 - i : i] = static_cast<std::uint8_t>(i < 8 ? value >> (8 * i) : 0);
  }
  return bytes;
}

Bytes floats(const std::vector<float>& values, bool big = false) {
  Bytes bytes;
  for (const float value : values)
    bytes = bytes + number(std::bit_cast<std::uint32_t>(value), 4, big);
  return bytes;
}

Bytes doubles(const std::vector<double>& values, bool big = false) {
  Bytes bytes;
  for (const double value : values)
    bytes = bytes + number(std::bit_cast<std::uint64_t>(value), 8, big);
  return bytes;
}

// 0, 7, 14 … (mod 256).
Bytes ramp(std::size_t count, int step = 7) {
  Bytes bytes(count);
  for (std::size_t i = 0; i < count; ++i) {
    bytes[i] = static_cast<std::uint8_t>(i * static_cast<std::size_t>(step));
  }
  return bytes;
}

std::uint32_t checksum(const Bytes& bytes) {  // CRC-32, bit by bit
  std::uint32_t value = 0xFFFFFFFFu;
  for (const std::uint8_t byte : bytes) {
    value ^= byte;
    for (int i = 0; i < 8; ++i) value = value >> 1 ^ (value & 1 ? 0xEDB88320u : 0u);
  }
  return ~value;
}

Bytes idx(std::uint8_t type, const Sides& sides, const Bytes& values) {
  Bytes bytes{0, 0, type, static_cast<std::uint8_t>(sides.size())};
  for (const std::uint32_t side : sides) bytes = bytes + number(side, 4, true);
  return bytes + values;
}

// Deflate without packing, in blocks of at most 1000 bytes.
Bytes stored(const Bytes& bytes) {
  Bytes result;
  for (std::size_t at = 0; at == 0 || at < bytes.size(); at += 1000) {
    const std::size_t size = std::min<std::size_t>(1000, bytes.size() - at);
    const bool last = at + size == bytes.size();
    result = result + Bytes{last} + number(size, 2) + number(~size, 2) +
             Bytes(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                   bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
  }
  return result;
}

// Deflate with fixed codes.
Bytes packed(Bytes bytes) {
  int size = 0;
  unsigned char* zlib = stbi_zlib_compress(bytes.data(), static_cast<int>(bytes.size()), &size, 8);
  const Bytes result(zlib + 2, zlib + size - 4);
  std::free(zlib);
  return result;
}

Bytes gzip(const Bytes& deflated, const Bytes& bytes, std::uint8_t flags = 0,
           const Bytes& extra = {}) {
  return Bytes{0x1F, 0x8B, 8, flags, 0, 0, 0, 0, 0, 3} + extra + deflated +
         number(checksum(bytes), 4) + number(bytes.size(), 4);
}
Bytes gzip(const Bytes& bytes) { return gzip(packed(bytes), bytes); }

// The counts of ones in 0 … 599 as zlib packs them, with codes of their own.
const Bytes ones_packed = {0xc5, 0x8f, 0x39, 0x0a, 0xc0, 0x40, 0x0c, 0x03, 0xe3, 0xdb, 0xf9, 0xff,
                           0x87, 0x83, 0x0a, 0x35, 0x6e, 0x5c, 0x2c, 0x4b, 0x8a, 0x61, 0x10, 0x42,
                           0x18, 0x3f, 0x22, 0x2a, 0xaa, 0x06, 0xd4, 0xcc, 0x69, 0x60, 0xee, 0x31,
                           0x33, 0x0d, 0x3c, 0x22, 0xb7, 0x7e, 0x66, 0x1a, 0x44, 0x66, 0x9d, 0xee,
                           0xb7, 0x7e, 0x66, 0x1a, 0x64, 0x55, 0xff, 0x7d, 0xff, 0x74, 0xbf, 0xf5,
                           0x33, 0xd3, 0xa0, 0xba, 0xdf, 0x5b, 0xff, 0x7f};
Bytes ones() {
  Bytes bytes(600);
  for (unsigned i = 0; i < 600; ++i) bytes[i] = static_cast<std::uint8_t>(std::popcount(i));
  return bytes;
}

Bytes npy(const std::string& type, const std::string& shape, const Bytes& values,
          bool fortran = false, int version = 1) {
  std::string header = "{'descr': '" + type +
                       "', 'fortran_order': " + (fortran ? "True" : "False") +
                       ", 'shape': " + shape + ", }";
  while ((header.size() + 11) % 16 != 0) header += ' ';
  header += '\n';
  return text("\x93NUMPY") + Bytes{static_cast<std::uint8_t>(version), 0} +
         number(header.size(), version == 1 ? 2 : 4) + text(header) + values;
}

struct Entry {
  std::string name;
  Bytes bytes;
  bool deflated;
};

Bytes zip(const std::vector<Entry>& entries) {
  Bytes bytes, directory;
  for (const Entry& entry : entries) {
    const Bytes data = entry.deflated ? packed(entry.bytes) : entry.bytes;
    const Bytes common = number(20, 2) + number(0, 2) + number(entry.deflated ? 8 : 0, 2) +
                         number(0, 4) + number(checksum(entry.bytes), 4) + number(data.size(), 4) +
                         number(entry.bytes.size(), 4) + number(entry.name.size(), 2);
    directory = directory + text("PK\x01\x02") + number(20, 2) + common + number(0, 12) +
                number(bytes.size(), 4) + text(entry.name);
    // NumPy writes an extra field of 20 bytes here, and none in the directory.
    bytes = bytes + text("PK\x03\x04") + common + number(20, 2) + text(entry.name) + Bytes(20, 1) +
            data;
  }
  return bytes + directory + text("PK\x05\x06") + number(0, 4) + number(entries.size(), 2) +
         number(entries.size(), 2) + number(directory.size(), 4) + number(bytes.size(), 4) +
         number(0, 2);
}

void keep(void* context, void* data, int size) {
  const auto* from = static_cast<const std::uint8_t*>(data);
  static_cast<Bytes*>(context)->insert(static_cast<Bytes*>(context)->end(), from, from + size);
}

Bytes png(int columns, int rows, int channels, const Bytes& values) {
  Bytes bytes;
  stbi_write_png_to_func(keep, &bytes, columns, rows, channels, values.data(), columns * channels);
  return bytes;
}

Bytes jpeg(int columns, int rows, int channels, const Bytes& values) {
  Bytes bytes;
  stbi_write_jpg_to_func(keep, &bytes, columns, rows, channels, values.data(), 95);
  return bytes;
}

// Checksums made right again after a change.
void repair_png(Bytes& bytes) {
  for (std::size_t at = 8; at + 12 <= bytes.size();) {
    const std::size_t length = std::size_t{bytes[at]} << 24 | std::size_t{bytes[at + 1]} << 16 |
                               std::size_t{bytes[at + 2]} << 8 | bytes[at + 3];
    if (length > bytes.size() - at - 12) return;
    const auto start = bytes.begin() + static_cast<std::ptrdiff_t>(at + 4);
    const auto end = start + static_cast<std::ptrdiff_t>(4 + length);
    const Bytes sum = number(checksum(Bytes(start, end)), 4, true);
    std::copy(sum.begin(), sum.end(), end);
    at += 12 + length;
  }
}

Bytes cifar(const std::vector<std::uint8_t>& labels) {
  Bytes bytes;
  for (const std::uint8_t label : labels) {
    bytes = bytes + Bytes{label};
    for (int channel = 0; channel < 3; ++channel) bytes = bytes + ramp(1024, channel + 1);
  }
  return bytes;
}

std::string digits_table(std::size_t rows, bool label_first = false) {
  std::string table;
  for (std::size_t i = 0; i < rows; ++i) {
    if (label_first) table += std::to_string(i % 10) + ",";
    for (std::size_t k = 0; k < 64; ++k)
      table += (k ? "," : "") + std::to_string(k == 0 || k == 63 ? 0 : (i + k) % 17);
    if (!label_first) table += "," + std::to_string(i % 10);
    table += "\n";
  }
  return table;
}

// ---------------------------------------------------------------- what is expected

Samples load_one(const std::string& name, const Bytes& bytes, const LoadOptions& options = {}) {
  const File file{name, bytes};
  return load(std::span(&file, 1), options);
}

// What load() says of files that it refuses.
std::string refusal(const std::vector<File>& files, const LoadOptions& options = {}) {
  try {
    load(files, options);
  } catch (const LoadError& error) {
    return error.what();
  }
  return "nothing";
}
std::string refusal(const std::string& name, const Bytes& bytes) {
  return refusal({{name, bytes}});
}

std::string soundness(const Samples& samples) {
  const std::size_t count = samples.count();
  if (count == 0) return "no samples";
  if (samples.values.size() != count * samples.shape.size()) return "values";
  if (!samples.labels.empty() && samples.labels.size() != count) return "labels";
  if (samples.labels.empty() != samples.classes.empty()) return "classes";
  if (samples.factor_values.size() != samples.factors.size() * count) return "factors";
  if (!samples.shape.picture() && (samples.shape.rows != 1 || samples.shape.channels != 1))
    return "frame";
  for (const std::int32_t label : samples.labels) {
    if (label < 0 || static_cast<std::size_t>(label) >= samples.classes.size()) return "label";
  }
  for (const float value : samples.values) {
    if (!std::isfinite(value)) return "not finite";
    if (samples.shape.picture() && (value < 0 || value > 1)) return "intensity";
  }
  return "sound";
}

#define EXPECT_SAYS(sentence, part) \
  EXPECT_NE((sentence).find(part), std::string::npos) << (sentence)

const SampleShape grey(std::size_t rows, std::size_t columns) {
  return {rows, columns, 1, Domain::images};
}
const SampleShape row(std::size_t columns) { return {1, columns, 1, Domain::vectors}; }

// ---------------------------------------------------------------- IDX

TEST(Load, IdxPicturesWithTheirLabels) {
  const std::vector<File> files = {{"labels", idx(8, {3}, {2, 0, 9})},
                                   {"images", idx(8, {3, 2, 4}, ramp(24))}};
  std::string account;
  const Samples samples = load(files, {}, &account);
  EXPECT_EQ(samples.shape, grey(2, 4));
  ASSERT_EQ(samples.count(), 3u);
  for (std::size_t i = 0; i < 24; ++i) {
    EXPECT_FLOAT_EQ(samples.values[i], static_cast<float>(7 * i) / 255);
  }
  EXPECT_EQ(samples.labels, (std::vector<std::int32_t>{2, 0, 9}));
  EXPECT_EQ(samples.classes.size(), 10u);
  EXPECT_EQ(samples.classes[9], "9");
  EXPECT_SAYS(account, "images: labels from labels.");
  const Samples first = load(files, {.most = 2});
  EXPECT_EQ(first.count(), 2u);
  EXPECT_EQ(first.labels, (std::vector<std::int32_t>{2, 0}));
}

TEST(Load, IdxOfEveryNumber) {
  const std::vector<float> wanted = {-3, 0, 1, 100, 5, -128};
  const auto signed_bytes = [&](std::size_t size) {
    Bytes bytes;
    for (const float value : wanted) {
      bytes =
          bytes + number(static_cast<std::uint64_t>(static_cast<std::int64_t>(value)), size, true);
    }
    return bytes;
  };
  for (const auto& [type, bytes] : std::vector<std::pair<std::uint8_t, Bytes>>{
           {0x09, signed_bytes(1)},
           {0x0B, signed_bytes(2)},
           {0x0C, signed_bytes(4)},
           {0x0D, floats(wanted, true)},
           {0x0E, doubles({wanted.begin(), wanted.end()}, true)}}) {
    const Samples samples = load_one("rows", idx(type, {2, 3}, bytes));
    EXPECT_EQ(samples.shape, row(3)) << int{type};
    EXPECT_EQ(samples.values, wanted) << int{type};
  }
  // Bytes in rows are numbers like others.
  EXPECT_EQ(load_one("rows", idx(8, {2, 2}, {0, 1, 200, 255})).values,
            (std::vector<float>{0, 1, 200, 255}));
}

TEST(Load, ArraysArePicturesWhereTheirNumbersAreIntensities) {
  const Bytes light = floats({0, 0.25f, 0.5f, 1, 1, 1, 0, 0}, true);
  EXPECT_EQ(load_one("a", idx(0x0D, {2, 2, 2}, light)).shape, grey(2, 2));
  EXPECT_EQ(
      load_one("a", idx(0x0D, {2, 2, 2}, floats({0, 0.25f, 0.5f, 1, 1, 1, 0, 1.5f}, true))).shape,
      row(4));
  const Samples bytes = load_one("a", idx(0x0D, {1, 2, 2}, floats({0, 51, 255, 102}, true)));
  EXPECT_EQ(bytes.shape, grey(2, 2));
  EXPECT_FLOAT_EQ(bytes.values[1], 0.2f);
  const Samples mask = load_one("a", idx(8, {1, 2, 2}, {0, 1, 1, 0}));
  EXPECT_EQ(mask.values, (std::vector<float>{0, 1, 1, 0}));
  const Samples colour = load_one("a", idx(8, {1, 2, 2, 3}, ramp(12)));
  EXPECT_EQ(colour.shape, (SampleShape{2, 2, 3, Domain::images}));
  EXPECT_FLOAT_EQ(colour.values[4], 28.0f / 255);
}

TEST(Load, IdxRefusals) {
  const Bytes good = idx(8, {3, 2, 4}, ramp(24));
  EXPECT_SAYS(refusal("t-idx3", Bytes(good.begin(), good.end() - 1)),
              "t-idx3 is cut short: an array of 3 × 2 × 4 needs");
  EXPECT_SAYS(refusal("t", good + Bytes{0}), "t is longer than it says");
  EXPECT_SAYS(refusal("t", idx(8, {0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF}, ramp(24))), "is cut short");
  EXPECT_SAYS(refusal("t", idx(8, {0, 0xFFFFFFFF, 0xFFFFFFFF}, {})), "t holds no samples");
  EXPECT_SAYS(refusal("labels", idx(8, {3}, {1, 2, 3})), "labels holds labels alone");
  EXPECT_SAYS(refusal({{"x", good}, {"y", idx(8, {4}, {1, 2, 3, 4})}}),
              "y holds 4 labels, and no file holds as many samples without labels: x holds 3");
  EXPECT_SAYS(refusal("t", idx(0x0D, {2, 2}, floats({0, 1, 2, NAN}, true))),
              "t holds a number that is not finite: sample 2, column 2.");
  EXPECT_SAYS(refusal("t", idx(0x0D, {1, 2, 2}, floats({0, 1, INFINITY, 2}, true))),
              "sample 1, row 2, column 1.");
  EXPECT_SAYS(refusal("t", idx(8, {1, 2, 2, 7}, ramp(28))), "pictures of 7 channels");
  EXPECT_SAYS(refusal("train-images-idx3-ubyte", text("not at all")), "is no IDX file");
}

// ---------------------------------------------------------------- gzip

TEST(Load, GzipOfEveryKindOfBlock) {
  const Bytes plain = ones();
  EXPECT_EQ(gunzip({"a", gzip(ones_packed, plain)}), plain);
  EXPECT_EQ(gunzip({"a", gzip(stored(plain), plain)}), plain);
  EXPECT_EQ(gunzip({"a", gzip(packed(plain), plain)}), plain);
  const Bytes large = ramp(300000, 3);
  EXPECT_EQ(gunzip({"a", gzip(packed(large), large)}), large);
  EXPECT_EQ(gunzip({"a", gzip(stored(large), large)}), large);
  EXPECT_EQ(gunzip({"a", gzip(stored({}), {})}), Bytes{});
  // A header with everything; members one after the other; zeros at the end.
  const Bytes fields =
      number(3, 2) + text("abc") + text("name") + Bytes{0} + text("why") + Bytes{0} + Bytes{1, 2};
  const Bytes full = gzip(ones_packed, plain, 4 | 8 | 16 | 2, fields);
  EXPECT_EQ(gunzip({"a", full + gzip(plain) + Bytes(7, 0)}), plain + plain);
  const Samples samples = load_one("a.gz", gzip(idx(8, {2, 2, 3}, ramp(12))));
  EXPECT_EQ(samples.shape, grey(2, 3));
}

TEST(Load, GzipDamagedAnywhereIsNoticed) {
  const Bytes plain = ones(), good = gzip(ones_packed, plain);
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_THROW(
        gunzip({"a", Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))}),
        LoadError)
        << size;
  }
  for (std::size_t bit = 8 * 10; bit < 8 * good.size(); ++bit) {
    Bytes bad = good;
    bad[bit / 8] ^= static_cast<std::uint8_t>(1u << bit % 8);
    // Bits after the end of the last block are padding.
    if (bit / 8 == 10 + ones_packed.size() - 1) continue;
    EXPECT_THROW(gunzip({"a", bad}), LoadError) << bit;
  }
  EXPECT_SAYS(refusal("x.gz", Bytes(good.begin(), good.begin() + 40)), "x.gz is damaged: ");
  EXPECT_SAYS(refusal("x.gz", gzip(ones_packed, ramp(600))), "its checksum does not fit");
  EXPECT_SAYS(refusal("x.gz", good + text("more and more and more")), "x.gz is no gzip file");
}

// Zeros that unpack 1000-fold: a block of fixed codes, a zero and many repeats of it.
Bytes bomb(std::size_t repeats) {
  Bytes bytes;
  std::size_t count = 0;
  const auto put = [&](unsigned bit) {
    if (count % 8 == 0) bytes.push_back(0);
    bytes.back() = static_cast<std::uint8_t>(bytes.back() | bit << (count++ % 8));
  };
  const auto code = [&](unsigned value, int length) {  // codes go from their highest bit on
    for (int i = length - 1; i >= 0; --i) put(value >> i & 1);
  };
  put(1), put(1), put(0);
  code(0x30, 8);  // 0
  for (std::size_t i = 0; i < repeats; ++i) {
    code(0xC5, 8);  // length 258
    code(0, 5);     // distance 1
  }
  code(0, 7);
  return bytes;
}

TEST(Load, BombsStopAtTheirLimit) {
  const Bytes zeros(1 + 258 * 1000);
  EXPECT_EQ(gunzip({"a", gzip(bomb(1000), zeros)}), zeros);
  // A PNG of 4 × 4 pixels, and an array, that unpack to much more than they say.
  const std::size_t repeats = 40000;
  Bytes picture = png(4, 4, 1, ramp(16));
  const Bytes flood = Bytes{0x78, 0x01} + bomb(repeats) + number(0, 4);
  picture = Bytes(picture.begin(), picture.begin() + 33) + number(flood.size(), 4, true) +
            text("IDAT") + flood + number(0, 4) + number(0, 4) + text("IEND") + number(0, 4);
  repair_png(picture);
  EXPECT_SAYS(refusal("b.png", picture), "b.png unpacks to more than the 20 bytes");
  Bytes archive = zip({{"x.npy", Bytes(100), true}});
  EXPECT_SAYS(refusal("x.npz", archive), "x.npz:x is no NPY file");
}

TEST(Load, GzipBeyondTwoGiBIsRefused) {
  if (!std::getenv("LAB_SLOW_TESTS")) GTEST_SKIP() << "takes 2 GiB; set LAB_SLOW_TESTS to run it";
  EXPECT_SAYS(
      refusal("b.gz", Bytes{0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3} + bomb(8400000) + Bytes(8, 0xFF)),
      "b.gz unpacks to more than the 2147483648 bytes");
}

// ---------------------------------------------------------------- CIFAR-10

TEST(Load, CifarPlanesBecomeChannels) {
  const Samples samples = load_one("data.bin", cifar({3, 9, 0}));
  EXPECT_EQ(samples.shape, (SampleShape{32, 32, 3, Domain::images}));
  ASSERT_EQ(samples.count(), 3u);
  EXPECT_EQ(samples.labels, (std::vector<std::int32_t>{3, 9, 0}));
  EXPECT_EQ(samples.classes[3], "cat");
  EXPECT_EQ(samples.classes[9], "truck");
  for (std::size_t pixel = 0; pixel < 1024; ++pixel) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      const std::size_t value = pixel * (channel + 1) % 256;
      ASSERT_FLOAT_EQ(samples.values[3072 + 3 * pixel + channel], static_cast<float>(value) / 255);
    }
  }
  // Batches follow each other, packed or not.
  const std::vector<File> batches = {{"1", cifar({1, 2})}, {"2.gz", gzip(cifar({5}))}};
  EXPECT_EQ(load(batches).labels, (std::vector<std::int32_t>{1, 2, 5}));
  EXPECT_EQ(load(batches, {.most = 1}).labels, (std::vector<std::int32_t>{1}));
  // A class and first pixels that look like the header of IDX.
  Bytes odd = cifar({0});
  odd[1] = 0, odd[2] = 8, odd[3] = 3;
  EXPECT_EQ(load_one("data.bin", odd).shape.channels, 3u);
}

TEST(Load, CifarRefusals) {
  Bytes cut = cifar({1, 2});
  cut.pop_back();
  EXPECT_SAYS(refusal("data_batch_1.bin", cut),
              "data_batch_1.bin is no CIFAR-10 file, or cut short: it has 6145 bytes");
  EXPECT_SAYS(refusal("data_batch_1.bin", cifar({1, 77})), "record 2 is of class 77");
}

// ---------------------------------------------------------------- NPY and NPZ

TEST(Load, NpyOfEveryNumber) {
  const std::vector<double> wanted = {0, 1, 2, 100, 3, 5};
  for (const std::string type : {"|u1", "|i1", "<u2", ">u2", "<i2", ">i2", "<u4", ">u4", "<i4",
                                 ">i4", "<u8", ">u8", "<i8", ">i8"}) {
    Bytes bytes;
    for (const double value : wanted) {
      bytes = bytes + number(static_cast<std::uint64_t>(value),
                             static_cast<std::size_t>(type[2] - '0'), type[0] == '>');
    }
    const Samples samples = load_one("x.npy", npy(type, "(2, 3)", bytes));
    EXPECT_EQ(samples.values, (std::vector<float>(wanted.begin(), wanted.end()))) << type;
  }
  const std::vector<float> real(wanted.begin(), wanted.end());
  EXPECT_EQ(load_one("x", npy("<f4", "(2, 3)", floats(real))).values, real);
  EXPECT_EQ(load_one("x", npy(">f4", "(2, 3)", floats(real, true), false, 2)).values, real);
  EXPECT_EQ(load_one("x", npy("<f8", "(2L, 3L)", doubles(wanted), false, 3)).values, real);
  // 1, −2, 2⁻²⁴, 65504 in half precision.
  const Bytes halves = number(0x3C00, 2) + number(0xC000, 2) + number(1, 2) + number(0x7BFF, 2);
  EXPECT_EQ(load_one("x", npy("<f2", "(1, 4)", halves)).values,
            (std::vector<float>{1, -2, 0x1p-24f, 65504}));
  EXPECT_EQ(load_one("x", npy("|b1", "(1, 2, 2)", {0, 1, 1, 0})).shape, grey(2, 2));
}

TEST(Load, NpyInFortranOrderAndWithChannelsFirst) {
  // x[i][j] = 10 i + j, the first index fastest.
  const Samples rows = load_one("x", npy("|u1", "(2, 3)", {0, 10, 1, 11, 2, 12}, true));
  EXPECT_EQ(rows.values, (std::vector<float>{0, 1, 2, 10, 11, 12}));
  Bytes planes;
  for (int channel = 0; channel < 3; ++channel) planes = planes + ramp(30, channel + 1);
  const Samples colour = load_one("x", npy("|u1", "(1, 3, 5, 6)", planes));
  EXPECT_EQ(colour.shape, (SampleShape{5, 6, 3, Domain::images}));
  for (std::size_t i = 0; i < 30; ++i) {
    EXPECT_FLOAT_EQ(colour.values[3 * i + 2], static_cast<float>(3 * i) / 255);
  }
  const Samples alpha = load_one("x", npy("|u1", "(1, 2, 2, 4)", ramp(16)));
  EXPECT_EQ(alpha.shape, (SampleShape{2, 2, 3, Domain::images}));
  EXPECT_FLOAT_EQ(alpha.values[3], 28.0f / 255);
}

TEST(Load, NpyRefusals) {
  EXPECT_SAYS(refusal("x", npy("<U5", "(2, 3)", ramp(120))), "values of the type '<U5'");
  EXPECT_SAYS(refusal("x", npy("|O", "(2, 3)", ramp(48))), "values of the type '|O'");
  EXPECT_SAYS(refusal("x", npy("<f4", "(2, 3)", ramp(23))), "x is cut short");
  EXPECT_SAYS(refusal("x", npy("<f4", "(4611686018427387904, 4)", ramp(24))), "x is cut short");
  EXPECT_SAYS(refusal("x", npy("<f4", "(99999999999999999999, 4)", ramp(24))),
              "shape cannot be read");
  EXPECT_SAYS(refusal("x", npy("<f8", "(2, 1)", doubles({1, 1e300}))), "sample 2, column 1");
  EXPECT_SAYS(refusal("x", npy("|u1", "()", {1})), "array of rank 0");
  EXPECT_SAYS(refusal("x", npy("|u1", "(1, 1, 1, 1, 1)", {1})), "array of rank 5");
  EXPECT_SAYS(refusal("x", npy("<f4", "(2,)", floats({0.5f, 2}))), "these are no labels");
  EXPECT_SAYS(refusal("x.npy", text("what is this?")), "x.npy is no NPY file");
  EXPECT_SAYS(refusal("x", npy("|u1", "(2, 3)", ramp(6), false, 9)), "NPY version 9");
  Bytes cut = npy("|u1", "(2, 3)", ramp(6));
  cut.resize(40);
  EXPECT_SAYS(refusal("x", cut), "its NPY header is not complete");
}

TEST(Load, NpzChoosesByName) {
  const Bytes x = npy("|u1", "(3, 2, 2)", ramp(12)),
              y = npy("<i8", "(3,)", number(4, 8) + number(1, 8) + number(0, 8));
  const Bytes archive = zip({{"x_test.npy", npy("|u1", "(1, 2, 2)", ramp(4)), true},
                             {"y_train.npy", y, false},
                             {"x_train.npy", x, true}});
  const File file{"m.npz", archive};
  std::string account;
  const Samples samples = load(std::span(&file, 1), {}, &account);
  EXPECT_EQ(samples.shape, grey(2, 2));
  EXPECT_EQ(samples.labels, (std::vector<std::int32_t>{4, 1, 0}));
  EXPECT_EQ(account, "m.npz: samples from x_train, labels from y_train. Not used: x_test.\n");
  EXPECT_EQ(load_one("m.npz", archive, {.most = 2}).labels, (std::vector<std::int32_t>{4, 1}));
  EXPECT_EQ(load_one("m.npz", zip({{"weights.npy", x, false}})).count(), 3u);
  EXPECT_EQ(load_one("m.npz", zip({{"X.npy", x, true},
                                   {"y.npy", npy("<f4", "(3,)", floats({1.5f, 2, 3})), true}}))
                .labels.size(),
            0u);
}

TEST(Load, NpzRefusals) {
  const Bytes x = npy("|u1", "(3, 2, 2)", ramp(12)), y = npy("|u1", "(2,)", {1, 2});
  EXPECT_SAYS(refusal("m.npz", zip({{"a.npy", x, true}, {"b.npy", x, true}})),
              "m.npz holds the arrays a, b, and none is named x_train");
  EXPECT_SAYS(refusal("m.npz", zip({{"x.npy", x, true}, {"y.npy", y, true}})),
              "x holds 3 samples and y 2 labels");
  EXPECT_SAYS(refusal("m.zip", zip({{"a.txt", text("hello"), true}})), "without an array");
  const Bytes good = zip({{"x.npy", x, false}});
  EXPECT_SAYS(refusal("m.npz", Bytes(good.begin(), good.end() - 1)),
              "its zip directory is missing");
  Bytes bad = good;
  bad[30 + 5 + 20 + x.size() - 1] ^= 1;
  EXPECT_SAYS(refusal("m.npz", bad), "m.npz:x is damaged or cut short: its checksum does not fit");
}

// ---------------------------------------------------------------- CSV

TEST(Load, CsvWithEverySeparator) {
  const std::vector<float> wanted = {1, -2.5f, 3e-3f, 4, 0, 600};
  for (const std::string table :
       {"1,-2.5,3e-3\n4,0,6E2\n", "1;-2.5;3e-3\r\n4;0;6E+2\r\n\r\n", "1\t-2.5\t.003\n4\t0\t600",
        "  1   -2.5  3e-3 \n 4 -0  600.0\n", "1;-2,5;0,003\n4;0;600\n",
        "\xEF\xBB\xBFu,v,w\n1,-2.5,3e-3\n4,0,600\n",
        "# made by hand\n\"u\",\"v, too\",\"w\"\n1,-2.5,3e-3\n4,0,600\n",
        ",u,v,w\n0,1,-2.5,3e-3\n1,4,0,600\n"}) {
    const Samples samples = load_one("t.csv", text(table));
    EXPECT_EQ(samples.shape, row(3)) << table;
    EXPECT_EQ(samples.values, wanted) << table;
    EXPECT_TRUE(samples.labels.empty()) << table;
  }
  EXPECT_EQ(load_one("t.csv.gz", gzip(text("1,2\n3,4\n"))).count(), 2u);
  EXPECT_EQ(load_one("anything", text("0.5 1\n2 3\n")).count(), 2u);
  EXPECT_EQ(load_one("t.csv", text("1,2\n3,4\n"), {.most = 1}).count(), 1u);
}

TEST(Load, CsvNumbersAreReadToTheLastBit) {
  Stream stream(3, 0);
  std::string table;
  std::vector<float> wanted;
  for (int i = 0; i < 2000; ++i) {
    const auto value =
        static_cast<float>(stream.normal() * std::pow(10.0, stream.uniform(-30, 30)));
    char word[40];
    std::snprintf(word, sizeof word, "%.9g\n", static_cast<double>(value));
    table += word;
    wanted.push_back(value);
  }
  EXPECT_EQ(load_one("t.csv", text(table)).values, wanted);
}

TEST(Load, CsvLabels) {
  const Samples iris = load_one("iris.csv", text("a,b,class\n1,2,rose\n3,4,lily\n5,6,rose\n"));
  EXPECT_EQ(iris.shape, row(2));
  EXPECT_EQ(iris.labels, (std::vector<std::int32_t>{1, 0, 1}));
  EXPECT_EQ(iris.classes, (std::vector<std::string>{"lily", "rose"}));
  const Samples first = load_one("t.csv", text("Label,0,1\n3,1,2\n-1,3,4\n"));
  EXPECT_EQ(first.values, (std::vector<float>{1, 2, 3, 4}));
  EXPECT_EQ(first.classes, (std::vector<std::string>{"-1", "3"}));
  EXPECT_EQ(load_one("t.csv", text("1,2,x\n3,4,y\n")).classes.size(), 2u);
  // A target of broken numbers is no class.
  const Samples plain = load_one("t.csv", text("a,target\n1,0.5\n2,0.7\n"));
  EXPECT_EQ(plain.shape, row(2));
  EXPECT_EQ(plain.values, (std::vector<float>{1, 0.5f, 2, 0.7f}));
}

TEST(Load, CsvOfDigits) {
  for (const bool label_first : {false, true}) {
    const Samples samples = load_one("digits.csv", text(digits_table(40, label_first)));
    EXPECT_EQ(samples.shape, grey(8, 8));
    EXPECT_EQ(samples.count(), 40u);
    EXPECT_EQ(samples.labels[13], 3);
    EXPECT_EQ(samples.classes.size(), 10u);
    EXPECT_FLOAT_EQ(samples.values[64 + 2], 3.0f / 16);
    const Samples few = load_one("digits.csv", text(digits_table(40, label_first)), {.most = 1});
    EXPECT_EQ(few.shape, grey(8, 8));
    EXPECT_TRUE(std::equal(few.values.begin(), few.values.end(), samples.values.begin()));
  }
  std::string header = "label";
  for (int i = 0; i < 64; ++i) header += ",pixel" + std::to_string(i);
  EXPECT_EQ(load_one("t.csv", text(header + "\n" + digits_table(3, true))).shape, grey(8, 8));
}

TEST(Load, CsvRefusals) {
  EXPECT_SAYS(refusal("t.csv", text("1,2\n3,nan\n")),
              "t.csv, line 2, column 2 is not a finite number");
  EXPECT_SAYS(refusal("t.csv", text("a,b\n1,2\n3,1e99\n")), "line 3, column 2 is not a finite");
  EXPECT_SAYS(refusal("t.csv", text("a,b\n1,2\n3,\n")), "line 3, column 2 is empty");
  EXPECT_SAYS(refusal("t.csv", text("1,2\n3,4,5\n")), "line 2 has 3 fields where the first has 2");
  EXPECT_SAYS(refusal("t.csv", text("1,2\n3x,4\n")), "line 2, column 1 is no number: '3x'");
  EXPECT_SAYS(refusal("t.csv", text("a,b\n")), "t.csv holds names of columns and no rows");
  EXPECT_SAYS(refusal("t.csv", text("label\n1\n2\n")), "t.csv holds labels alone");
  EXPECT_SAYS(refusal("t.csv", text("\n \n")), "t.csv is empty");
}

// ---------------------------------------------------------------- PNG and JPEG

TEST(Load, PicturesOfAFolder) {
  const Bytes a = ramp(12), b = ramp(12, 11);
  const std::vector<File> files = {{"set/10/a.png", png(4, 3, 1, a)},
                                   {"set/9/b.png", png(4, 3, 1, b)},
                                   {"set/.hidden", text("x")},
                                   {"set/notes.md", text("Some words about it.")}};
  std::string account;
  const Samples samples = load(files, {}, &account);
  EXPECT_EQ(samples.shape, grey(3, 4));
  EXPECT_EQ(samples.classes, (std::vector<std::string>{"9", "10"}));
  EXPECT_EQ(samples.labels, (std::vector<std::int32_t>{1, 0}));
  for (std::size_t i = 0; i < 12; ++i) {
    EXPECT_FLOAT_EQ(samples.values[i], static_cast<float>(a[i]) / 255);
    EXPECT_FLOAT_EQ(samples.values[12 + i], static_cast<float>(b[i]) / 255);
  }
  EXPECT_SAYS(account, "Left out: set/notes.md");
  const Samples one = load(files, {.most = 1});
  EXPECT_EQ(one.count(), 1u);
  EXPECT_EQ(one.classes.size(), 2u);
  EXPECT_TRUE(load_one("only/a.png", files[0].bytes).labels.empty());
}

TEST(Load, PicturesLoseTheirAlphaAndMixGreyWithColour) {
  const Bytes colours = ramp(3 * 12), with_alpha = ramp(4 * 12), grey_alpha = ramp(2 * 12);
  const Samples colour = load_one("a", png(4, 3, 3, colours));
  EXPECT_EQ(colour.shape, (SampleShape{3, 4, 3, Domain::images}));
  EXPECT_FLOAT_EQ(colour.values[35], static_cast<float>(colours[35]) / 255);
  const Samples alpha = load_one("a", png(4, 3, 4, with_alpha));
  EXPECT_EQ(alpha.shape, (SampleShape{3, 4, 3, Domain::images}));
  EXPECT_FLOAT_EQ(alpha.values[5], static_cast<float>(with_alpha[6]) / 255);
  EXPECT_EQ(load_one("a", png(4, 3, 2, grey_alpha)).shape, grey(3, 4));
  const Samples mixed =
      load(std::vector<File>{{"a", png(4, 3, 1, ramp(12))}, {"b", png(4, 3, 3, colours)}});
  EXPECT_EQ(mixed.shape.channels, 3u);
  EXPECT_FLOAT_EQ(mixed.values[3], 7.0f / 255);
  EXPECT_FLOAT_EQ(mixed.values[5], 7.0f / 255);
}

TEST(Load, JpegIsNearlyWhatItWas) {
  Bytes values(32 * 24 * 3);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] =
        static_cast<std::uint8_t>(128 + 100 * std::sin(0.1 * static_cast<double>(i / 3 % 32)));
  }
  const Samples samples = load_one("a.jpg", jpeg(32, 24, 3, values));
  EXPECT_EQ(samples.shape, (SampleShape{24, 32, 3, Domain::images}));
  for (std::size_t i = 0; i < values.size(); ++i) {
    ASSERT_NEAR(samples.values[i], values[i] / 255.0, 0.03);
  }
}

TEST(Load, SheetsAreCutIntoTiles) {
  // 3 × 2 tiles of 5 columns and 4 rows, each of its own grey.
  Bytes values(15 * 8);
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<std::uint8_t>(10 * (i / 15 / 4 * 3 + i % 15 / 5) + i % 15 % 5);
  }
  const Bytes sheet = png(15, 8, 1, values);
  const Samples samples = load_one("sheet.png", sheet, {.tile_rows = 4, .tile_columns = 5});
  EXPECT_EQ(samples.shape, grey(4, 5));
  ASSERT_EQ(samples.count(), 6u);
  for (std::size_t i = 0; i < 120; ++i) {
    EXPECT_FLOAT_EQ(samples.values[i], static_cast<float>(10 * (i / 20) + i % 5) / 255);
  }
  EXPECT_EQ(load_one("s", sheet, {.most = 4, .tile_rows = 4, .tile_columns = 5}).count(), 4u);
  EXPECT_SAYS(refusal({{"sheet.png", sheet}}, {.tile_rows = 3, .tile_columns = 5}),
              "sheet.png has 15 × 8 pixels, which tiles of 5 × 3 do not fill");
  EXPECT_SAYS(refusal({{"sheet.png", sheet}}, {.tile_rows = 4}), "A tile needs both");
}

TEST(Load, PictureRefusals) {
  const Bytes good = png(4, 3, 1, ramp(12));
  EXPECT_SAYS(refusal({{"a.png", good}, {"b.png", png(3, 4, 1, ramp(12))}}),
              "a.png has 4 × 3 pixels and b.png 3 × 4");
  for (std::size_t size = 8; size < good.size(); ++size) {
    EXPECT_SAYS(
        refusal("a.png", Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size))),
        "a.png is damaged or cut short");
  }
  Bytes flipped = good;
  flipped[45] ^= 4;
  EXPECT_SAYS(refusal("a.png", flipped), "a checksum does not fit");
  Bytes huge = good;
  huge[16] = 0x7F;
  repair_png(huge);
  EXPECT_SAYS(refusal("a.png", huge), "a.png is too large: 3 × 2130706436 pixels");
  Bytes taller = good;
  taller[23] = 200;
  repair_png(taller);
  EXPECT_SAYS(refusal("a.png", taller), "fewer pixels than its header says");
  EXPECT_SAYS(refusal("a.png", text("nothing of the kind")), "a.png is damaged");
  const Bytes photo = jpeg(16, 16, 1, ramp(256));
  EXPECT_SAYS(refusal("a.jpg", Bytes(photo.begin(), photo.end() - 20)),
              "a.jpg is damaged or cut short");
}

// ---------------------------------------------------------------- files together

TEST(Load, FilesThatDoNotGoTogether) {
  const Bytes x = idx(8, {2, 2, 2}, ramp(8)), wide = idx(8, {2, 2, 3}, ramp(12));
  EXPECT_SAYS(refusal({{"a", x}, {"b", wide}}),
              "a holds pictures of 2 × 2 in grey, and b holds pictures of 3 × 2 in grey");
  EXPECT_SAYS(refusal({{"a", x}, {"b", x}, {"y", idx(8, {2}, {0, 1})}}), "has labels and");
  EXPECT_SAYS(refusal(std::vector<File>{}), "There is no file to read");
  EXPECT_SAYS(refusal("a", {}), "a is empty");
  EXPECT_SAYS(refusal("a.mat", text("MATLAB 5.0 MAT-file") + Bytes(200)), "save its array as NPY");
  EXPECT_SAYS(refusal("words.txt", text("These are no numbers at all.")), "CSV, PNG and JPEG");
  // The labels of each go by their names.
  const std::vector<File> pairs = {{"test-labels", idx(8, {2}, {0, 1})},
                                   {"train-labels", idx(8, {2}, {2, 3})},
                                   {"test-images", x},
                                   {"train-images", x}};
  EXPECT_EQ(load(pairs).labels, (std::vector<std::int32_t>{0, 1, 2, 3}));
}

TEST(Load, TooMuchSaysHowManyFit) {
  // 2¹⁵ pictures of 2¹⁵ bytes: 2³⁰ floats.
  if (!std::getenv("LAB_SLOW_TESTS")) GTEST_SKIP() << "takes 1 GiB; set LAB_SLOW_TESTS to run it";
  const Bytes many = idx(8, {1 << 15, 128, 256}, Bytes(std::size_t{1} << 30));
  EXPECT_SAYS(refusal("many", many), "only the first 16384 fit into 2 GiB");
  EXPECT_EQ(load_one("many", many, {.most = 3}).count(), 3u);
}

TEST(Load, FilesOfAFolderAndOfSeveralPaths) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(testing::TempDir()) / "lab_load_test";
  fs::remove_all(folder);
  fs::create_directories(folder / "b");
  fs::create_directories(folder / ".git");
  const auto write = [&](const char* name, const Bytes& bytes) {
    std::ofstream out(folder / name, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
  };
  write("b/2.bin", {2});
  write("b/1.bin", {1, 1});
  write("a.bin", {3});
  write(".git/x", {4});
  const std::vector<File> files = read_files(folder.string());
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[0].name, "a.bin");
  EXPECT_EQ(files[1].name, "b/1.bin");
  EXPECT_EQ(files[1].bytes, (Bytes{1, 1}));
  EXPECT_EQ(files[2].name, "b/2.bin");
  const std::string two = (folder / "b/2.bin").string() + ";" + (folder / "a.bin").string();
  EXPECT_EQ(read_files(two).size(), 2u);
  EXPECT_EQ(read_files(two)[0].name, "2.bin");
  EXPECT_THROW(read_files((folder / "none").string()), LoadError);
  EXPECT_THROW(read_files(""), LoadError);
  fs::remove_all(folder);
}

// ---------------------------------------------------------------- mutated files

struct Format {
  const char* name;
  std::vector<File> files;
  void (*repair)(Bytes&) = nullptr;
};

void PrintTo(const Format& format, std::ostream* out) { *out << format.name; }

class LoadMutated : public testing::TestWithParam<Format> {};

void mutate(Bytes& bytes, Stream& stream) {
  const auto place = [&](std::size_t size) {
    return static_cast<std::size_t>(stream.below(static_cast<std::uint32_t>(size)));
  };
  if (bytes.empty()) return;
  switch (stream.below(5)) {
    case 0: bytes[place(bytes.size())] ^= static_cast<std::uint8_t>(1u << stream.below(8)); break;
    case 1: bytes.resize(place(bytes.size())); break;
    case 2: {  // extremes, mostly where headers are
      constexpr std::uint64_t extremes[] = {0,      1,          0x7F,        0x80,       0xFF,
                                            0xFFFF, 0x7FFFFFFF, 0x80000000u, 0xFFFFFFFFu};
      const std::size_t size = std::size_t{1} << stream.below(3);
      const std::size_t at =
          place(stream.below(2) ? std::min<std::size_t>(64, bytes.size()) : bytes.size());
      const Bytes value = number(extremes[stream.below(9)], size, stream.below(2) == 1);
      for (std::size_t i = 0; i < size && at + i < bytes.size(); ++i) bytes[at + i] = value[i];
      break;
    }
    case 3: {  // a piece moved over another, or in between
      const std::size_t from = place(bytes.size()), to = place(bytes.size());
      const std::size_t size = std::min<std::size_t>(bytes.size() - from, 1 + place(64));
      const Bytes piece(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                        bytes.begin() + static_cast<std::ptrdiff_t>(from + size));
      bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(to), piece.begin(), piece.end());
      break;
    }
    default: {
      const std::size_t from = place(bytes.size());
      const std::size_t size = std::min<std::size_t>(bytes.size() - from, 1 + place(16));
      bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(from),
                  bytes.begin() + static_cast<std::ptrdiff_t>(from + size));
    }
  }
}

TEST_P(LoadMutated, IsSoundOrRefused) {
  const Format& format = GetParam();
  EXPECT_EQ(soundness(load(format.files)), "sound");
  constexpr std::uint32_t count = 4000;
  std::uint32_t refused = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    Stream stream(17, i);
    std::vector<File> files = format.files;
    Bytes& bytes = files[stream.below(static_cast<std::uint32_t>(files.size()))].bytes;
    for (std::uint32_t k = 1 + stream.below(3); k > 0; --k) mutate(bytes, stream);
    if (format.repair && stream.below(4) != 0) format.repair(bytes);
    LoadOptions options;
    if (stream.below(4) == 0) options.most = 1 + stream.below(4);
    if (stream.below(8) == 0) options.tile_rows = options.tile_columns = 1 + stream.below(4);
    try {
      ASSERT_EQ(soundness(load(files, options)), "sound") << i;
    } catch (const LoadError& error) {
      ++refused;
      ASSERT_GT(std::string(error.what()).size(), 10u);
      ASSERT_EQ(std::string(error.what()).back(), '.') << error.what();
    }
  }
  EXPECT_GT(refused, count / 20);
}

std::vector<Format> formats() {
  const Bytes pictures = ramp(2 * 4 * 6);
  const Bytes array = npy("|u1", "(2, 4, 6)", pictures);
  const Bytes wide = ramp(12 * 12 * 3, 5);
  return {
      {"idx", {{"x", idx(8, {2, 4, 6}, pictures)}, {"y", idx(8, {2}, {1, 0})}}},
      {"idx_floats", {{"x", idx(0x0D, {2, 3}, floats({1, 2, 3, -1, 0.5f, 9}, true))}}},
      {"gzip", {{"x", gzip(ones_packed, ones())}, {"y.csv", gzip(text("1,2\n3,4\n"))}}},
      {"cifar", {{"data_batch_1.bin", cifar({1, 7})}}},
      {"npy", {{"x.npy", array}}},
      {"npy_fortran", {{"x.npy", npy("<f8", "(2, 3)", doubles({1, 2, 3, 4, 5, 6}), true, 2)}}},
      {"npz_stored",
       {{"x.npz", zip({{"x.npy", array, false}, {"y.npy", npy("|u1", "(2,)", {1, 0}), false}})}}},
      {"npz_deflated",
       {{"x.npz", zip({{"x.npy", array, true}, {"y.npy", npy("|u1", "(2,)", {1, 0}), true}})}}},
      {"csv", {{"x.csv", text("a,b,label\n1,-2.5,0\n3e2,.25,1\n-7,0.125,1\n")}}},
      {"csv_words", {{"x.csv", text("1;2,5;rose\n3;4;\"lily\"\n5;1e3;rose\n")}}},
      {"csv_digits", {{"digits.csv", text(digits_table(12))}}},
      {"png",
       {{"a/1.png", png(12, 12, 1, wide)}, {"b/2.png", png(12, 12, 1, ramp(144))}},
       repair_png},
      {"png_alpha", {{"1.png", png(9, 7, 4, ramp(9 * 7 * 4))}}, repair_png},
      {"jpeg", {{"a.jpg", jpeg(12, 12, 3, wide)}}},
      {"jpeg_grey", {{"a.jpg", jpeg(12, 12, 1, wide)}}}};
}

INSTANTIATE_TEST_SUITE_P(
    All, LoadMutated, testing::ValuesIn([] {
      std::vector<Format> all = formats();
      std::erase_if(all, [](const Format& each) { return std::string(each.name) == "gzip"; });
      all.push_back({"gzip", {{"y.csv", gzip(text("1,2\n3,4\n5,6\n5,6\n5,6\n"))}}});
      return all;
    }()),
    [](const testing::TestParamInfo<Format>& each) { return std::string(each.param.name); });

// ---------------------------------------------------------------- real data

// The folder of a real data set, where there is one.
std::optional<std::string> real(const char* name) {
  const char* folder = std::getenv("LAB_DATA");
  if (!folder) return std::nullopt;
  const std::filesystem::path path = std::filesystem::path(folder) / name;
  if (!std::filesystem::is_directory(path)) return std::nullopt;
  return path.string();
}

TEST(LoadReal, Mnist) {
  const auto folder = real("mnist");
  if (!folder) GTEST_SKIP() << "set LAB_DATA to a folder with mnist/";
  const Samples samples = load(read_files(*folder + "/train-images-idx3-ubyte.gz;" + *folder +
                                          "/train-labels-idx1-ubyte.gz"));
  EXPECT_EQ(samples.shape, grey(28, 28));
  EXPECT_EQ(samples.count(), 60000u);
  const std::vector<std::int32_t> first(samples.labels.begin(), samples.labels.begin() + 5);
  EXPECT_EQ(first, (std::vector<std::int32_t>{5, 0, 4, 1, 9}));
  const double sum = std::accumulate(samples.values.begin(), samples.values.end(), 0.0);
  EXPECT_NEAR(sum / static_cast<double>(samples.values.size()), 0.1307, 1e-4);
  EXPECT_EQ(soundness(samples), "sound");
  // The whole folder: test and training digits, each with its labels.
  const Samples all = load(read_files(*folder));
  EXPECT_EQ(all.count(), 70000u);
  EXPECT_EQ(all.labels[0], 7);
  EXPECT_EQ(all.labels[10000], 5);
}

TEST(LoadReal, Frey) {
  const auto folder = real("frey");
  if (!folder) GTEST_SKIP() << "set LAB_DATA to a folder with frey/";
  const Samples samples = load(read_files(*folder));
  EXPECT_EQ(samples.shape, grey(28, 20));
  EXPECT_EQ(samples.count(), 1965u);
  EXPECT_EQ(soundness(samples), "sound");
}

TEST(LoadReal, Cifar) {
  const auto folder = real("cifar10");
  if (!folder) GTEST_SKIP() << "set LAB_DATA to a folder with cifar10/";
  const Samples samples = load(read_files(*folder), {.most = 500});
  EXPECT_EQ(samples.shape, (SampleShape{32, 32, 3, Domain::images}));
  EXPECT_EQ(samples.count(), 500u);
  EXPECT_EQ(samples.classes[static_cast<std::size_t>(samples.labels[0])], "frog");
  EXPECT_EQ(load(read_files(*folder)).count(), 11000u);
}

}  // namespace
}  // namespace lab::data
