#include "core/data/dataset.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/data/levels.hpp"
#include "core/data/patches.hpp"
#include "core/data/pictures.hpp"
#include "core/data/random.hpp"
#include "core/data/registry.hpp"
#include "core/data/rows.hpp"
#include "core/execute/memory_limit.hpp"
#include "core/graph/one_of.hpp"
#include "core/keys/listed.hpp"
#include "core/keys/unfit.hpp"

namespace lab::data {

namespace {

using Json = nlohmann::json;

// Streams of the one seed that data is prepared with: every run sees the same.
constexpr std::uint64_t data_seed = 1;
constexpr std::uint32_t split_stream = 101, train_bits_stream = 102, test_bits_stream = 103,
                        validation_bits_stream = 104, strange_bits_stream = 105,
                        painted_bits_stream = 106;
constexpr std::uint64_t train_seed = 11, test_seed = 12, train_patch_seed = 13,
                        test_patch_seed = 14;

// The samples at `rows`.
Samples chosen(const Samples& from, const std::vector<std::size_t>& rows) {
  Samples to = from;
  const std::size_t size = from.shape.size(), factors = from.factors.size();
  to.values.clear();
  to.labels.clear();
  to.factor_values.clear();
  to.values.reserve(rows.size() * size);
  const auto append = [](auto& target, const auto& source, std::size_t row, std::size_t width) {
    const auto start = source.begin() + static_cast<std::ptrdiff_t>(row * width);
    target.insert(target.end(), start, start + static_cast<std::ptrdiff_t>(width));
  };
  for (const std::size_t row : rows) {
    append(to.values, from.values, row, size);
    if (!from.labels.empty()) to.labels.push_back(from.labels[row]);
    if (factors > 0) append(to.factor_values, from.factor_values, row, factors);
  }
  return to;
}

std::vector<std::size_t> range(std::size_t begin, std::size_t end) {
  std::vector<std::size_t> rows(end - begin);
  std::iota(rows.begin(), rows.end(), begin);
  return rows;
}

// Training and test data from one set: shuffled, unless neighbours belong together, where every
// tenth or so is taken.
void split(const Samples& all, const std::string& file, std::size_t most_train,
           std::size_t most_test, Dataset& to) {
  const std::size_t count = all.count();
  if (count < 2) {
    throw LoadError("'" + file + "' holds " + std::to_string(count) + " sample" +
                    (count == 1 ? "" : "s") + "; training and testing need at least two.");
  }
  to.listed = count;
  std::size_t test = std::clamp<std::size_t>(most_test, 1, count / 2);
  std::size_t train = std::min(most_train, count - test);
  if (all.ordered) {
    std::vector<std::size_t> kept, held;
    for (std::size_t i = 0; i < count; ++i) {
      const bool tested = (i + 1) * test / count > i * test / count;
      (tested ? held : kept).push_back(i);
    }
    kept.resize(std::min(kept.size(), train));
    to.train = chosen(all, kept);
    to.test = chosen(all, held);
    return;
  }
  std::vector<std::size_t> rows = range(0, count);
  Stream stream(data_seed, split_stream);
  shuffle(std::span(rows), stream);
  const auto at = [&](std::size_t i) { return rows.begin() + static_cast<std::ptrdiff_t>(i); };
  to.train = chosen(all, {at(0), at(train)});
  to.test = chosen(all, {at(count - test), rows.end()});
}

Samples first(Samples samples, std::size_t most) {
  if (samples.count() <= most) return samples;
  return chosen(samples, range(0, most));
}

// Levels of 8 bits, as a file would hold them.
void keep_bytes(Samples& samples) {
  for (float& value : samples.values) value = std::nearbyint(255 * value) / 255;
}

// The side of the patches that pictures are cut into; 0: they are taken whole.
std::size_t patch_side(const Json& data) { return data.value("patch", std::size_t{0}); }

void require_patch(std::size_t side, const SampleShape& pictures, const std::string& of) {
  const auto unfit = [side](const std::string& why) {
    throw keys::Unfit("data.patch", "'data.patch' is " + std::to_string(side) + ", but " + why);
  };
  if (side < least_patch) {
    unfit("the side of a patch is " + std::to_string(least_patch) +
          " pixels at least; 0 takes pictures whole.");
  }
  if (!pictures.picture()) unfit("'" + of + "' holds no pictures: set it to 0.");
  if (side > std::min(pictures.rows, pictures.columns)) {
    unfit("the pictures of '" + of + "' have " + std::to_string(pictures.columns) + " × " +
          std::to_string(pictures.rows) + " pixels: choose a smaller one.");
  }
}

// The pictures of files, those of one shape together: files that are pictures may have any size
// where patches are cut of them.
std::vector<Samples> patched_pictures(const std::vector<File>& files, const std::string& name,
                                      std::size_t side, const LoadOptions& options) {
  std::vector<Samples> parts;
  const auto add = [&](std::span<const File> some) {
    Samples read = load(some, options);
    require_patch(side, read.shape, some.size() == 1 ? some[0].name : name);
    parts.push_back(for_patches(std::move(read)));
    require_patch(side, parts.back().shape, name);
  };
  if (std::all_of(files.begin(), files.end(), is_picture)) {
    for (const File& file : files) add({&file, 1});
  } else {
    add(files);
  }
  return parts;
}

// So many patches of each part as its share of all pixels.
Samples cut_evenly(const std::vector<Samples>& parts, std::size_t side, std::size_t most,
                   std::uint64_t seed) {
  double available = 0;
  const auto of_part = [side](const Samples& part) {
    return static_cast<double>(part.count() *
                               usual_patches(part.shape.rows, part.shape.columns, side));
  };
  for (const Samples& part : parts) available += of_part(part);
  const double share = std::min(1.0, static_cast<double>(most) / available);
  std::vector<Samples> cut;
  for (const Samples& part : parts) {
    const auto count = static_cast<std::size_t>(std::ceil(share * of_part(part)));
    cut.push_back(cut_patches(part, side, count, seed + 16 * cut.size()));
  }
  Samples all = cut.size() == 1 ? std::move(cut.front()) : joined(cut);
  return first(std::move(all), most);
}

// Patches of files. What is tested with is cut of other pictures than what is trained on, of a
// single one of its lower part.
void cut_files(const std::vector<File>& files, const std::string& name,
               const std::string& test_name, const Json& data, const Open& open,
               const LoadOptions& options, Dataset& to) {
  const std::size_t side = patch_side(data), train = data.at("train").get<std::size_t>(),
                    test = data.at("test").get<std::size_t>();
  std::vector<Samples> from = patched_pictures(files, name, side, options), held;
  std::size_t pictures = 0;
  for (const Samples& part : from) pictures += part.count();
  if (!test_name.empty()) {
    held = patched_pictures(open(test_name), test_name, side, options);
    for (const Samples& part : held) pictures += part.count();
  } else {
    const double share = static_cast<double>(test) / static_cast<double>(train + test);
    if (pictures == 1) {
      const std::size_t rows = from[0].shape.rows;
      const auto lower =
          std::max(side, static_cast<std::size_t>(share * static_cast<double>(rows)));
      if (rows < lower + side) {
        throw keys::Unfit("data.patch", "'data.patch' is " + std::to_string(side) + ", but '" +
                                            name + "' is one picture of " + std::to_string(rows) +
                                            " rows, too few to train on some and test with others: "
                                            "choose a smaller patch, or more pictures.");
      }
      held.push_back(band(from[0], rows - lower, lower));
      from[0] = band(from[0], 0, rows - lower);
    } else {
      auto kept = static_cast<std::size_t>(std::ceil(share * static_cast<double>(pictures)));
      kept = std::min(kept, pictures - 1);
      // The last ones.
      while (kept > 0) {
        Samples& last = from.back();
        const std::size_t count = last.count(), taken = std::min(kept, count);
        held.push_back(chosen(last, range(count - taken, count)));
        kept -= taken;
        if (taken == count) from.pop_back();
        else last = chosen(last, range(0, count - taken));
      }
    }
  }
  to.train = cut_evenly(from, side, train, train_patch_seed);
  to.test = cut_evenly(held, side, test, test_patch_seed);
  to.cut_of = pictures;
  keep_bytes(to.train);
  keep_bytes(to.test);
}

void load_files(const Json& data, const Open& open, Dataset& to) {
  const auto file = data.at("file").get<std::string>();
  if (file.empty()) {
    throw keys::Unfit("data.file",
                      "'data.file' is empty: name a file of pictures, or drop one on the page.");
  }
  LoadOptions options;
  options.tile_rows = data.at("tile_rows").get<std::size_t>();
  options.tile_columns = data.at("tile_columns").get<std::size_t>();
  const auto train = data.at("train").get<std::size_t>(), test = data.at("test").get<std::size_t>();
  const auto test_file = data.at("test_file").get<std::string>();
  if (test_file == file) {
    throw keys::Unfit("data.test_file",
                      "'data.test_file' is '" + file +
                          "', the training data themselves. Leave it empty, and a part of the file "
                          "is held out.");
  }
  const std::vector<File> files = open(file);
  if (patch_side(data) > 0) return cut_files(files, file, test_file, data, open, options, to);
  Samples samples = load(files, options);
  samples.ordered = data.at("ordered").get<bool>();
  if (test_file.empty()) return split(samples, file, train, test, to);
  to.train = first(std::move(samples), train);
  to.test = first(load(open(test_file), options), test);
  if (!(to.train.shape == to.test.shape)) {
    throw keys::Unfit("data.test_file",
                      "'" + file + "' and '" + test_file + "' hold samples of different shapes.");
  }
}

// Of 8 bits, unless the pictures have fewer levels by themselves.
void generate(const Json& data, const Maker& maker, Dataset& to) {
  const std::size_t side = patch_side(data), train = data.at("train").get<std::size_t>(),
                    test = data.at("test").get<std::size_t>();
  const SampleShape whole = maker.pictures(1, train_seed).shape;
  // Once here, once where they are trained on.
  const std::size_t count = train + test, size = side > 0 ? side * side : whole.size();
  require_memory(2 * static_cast<double>(count) * static_cast<double>(size) * sizeof(float),
                 std::to_string(count) + (side > 0 ? " patches" : " pictures"));
  if (side > 0) {
    require_patch(side, whole, data.at("name").get<std::string>());
    const std::size_t each = usual_patches(whole.rows, whole.columns, side);
    const auto cut = [&](std::size_t patches, std::uint64_t seed, std::uint64_t patch_seed) {
      const std::size_t pictures = (patches + each - 1) / each;
      to.cut_of += pictures;
      return cut_patches(maker.pictures(pictures, seed), side, patches, patch_seed);
    };
    to.train = cut(train, train_seed, train_patch_seed);
    to.test = cut(test, test_seed, test_patch_seed);
  } else {
    to.train = maker.pictures(train, train_seed);
    to.test = maker.pictures(test, test_seed);
    to.painter = maker.painted;
  }
  if (levels_of({to.train.values, to.test.values}) > 0) return;
  keep_bytes(to.train);
  keep_bytes(to.test);
}

// Points drawn by hand: each is training or test data, never both. Of a short list the test data
// keep the share that was asked for.
void hold_out_points(const Json& data, Dataset& to) {
  Samples all;
  all.shape = {1, 2, 1, Domain::plane};
  for (const Json& row : data.at("points")) {
    all.values.push_back(row[0].get<float>());
    all.values.push_back(row[1].get<float>());
  }
  const auto train = data.at("train").get<std::size_t>(), test = data.at("test").get<std::size_t>();
  const double share = static_cast<double>(test) / static_cast<double>(train + test);
  const auto shared =
      static_cast<std::size_t>(std::lround(share * static_cast<double>(all.count())));
  split(all, "data.points", train, std::min(test, std::max<std::size_t>(1, shared)), to);
}

void make_plane(const Json& data, Dataset& to) {
  const bool points = data.at("name") == "points";
  if (points && data.at("points").size() < 2) {
    throw keys::Unfit("data.points", "'data.points' has fewer than two points: draw at least two.");
  }
  std::unique_ptr<PlaneTruth> truth = maker_of(data.at("name")).truth(data);
  to.bounds = truth->bounds();
  to.truth = std::move(truth);
  if (points) return hold_out_points(data, to);
  Split drawn = make_split(*to.truth, data.at("train"), data.at("test"));
  to.train.shape = to.test.shape = {1, 2, 1, Domain::plane};
  to.train.values = std::move(drawn.train);
  to.test.values = std::move(drawn.test);
}

// Rows of numbers, drawn from a truth of any dimension.
void make_vectors(const Json& data, const Maker& maker, Dataset& to) {
  to.truth = maker.vectors(data);
  Split drawn = make_split(*to.truth, data.at("train"), data.at("test"));
  to.train.shape = to.test.shape = {1, to.truth->dimensions(), 1, Domain::vectors};
  to.train.values = std::move(drawn.train);
  to.test.values = std::move(drawn.test);
}

// The classes that are named in "data.normal", separated by commas; throws where there are no such.
std::vector<bool> normal_classes(const std::string& names,
                                 const std::vector<std::string>& classes) {
  std::string all;
  for (const std::string& each : classes) all += (all.empty() ? "" : ", ") + each;
  std::vector<bool> normal(classes.size(), false);
  for (const std::string& name : keys::listed(names)) {
    const auto found = std::find(classes.begin(), classes.end(), name);
    if (found == classes.end()) {
      throw keys::Unfit("data.normal", "'data.normal' names the class '" + name +
                                           "', but the classes of these data are " + all + ".");
    }
    normal[static_cast<std::size_t>(found - classes.begin())] = true;
  }
  if (std::find(normal.begin(), normal.end(), false) == normal.end()) {
    throw keys::Unfit("data.normal",
                      "'data.normal' names all classes (" + all +
                          "), so that none is strange: leave one out, or leave it empty.");
  }
  return normal;
}

// Where some classes are normal, these alone are trained on and make the test data; what else there
// is to test with is strange.
void leave_out(const Json& data, Dataset& to) {
  const auto names = data.at("normal").get<std::string>();
  if (names.empty()) return;
  for (const Samples* samples : {&to.train, &to.test}) {
    if (!samples->labels.empty()) continue;
    throw keys::Unfit("data.normal", "'data.normal' is '" + names +
                                         "', but these data have no classes: leave it empty.");
  }
  const std::vector<bool> normal = normal_classes(names, to.train.classes);
  const auto rows_of = [&normal](const Samples& samples, bool wanted) {
    std::vector<std::size_t> rows;
    for (std::size_t i = 0; i < samples.count(); ++i) {
      const auto label = static_cast<std::size_t>(samples.labels[i]);
      if ((label < normal.size() && normal[label]) == wanted) rows.push_back(i);
    }
    return rows;
  };
  to.strange = chosen(to.test, rows_of(to.test, false));
  to.train = chosen(to.train, rows_of(to.train, true));
  to.test = chosen(to.test, rows_of(to.test, true));
  for (const Samples* samples : {&to.train, &to.test, &to.strange}) {
    if (samples->count() > 0) continue;
    const char* const what = samples == &to.train  ? "no training data are of these classes"
                             : samples == &to.test ? "no test data are of these classes"
                                                   : "all test data are of these classes, so that "
                                                     "none is strange";
    throw keys::Unfit("data.normal", "'data.normal' is '" + names + "', but " + what +
                                         ": choose others, or more data.");
  }
}

// The last of the training data, where order means nothing the same as any.
void hold_out(const Json& data, Dataset& to) {
  const auto wanted = data.at("validation").get<std::size_t>();
  if (wanted == 0) return;
  const std::size_t count = to.train.count();
  if (wanted >= count) {
    throw keys::Unfit("data.validation", "'data.validation' is " + std::to_string(wanted) +
                                             ", but there are only " + std::to_string(count) +
                                             " training data: leave at least one.");
  }
  to.validation = chosen(to.train, range(count - wanted, count));
  to.train = chosen(to.train, range(0, count - wanted));
}

// The levels of grey, and whether models add noise of one.
void find_levels(const Json& data, Dataset& to) {
  const std::vector<float>&train = to.train.values, &test = to.test.values;
  const auto is_end = [](float value) { return value == 0 || value == 1; };
  to.bits = std::all_of(train.begin(), train.end(), is_end) &&
            std::all_of(test.begin(), test.end(), is_end);
  std::size_t found = 0;
  if (to.train.shape.picture()) {
    found = levels_of({train, to.validation.values, test, to.strange.values});
    const auto ends = static_cast<double>(std::count_if(train.begin(), train.end(), is_end));
    to.black_or_white = ends > 0.01 * static_cast<double>(train.size());
  }
  const auto given = data.at("levels").get<std::size_t>(), levels = given > 0 ? given : found;
  to.on_levels = found > 0 && (levels - 1) % (found - 1) == 0;
  to.levels = static_cast<double>(levels);
  const std::string dequantise =
      one_of("dequantisation", data.at("dequantise"), {"off", "auto", "on"});
  const bool makes_bits = data.at("binarise") != "none";
  to.dequantised = dequantise == "on" || (dequantise == "auto" && levels > 0 && !makes_bits);
  // Asked for, of numbers that have no levels.
  if (to.dequantised && levels == 0) to.levels = 256;
}

void binarise(Samples& samples, bool by_chance, std::uint32_t stream_number) {
  Stream stream(data_seed, stream_number);
  for (float& value : samples.values) {
    const double level = by_chance ? stream.uniform() : 0.5;
    value = static_cast<double>(value) > level ? 1.f : 0.f;
  }
}

// Intensities to values as models see them.
void to_models(const Dataset& data, Samples& samples) {
  if (data.scale.empty()) return;
  const std::size_t size = samples.shape.size();
  for (std::size_t i = 0; i < samples.values.size(); ++i) {
    samples.values[i] = data.to_model(samples.values[i], i % size);
  }
}

void rescale(const Json& data, Dataset& to) {
  const std::string scale =
      one_of("scale of data", data.at("scale"), {"unit", "symmetric", "standard"});
  if (scale == "unit") return;
  const std::size_t size = to.dimensions();
  to.scale.assign(size, 2);
  to.shift.assign(size, -1);
  if (scale == "standard") {
    const std::vector<float>& values = to.train.values;
    const auto count = static_cast<double>(to.train.count());
    for (std::size_t j = 0; j < size; ++j) {
      double total = 0, squares = 0;
      for (std::size_t i = j; i < values.size(); i += size) {
        const auto value = static_cast<double>(values[i]);
        total += value;
        squares += value * value;
      }
      const double mean = total / count;
      const double deviation = std::sqrt(std::max(0.0, squares / count - mean * mean));
      // A column that never changes stays as it is.
      const double factor = deviation > 1e-6 ? 1 / deviation : 1;
      to.scale[j] = static_cast<float>(factor);
      to.shift[j] = static_cast<float>(-mean * factor);
    }
  }
  for (Samples* samples : {&to.train, &to.test, &to.validation, &to.strange}) {
    to_models(to, *samples);
  }
}

}  // namespace

std::vector<float> Dataset::evaluated(const Samples& samples, std::size_t most) const {
  const std::size_t size = samples.shape.size(), kept = std::min(most, samples.count()) * size;
  std::vector<float> values(samples.values.begin(),
                            samples.values.begin() + static_cast<std::ptrdiff_t>(kept));
  if (!redrawn_bits && !dequantised) return values;
  Stream stream(data_seed, &samples == &train     ? train_bits_stream
                           : &samples == &test    ? test_bits_stream
                           : &samples == &strange ? strange_bits_stream
                                                  : validation_bits_stream);
  for (std::size_t i = 0; i < values.size(); ++i) {
    const double u = stream.uniform();
    if (redrawn_bits) {
      values[i] = static_cast<double>(values[i]) > u ? 1.f : 0.f;
    } else {
      const double a = scale.empty() ? 1 : static_cast<double>(scale[i % size]);
      const double b = scale.empty() ? 0 : static_cast<double>(shift[i % size]);
      values[i] =
          static_cast<float>(((levels - 1) * static_cast<double>(values[i]) + b + u * a) / levels);
    }
  }
  return values;
}

std::vector<float> Dataset::painted(std::span<const float> factor_values) const {
  Samples samples = painter(factor_values);
  if (levels_of({samples.values}) == 0) keep_bytes(samples);
  if (bits_by != "none") binarise(samples, bits_by == "static", painted_bits_stream);
  to_models(*this, samples);
  return evaluated(samples, samples.count());
}

bool Dataset::knows_density() const {
  return truth && truth->log_density(std::vector<double>(truth->dimensions(), 0)).has_value();
}

double Dataset::bits_per_dimension(double log_density) const {
  const auto size = static_cast<double>(dimensions());
  // Of a cell of grey levels.
  double log_width = dequantised || !bits ? -std::log(levels) * size : 0;
  for (const float factor : scale) log_width += std::log(static_cast<double>(factor));
  return -(log_density + log_width) / (size * std::log(2.0));
}

void Dataset::to_intensities(std::vector<float>& values) const {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!scale.empty()) {
      const std::size_t column = i % scale.size();
      values[i] = (values[i] - shift[column]) / scale[column];
    }
    if (train.shape.picture()) values[i] = std::clamp(values[i], 0.f, 1.f);
  }
}

std::vector<std::string> Dataset::notes() const {
  std::vector<std::string> notes;
  const auto number = [](std::size_t count) { return std::to_string(count); };
  if (listed > 0) {
    notes.push_back("Of " + number(listed) + " samples " + number(test.count()) +
                    " are held out as test data, which are never trained on.");
  }
  if (cut_of > 0) {
    notes.push_back("Samples are patches of " + number(train.shape.columns) + " × " +
                    number(train.shape.rows) + " pixels, cut at random out of " + number(cut_of) +
                    (cut_of == 1 ? " picture" : " pictures") +
                    ", places of nearly one shade passed over; test data are of " +
                    (cut_of == 1 ? "its lower part." : "other pictures."));
  }
  if (strange.count() > 0) {
    notes.push_back(number(train.count()) + " training and " + number(test.count()) +
                    " test data are of the classes that 'data.normal' names; " +
                    number(strange.count()) + " of other classes are kept as strange ones.");
  }
  if (dequantised) {
    notes.push_back("Uniform noise of one of " + number(static_cast<std::size_t>(levels)) +
                    " levels is added to the data" +
                    (on_levels ? "." : ", as asked, though their values are not such levels."));
  } else if (train.shape.picture() && levels == 0) {
    notes.push_back(
        "These pictures have no equally spaced levels of grey: no noise is added, and "
        "there are no bits a dimension.");
  }
  return notes;
}

Dataset make_dataset(const Json& data, const Open& open) {
  Dataset made;
  const auto name = data.at("name").get<std::string>();
  const Row& row = row_of(name);
  if (row.plane) make_plane(data, made);
  else if (const Maker maker = maker_of(name); row.vectors) make_vectors(data, maker, made);
  else if (maker.pictures) generate(data, maker, made);
  else if (name == "file") load_files(data, open, made);
  else split(load(open(digits8_file)), digits8_file, data.at("train"), data.at("test"), made);
  if (!row.drawn()) leave_out(data, made);
  hold_out(data, made);
  if (row.drawn()) return made;
  const std::string bits =
      one_of("binarisation", data.at("binarise"), {"none", "threshold", "static", "stochastic"});
  if (bits != "none" && !made.train.shape.picture()) {
    throw keys::Unfit("data.binarise",
                      "'data.binarise' is \"" + bits +
                          "\", but this data is no picture: its numbers are no intensities in "
                          "[0, 1]. Set it to \"none\".");
  }
  made.redrawn_bits = bits == "stochastic";
  find_levels(data, made);
  if (bits != "none" && (made.dequantised || data.at("scale") != "unit")) {
    throw keys::Unfit("data.binarise",
                      "'data.binarise' makes bits of 0 and 1, so 'data.scale' must be \"unit\" and "
                      "'data.dequantise' \"off\" with it.");
  }
  if (bits == "threshold" || bits == "static") {
    made.bits_by = bits;
    binarise(made.train, bits == "static", train_bits_stream);
    binarise(made.test, bits == "static", test_bits_stream);
    binarise(made.validation, bits == "static", validation_bits_stream);
    binarise(made.strange, bits == "static", strange_bits_stream);
  }
  made.bits = made.bits || bits != "none";
  rescale(data, made);
  return made;
}

}  // namespace lab::data
