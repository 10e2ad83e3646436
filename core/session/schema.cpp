// The table of all keys: what can be set, and what it may be. What a person reads about them is in
// shell/words/keys.cpp.
#include <algorithm>

#include "core/session/specification.hpp"

namespace lab::session {

namespace {

Json names(std::initializer_list<const char*> list) {
  Json array = Json::array();
  for (const char* name : list) array.push_back(name);
  return array;
}

// A list of words as it is written below. It owns nothing, so that thousands of temporary strings
// are no code to download.
class Words {
 public:
  Words(std::initializer_list<const char*> words) : words_(words) {}
  Words(const std::vector<std::string>& list) : list_(&list) {}
  std::vector<std::string> all() const {
    return list_ ? *list_ : std::vector<std::string>(words_.begin(), words_.end());
  }

 private:
  std::initializer_list<const char*> words_;
  const std::vector<std::string>* list_ = nullptr;
};

// Shorthands for the kinds of row below.
Key row(const char* path, Kind kind) {
  Key key;
  key.path = path;
  key.kind = kind;
  return key;
}

Key choice(const char* path, Words choices) {
  Key key = row(path, Kind::choice);
  key.choices = choices.all();
  key.fallback = key.choices.front();
  return key;
}

struct Range {
  double low, high, slider_low, slider_high;
  bool logarithmic = false;
};

Key number(const char* path, double fallback, Range range) {
  Key key = row(path, Kind::number);
  key.fallback = fallback;
  key.low = range.low;
  key.high = range.high;
  key.slider_low = range.slider_low;
  key.slider_high = range.slider_high;
  key.logarithmic = range.logarithmic;
  return key;
}

Key integer(const char* path, std::int64_t fallback, Range range) {
  Key key = number(path, 0, range);
  key.kind = Kind::integer;
  key.fallback = fallback;
  return key;
}

Key text(const char* path) {
  Key key = row(path, Kind::text);
  key.fallback = "";
  return key;
}

Key rows(const char* path, std::size_t columns, Json fallback) {
  Key key = row(path, Kind::rows);
  key.columns = columns;
  key.fallback = std::move(fallback);
  return key;
}

Key boolean(const char* path, bool fallback) {
  Key key = row(path, Kind::boolean);
  key.fallback = fallback;
  return key;
}

// What follows changes a key and hands it on: a temporary one as such.
template <class K>
K&& when(K&& key, const char* path, Words values) {
  key.when.push_back({path, values.all()});
  return std::forward<K>(key);
}

// The value of a key that is not given, where `path` is one of `values`.
template <class K>
K&& otherwise(K&& key, const char* path, Words values, Json fallback) {
  key.fallbacks.push_back({{{path, values.all()}}, std::move(fallback)});
  return std::forward<K>(key);
}

// The same, where both hold.
template <class K>
K&& otherwise(K&& key, const char* path, Words values, const char* other_path, Words other_values,
              Json fallback) {
  key.fallbacks.push_back(
      {{{path, values.all()}, {other_path, other_values.all()}}, std::move(fallback)});
  return std::forward<K>(key);
}

// Those choices need `path` to be one of `values`.
template <class K>
K&& fit(K&& key, Words choices, const char* path, Words values) {
  for (const std::string& each : choices.all()) key.fits[each].push_back({path, values.all()});
  return std::forward<K>(key);
}

template <class K>
K&& live(K&& key) {
  key.live = true;
  return std::forward<K>(key);
}

template <class K>
K&& with_unit(K&& key, const char* unit) {
  key.unit = unit;
  return std::forward<K>(key);
}

const std::vector<std::string> plane{"eight-gaussians", "ring",       "mixture",
                                     "moons",           "pinwheel",   "checkerboard",
                                     "spirals",         "swiss-roll", "points"};
const std::vector<std::string> pictures{"digits8", "strokes", "sprites", "faces", "file"};
const std::vector<std::string> energies{"energy-mlp", "gaussian", "mixture", "ring"};
// Objectives of models with latents.
const std::vector<std::string> latent_objectives{"aevb", "iwae", "wake-sleep", "mcem", "full-vb"};

std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::vector<Key> make_schema() {
  std::vector<Key> keys;
  const auto add = [&keys](Key&& key) { keys.push_back(std::move(key)); };
  const double huge = 1e6;

  add(integer("version", 1, {1, 1, 1, 1}));
  add(text("title"));

  add(choice("data.name", joined(plane, pictures)));
  add(when(text("data.file"), "data.name", {"file"}));
  add(when(text("data.test_file"), "data.name", {"file"}));
  add(when(integer("data.tile_rows", 0, {0, 4096, 0, 128}), "data.name", {"file"}));
  add(when(integer("data.tile_columns", 0, {0, 4096, 0, 128}), "data.name", {"file"}));
  add(when(boolean("data.ordered", false), "data.name", {"file"}));
  Key train = with_unit(integer("data.train", 8000, {16, 200000, 100, 60000, true}), "samples");
  otherwise(train, "data.name", {"digits8"}, 1437);
  otherwise(train, "data.name", {"file"}, 60000);
  add(std::move(train));
  Key test = with_unit(integer("data.test", 2000, {16, 200000, 100, 20000, true}), "samples");
  otherwise(test, "data.name", {"digits8"}, 360);
  otherwise(test, "data.name", {"file"}, 10000);
  add(std::move(test));
  add(with_unit(integer("data.validation", 0, {0, 100000, 0, 10000}), "samples"));
  add(when(choice("data.scale", {"unit", "symmetric", "standard"}), "data.name", pictures));
  add(when(number("data.noise", 0.1, {0.005, 2, 0.02, 0.5}), "data.name", {"moons"}));
  add(when(number("data.radius", 2, {0.1, 10, 0.5, 4}), "data.name", {"ring"}));
  add(when(number("data.width", 0.2, {0.01, 3, 0.05, 1}), "data.name", {"ring"}));
  add(when(rows("data.components", 6,
                Json::array({Json::array({1, -1.5, 0, 0.5, 0.9, 0.5}),
                             Json::array({1, 1.5, 0, 0.5, 0.9, -0.5})})),
           "data.name", {"mixture"}));
  add(when(rows("data.points", 2, Json::array()), "data.name", {"points"}));

  add(fit(choice("model.name", joined(energies, {"vae", "nice"})), energies, "data.name", plane));
  // These depend on the model.
  Key binarise = choice("data.binarise", {"none", "threshold", "static", "stochastic"});
  fit(binarise, {"threshold", "static", "stochastic"}, "model.name", {"vae"});
  add(when(std::move(binarise), "data.name", pictures));
  Key dequantise = choice("data.dequantise", {"off", "auto", "on"});
  otherwise(dequantise, "model.name", {"nice"}, "auto");
  add(when(std::move(dequantise), "data.name", pictures));
  add(when(integer("data.levels", 0, {0, 65536, 0, 256}), "data.name", pictures));
  add(when(integer("model.latents", 2, {1, 1024, 1, 32}), "model.name", {"vae"}));
  add(when(integer("model.couplings", 4, {1, 64, 1, 16}), "model.name", {"nice"}));
  add(when(otherwise(choice("model.law", {"additive", "affine", "multiplicative"}), "data.name",
                     plane, "affine"),
           "model.name", {"nice"}));
  add(when(choice("model.partition", {"odd-even", "halves", "checkerboard", "random", "learned"}),
           "model.name", {"nice"}));
  add(when(otherwise(otherwise(integer("model.width", 64, {1, 4096, 4, 512, true}), "model.name",
                               {"vae"}, 200),
                     "data.name", pictures, 200),
           "model.name", {"energy-mlp", "vae", "nice"}));
  add(when(otherwise(integer("model.depth", 2, {0, 8, 0, 4}), "model.name", {"vae"}, 1),
           "model.name", {"energy-mlp", "vae", "nice"}));
  add(when(choice("model.activation", {"tanh", "relu", "softplus", "elu", "swish"}), "model.name",
           {"energy-mlp", "vae", "nice"}));
  add(when(choice("model.base", {"gaussian", "none"}), "model.name", {"energy-mlp"}));
  add(when(choice("model.prior", {"logistic", "gaussian"}), "model.name", {"nice"}));
  add(when(boolean("model.scaling", true), "model.name", {"nice"}));
  add(when(choice("model.whitening", {"none", "approximate", "zca"}), "model.name", {"nice"}));
  Key decoder = choice("model.decoder", {"bernoulli", "gaussian", "fixed-gaussian", "logistic"});
  otherwise(decoder, "data.name", plane, "gaussian");
  // Bits lie in [0, 1].
  otherwise(decoder, "data.scale", {"symmetric", "standard"}, "gaussian");
  fit(decoder, {"bernoulli"}, "data.name", pictures);
  add(when(std::move(decoder), "model.name", {"vae"}));
  add(when(choice("model.mean", {"linear", "sigmoid"}), "model.decoder",
           {"gaussian", "fixed-gaussian", "logistic"}));
  add(when(number("model.deviation", 0.1, {1e-4, 100, 0.01, 1, true}), "model.decoder",
           {"fixed-gaussian"}));
  add(when(choice("model.initial", {"scaled", "small"}), "model.name", {"vae", "nice"}));
  add(when(integer("model.components", 8, {1, 64, 1, 16}), "model.name", {"mixture"}));

  add(fit(
      fit(fit(choice("objective.name", joined(joined({"nce"}, latent_objectives), {"likelihood"})),
              {"nce"}, "model.name", energies),
          {"likelihood"}, "model.name", {"nice"}),
      latent_objectives, "model.name", {"vae"}));
  add(when(choice("objective.estimator", {"B", "A"}), "objective.name", {"aevb", "full-vb"}));
  add(when(otherwise(integer("objective.samples", 1, {1, 1000, 1, 50, true}), "objective.name",
                     {"iwae"}, 5),
           "objective.name", {"aevb", "iwae", "full-vb"}));
  add(when(choice("objective.uncertain", {"decoder", "both"}), "objective.name", {"full-vb"}));
  add(when(choice("objective.form", {"beta", "capacity"}), "objective.name", {"aevb"}));
  add(live(when(number("objective.beta", 1, {0, 1000, 0, 10}), "objective.form", {"beta"})));
  add(live(when(number("objective.gamma", 30, {0, 10000, 1, 1000, true}), "objective.form",
                {"capacity"})));
  add(live(when(with_unit(number("objective.capacity", 25, {0, 1000, 0, 50}), "nats"),
                "objective.form", {"capacity"})));
  add(live(when(
      with_unit(number("objective.capacity_steps", 10000, {1, 1e9, 100, 100000, true}), "steps"),
      "objective.form", {"capacity"})));
  add(when(integer("objective.leapfrog", 10, {1, 100, 1, 20}), "objective.name", {"mcem"}));
  add(when(integer("objective.updates", 5, {1, 100, 1, 20}), "objective.name", {"mcem"}));
  add(live(when(number("objective.acceptance", 0.9, {0.05, 0.999, 0.5, 0.99}), "objective.name",
                {"mcem"})));
  add(when(boolean("objective.weight_prior", false), "objective.name",
           {"aevb", "iwae", "wake-sleep", "mcem"}));
  add(when(choice("objective.noise", {"gaussian", "standard", "uniform", "mixture"}),
           "objective.name", {"nce"}));
  add(when(number("objective.noise_scale", 1, {0.05, 20, 0.25, 4, true}), "objective.noise",
           {"gaussian", "uniform", "mixture"}));
  add(when(number("objective.noise_shift", 0, {-100, 100, -8, 8}), "objective.noise",
           {"gaussian", "standard"}));
  add(when(integer("objective.noise_components", 8, {1, 64, 1, 16}), "objective.noise",
           {"mixture"}));
  add(when(number("objective.ratio", 1, {0.1, 64, 1, 16, true}), "objective.name", {"nce"}));
  add(otherwise(with_unit(integer("objective.batch", 512, {1, 16384, 16, 2048, true}), "samples"),
                "data.name", pictures, 100));

  add(choice("optimiser.name", {"adam", "sgd", "momentum", "rmsprop", "adagrad"}));
  add(live(number("optimiser.rate", 1e-3, {0, huge, 1e-5, 1, true})));
  add(live(when(number("optimiser.momentum", 0.9, {0, 0.9999, 0, 0.99}), "optimiser.name",
                {"momentum"})));
  add(live(when(number("optimiser.decay", 0.9, {0, 0.99999, 0.5, 0.999}), "optimiser.name",
                {"rmsprop"})));
  add(live(when(number("optimiser.beta1", 0.9, {0, 0.9999, 0, 0.99}), "optimiser.name", {"adam"})));
  add(live(when(number("optimiser.beta2", 0.999, {0, 0.99999, 0.9, 0.9999}), "optimiser.name",
                {"adam"})));
  add(live(when(number("optimiser.epsilon", 1e-8, {1e-30, 1, 1e-10, 1e-2, true}), "optimiser.name",
                {"rmsprop", "adagrad", "adam"})));
  add(live(number("optimiser.weight_decay", 0, {0, 100, 0, 0.1})));
  add(live(when(number("optimiser.scaling_rate", 1, {0, 1000, 0.1, 100, true}), "model.name",
                {"nice"})));
  add(number("optimiser.clip", 0, {0, huge, 0, 10}));
  add(choice("optimiser.schedule", {"constant", "exponential", "step", "cosine"}));
  add(live(
      when(with_unit(number("optimiser.schedule_steps", 5000, {1, 1e9, 100, 50000, true}), "steps"),
           "optimiser.schedule", {"exponential", "step", "cosine"})));
  add(live(when(number("optimiser.schedule_factor", 0.1, {0, 1, 0.001, 1, true}),
                "optimiser.schedule", {"exponential", "step", "cosine"})));

  add(when(choice("sampler.name", {"hmc", "langevin"}), "objective.name", {"nce"}));
  add(when(integer("sampler.chains", 512, {1, 8192, 64, 2048, true}), "objective.name", {"nce"}));
  add(when(integer("sampler.steps", 10, {1, 50, 1, 20}), "sampler.name", {"hmc"}));
  add(when(boolean("sampler.jumps", true), "objective.name", {"nce"}));
  add(live(when(number("sampler.step_size", 0.15, {1e-5, 10, 0.01, 1, true}), "objective.name",
                {"nce"})));
  add(live(when(number("sampler.temperature", 1, {0, 10, 0, 2}), "model.name", {"nice"})));
  add(live(
      when(choice("measure.log_marginal", {"none", "importance", "hmc"}), "model.name", {"vae"})));
  add(live(when(integer("measure.samples", 500, {2, 100000, 50, 5000, true}),
                "measure.log_marginal", {"importance", "hmc"})));
  add(live(when(integer("measure.points", 100000, {1, 100000, 100, 10000, true}),
                "measure.log_marginal", {"importance", "hmc"})));

  add(live(when(with_unit(number("reference.log_likelihood", 0, {-1e6, 1e6, -1e4, 1e4}), "nats"),
                "model.name", {"nice"})));
  add(live(when(text("reference.label"), "model.name", {"nice"})));

  add(integer("seed", 1, {0, 4294967295.0, 0, 100}));
  Key views;
  views.path = "views";
  views.kind = Kind::choices;
  views.choices = {"posterior",       "log-density", "truth",         "difference", "samples",
                   "constant",        "objective",   "cross-section", "latent",     "manifold",
                   "reconstructions", "traversal",   "interpolation", "bound",      "kl-dimensions",
                   "aggregate",       "warp",        "likelihood",    "marginals",  "neighbours",
                   "sphere",          "inpainting",  "spectrum",      "runs"};
  views.fallback = names({"posterior", "log-density", "samples", "cross-section"});
  fit(views, {"posterior", "constant"}, "objective.name", {"nce"});
  fit(views, {"objective"}, "model.name", joined(energies, {"vae"}));
  fit(views, {"log-density", "truth", "difference", "cross-section", "warp"}, "data.name", plane);
  fit(views,
      {"manifold", "reconstructions", "traversal", "interpolation", "neighbours", "sphere",
       "inpainting"},
      "data.name", pictures);
  fit(views,
      {"latent", "manifold", "reconstructions", "traversal", "bound", "kl-dimensions", "aggregate"},
      "model.name", {"vae"});
  fit(views, {"interpolation"}, "model.name", {"vae", "nice"});
  fit(views, {"warp", "likelihood", "marginals", "neighbours", "sphere", "inpainting", "spectrum"},
      "model.name", {"nice"});
  otherwise(views, "model.name", {"nice"}, "data.name", pictures,
            names({"samples", "neighbours", "inpainting", "likelihood"}));
  otherwise(views, "model.name", {"nice"}, names({"warp", "log-density", "samples", "likelihood"}));
  otherwise(views, "data.name", pictures,
            names({"latent", "manifold", "reconstructions", "bound"}));
  otherwise(views, "model.name", {"vae"}, names({"log-density", "samples", "latent", "bound"}));
  add(std::move(views));
  add(live(with_unit(integer("stop.steps", 0, {0, 1e12, 0, 100000}), "steps")));
  add(live(with_unit(number("stop.seconds", 0, {0, 1e9, 0, 600}), "s")));
  add(live(when(with_unit(number("stop.kl", 0, {0, 100, 0, 1}), "nats"), "data.name", plane)));
  return keys;
}

}  // namespace

std::span<const Key> schema() {
  static const std::vector<Key> keys = make_schema();
  return keys;
}

}  // namespace lab::session
