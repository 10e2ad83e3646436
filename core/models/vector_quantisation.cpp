// Autoencoders with discrete codes (VQ-VAE, van den Oord et al. 2017): an encoder gives one vector
// or a map of them, each is replaced by the nearest of K codewords, and a decoder sees those alone.
// Gradients pass the replacement straight through. What is decoded is linear: a sigmoid was black
// all over before the codes said anything, and stayed so. The prior over codes is uniform for all
// that this is trained, so that the KL is the constant sites·ln K. Beside it, where there is one,
// an autoregressive prior learns the maps of codes, which do not heed it.
#include <algorithm>
#include <cmath>

#include "core/data/mean.hpp"
#include "core/distributions/categorical.hpp"
#include "core/execute/memory_limit.hpp"
#include "core/graph/one_of.hpp"
#include "core/models/builder.hpp"
#include "core/models/coders.hpp"
#include "core/models/family.hpp"
#include "core/models/site_by_site.hpp"

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

// From data (B, D) to encodings (B·S, d), and from codewords in their place to data.
class Coder {
 public:
  virtual ~Coder() = default;
  virtual Value encode(Value x) const = 0;
  virtual Value decode(Value z) const = 0;
};

class FlatCoder final : public Coder {
 public:
  FlatCoder(nn::Parameters& parameters, const Json& model, const data::SampleShape& shape,
            Extent sites, Extent d)
      : all_(sites * d), d_(d) {
    encoder_ = make_encoder(parameters, model, shape, {{"code", all_}});
    decoder_ = make_decoder(parameters, model, all_, shape, {"mean"});
  }
  Value encode(Value x) const override { return reshape((*encoder_)(x).front(), {-1, d_}); }
  Value decode(Value z) const override { return (*decoder_)(reshape(z, {-1, all_})).front(); }

 private:
  Extent all_, d_;
  std::unique_ptr<nn::Network> encoder_, decoder_;
};

class MapCoder final : public Coder {
 public:
  MapCoder(nn::Parameters& parameters, const nn::ImageNetwork& shape, Extent d)
      : shape_(shape),
        d_(d),
        encoder_(parameters, "encoder", shape),
        narrow_(parameters, "encoder.code", {shape.small_channels(), d, 1, 1, 0, ""}),
        widen_(parameters, "decoder.code",
               {d, shape.small_channels(), 3, 1, 1,
                shape.residual_blocks > 0 ? "" : shape.activation}),
        decoder_(parameters, "decoder", shape, {"mean"}) {}
  Value encode(Value x) const override { return reshape(narrow_(encoder_(x)), {-1, d_}); }
  Value decode(Value z) const override {
    const Value map = reshape(z, {-1, shape_.small_rows(), shape_.small_columns(), d_});
    return decoder_(widen_(map)).front();
  }

 private:
  nn::ImageNetwork shape_;
  Extent d_;
  nn::FeatureEncoder encoder_;
  nn::Convolution narrow_, widen_;
  nn::FeatureDecoder decoder_;
};

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
                     "gradient") {}

  System build() {
    system_.train_data = data_variable("data.train", data_.train);
    nn::Parameters parameters{graph(), system_.seed, {}};
    parameters.deviation = first_deviation();
    make_coder(parameters);
    make_codebook(parameters);
    system_.parameters = parameters.values;
    make_prior(parameters);
    system_.weights = parameters.weights;
    build_training();
    system_.parameters = parameters.values;
    build_abilities();
    return std::move(system_);
  }

 private:
  // What became of encodings (n, d).
  struct Quantised {
    Value encodings;  // (n, d)
    Value codes;      // (n), index
    Value codewords;  // (n, d): those of the codes
  };

  void make_coder(nn::Parameters& parameters) {
    const data::SampleShape& shape = data_.train.shape;
    if (convolutional(model_, shape)) {
      nn::ImageNetwork image = image_network(model_, shape);
      image.mixes = true;
      image.residual_part = 4;
      system_.code_grid = {image.small_rows(), image.small_columns()};
      coder_ = std::make_unique<MapCoder>(parameters, image, code_dimension_);
      system_.measured = few_measured;
    } else {
      system_.code_grid = {1, model_.at("sites").get<Extent>()};
      coder_ = std::make_unique<FlatCoder>(parameters, model_, shape, sites(), code_dimension_);
    }
    system_.codes = count_;
  }

  void make_codebook(nn::Parameters& parameters) {
    Graph& g = graph();
    const Shape shape{count_, code_dimension_};
    const Value none = g.index_constant(0);
    if (by_gradient_) {
      const double reach = 1.0 / static_cast<double>(count_);
      codebook_ = parameters.add(
          "codebook", reach * (2.0 * random_uniform(g, shape, system_.seed, none) - 1.0));
    } else {
      codebook_ = g.variable("codebook", random_normal(g, shape, system_.seed, none));
      sums_ = g.variable("codebook.sums", Value(g, codebook_.node().initial));
    }
    counts_ = g.variable("codebook.counts", g.constant(1, {count_}));
    revived_ = g.variable("codebook.revived", g.constant(-1, {count_}));
    revivals_ = g.variable("codebook.revivals", g.constant(0));
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
    const std::size_t others = parameters.values.size();
    prior_ = nn::grid_network(parameters, "prior",
                              {system_.code_grid[0], system_.code_grid[1], 1, count_}, shape);
    of_prior_.assign(parameters.values.begin() + static_cast<std::ptrdiff_t>(others),
                     parameters.values.end());
  }

  // ln p (B) of codes (B·S).
  Value log_prior(Value codes) const {
    const Value symbols = reshape(to_real(codes), {-1, sites()});
    return sum(distributions::categorical_log_probability((*prior_)(symbols), symbols), {1});
  }

  Extent sites() const { return system_.code_grid[0] * system_.code_grid[1]; }

  Quantised quantise(Value encodings) const {
    // The nearest has the largest z·e − |e|²/2.
    const Value nearness =
        matmul(encodings, codebook_, false, true) - 0.5 * sum(square(codebook_), {1});
    const Value codes = argmax(nearness, 1);
    return {encodings, codes, gather(codebook_, codes)};
  }

  void build_training() {
    const auto batch = objective_.at("batch").get<Extent>();
    const Extent encodings = batch * sites();
    require_memory(static_cast<double>(encodings) * count() * sizeof(float),
                   "How far " + std::to_string(encodings) + " encodings of a minibatch are from " +
                       std::to_string(count_) + " codewords");
    const Value rows = minibatch_rows(batch);
    const Value x = seen(gather(system_.train_data, rows), system_.step);
    const Quantised now = quantise(coder_->encode(x));
    const Value passed = now.encodings + stop_gradient(now.codewords - now.encodings);
    maximise(-mean(losses(x, coder_->decode(passed), now)));
    update_codebook(now);
    if (!prior_) return;
    nn::descend(system_.phases.back().procedure, optimiser(), to_real(system_.step), of_prior_,
                gradients(-mean(log_prior(now.codes)), of_prior_));
  }

  // Of each row (B): the error in units of the data's variance, and how far encodings are from
  // their codewords, which draws at the one and, where the codebook learns by gradient, the other.
  Value losses(Value x, Value decoded, const Quantised& of) {
    const double variance = std::max(variance_of(data_.train.values), 1e-12);
    const auto of_rows = [&](Value squares) {
      return mean(reshape(squares, {x.extent(0), -1}), {1});
    };
    const Value z = of.encodings;
    Value loss =
        of_rows(square(decoded - x)) / variance +
        setting("objective", "commitment") * of_rows(square(z - stop_gradient(of.codewords)));
    if (by_gradient_) loss = loss + of_rows(square(stop_gradient(z) - of.codewords));
    return loss;
  }

  // The codewords as the running means of what they encode (appendix A.1) or, of those that are
  // learnt by gradient, as they are; in the first steps after Lloyd, if asked; and those that
  // nearly nothing falls to in the place of an encoding of the minibatch.
  void update_codebook(const Quantised& now) {
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
    Value counts = keeps * counts_ + (1.0 - keeps) * uses;
    const Value sums_now = scatter_add(count_, now.codes, now.encodings);
    const auto each = [&](Value number) { return reshape(number, {count_, 1}); };
    Value sums, codewords;
    if (by_gradient_) {
      const auto learnt = std::ranges::find_if(
          updates, [&](const auto& update) { return update.first.id() == codebook_.id(); });
      codewords = learnt->second;
      if (lloyd) {
        const Value used = each((uses > 0.0) * (step < lloyd_steps));
        codewords = select(used, sums_now / maximum(each(uses), 1.0), codewords);
      }
      updates.erase(learnt);
    } else {
      sums = each(keeps) * sums_ + (1.0 - each(keeps)) * sums_now;
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
    updates.emplace_back(codebook_, codewords);
    updates.emplace_back(counts_, counts);
    if (sums) updates.emplace_back(sums_, select(each(put), usual * place, sums));
    updates.emplace_back(revived_, select(dead, step, revived_));
    updates.emplace_back(revivals_, revivals_ + sum(dead));
  }

  double count() const { return static_cast<double>(count_); }

  void build_abilities() {
    const Extent rows = data_.plane() ? most_points : most_rows;
    const Value x = input("codes.data", rows, dimensions_);
    const Quantised of_x = quantise(coder_->encode(x));
    const Axes sites_of_rows{Axis::row, Axis::site};
    Ability coded{"codes", {{"x", x, rows_of(Axis::dimension)}}, {}};
    coded.outputs = {{"codes", reshape(to_real(of_x.codes), {rows, sites()}), sites_of_rows},
                     {"encodings",
                      reshape(of_x.encodings, {rows, sites(), code_dimension_}),
                      {Axis::row, Axis::site, Axis::latent}}};
    if (prior_) coded.outputs.push_back({"log_prior", log_prior(of_x.codes), {Axis::row}});
    system_.abilities.push_back(std::move(coded));
    const Value back = coder_->decode(of_x.codewords);
    system_.abilities.push_back({"reconstruct",
                                 {{"x", x, rows_of(Axis::dimension)}},
                                 {{"x", back, rows_of(Axis::dimension)},
                                  {"objective", -losses(x, back, of_x), {Axis::row}}}});
    // Minus the gradient of each row's mean square, at the codewords of its sites.
    const Value error = sum(square(back - x)) / static_cast<double>(dimensions_);
    const Value pull = -gradients(error, {of_x.codewords}).front();
    system_.abilities.push_back({"straight_through",
                                 {{"x", x, rows_of(Axis::dimension)}},
                                 {{"pull",
                                   reshape(pull, {rows, sites(), code_dimension_}),
                                   {Axis::row, Axis::site, Axis::latent}}}});
    const Extent decoded = data_.plane() ? most_points : decoded_rows;
    const Value given = input("from_codes.codes", decoded, sites());
    const Value codes = to_index(minimum(maximum(given, 0.0), count() - 1));
    const Value codewords = reshape(gather(codebook_, codes), {decoded * sites(), code_dimension_});
    Ability from_codes{"from_codes", {{"codes", given, sites_of_rows}}, {}};
    from_codes.outputs = {{"x", coder_->decode(codewords), rows_of(Axis::dimension)}};
    if (prior_) from_codes.outputs.push_back({"log_prior", log_prior(codes), {Axis::row}});
    system_.abilities.push_back(std::move(from_codes));
    system_.abilities.push_back({"codebook",
                                 {},
                                 {{"codewords", codebook_, {Axis::code, Axis::latent}},
                                  {"uses", counts_, {Axis::code}},
                                  {"revived", revived_, {Axis::code}},
                                  {"revivals", revivals_}}});
    if (prior_) add_site_by_site(system_, {*prior_, drawn_rows, sites(), {}, {}, {}});
  }

  const Json& model_;
  const Json& objective_;
  Extent dimensions_, count_, code_dimension_;
  bool by_gradient_;
  std::unique_ptr<Coder> coder_;
  std::unique_ptr<nn::GridNetwork> prior_;
  std::vector<Value> of_prior_;  // its parameters
  Value codebook_;               // (K, d)
  Value sums_, counts_;          // running, (K, d) and (K): of encodings that fell to each codeword
  Value revived_, revivals_;  // (K): the step at which each was last revived, or −1; how often any
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
  list["model"]
      .integer("model.sites", 16, {1, 256, 1, 64})
      .when("model.name", {"vq"})
      .otherwise("data.name", data::names(true), 1);
  const std::vector<std::string> priors{"pixelcnn", "gated-pixelcnn", "made", "fvsbn"};
  list.choice("model.code_prior", keys::joined({"none"}, priors))
      .when("model.name", {"vq"})
      .when("data.name", data::names(false));
  list.integer("model.code_prior_width", 32, {1, 512, 4, 128, true})
      .when("model.code_prior", priors);
  list.integer("model.code_prior_depth", 3, {0, 20, 1, 12}).when("model.code_prior", priors);
  list["objective"]
      .choice("objective.codebook", {"ema", "gradient"})
      .when("objective.name", {"vq"});
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
  row.on_plane = {{"reconstruct", "codes", "from_codes", "codebook", "straight_through"},
                  {"partition", "codebook", "code-usage", "objective"},
                  R"({"model": {"name": "vq", "width": 64, "depth": 2, "activation": "swish"},
                      "objective": {"name": "vq", "batch": 512},
                      "optimiser": {"rate": 0.003}})"};
  row.on_others = {{"reconstruct", "codes", "from_codes", "codebook", "straight_through",
                    "draw_start", "draw_next"},
                   {"code-maps", "reconstructions", "code-usage", "objective"},
                   R"({"model": {"name": "vq", "width": 200, "depth": 2, "activation": "relu"},
                       "objective": {"name": "vq", "batch": 100},
                       "optimiser": {"rate": 0.001}})"};
  row.shared_keys = {"model.width", "model.depth", "model.activation", "model.initial",
                     "model.network"};
  row.add_keys = add_vector_quantisation_keys;
  row.place = 6;
  row.width = 200;
  row.of_bits = true;
  return row;
}

}  // namespace lab::models
