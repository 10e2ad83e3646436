// Autoencoders: a code z = e(x) of every datum and a picture r(x) = d(z) of what it stands for,
// made alike by gradient. A denoising one sees a corrupted datum and must give back the clean one
// (Vincent et al. 2008); for small noise r(x) − x is then the noise's variance times the gradient
// of ln p(x) (Alain & Bengio 2014). No p(x) is claimed.
#include <algorithm>

#include "core/distributions/distribution.hpp"
#include "core/graph/one_of.hpp"
#include "core/models/builder.hpp"
#include "core/models/coders.hpp"
#include "core/models/corruption.hpp"
#include "core/models/family.hpp"

namespace lab::models {

namespace {

using Json = nlohmann::json;

// Rows at a time, as of models with latents.
constexpr Extent most_rows = 500, most_code_rows = 256;

// Of a moving average, what it keeps with each step.
constexpr double averaging = 0.99;

class AutoencoderBuilder : private Builder {
 public:
  AutoencoderBuilder(const Json& spec, const data::Dataset& data)
      : Builder(spec, data),
        model_(spec.at("model")),
        objective_(spec.at("objective")),
        dimensions_(static_cast<Extent>(data.dimensions())) {
    system_.denoises = denoises();
  }

  System build() {
    if (cross_entropy()) require_unit_interval("objective.loss", "cross-entropy", "mse");
    system_.train_data = data_variable("data.train", data_.train);
    system_.latents = model_.at("latents").get<Extent>();
    nn::Parameters parameters{graph(), system_.seed, {}};
    parameters.deviation = first_deviation();
    encoder_ = make_encoder(parameters, model_, data_.train.shape, {{"code", system_.latents}});
    decoder_ = make_decoder(parameters, model_, system_.latents, data_.train.shape, {"mean"});
    system_.parameters = parameters.values;
    system_.weights = parameters.weights;
    build_training();
    build_abilities();
    return std::move(system_);
  }

 private:
  bool cross_entropy() const {
    return one_of("loss", objective_.at("loss"), {"mse", "cross-entropy"}) == "cross-entropy";
  }
  bool denoises() const {
    return row_of("objective of an autoencoder", objective_.at("name"), objectives).corrupts;
  }

  Value encode(Value x) const { return (*encoder_)(x).front(); }
  // The network's last numbers: of which the picture is, where asked for, the sigmoid.
  Value decode_linear(Value z) const { return (*decoder_)(z).front(); }
  Value decode(Value z) const {
    const bool squashed = one_of("output", model_.at("output"), {"sigmoid", "linear"}) == "sigmoid";
    return squashed ? sigmoid(decode_linear(z)) : decode_linear(z);
  }

  Value corrupted(Value x, Value counter) {
    if (!denoises()) return x;
    const auto [low, high] = extremes();
    return corrupt(objective_.at("corruption"), x, setting("objective", "level"), low, high,
                   system_.seed, counter);
  }

  void build_training() {
    const Value rows = minibatch_rows(objective_.at("batch").get<Extent>());
    const Value x = seen(gather(system_.train_data, rows), system_.step);
    const Value z = encode(corrupted(x, system_.step));
    if (cross_entropy()) {
      maximise(mean(distributions::bernoulli(decode_linear(z))->log_density(x)));
    } else {
      maximise(-mean(square(decode(z) - x)));
    }
    build_scale(z);
  }

  // Codes have no prior, hence no scale: outside they are told in deviations from their mean, both
  // moving averages over the minibatches.
  void build_scale(Value z) {
    Graph& g = graph();
    const Value none = g.constant(0, {system_.latents});
    const Value means = g.variable("codes.mean", none), squares = g.variable("codes.square", none),
                weight = g.variable("codes.weight", g.constant(0));
    auto& updates = system_.phases.back().procedure.updates;
    const auto average = [&](Value kept, Value now) {
      updates.emplace_back(kept, averaging * kept + (1 - averaging) * now);
    };
    average(means, mean(z, {0}));
    average(squares, mean(square(z), {0}));
    average(weight, g.constant(1));
    const Value known = weight > 0.0, share = select(known, weight, g.constant(1));
    centre_ = means / share;
    const Value variance = squares / share - square(centre_);
    spread_ = select(known, sqrt(maximum(variance, 1e-8)), g.constant(1));
  }

  void build_abilities() {
    const Value x = input("encode.data", most_rows, dimensions_);
    const Value z = encode(x);
    system_.abilities.push_back({"encode",
                                 {{"x", x, rows_of(Axis::dimension)}},
                                 {{"mean", (z - centre_) / spread_, rows_of(Axis::latent)}}});
    system_.abilities.push_back({"reconstruct",
                                 {{"x", x, rows_of(Axis::dimension)}},
                                 {{"x", decode(z), rows_of(Axis::dimension)}}});
    const Value codes = input("decode.codes", most_code_rows, system_.latents);
    system_.abilities.push_back(
        {"decode",
         {{"z", codes, rows_of(Axis::latent)}},
         {{"x", decode(centre_ + spread_ * codes), rows_of(Axis::dimension)}}});
    if (denoises()) add_corruption(objective_.at("corruption"), setting("objective", "level"));
    else add_corruption();
  }

  struct Objective {
    const char* name;
    bool corrupts;
  };
  static constexpr Objective objectives[] = {{"reconstruction", false}, {"denoising", true}};

  const Json& model_;
  const Json& objective_;
  Extent dimensions_;
  std::unique_ptr<nn::Network> encoder_, decoder_;
  Value centre_, spread_;  // (J)
};

}  // namespace

System make_autoencoder(const Json& spec, const data::Dataset& data) {
  return AutoencoderBuilder(spec, data).build();
}

namespace {

void add_autoencoder_keys(keys::KeyList& list) {
  list["model"]
      .choice("model.output", {"sigmoid", "linear"})
      .otherwise("data.name", data::names_drawn(true), "linear")
      .otherwise("data.scale", {"symmetric", "standard"}, "linear")
      .when("model.name", {"ae"});
  list["objective"]
      .choice("objective.corruption", {"gaussian", "masking", "salt-and-pepper", "dropout"})
      .fit({"masking", "salt-and-pepper", "dropout"}, "data.name", data::names_drawn(false))
      .when("objective.name", {"denoising"});
  list.number("objective.level", 0.3, {0, 0.95, 0, 0.9})
      .live()
      .when("objective.name", {"denoising"});
}

}  // namespace

Family autoencoder_family() {
  Family row;
  row.name = "ae";
  row.objectives = {"reconstruction", "denoising"};
  row.on_plane = {{"encode", "decode", "reconstruct", "corrupt"},
                  {"field", "latent", "truth", "objective"},
                  R"({"model": {"name": "ae", "latents": 16, "width": 64, "depth": 2,
                                "activation": "swish"},
                      "objective": {"name": "denoising", "batch": 512, "level": 0.15},
                      "optimiser": {"rate": 0.003}})"};
  row.on_others = {{"encode", "decode", "reconstruct", "corrupt"},
                   {"reconstructions", "latent", "manifold", "objective"},
                   R"({"model": {"name": "ae", "latents": 2, "width": 200, "depth": 2,
                                 "activation": "relu"},
                       "objective": {"name": "reconstruction", "batch": 100},
                       "optimiser": {"rate": 0.001}})"};
  row.shared_keys = {"model.width",   "model.depth",   "model.activation",
                     "model.initial", "model.latents", "model.network"};
  row.add_keys = add_autoencoder_keys;
  row.place = 5;
  row.width = 200;
  row.of_bits = true;
  return row;
}

}  // namespace lab::models
