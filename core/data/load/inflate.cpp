// Deflate (RFC 1951) and gzip (RFC 1952).
//
// The zlib decoder of stb_image does not serve here: it does not say where a stream ends (members
// of a gzip file follow each other), takes missing input for zeros and knows no limit of its own.
#include <algorithm>
#include <array>

#include "core/data/load/format.hpp"

namespace lab::data::format {

namespace {

// A code of up to 15 bits, shorter codes first (canonical): a table for the short ones, a walk for
// the others.
class Code {
 public:
  // False where the lengths ask for more codes than there are.
  bool build(std::span<const std::uint8_t> lengths) {
    counts_.fill(0);
    for (const std::uint8_t length : lengths) ++counts_[length];
    counts_[0] = 0;
    std::array<std::uint32_t, 17> next{};  // code
    std::array<std::uint32_t, 17> place{};
    std::uint32_t code = 0, total = 0;
    for (std::size_t length = 1; length <= 15; ++length) {
      code <<= 1;
      next[length] = code;
      place[length] = total;
      code += counts_[length];
      total += counts_[length];
      if (code > (1u << length)) return false;
    }
    fast_.fill(0);
    for (std::uint32_t symbol = 0; symbol < lengths.size(); ++symbol) {
      const std::uint32_t length = lengths[symbol];
      if (length == 0) continue;
      symbols_[place[length]++] = static_cast<std::uint16_t>(symbol);
      const std::uint32_t own = next[length]++;
      if (length > fast_bits) continue;
      std::uint32_t reversed = 0;
      for (std::uint32_t bit = 0; bit < length; ++bit) {
        reversed |= ((own >> bit) & 1) << (length - 1 - bit);
      }
      for (std::uint32_t at = reversed; at < fast_.size(); at += 1u << length) {
        fast_[at] = static_cast<std::uint16_t>(symbol << 4 | length);
      }
    }
    return true;
  }

  struct Match {
    std::uint32_t symbol, length;  // length 0: no code
  };

  Match match(std::uint64_t bits) const {
    const std::uint32_t entry = fast_[bits & (fast_.size() - 1)];
    if (entry != 0) return {entry >> 4, entry & 15};
    std::uint32_t code = 0, first = 0, index = 0;
    for (std::uint32_t length = 1; length <= 15; ++length) {
      code |= static_cast<std::uint32_t>(bits & 1);
      bits >>= 1;
      const std::uint32_t count = counts_[length];
      if (code < first + count) return {symbols_[index + code - first], length};
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    return {0, 0};
  }

 private:
  static constexpr std::uint32_t fast_bits = 10;
  std::array<std::uint16_t, 1u << fast_bits> fast_{};
  std::array<std::uint32_t, 16> counts_{};
  std::array<std::uint16_t, 288> symbols_{};
};

constexpr std::array<std::uint16_t, 29> length_base = {3,  4,  5,  6,   7,   8,   9,   10,  11, 13,
                                                       15, 17, 19, 23,  27,  31,  35,  43,  51, 59,
                                                       67, 83, 99, 115, 131, 163, 195, 227, 258};
constexpr std::array<std::uint8_t, 29> length_extra = {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,
                                                       2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0};
constexpr std::array<std::uint16_t, 30> distance_base = {
    1,   2,   3,   4,   5,   7,    9,    13,   17,   25,   33,   49,   65,    97,    129,
    193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577};
constexpr std::array<std::uint8_t, 30> distance_extra = {0, 0, 0,  0,  1,  1,  2,  2,  3,  3,
                                                         4, 4, 5,  5,  6,  6,  7,  7,  8,  8,
                                                         9, 9, 10, 10, 11, 11, 12, 12, 13, 13};
constexpr std::array<std::uint8_t, 19> length_order = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                       11, 4,  12, 3, 13, 2, 14, 1, 15};

class Inflater {
 public:
  Inflater(Bytes input, std::uint64_t limit, std::uint64_t expected, const std::string& name)
      : input_(input), limit_(limit), name_(name) {
    // A stream grows at most 1032-fold, whatever its header says.
    out_.resize(static_cast<std::size_t>(
        std::min({expected, limit, 1032 * std::uint64_t{input.size()} + 64})));
  }

  std::vector<std::uint8_t> run() {
    for (bool last = false; !last;) {
      last = take(1) != 0;
      switch (take(2)) {
        case 0: stored(); break;
        case 1: fixed_codes(), blocks(); break;
        case 2: sent_codes(), blocks(); break;
        default: damaged("an unknown kind of block");
      }
    }
    out_.resize(size_);
    return std::move(out_);
  }

  // Whole bytes read, those still in the bit buffer left out.
  std::size_t used() const { return position_ - count_ / 8; }

 private:
  [[noreturn]] void damaged(const char* what) const {
    throw LoadError(name_ + " is damaged: its packed data has " + what + ".");
  }

  void refill() {
    while (count_ <= 56 && position_ < input_.size()) {
      bits_ |= std::uint64_t{input_[position_++]} << count_;
      count_ += 8;
    }
  }

  void drop(std::uint32_t count) {
    if (count > count_) throw LoadError(name_ + " is damaged: its packed data ends too early.");
    bits_ >>= count;
    count_ -= count;
  }

  std::uint32_t take(std::uint32_t count) {
    if (count_ < count) refill();
    const auto value = static_cast<std::uint32_t>(bits_ & ((std::uint64_t{1} << count) - 1));
    drop(count);
    return value;
  }

  // Room for `more` bytes; memory grows with what was really unpacked.
  void make_room(std::size_t more) {
    if (more <= out_.size() - size_) return;
    if (more > limit_ - size_) {
      throw LoadError(name_ + " unpacks to more than the " + std::to_string(limit_) +
                      " bytes that it may take.");
    }
    const std::uint64_t wanted = std::max<std::uint64_t>(2 * std::uint64_t{out_.size()}, 1 << 16);
    out_.resize(
        static_cast<std::size_t>(std::min(std::max(wanted, std::uint64_t{size_} + more), limit_)));
  }

  void stored() {
    drop(count_ % 8);
    const std::uint32_t length = take(16);
    if ((take(16) ^ length) != 0xFFFF) damaged("a block whose length is wrong");
    make_room(length);
    for (std::uint32_t i = 0; i < length; ++i) {
      out_[size_++] = static_cast<std::uint8_t>(take(8));
    }
  }

  void fixed_codes() {
    std::array<std::uint8_t, 288> lengths{};
    std::fill_n(lengths.begin(), 144, std::uint8_t{8});
    std::fill_n(lengths.begin() + 144, 112, std::uint8_t{9});
    std::fill_n(lengths.begin() + 256, 24, std::uint8_t{7});
    std::fill_n(lengths.begin() + 280, 8, std::uint8_t{8});
    literals_.build(lengths);
    const std::array<std::uint8_t, 30> distances = [] {
      std::array<std::uint8_t, 30> five{};
      five.fill(5);
      return five;
    }();
    distances_.build(distances);
  }

  void sent_codes() {
    const std::uint32_t literals = take(5) + 257, distances = take(5) + 1, order = take(4) + 4;
    if (literals > 286 || distances > 30) damaged("too many codes");
    std::array<std::uint8_t, 19> meta{};
    for (std::uint32_t i = 0; i < order; ++i) {
      meta[length_order[i]] = static_cast<std::uint8_t>(take(3));
    }
    if (!literals_.build(meta)) damaged("codes that overlap");
    std::array<std::uint8_t, 286 + 30> lengths{};
    for (std::uint32_t i = 0; i < literals + distances;) {
      const std::uint32_t symbol = next(literals_);
      if (symbol < 16) {
        lengths[i++] = static_cast<std::uint8_t>(symbol);
        continue;
      }
      if (symbol == 16 && i == 0) damaged("a repeat of nothing");
      const std::uint8_t value = symbol == 16 ? lengths[i - 1] : std::uint8_t{0};
      const std::uint32_t repeat = symbol == 16   ? 3 + take(2)
                                   : symbol == 17 ? 3 + take(3)
                                                  : 11 + take(7);
      if (i + repeat > literals + distances) damaged("too many codes");
      for (std::uint32_t k = 0; k < repeat; ++k) lengths[i++] = value;
    }
    if (lengths[256] == 0) damaged("a block without an end");
    const std::span all(lengths);
    if (!literals_.build(all.first(literals)) ||
        !distances_.build(all.subspan(literals, distances))) {
      damaged("codes that overlap");
    }
  }

  std::uint32_t next(const Code& code) {
    if (count_ < 15) refill();
    const Code::Match match = code.match(bits_);
    if (match.length == 0) {
      if (count_ < 15) drop(15);
      damaged("a code that does not exist");
    }
    drop(match.length);
    return match.symbol;
  }

  void blocks() {
    while (true) {
      const std::uint32_t symbol = next(literals_);
      if (symbol < 256) {
        if (size_ == out_.size()) make_room(1);
        out_[size_++] = static_cast<std::uint8_t>(symbol);
        continue;
      }
      if (symbol == 256) return;
      if (symbol > 285) damaged("a length that does not exist");
      const std::size_t length = length_base[symbol - 257] + take(length_extra[symbol - 257]);
      const std::uint32_t far = next(distances_);
      if (far > 29) damaged("a distance that does not exist");
      const std::size_t distance = distance_base[far] + take(distance_extra[far]);
      if (distance > size_) damaged("a distance beyond its start");
      make_room(length);
      for (std::size_t i = 0; i < length; ++i, ++size_) out_[size_] = out_[size_ - distance];
    }
  }

  Bytes input_;
  std::uint64_t limit_;
  const std::string& name_;
  std::vector<std::uint8_t> out_;
  std::size_t size_ = 0;  // of the output so far
  std::size_t position_ = 0;
  std::uint64_t bits_ = 0;
  std::uint32_t count_ = 0;  // bits in `bits_`
  Code literals_, distances_;
};

constexpr std::array<std::uint32_t, 256> crc_table = [] {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = value >> 1 ^ (value & 1 ? 0xEDB88320u : 0u);
    table[i] = value;
  }
  return table;
}();

}  // namespace

std::vector<std::uint8_t> inflate(Bytes input, std::uint64_t limit, std::uint64_t expected,
                                  const std::string& name, std::size_t& used) {
  Inflater inflater(input, limit, expected, name);
  std::vector<std::uint8_t> bytes = inflater.run();
  used = inflater.used();
  return bytes;
}

std::uint32_t crc32(Bytes bytes) {
  std::uint32_t value = 0xFFFFFFFFu;
  for (const std::uint8_t byte : bytes) value = value >> 8 ^ crc_table[(value ^ byte) & 0xFF];
  return ~value;
}

}  // namespace lab::data::format

namespace lab::data {

std::vector<std::uint8_t> gunzip(const File& file) {
  const format::Bytes bytes(file.bytes);
  const auto cut = [&] { return LoadError(file.name + " is damaged: it ends too early."); };
  std::vector<std::uint8_t> result;
  std::size_t at = 0;
  while (true) {
    if (bytes.size() - at < 18) throw cut();
    if (bytes[at] != 0x1F || bytes[at + 1] != 0x8B || bytes[at + 2] != 8) {
      throw LoadError(file.name + " is no gzip file: it does not start with the bytes 1f 8b 08.");
    }
    const std::uint32_t flags = bytes[at + 3];
    if (flags & 0xE0)
      throw LoadError(file.name + " is damaged: its gzip header has unknown flags.");
    at += 10;
    if (flags & 4) at += 2 + format::little16(bytes, at);
    for (const std::uint32_t text : {8u, 16u}) {  // a name, a comment, each with a zero at its end
      if (!(flags & text)) continue;
      while (at < bytes.size() && bytes[at] != 0) ++at;
      ++at;
    }
    if (flags & 2) at += 2;
    if (at + 8 > bytes.size()) throw cut();
    std::size_t used = 0;
    const std::uint64_t guess = format::little32(bytes, bytes.size() - 4);
    std::vector<std::uint8_t> member =
        format::inflate(bytes.subspan(at, bytes.size() - 8 - at),
                        format::most_bytes - result.size(), guess, file.name, used);
    at += used;
    if (format::crc32(member) != format::little32(bytes, at) ||
        static_cast<std::uint32_t>(member.size()) != format::little32(bytes, at + 4)) {
      throw LoadError(file.name + " is damaged: its checksum does not fit what it unpacks to.");
    }
    at += 8;
    if (result.empty()) {
      result = std::move(member);
    } else {
      result.insert(result.end(), member.begin(), member.end());
    }
    // Zeros may pad the end.
    const auto rest = bytes.subspan(at);
    if (std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == 0; })) {
      return result;
    }
  }
}

}  // namespace lab::data
