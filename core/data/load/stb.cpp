// PNG and JPEG by stb_image (Sean Barrett and others, public domain). It believes what a header
// says and reads over missing ends, so sizes, checksums and ends are looked at before.
#include <algorithm>
#include <array>
#include <climits>
#include <cmath>
#include <cstdarg>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "core/data/load/format.hpp"

#if defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Wsign-compare"
#pragma GCC diagnostic ignored "-Wimplicit-fallthrough"
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wmissing-field-initializers"
#pragma GCC diagnostic ignored "-Wattributes"
#endif
// After the end of a JPEG's codes its count of bits falls below zero, and it shifts by that: what
// comes out is of no use, and no harm either, but sanitizers rightly say that it is undefined.
#if defined(__clang__)
#pragma clang attribute push(__attribute__((no_sanitize("undefined"))), apply_to = function)
#elif defined(__SANITIZE_ADDRESS__)
#define static __attribute__((no_sanitize("undefined"))) static
#endif
#define STB_IMAGE_IMPLEMENTATION
#define STB_IMAGE_STATIC
#define STBI_ONLY_PNG
#define STBI_ONLY_JPEG
#define STBI_NO_STDIO
#define STBI_NO_THREAD_LOCALS
#define STBI_NO_SIMD
#define STBI_ASSERT(condition) ((void)0)  // these stop the program over a damaged file
#include <stb/stb_image.h>
#if defined(__clang__)
#pragma clang attribute pop
#elif defined(__SANITIZE_ADDRESS__)
#undef static
#endif
#if defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

namespace lab::data::format {

namespace {

constexpr std::array<std::uint8_t, 8> png_start = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1A, '\n'};

bool is_png(Bytes bytes) {
  return bytes.size() >= 8 && std::equal(png_start.begin(), png_start.end(), bytes.begin());
}

bool is_jpeg(Bytes bytes) {
  return bytes.size() >= 3 && bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF;
}

void check_pixels(const std::string& name, std::uint64_t rows, std::uint64_t columns) {
  if (rows == 0 || columns == 0) throw LoadError(name + " is damaged: it has no pixels.");
  if (rows * columns > most_bytes / 16) {
    throw LoadError(name + " is too large: " + std::to_string(rows) + " × " +
                    std::to_string(columns) + " pixels, and at most 134 million are read.");
  }
}

// Every chunk's checksum, and the size of what the image data unpacks to (PNG, ISO/IEC 15948).
void check_png(const std::string& name, Bytes bytes) {
  const auto damaged = [&](const char* what) {
    return LoadError(name + " is damaged or cut short: " + what + ".");
  };
  std::uint64_t raw = 0;
  std::vector<std::uint8_t> packed;
  bool end = false;
  for (std::size_t at = 8; !end;) {
    if (bytes.size() - at < 12) throw damaged("its last part (IEND) is missing");
    const std::uint32_t length = big32(bytes, at);
    if (length > bytes.size() - at - 12) throw damaged("a part of it ends too early");
    if (crc32(bytes.subspan(at + 4, length + 4)) != big32(bytes, at + 8 + length)) {
      throw damaged("a checksum does not fit");
    }
    const std::string kind(bytes.begin() + static_cast<std::ptrdiff_t>(at + 4),
                           bytes.begin() + static_cast<std::ptrdiff_t>(at + 8));
    const Bytes data = bytes.subspan(at + 8, length);
    if ((at == 8) != (kind == "IHDR")) throw damaged("its header (IHDR) is not where it should be");
    if (kind == "IHDR") {
      if (length != 13) throw damaged("its header has a wrong length");
      const std::uint64_t columns = big32(data, 0), rows = big32(data, 4);
      check_pixels(name, rows, columns);
      constexpr std::array<std::uint64_t, 7> channels = {1, 0, 3, 1, 2, 0, 4};  // by colour type
      if (data[9] > 6 || channels[data[9]] == 0) throw damaged("its kind of colour is unknown");
      const std::uint64_t bits = channels[data[9]] * data[8];
      const auto size = [&](std::uint64_t x0, std::uint64_t dx, std::uint64_t y0,
                            std::uint64_t dy) {
        const std::uint64_t across = columns > x0 ? (columns - x0 + dx - 1) / dx : 0;
        const std::uint64_t down = rows > y0 ? (rows - y0 + dy - 1) / dy : 0;
        return across == 0 ? 0 : down * (1 + (across * bits + 7) / 8);
      };
      raw = data[12] == 0
                ? size(0, 1, 0, 1)
                : size(0, 8, 0, 8) + size(4, 8, 0, 8) + size(0, 4, 4, 8) + size(2, 4, 0, 4) +
                      size(0, 2, 2, 4) + size(1, 2, 0, 2) + size(0, 1, 1, 2);
    }
    if (kind == "IDAT") packed.insert(packed.end(), data.begin(), data.end());
    end = kind == "IEND";
    at += 12 + std::size_t{length};
  }
  if (packed.size() < 6) throw damaged("it holds no pixels");
  std::size_t used = 0;
  const std::vector<std::uint8_t> pixels =
      inflate(Bytes(packed).subspan(2, packed.size() - 6), raw, raw, name, used);
  if (pixels.size() != raw) throw damaged("it holds fewer pixels than its header says");
  std::uint32_t a = 1, b = 0;  // Adler's checksum
  for (const std::uint8_t byte : pixels) {
    a = (a + byte) % 65521;
    b = (b + a) % 65521;
  }
  if (big32(packed, 2 + used) != (b << 16 | a)) throw damaged("a checksum does not fit");
}

// Every segment up to the end marker: the size in the frame header, and no table of codes larger
// than the room that stb_image has for it (JPEG, ITU-T T.81, annex B).
void check_jpeg(const std::string& name, Bytes bytes) {
  const auto damaged = [&](const char* what) {
    return LoadError(name + " is damaged or cut short: " + what + ".");
  };
  const auto end = [&] { return damaged("it stops before its end (the bytes ff d9)"); };
  bool frame = false, scan = false;
  for (std::size_t at = 2;;) {
    if (at >= bytes.size()) throw end();
    if (bytes[at] != 0xFF) throw damaged("one of its parts does not begin with the byte ff");
    while (at < bytes.size() && bytes[at] == 0xFF) ++at;
    if (at >= bytes.size()) throw end();
    const std::uint8_t marker = bytes[at++];
    if (marker == 0xD9) {
      if (!scan) throw damaged("it holds no pixels");
      return;
    }
    if (marker < 0xC0 || (marker >= 0xD0 && marker <= 0xD8))
      throw damaged("a part is out of place");
    if (bytes.size() - at < 2) throw end();
    const std::size_t length = std::size_t{bytes[at]} << 8 | bytes[at + 1];
    if (length < 2 || length > bytes.size() - at) throw damaged("a part of it ends too early");
    const Bytes data = bytes.subspan(at + 2, length - 2);
    at += length;
    if (marker == 0xC4) {
      for (std::size_t table = 0; table < data.size();) {
        if (data.size() - table < 17) throw damaged("a table of codes is too short");
        std::size_t codes = 0;
        for (std::size_t i = 1; i <= 16; ++i) codes += data[table + i];
        if (codes > 256 || codes > data.size() - table - 17) {
          throw damaged("a table of codes is too long");
        }
        table += 17 + codes;
      }
    } else if (marker <= 0xCF && marker != 0xC8 && marker != 0xCC) {
      if (marker > 0xC2) {
        throw LoadError(name +
                        " is a JPEG of a rare kind (lossless, hierarchical or with "
                        "arithmetic coding); save it as an ordinary one, or as PNG.");
      }
      if (frame || data.size() < 6) throw damaged("its frame header is wrong");
      frame = true;
      const std::uint64_t rows = std::uint64_t{data[1]} << 8 | data[2];
      const std::uint64_t columns = std::uint64_t{data[3]} << 8 | data[4];
      check_pixels(name, rows, columns);
      // A block of 8 × 8 takes a bit at least.
      if (rows * columns > 512 * std::uint64_t{bytes.size()} + 65536) {
        throw LoadError(name + " is damaged: it claims " + std::to_string(rows) + " × " +
                        std::to_string(columns) + " pixels, which its " +
                        std::to_string(bytes.size()) + " bytes cannot hold.");
      }
    } else if (marker == 0xDA) {
      if (!frame) throw damaged("its frame header is missing");
      scan = true;
      // Over the codes, in which ff 00 is a byte and ff d0 … ff d7 are marks.
      while (at + 1 < bytes.size()) {
        const std::uint8_t next = bytes[at + 1];
        if (bytes[at] == 0xFF && next != 0 && next != 0xFF && (next < 0xD0 || next > 0xD7)) break;
        ++at;
      }
    }
  }
}

}  // namespace

bool is_picture(Bytes bytes) { return is_png(bytes) || is_jpeg(bytes); }

Picture decode_picture(const std::string& name, Bytes bytes) {
  if (bytes.size() > most_bytes - 1) throw LoadError(name + " is larger than 2 GiB.");
  if (is_png(bytes)) {
    check_png(name, bytes);
  } else {
    check_jpeg(name, bytes);
  }
  int columns = 0, rows = 0, channels = 0;
  stbi_uc* values = stbi_load_from_memory(bytes.data(), static_cast<int>(bytes.size()), &columns,
                                          &rows, &channels, 0);
  if (!values) {
    const char* reason = stbi_failure_reason();
    throw LoadError(name + " cannot be read as a picture: " + (reason ? reason : "damaged") + ".");
  }
  struct Free {
    stbi_uc* values;
    ~Free() { stbi_image_free(values); }
  } const owner{values};
  Picture picture{static_cast<std::size_t>(rows),
                  static_cast<std::size_t>(columns),
                  static_cast<std::size_t>(channels),
                  {}};
  picture.values.assign(values, values + picture.rows * picture.columns * picture.channels);
  return picture;
}

}  // namespace lab::data::format
