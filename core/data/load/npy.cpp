// NPY, NumPy's file of one array (numpy.lib.format): a magic word, a version, the length of the
// header, the header (a Python dictionary of descr, fortran_order and shape), then the numbers.
#include <algorithm>
#include <charconv>

#include "core/data/load/format.hpp"

namespace lab::data::format {

namespace {

struct Type {
  std::string_view code;
  Element element;
};

constexpr Type types[] = {{"b1", Element::boolean}, {"u1", Element::u8},  {"i1", Element::i8},
                          {"u2", Element::u16},     {"i2", Element::i16}, {"u4", Element::u32},
                          {"i4", Element::i32},     {"u8", Element::u64}, {"i8", Element::i64},
                          {"f2", Element::f16},     {"f4", Element::f32}, {"f8", Element::f64}};

// What follows "'key':" in the header, without leading spaces.
std::string_view after(std::string_view header, std::string_view key, const std::string& name) {
  for (const char quote : {'\'', '"'}) {
    const std::string quoted = quote + std::string(key) + quote;
    const std::size_t at = header.find(quoted);
    if (at == std::string_view::npos) continue;
    header.remove_prefix(at + quoted.size());
    const std::size_t start = header.find_first_not_of(" :");
    return start == std::string_view::npos ? std::string_view() : header.substr(start);
  }
  throw LoadError(name + " is damaged: its NPY header does not say '" + std::string(key) + "'.");
}

}  // namespace

Array read_npy(const std::string& name, Bytes bytes) {
  const std::string_view magic = "\x93NUMPY";
  if (bytes.size() < 10 ||
      !std::equal(magic.begin(), magic.end(), bytes.begin(),
                  [](char a, std::uint8_t b) { return static_cast<std::uint8_t>(a) == b; })) {
    throw LoadError(name + " is no NPY file: it does not start with the word \\x93NUMPY.");
  }
  const bool wide = bytes[6] >= 2;
  if (bytes[6] < 1 || bytes[6] > 3) {
    throw LoadError(name + " is of NPY version " + std::to_string(bytes[6]) +
                    "; versions 1 to 3 are read.");
  }
  const std::size_t start = wide ? 12 : 10;
  const std::size_t length = wide ? little32(bytes, 8) : little16(bytes, 8);
  if (bytes.size() < start || length > bytes.size() - start) {
    throw LoadError(name + " is cut short: its NPY header is not complete.");
  }
  const std::string header(bytes.begin() + static_cast<std::ptrdiff_t>(start),
                           bytes.begin() + static_cast<std::ptrdiff_t>(start + length));
  Array array;
  array.name = name;
  array.bytes = bytes.subspan(start + length);

  std::string_view type = after(header, "descr", name);
  if (type.empty() || (type[0] != '\'' && type[0] != '"')) {
    throw LoadError(name +
                    " holds records of several fields; an array of plain numbers is needed.");
  }
  type = type.substr(1, type.find(type[0], 1) - 1);
  const std::string_view code = type.empty() ? type : type.substr(1);
  const auto found = std::find_if(std::begin(types), std::end(types),
                                  [&](const Type& each) { return each.code == code; });
  if (found == std::end(types) ||
      std::string_view("<>|=").find(type[0]) == std::string_view::npos) {
    throw LoadError(name + " holds values of the type '" + printable(type.substr(0, 20)) +
                    "'; whole and floating-point numbers of 1 to 8 bytes are read.");
  }
  array.element = found->element;
  array.big_endian = type[0] == '>';

  const std::string_view order = after(header, "fortran_order", name);
  array.first_fastest = order.starts_with("True");
  if (!array.first_fastest && !order.starts_with("False")) {
    throw LoadError(name + " is damaged: its fortran_order is neither True nor False.");
  }

  std::string_view shape = after(header, "shape", name);
  const auto broken = [&] { return LoadError(name + " is damaged: its shape cannot be read."); };
  const std::size_t close = shape.find(')');
  if (shape.empty() || shape[0] != '(' || close == std::string_view::npos) throw broken();
  shape = shape.substr(1, close - 1);
  while (true) {
    const std::size_t at = shape.find_first_not_of(" ,");
    if (at == std::string_view::npos) break;
    shape.remove_prefix(at);
    std::uint64_t side = 0;
    const auto [rest, error] = std::from_chars(shape.data(), shape.data() + shape.size(), side);
    if (error != std::errc{} || array.shape.size() == 32) throw broken();
    shape.remove_prefix(static_cast<std::size_t>(rest - shape.data()));
    if (!shape.empty() && shape[0] == 'L') shape.remove_prefix(1);  // as Python 2 wrote it
    array.shape.push_back(side);
  }
  check_size(array);
  return array;
}

}  // namespace lab::data::format
