// Tables of numbers as text: separated by commas, semicolons, tabs or spaces, with a line of names
// or without.
//
// A column named label, class, target or y holds the classes. Without names, a last column of words
// does; and where all numbers are whole and small and the others make a square of at least 8 × 8
// pixels, the last column, or the first where the last never changes (scikit-learn's digits.csv has
// it last, MNIST as CSV first).
#include <algorithm>
#include <cctype>
#include <cmath>
#include <limits>
#include <set>

#include "core/data/load/format.hpp"

namespace lab::data::format {

namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();

struct Syntax {
  char separator = ',';  // ' ': any run of spaces and tabs
  char point = '.';      // besides a point; between semicolons a comma is a decimal one
};

std::string_view trimmed(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t\r") - start + 1);
}

// A decimal number, nan or inf; what is too large is infinite. False where it is no number. The
// same on every machine, whatever its locale.
bool parse(std::string_view text, char point, double& value) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (!text.empty() && std::isalpha(static_cast<unsigned char>(text[0]))) {
    const std::string word = lower(text.substr(0, 9));
    value = word == "nan" ? NAN : INFINITY;
    return word == "nan" || word == "inf" || word == "infinity";
  }
  double mantissa = 0;
  int exponent = 0, digits = 0, seen = 0;
  bool after_point = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    if ((text[at] == point || text[at] == '.') && !after_point) {
      after_point = true;
    } else if (text[at] >= '0' && text[at] <= '9') {
      ++seen;
      if (digits < 17) {
        mantissa = 10 * mantissa + (text[at] - '0');
        if (mantissa > 0) ++digits;
        exponent -= after_point;
      } else if (!after_point) {
        exponent = std::min(exponent + 1, 100000);
      }
    } else {
      break;
    }
  }
  if (seen == 0) return false;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    bool down = false;
    if (++at < text.size() && (text[at] == '-' || text[at] == '+')) down = text[at++] == '-';
    if (at == text.size()) return false;
    int power = 0;
    for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at) {
      power = std::min(10 * power + (text[at] - '0'), 100000);
    }
    exponent += down ? -power : power;
  }
  if (at != text.size()) return false;
  if (mantissa != 0 && exponent != 0) {
    exponent = std::clamp(exponent, -400, 400);
    // In two steps, for numbers whose power of ten alone is out of range.
    const int half = exponent / 2;
    mantissa *= std::pow(10.0, half);
    mantissa *= std::pow(10.0, exponent - half);
  }
  value = negative ? -mantissa : mantissa;
  return true;
}

bool is_number(std::string_view text, char point) {
  double value = 0;
  return parse(text, point, value);
}

// Fields of a line, without quotes.
void split(std::string_view line, char separator, std::vector<std::string_view>& fields) {
  fields.clear();
  if (separator == ' ') {
    for (std::size_t at = 0; (at = line.find_first_not_of(" \t", at)) != std::string_view::npos;) {
      const std::size_t end = std::min(line.find_first_of(" \t", at), line.size());
      fields.push_back(line.substr(at, end - at));
      at = end;
    }
    return;
  }
  for (std::size_t at = 0;;) {
    std::size_t from = at;
    while (from < line.size() && line[from] == ' ') ++from;
    std::size_t end;
    if (from < line.size() && line[from] == '"') {
      const std::size_t close = std::min(line.find('"', from + 1), line.size());
      fields.push_back(line.substr(from + 1, close - from - 1));
      end = line.find(separator, close);
    } else {
      end = line.find(separator, at);
      fields.push_back(trimmed(line.substr(at, end == std::string_view::npos ? end : end - at)));
    }
    if (end == std::string_view::npos) return;
    at = end + 1;
  }
}

// Lines that hold something, with their numbers from 1 on.
class Lines {
 public:
  explicit Lines(Bytes bytes) : text_(reinterpret_cast<const char*>(bytes.data()), bytes.size()) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  bool next(std::string_view& line) {
    while (!text_.empty()) {
      const std::size_t end = std::min(text_.find('\n'), text_.size());
      line = trimmed_line(text_.substr(0, end));
      text_.remove_prefix(std::min(end + 1, text_.size()));
      ++number_;
      if (!trimmed(line).empty() && line[0] != '#') return true;
    }
    return false;
  }

  std::size_t number() const { return number_; }

 private:
  // A tab at an end is an empty field, so it stays.
  static std::string_view trimmed_line(std::string_view line) {
    while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    return line;
  }

  std::string_view text_;
  std::size_t number_ = 0;
};

Syntax syntax_of(std::string_view line) {
  if (line.find('\t') != std::string_view::npos) return {'\t', '.'};
  if (line.find(';') != std::string_view::npos) return {';', ','};
  if (line.find(',') != std::string_view::npos) return {',', '.'};
  return {' ', '.'};
}

bool names_labels(std::string_view name) {
  const std::string small = lower(name);
  return small == "label" || small == "labels" || small == "class" || small == "target" ||
         small == "y";
}

std::size_t square_side(std::size_t count) {
  const auto side = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(count))));
  return side >= 8 && side * side == count ? side : 0;
}

}  // namespace

bool is_table(Bytes bytes) {
  const Bytes start = bytes.first(std::min<std::size_t>(bytes.size(), 1 << 16));
  for (const std::uint8_t byte : start) {
    if (byte < 32 && byte != '\t' && byte != '\n' && byte != '\r') return false;
  }
  Lines lines(start);
  std::string_view line;
  std::vector<std::string_view> fields;
  for (int i = 0; i < 2 && lines.next(line); ++i) {
    const Syntax syntax = syntax_of(line);
    split(line, syntax.separator, fields);
    std::size_t numbers = 0;
    for (const std::string_view field : fields) numbers += is_number(field, syntax.point);
    if (numbers > 0 && numbers + 1 >= fields.size()) return true;
  }
  return false;
}

Part read_csv(const std::string& name, Bytes bytes, const LoadOptions& options,
              std::string& account) {
  Lines lines(bytes);
  std::string_view line;
  if (!lines.next(line)) throw LoadError(name + " is empty: a table of numbers was expected.");
  std::vector<std::string_view> fields;
  const Syntax syntax = syntax_of(line);
  split(line, syntax.separator, fields);
  const std::size_t width = fields.size();

  // Names, or the first row.
  const bool named = std::any_of(fields.begin(), fields.end(), names_labels) ||
                     std::none_of(fields.begin(), fields.end(), [&](std::string_view field) {
                       return is_number(field, syntax.point);
                     });
  std::size_t label = none, index = none;
  bool pixels = false;  // the names say so
  if (named) {
    for (std::size_t i = 0; i < width; ++i) {
      if (label == none && names_labels(fields[i])) label = i;
      pixels = pixels || fields[i].find("pixel") != std::string_view::npos;
    }
    if (fields[0].empty() && width > 1) index = 0;  // as pandas writes the number of the row
    Lines ahead = lines;
    if (!ahead.next(line)) throw LoadError(name + " holds names of columns and no rows.");
  } else if (width > 1 && !is_number(fields.back(), syntax.point)) {
    label = width - 1;
  }

  std::vector<float> values;  // (rows, width); 0 where the label is a word
  std::vector<std::string> words;
  std::size_t total = 0, kept = 0;
  const std::uint64_t fit = most_bytes / sizeof(float) / width;
  // Of all rows, so that the first few look as they do among all: the largest number in all
  // columns, in all but the first, in all but the last; different numbers in the first and the
  // last.
  double high = 0, high_but_first = 0, high_but_last = 0;
  std::set<double> in_first, in_last;
  bool whole = true, negative = false, small = true;
  for (bool more = named ? lines.next(line) : true; more; more = lines.next(line)) {
    split(line, syntax.separator, fields);
    const auto where = [&](std::size_t column) {
      return name + ", line " + std::to_string(lines.number()) + ", column " +
             std::to_string(column + 1);
    };
    if (fields.size() != width) {
      throw LoadError(name + ", line " + std::to_string(lines.number()) + " has " +
                      std::to_string(fields.size()) + " fields where the first has " +
                      std::to_string(width) + ".");
    }
    ++total;
    const bool keep = options.most == 0 || kept < options.most;
    if (keep && kept == fit) {
      throw LoadError(name + " holds too much: only the first " + std::to_string(fit) +
                      " rows of " + std::to_string(width) + " numbers fit into 2 GiB.");
    }
    kept += keep;
    for (std::size_t i = 0; i < width; ++i) {
      double value = 0;
      if (i != label && i != index) {
        if (fields[i].empty()) throw LoadError(where(i) + " is empty; a number is needed.");
        if (!parse(fields[i], syntax.point, value)) {
          throw LoadError(where(i) + " is no number: '" + printable(fields[i].substr(0, 20)) +
                          "'.");
        }
        if (!std::isfinite(static_cast<float>(value))) {
          throw LoadError(where(i) + " is not a finite number.");
        }
        whole = whole && value == std::floor(value);
        negative = negative || value < 0;
        high = std::max(high, value);
        if (i > 0) high_but_first = std::max(high_but_first, value);
        if (i + 1 < width) high_but_last = std::max(high_but_last, value);
        if (i == 0 && in_first.size() <= 100) in_first.insert(value);
        if (i + 1 == width && in_last.size() <= 100) in_last.insert(value);
        small = small && value <= 255;
      }
      if (keep) values.push_back(static_cast<float>(value));
    }
    if (keep && label != none) words.push_back(printable(fields[label]));
  }

  // Where nothing names the label: digits without a header.
  const bool digits = !named && whole && small && !negative;
  if (label == none && digits && width > 1 && square_side(width - 1)) {
    const auto classes = [](const std::set<double>& found) {
      return found.size() >= 2 && *found.rbegin() < 100;
    };
    label = classes(in_last) ? width - 1 : classes(in_first) ? 0 : none;
    for (std::size_t i = 0; label != none && i < kept; ++i) {
      words.push_back(std::to_string(static_cast<int>(values[i * width + label])));
    }
    if (label != none) high = label == 0 ? high_but_first : high_but_last;
  }

  Part part{name, total, {}};
  Samples& samples = part.samples;
  if (label != none) {
    std::vector<double> numbers(words.size());
    bool all_numbers = true, all_whole = true;
    for (std::size_t i = 0; i < words.size(); ++i) {
      const bool number = parse(words[i], syntax.point, numbers[i]);
      all_numbers = all_numbers && number;
      all_whole = all_whole && number && numbers[i] == std::floor(numbers[i]);
    }
    std::optional<Labels> labels;
    if (all_whole) labels = labels_of(numbers, name);
    if (!all_numbers) labels = labels_of(words, name);
    if (labels && labels->classes.size() <= 1000) {
      samples.labels = std::move(labels->labels);
      samples.classes = std::move(labels->classes);
      account += name + ": labels from column " + std::to_string(label + 1) + ".\n";
    } else if (all_numbers) {  // a quantity like any other
      for (std::size_t i = 0; i < kept; ++i) {
        const auto value = static_cast<float>(numbers[i]);
        if (!std::isfinite(value)) {
          throw LoadError(name + ", row " + std::to_string(i + 1) + ", column " +
                          std::to_string(label + 1) + " is not a finite number.");
        }
        values[i * width + label] = value;
        if (numbers[i] < 0) negative = true;
        if (numbers[i] != std::floor(numbers[i])) whole = false;
        high = std::max(high, numbers[i]);
      }
      label = none;
    } else {
      account += name + ": column " + std::to_string(label + 1) +
                 " is not used, for it holds more than 1000 different words.\n";
    }
  }
  if (index != none) account += name + ": column 1 is not used, for it has no name.\n";

  const std::size_t columns = width - (label != none) - (index != none);
  if (columns == 0) throw LoadError(name + " holds labels alone; numbers beside them are needed.");
  std::size_t out = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i % width != label && i % width != index) values[out++] = values[i];
  }
  values.resize(out);
  samples.values = std::move(values);
  const std::size_t side = square_side(columns);
  const bool bright = !negative && high > 0 && (whole || high <= 1);
  if (side && bright && (label != none || pixels)) {
    const auto scale = static_cast<float>(high);
    for (float& value : samples.values) value /= scale;
    samples.shape = {side, side, 1, Domain::images};
  } else {
    samples.shape = {1, columns, 1, Domain::vectors};
  }
  return part;
}

}  // namespace lab::data::format
