// Autoencoders with discrete codes (VQ-VAE, van den Oord et al. 2017): an encoder gives one vector
// or a map of them, each is replaced by the nearest of K codewords, and a decoder sees those alone.
// Of several levels (VQ-VAE-2, Razavi et al. 2019) each is encoded from the features of the one
// below, in half its rows and columns; the top is replaced first, and what is decoded of it helps
// to encode the next. Gradients pass the replacement straight through. What is decoded is linear: a
// sigmoid was black all over before the codes said anything, and stayed so. The prior over codes is
// uniform for all that this is trained, so that the KL is the constant sites·ln K. Beside it or, if
// asked, after it, an autoregressive prior learns the maps of codes, which do not heed it.
#include <algorithm>
#include <cmath>
#include <functional>

#include "core/data/mean.hpp"
#include "core/distributions/categorical.hpp"
#include "core/execute/memory_limit.hpp"
#include "core/graph/one_of.hpp"
#include "core/models/builder.hpp"
#include "core/models/coders.hpp"
#include "core/models/family.hpp"
#include "core/models/site_by_site.hpp"
#include "core/nn/grid_levels.hpp"

namespace lab::models {

namespace {

using Json = nlohmann::json;

// Rows at a time of an ability.
constexpr Extent most_rows = 100, most_points = 512, drawn_rows = 16, decoded_rows = 32;

// Pictures that are measured while training, where each takes many products.
constexpr Extent few_measured = 150;

// Steps in which the codewords are the means of what they encode: Lloyd's iterations.
constexpr double lloyd_steps = 10;

// Added to every count, so that none is 0 (van den Oord et al. 2017, appendix A.1).
constexpr double smoothing = 1e-5;

// The variables of a level, counted from the top: those of the lowest are called as if there were
// no other.
std::string of_level(std::size_t level, std::size_t levels, const char* name) {
  const std::size_t above = levels - 1 - level;
  return above == 0 ? name : "above" + std::to_string(above) + "." + name;
}

// From data (B, D) through the encodings of each level to codewords in their place, and to data.
class Coder {
 public:
  // From encodings (B·S, d) of a level, S sites, to what all that comes after sees of them.
  using Quantise = std::function<Value(std::size_t level, Value encodings)>;

  virtual ~Coder() = default;
  // Quantises level after level, from the top.
  virtual void encode(Value x, const Quantise& quantise) const = 0;
  // Of codewords (B·S, d) of each level.
  virtual Value decode(const std::vector<Value>& levels) const = 0;
};

class FlatCoder final : public Coder {
 public:
  FlatCoder(nn::Parameters& parameters, const Json& model, const data::SampleShape& shape,
            Extent sites, Extent d)
      : all_(sites * d), d_(d) {
    encoder_ = make_encoder(parameters, model, shape, {{"code", all_}});
    decoder_ = make_decoder(parameters, model, all_, shape, {"mean"});
  }
  void encode(Value x, const Quantise& quantise) const override {
    (void)quantise(0, reshape((*encoder_)(x).front(), {-1, d_}));
  }
  Value decode(const std::vector<Value>& levels) const override {
    return (*decoder_)(reshape(levels.front(), {-1, all_})).front();
  }

 private:
  Extent all_, d_;
  std::unique_ptr<nn::Network> encoder_, decoder_;
};

// The shapes of the levels of an image network, from the top: the features of each are the image of
// the next above, which halves it once.
std::vector<nn::ImageNetwork> level_shapes(const nn::ImageNetwork& lowest, std::size_t levels) {
  std::vector<nn::ImageNetwork> shapes{lowest};
  while (shapes.size() < levels) {
    const nn::ImageNetwork& below = shapes.front();
    nn::ImageNetwork shape = lowest;
    shape.rows = below.small_rows();
    shape.columns = below.small_columns();
    shape.image_channels = shape.channels = below.small_channels();
    shape.halvings = 1;
    shapes.insert(shapes.begin(), shape);
  }
  return shapes;
}

class MapCoder final : public Coder {
 public:
  MapCoder(nn::Parameters& parameters, std::vector<nn::ImageNetwork> shapes, Extent d)
      : shapes_(std::move(shapes)), d_(d) {
    const std::size_t levels = shapes_.size();
    const auto name = [&](std::size_t level, const char* part) {
      return of_level(level, levels, part);
    };
    for (std::size_t i = levels; i-- > 0;) {
      encoders_.insert(encoders_.begin(), {parameters, name(i, "encoder"), shapes_[i]});
    }
    for (std::size_t i = 0; i < levels; ++i) {
      const nn::ImageNetwork& shape = shapes_[i];
      const Extent features = shape.small_channels(), codes = i == 0 ? d : 2 * d;
      narrow_.push_back({parameters,
                         name(i, "encoder.code"),
                         {i == 0 ? features : 2 * features, d, 1, 1, 0, ""}});
      widen_.push_back(
          {parameters,
           name(i, "decoder.code"),
           {codes, features, 3, 1, 1, shape.residual_blocks > 0 ? "" : shape.activation}});
      const bool last = i + 1 == levels;
      decoders_.push_back({parameters, name(i, "decoder"), shape, {last ? "mean" : "features"}});
      if (!last) up_.push_back({parameters, name(i, "decoder.up"), {codes, d, 4, 2, 1, ""}});
    }
  }

  void encode(Value x, const Quantise& quantise) const override {
    std::vector<Value> features{x};
    for (std::size_t i = shapes_.size(); i-- > 0;) {
      features.insert(features.begin(), encoders_[i](features.front()));
    }
    Value codes;
    for (std::size_t i = 0; i < shapes_.size(); ++i) {
      Value seen = features[i];
      if (i > 0) seen = concatenate({decoded(i - 1, codes), seen}, 3);
      codes = with_above(i, codes, quantise(i, reshape(narrow_[i](seen), {-1, d_})));
    }
  }

  Value decode(const std::vector<Value>& levels) const override {
    Value codes;
    for (std::size_t i = 0; i < levels.size(); ++i) codes = with_above(i, codes, levels[i]);
    return decoders_.back()(widen_.back()(codes)).front();
  }

 private:
  Shape map_of(std::size_t level, Extent channels) const {
    return {-1, shapes_[level].small_rows(), shapes_[level].small_columns(), channels};
  }
  // The codewords of a level and of all above it, as a map of that level.
  Value with_above(std::size_t level, Value above, Value codewords) const {
    const Value own = reshape(codewords, map_of(level, d_));
    if (level == 0) return own;
    const Shape& shape = own.shape();
    return concatenate({slice(up_[level - 1](above), {0, 0, 0, 0}, shape, {1, 1, 1, 1}), own}, 3);
  }
  // What is decoded of such a map: features of the level below.
  Value decoded(std::size_t level, Value codes) const {
    const nn::ImageNetwork& shape = shapes_[level];
    return reshape(decoders_[level](widen_[level](codes)).front(),
                   map_of(level + 1, shape.image_channels));
  }

  std::vector<nn::ImageNetwork> shapes_;  // like all of these, from the top
  Extent d_;
  std::vector<nn::FeatureEncoder> encoders_;
  std::vector<nn::Convolution> narrow_, widen_;
  std::vector<nn::FeatureDecoder> decoders_;
  std::vector<nn::TransposedConvolution> up_;  // of each but the last
};

// Of one level as it is, of several beside each other along axis 1.
Value beside(const std::vector<Value>& levels) {
  return levels.size() == 1 ? levels.front() : concatenate(levels, 1);
}

// Rows of length 1.
Value unit(Value rows) {
  const Value length = sqrt(sum(square(rows), {1}) + 1e-12);
  return rows / reshape(length, {rows.extent(0), 1});
}

class VectorQuantisationBuilder : private Builder {
 public:
  VectorQuantisationBuilder(const Json& spec, const data::Dataset& data)
      : Builder(spec, data),
        model_(spec.at("model")),
        objective_(spec.at("objective")),
        dimensions_(static_cast<Extent>(data.dimensions())),
        count_(model_.at("codes").get<Extent>()),
        code_dimension_(model_.at("code_dimension").get<Extent>()),
        by_gradient_(one_of("codebook", objective_.at("codebook"), {"ema", "gradient"}) ==
                     "gradient"),
        by_angle_(one_of("distance of codes", model_.at("code_distance"),
                         {"euclidean", "cosine"}) == "cosine") {}

  System build() {
    system_.train_data = data_variable("data.train", data_.train);
    nn::Parameters parameters{graph(), system_.seed, {}};
    parameters.deviation = first_deviation();
    make_coder(parameters);
    for (std::size_t i = 0; i < levels().size(); ++i) add_codebook(parameters, i);
    system_.parameters = parameters.values;
    make_prior(parameters);
    system_.weights = parameters.weights;
    build_training();
    system_.parameters = parameters.values;
    build_abilities();
    return std::move(system_);
  }

 private:
  struct Codebook {
    Value codewords;          // (K, d)
    Value sums, counts;       // running, (K, d) and (K): of encodings that fell to each codeword
    Value revived, revivals;  // (K): the step at which each was last revived, or −1; how often any
  };

  // What became of encodings (n, d) of a level.
  struct Quantised {
    Value encodings;  // (n, d)
    Value codes;      // (n), index
    Value codewords;  // (n, d): those of the codes
    // (n, d): what is seen in their place: the codewords, to which gradients come and, straight
    // through, to the encodings.
    Value passed;
  };
  using Levels = std::vector<Quantised>;

  const std::vector<CodeLevel>& levels() const { return system_.code_levels; }
  Extent sites() const { return static_cast<Extent>(system_.code_sites()); }
  Extent sites(std::size_t level) const { return static_cast<Extent>(levels()[level].sites()); }

  void make_coder(nn::Parameters& parameters) {
    const data::SampleShape& shape = data_.train.shape;
    if (convolutional(model_, shape)) {
      nn::ImageNetwork image = image_network(model_, shape);
      image.mixes = true;
      image.residual_part = 4;
      const auto shapes = level_shapes(image, model_.at("code_levels").get<std::size_t>());
      for (const nn::ImageNetwork& each : shapes) {
        system_.code_levels.push_back({static_cast<std::size_t>(each.small_rows()),
                                       static_cast<std::size_t>(each.small_columns()),
                                       system_.code_sites()});
      }
      require_maps();
      coder_ = std::make_unique<MapCoder>(parameters, shapes, code_dimension_);
      system_.measured = few_measured;
    } else {
      system_.code_levels = {{1, model_.at("sites").get<std::size_t>(), 0}};
      coder_ = std::make_unique<FlatCoder>(parameters, model_, shape, sites(), code_dimension_);
    }
    system_.codes = count_;
  }

  // A level of one code has nothing left to halve.
  void require_maps() const {
    if (levels().size() == 1 || levels()[1].sites() > 1) return;
    throw Unfit("model.code_levels",
                "'model.code_levels' is " + std::to_string(levels().size()) +
                    ", but a level of one code cannot be halved for another above it. Choose "
                    "fewer levels, or a smaller 'model.depth'.");
  }

  void add_codebook(nn::Parameters& parameters, std::size_t level) {
    Graph& g = graph();
    const auto name = [&](const char* part) { return of_level(level, levels().size(), part); };
    const Shape shape{count_, code_dimension_};
    const Value none = g.index_constant(0);
    Codebook made;
    if (by_gradient_) {
      const double reach = 1.0 / static_cast<double>(count_);
      made.codewords = parameters.add(
          name("codebook"), reach * (2.0 * random_uniform(g, shape, system_.seed, none) - 1.0));
    } else {
      made.codewords = g.variable(name("codebook"), random_normal(g, shape, system_.seed, none));
      made.sums = g.variable(name("codebook.sums"), Value(g, made.codewords.node().initial));
    }
    made.counts = g.variable(name("codebook.counts"), g.constant(1, {count_}));
    made.revived = g.variable(name("codebook.revived"), g.constant(-1, {count_}));
    made.revivals = g.variable(name("codebook.revivals"), g.constant(0));
    codebooks_.push_back(made);
  }

  void make_prior(nn::Parameters& parameters) {
    // The key stands only where data are pictures, or may be.
    const std::string architecture = model_.value("code_prior", "none");
    if (architecture == "none") return;
    nn::GridNetworkShape shape;
    shape.architecture = architecture;
    shape.width = model_.at("code_prior_width").get<Extent>();
    shape.depth = model_.at("code_prior_depth").get<int>();
    shape.one_hot = true;
    shape.activation = model_.at("activation");
    shape.conditions = static_cast<Extent>(class_shares_.size());
    const std::size_t others = parameters.values.size();
    std::vector<nn::Grid> grids;
    for (const CodeLevel& level : levels()) {
      grids.push_back(
          {static_cast<Extent>(level.rows), static_cast<Extent>(level.columns), 1, count_});
    }
    prior_ = nn::grid_levels(parameters, "prior", grids, shape);
    of_prior_.assign(parameters.values.begin() + static_cast<std::ptrdiff_t>(others),
                     parameters.values.end());
    if (!conditional()) return;
    system_.notes.push_back(
        "ln p(codes) is ln Σ p(class) p(codes|class), with the classes' shares of the training "
        "data.");
  }

  // ln p (B) of codes (B, S), real numbers, where there are classes given theirs (B, J).
  Value log_probability(Value codes, Value told) const {
    return sum(distributions::categorical_log_probability((*prior_)(codes, told), codes), {1});
  }
  // The same of any class: ln Σ p(c) p(codes|c).
  Value log_prior(Value codes) {
    const OfClasses of = of_every_class(codes);
    return over_classes(log_probability(of.x, of.classes), of);
  }

  // The codewords of a level as they are compared and decoded (K, d).
  Value codewords_of(std::size_t level) const {
    const Value codewords = codebooks_[level].codewords;
    return by_angle_ ? unit(codewords) : codewords;
  }

  Quantised quantise(std::size_t level, Value encodings) const {
    if (by_angle_) encodings = unit(encodings);
    // The nearest has the largest z·e − |e|²/2.
    const Value codebook = codewords_of(level);
    const Value nearness =
        matmul(encodings, codebook, false, true) - 0.5 * sum(square(codebook), {1});
    const Value codes = argmax(nearness, 1);
    const Value codewords = gather(codebook, codes);
    return {encodings, codes, codewords, codewords + (encodings - stop_gradient(encodings))};
  }

  // All levels of data (B, D). While learning, gradients do not come to the codewords.
  Levels coded(Value x, bool learning) const {
    Levels made;
    coder_->encode(x, [&](std::size_t level, Value encodings) {
      Quantised now = quantise(level, encodings);
      if (learning) now.passed = encodings + stop_gradient(now.codewords - encodings);
      made.push_back(now);
      return now.passed;
    });
    return made;
  }

  Value decoded(const Levels& of) const {
    std::vector<Value> passed;
    for (const Quantised& level : of) passed.push_back(level.passed);
    return coder_->decode(passed);
  }

  // Codes (B, S), real numbers.
  Value codes_of(const Levels& of) const {
    std::vector<Value> codes;
    for (std::size_t i = 0; i < of.size(); ++i) {
      codes.push_back(reshape(to_real(of[i].codes), {-1, sites(i)}));
    }
    return beside(codes);
  }

  void build_training() {
    const auto batch = objective_.at("batch").get<Extent>();
    const Extent encodings = batch * sites();
    require_memory(static_cast<double>(encodings) * count() * sizeof(float),
                   "How far " + std::to_string(encodings) + " encodings of a minibatch are from " +
                       std::to_string(count_) + " codewords");
    const Value rows = minibatch_rows(batch);
    const Value x = seen(gather(system_.train_data, rows), system_.step);
    const Levels now = coded(x, true);
    // In two phases codes stay as they are once the prior learns.
    const auto prior_from = prior_ ? objective_.at("prior_from").get<double>() : 0;
    const Value step = to_real(system_.step), late = step >= prior_from;
    const auto rate_of = [](const std::vector<Value>& parameters, Value factor) {
      std::vector<std::pair<Value, Value>> factors;
      for (const Value parameter : parameters) factors.emplace_back(parameter, factor);
      return factors;
    };
    std::vector<std::pair<Value, Value>> factors;
    if (prior_from > 0) factors = rate_of(system_.parameters, 1.0 - late);
    maximise(-mean(losses(x, decoded(now), now)), std::move(factors));
    for (std::size_t i = 0; i < now.size(); ++i) update_codebook(codebooks_[i], now[i]);
    auto& updates = system_.phases.back().procedure.updates;
    if (prior_from > 0) {
      for (auto& [variable, next] : updates) {
        const bool of_codes =
            std::ranges::any_of(codebooks_, [of = variable](const Codebook& book) {
              return of.id() == book.codewords.id() || of.id() == book.counts.id() ||
                     of.id() == book.revived.id() || of.id() == book.revivals.id() ||
                     (book.sums && of.id() == book.sums.id());
            });
        if (of_codes) next = select(late, variable, next);
      }
    }
    if (!prior_) return;
    const Value log_p = log_probability(codes_of(now), minibatch_classes(rows));
    nn::Optimiser with = optimiser();
    if (prior_from > 0) with.factors = rate_of(of_prior_, late);
    nn::descend(system_.phases.back().procedure, with, step, of_prior_,
                gradients(-mean(log_p), of_prior_));
  }

  // Of each row (B): the error in units of the data's variance, and of each level how far encodings
  // are from their codewords, which draws at the one and, where the codebook learns by gradient,
  // the other.
  Value losses(Value x, Value decoded, const Levels& of) {
    const double variance = std::max(variance_of(data_.train.values), 1e-12);
    const auto of_rows = [&](Value squares) {
      return mean(reshape(squares, {x.extent(0), -1}), {1});
    };
    Value loss = of_rows(square(decoded - x)) / variance;
    for (const Quantised& level : of) {
      const Value z = level.encodings;
      loss = loss + setting("objective", "commitment") *
                        of_rows(square(z - stop_gradient(level.codewords)));
      if (by_gradient_) loss = loss + of_rows(square(stop_gradient(z) - level.codewords));
    }
    return loss;
  }

  // The codewords as the running means of what they encode (appendix A.1) or, of those that are
  // learnt by gradient, as they are; in the first steps after Lloyd, if asked; and those that
  // nearly nothing falls to in the place of an encoding of the minibatch.
  void update_codebook(const Codebook& book, const Quantised& now) {
    Graph& g = graph();
    auto& updates = system_.phases.back().procedure.updates;
    const Extent n = now.encodings.extent(0);
    const Value uses = scatter_add(count_, now.codes, g.constant(1, {n}));
    const Value step = to_real(system_.step);
    const bool lloyd =
        one_of("start of codes", objective_.at("start"), {"random", "kmeans"}) == "kmeans";

    // What counts and sums keep (K): nothing while Lloyd iterates, but of codes without a use.
    Value keeps = g.constant(objective_.at("memory").get<double>(), {count_});
    if (lloyd) keeps = select(step < lloyd_steps, uses <= 0.0, keeps);
    Value counts = keeps * book.counts + (1.0 - keeps) * uses;
    const Value sums_now = scatter_add(count_, now.codes, now.encodings);
    const auto each = [&](Value number) { return reshape(number, {count_, 1}); };
    Value sums, codewords;
    if (by_gradient_) {
      const auto learnt = std::ranges::find_if(
          updates, [&](const auto& update) { return update.first.id() == book.codewords.id(); });
      codewords = learnt->second;
      if (lloyd) {
        const Value used = each((uses > 0.0) * (step < lloyd_steps));
        codewords = select(used, sums_now / maximum(each(uses), 1.0), codewords);
      }
      updates.erase(learnt);
    } else {
      sums = each(keeps) * book.sums + (1.0 - each(keeps)) * sums_now;
      const Value total = sum(counts);
      const Value smooth = (counts + smoothing) / (total + smoothing * count()) * total;
      codewords = sums / each(smooth);
    }

    // Encodings drawn for each codeword, in whose place it may be put.
    const Value drawn =
        to_index(static_cast<double>(n) * random_uniform(g, {count_}, system_.seed, system_.step));
    const Value place = gather(now.encodings, drawn);
    const double usual = static_cast<double>(n) / count();
    const Value first = lloyd ? step < 1.0 : g.constant(0);
    const Value dead =
        select(step < lloyd_steps, g.constant(0), counts < setting("objective", "revive") * usual);
    const Value put = maximum(dead, first);
    codewords = select(each(put), place, codewords);
    counts = select(put, g.constant(usual), counts);
    updates.emplace_back(book.codewords, codewords);
    updates.emplace_back(book.counts, counts);
    if (sums) updates.emplace_back(book.sums, select(each(put), usual * place, sums));
    updates.emplace_back(book.revived, select(dead, step, book.revived));
    updates.emplace_back(book.revivals, book.revivals + sum(dead));
  }

  double count() const { return static_cast<double>(count_); }

  void build_abilities() {
    add_corruption();
    const Extent rows = data_.plane() ? most_points : most_rows;
    const Value x = input("codes.data", rows, dimensions_);
    const Levels of_x = coded(x, false);
    const Axes sites_of_rows{Axis::row, Axis::site};
    // Numbers (n, d) of each level as (R, S, d).
    const auto of_sites = [&](const std::vector<Value>& numbers) {
      std::vector<Value> all;
      for (std::size_t i = 0; i < numbers.size(); ++i) {
        all.push_back(reshape(numbers[i], {rows, sites(i), code_dimension_}));
      }
      return beside(all);
    };
    std::vector<Value> encodings, codewords;
    for (const Quantised& level : of_x) {
      encodings.push_back(level.encodings);
      codewords.push_back(level.codewords);
    }
    const Value codes_of_x = codes_of(of_x);
    Ability coded{"codes", {{"x", x, rows_of(Axis::dimension)}}, {}};
    coded.outputs = {{"codes", codes_of_x, sites_of_rows},
                     {"encodings", of_sites(encodings), {Axis::row, Axis::site, Axis::latent}}};
    if (prior_) coded.outputs.push_back({"log_prior", log_prior(codes_of_x), {Axis::row}});
    system_.abilities.push_back(std::move(coded));
    const Value back = decoded(of_x);
    system_.abilities.push_back({"reconstruct",
                                 {{"x", x, rows_of(Axis::dimension)}},
                                 {{"x", back, rows_of(Axis::dimension)},
                                  {"objective", -losses(x, back, of_x), {Axis::row}}}});
    // Minus the gradient of each row's mean square, at the codewords of its sites.
    const Value error = sum(square(back - x)) / static_cast<double>(dimensions_);
    system_.abilities.push_back({"straight_through",
                                 {{"x", x, rows_of(Axis::dimension)}},
                                 {{"pull",
                                   -of_sites(gradients(error, codewords)),
                                   {Axis::row, Axis::site, Axis::latent}}}});
    const Extent many = data_.plane() ? most_points : decoded_rows;
    const Value given = input("from_codes.codes", many, sites());
    const Value codes = minimum(maximum(floor(given), 0.0), count() - 1);
    std::vector<Value> of_codes;
    for (std::size_t i = 0; i < levels().size(); ++i) {
      const auto first = static_cast<Extent>(levels()[i].first);
      const Value own = reshape(slice(codes, 1, first, sites(i)), {-1});
      of_codes.push_back(gather(codewords_of(i), to_index(own)));
    }
    Ability from_codes{"from_codes", {{"codes", given, sites_of_rows}}, {}};
    from_codes.outputs = {{"x", coder_->decode(of_codes), rows_of(Axis::dimension)}};
    if (prior_) from_codes.outputs.push_back({"log_prior", log_prior(codes), {Axis::row}});
    system_.abilities.push_back(std::move(from_codes));
    std::vector<Value> all, uses, revived;
    Value revivals = graph().constant(0);
    for (std::size_t i = 0; i < codebooks_.size(); ++i) {
      const Codebook& book = codebooks_[i];
      all.push_back(codewords_of(i));
      uses.push_back(book.counts);
      revived.push_back(book.revived);
      revivals = revivals + book.revivals;
    }
    system_.abilities.push_back({"codebook",
                                 {},
                                 {{"codewords", concatenate(all, 0), {Axis::code, Axis::latent}},
                                  {"uses", concatenate(uses, 0), {Axis::code}},
                                  {"revived", concatenate(revived, 0), {Axis::code}},
                                  {"revivals", revivals}}});
    if (prior_) add_site_by_site(system_, {*prior_, drawn_rows, sites(), {}, {}, class_shares_});
  }

  const Json& model_;
  const Json& objective_;
  Extent dimensions_, count_, code_dimension_;
  bool by_gradient_, by_angle_;
  std::unique_ptr<Coder> coder_;
  std::unique_ptr<nn::GridNetwork> prior_;
  std::vector<Value> of_prior_;      // its parameters
  std::vector<Codebook> codebooks_;  // from the top
};

}  // namespace

System make_vector_quantisation(const Json& spec, const data::Dataset& data) {
  return VectorQuantisationBuilder(spec, data).build();
}

namespace {

void add_vector_quantisation_keys(keys::KeyList& list) {
  list["model first"]
      .integer("model.codes", 64, {2, 4096, 2, 512, true})
      .when("model.name", {"vq"})
      .otherwise("data.name", data::names(true), 16);
  list.integer("model.code_dimension", 8, {1, 256, 1, 64})
      .when("model.name", {"vq"})
      .otherwise("data.name", data::names(true), 2);
  list.choice("model.code_distance", {"euclidean", "cosine"}).when("model.name", {"vq"});
  list["model"]
      .integer("model.sites", 16, {1, 256, 1, 64})
      .when("model.name", {"vq"})
      .otherwise("data.name", data::names(true), 1);
  list.integer("model.code_levels", 1, {1, 3, 1, 3})
      .when("model.name", {"vq"})
      .when("model.network", {"conv"});
  const std::vector<std::string>& priors = nn::grid_architectures();
  list.choice("model.code_prior", keys::joined({"none"}, priors))
      .when("model.name", {"vq"})
      .when("data.name", data::names(false))
      .otherwise("model.code_levels", {"2", "3"}, "pixelsnail");
  list.integer("model.code_prior_width", 32, {1, 512, 4, 128, true})
      .when("model.code_prior", priors);
  list.integer("model.code_prior_depth", 3, {0, 20, 1, 12}).when("model.code_prior", priors);
  list["objective"]
      .choice("objective.codebook", {"ema", "gradient"})
      .when("objective.name", {"vq"});
  list.integer("objective.prior_from", 0, {0, 10000000, 0, 10000})
      .unit("steps")
      .when("model.code_prior", priors);
  list.number("objective.memory", 0.99, {0, 0.9999, 0.5, 0.999}).when("objective.name", {"vq"});
  list.number("objective.commitment", 0.25, {0, 100, 0, 2}).live().when("objective.name", {"vq"});
  list.choice("objective.start", {"kmeans", "random"}).when("objective.name", {"vq"});
  list.number("objective.revive", 0.03, {0, 0.9, 0, 0.5}).live().when("objective.name", {"vq"});
}

}  // namespace

Family vector_quantisation_family() {
  Family row;
  row.name = "vq";
  row.objectives = {"vq"};
  row.on_plane = {{"corrupt", "reconstruct", "codes", "from_codes", "codebook", "straight_through"},
                  {"partition", "codebook", "code-usage", "objective"},
                  R"({"model": {"name": "vq", "width": 64, "depth": 2, "activation": "swish"},
                      "objective": {"name": "vq", "batch": 512},
                      "optimiser": {"rate": 0.003}})"};
  row.on_others = {{"corrupt", "reconstruct", "codes", "from_codes", "codebook", "straight_through",
                    "draw_start", "draw_next"},
                   {"code-maps", "reconstructions", "code-usage", "objective"},
                   R"({"model": {"name": "vq", "width": 200, "depth": 2, "activation": "relu"},
                       "objective": {"name": "vq", "batch": 100},
                       "optimiser": {"rate": 0.001}})"};
  row.shared_keys = {"model.width",   "model.depth",   "model.activation",
                     "model.initial", "model.network", "model.condition"};
  row.add_keys = add_vector_quantisation_keys;
  row.place = 6;
  row.width = 200;
  row.of_bits = true;
  return row;
}

}  // namespace lab::models
