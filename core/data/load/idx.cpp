// IDX, the format of MNIST (yann.lecun.com/exdb/mnist): two zeros, the type of the numbers, the
// rank, a big-endian 32-bit size for each dimension, then the numbers, big-endian, last index
// fastest.
#include "core/data/load/format.hpp"

namespace lab::data::format {

namespace {

std::optional<Element> element_of(std::uint8_t code) {
  switch (code) {
    case 0x08: return Element::u8;
    case 0x09: return Element::i8;
    case 0x0B: return Element::i16;
    case 0x0C: return Element::i32;
    case 0x0D: return Element::f32;
    case 0x0E: return Element::f64;
    default: return std::nullopt;
  }
}

}  // namespace

bool is_idx(Bytes bytes) {
  return bytes.size() >= 8 && bytes[0] == 0 && bytes[1] == 0 && element_of(bytes[2]) &&
         bytes[3] >= 1 && bytes[3] <= 4;
}

Array read_idx(const std::string& name, Bytes bytes) {
  if (!is_idx(bytes)) {
    throw LoadError(name + " is no IDX file: it should start with two zeros, the type of its " +
                    "numbers (8, 9, 11 … 14) and its rank (1 … 4).");
  }
  const std::size_t rank = bytes[3], start = 4 + 4 * rank;
  if (bytes.size() < start) throw LoadError(name + " is cut short: its header is not complete.");
  Array array;
  array.name = name;
  array.element = *element_of(bytes[2]);
  array.big_endian = true;
  for (std::size_t i = 0; i < rank; ++i) array.shape.push_back(big32(bytes, 4 + 4 * i));
  array.bytes = bytes.subspan(start);
  check_size(array);
  return array;
}

}  // namespace lab::data::format
