// NICE as a session's procedures: maximum likelihood, and what is looked at.
#include <algorithm>
#include <stdexcept>

#include "core/infer/inpainting.hpp"
#include "core/models/builder.hpp"
#include "core/models/family.hpp"
#include "core/models/nice.hpp"

namespace lab::models {

namespace {

// Rows at a time.
constexpr Extent most_rows = 250, code_rows = 64, query_rows = 2048, path_rows = 512,
                 inpainted_rows = 12;

class NiceBuilder : private Builder {
 public:
  using Builder::Builder;

  System build() {
    check_data();
    system_.train_data = data_variable("data.train", data_.train);
    nn::Parameters parameters{graph(), system_.seed, {}};
    parameters.deviation = first_deviation();
    nice_ = std::make_unique<Nice>(parameters, spec_.at("model"), data_.train.shape,
                                   data_.evaluated(data_.train, data_.train.count()),
                                   spec_.at("seed").get<std::uint32_t>());
    system_.parameters = parameters.values;
    system_.weights = parameters.weights;
    dimensions_ = static_cast<Extent>(data_.dimensions());
    build_training();
    build_likelihood();
    build_sampling();
    if (data_.plane()) build_plane();
    else build_inpainting();
    return std::move(system_);
  }

 private:
  void check_data() const {
    if (data_.redrawn_bits) {
      throw Unfit(
          "data.dequantise",
          "'data.binarise' is \"stochastic\", but a density of real numbers grows without bound on "
          "bits. Set it to \"none\" with NICE.");
    }
    if (!data_.train.shape.picture() || data_.dequantised) return;
    if (data_.on_levels) {
      throw Unfit(
          "data.dequantise",
          "'data.dequantise' is \"off\", but a density of real numbers grows without bound on grey "
          "levels. Set it to \"auto\" or \"on\" with NICE.");
    }
    if (data_.black_or_white) {
      throw Unfit(
          "data.dequantise",
          "These pictures have no equally spaced levels of grey, but many pixels are exactly black "
          "or white, where a density of real numbers grows without bound. Set 'data.dequantise' to "
          "\"on\" with NICE.");
    }
  }

  Value log_density(Value x) const { return nice_->log_density(x); }

  void build_training() {
    const auto batch = spec_.at("objective").at("batch").get<Extent>();
    const Value x = seen(gather(system_.train_data, minibatch_rows(batch)), system_.step);
    const Value objective = mean(log_density(x));
    const Value whitening = nice_->whitening_likelihood(x);
    std::vector<std::pair<Value, Value>> factors;
    if (const Value scale = nice_->log_scale()) {
      factors.emplace_back(scale, setting("optimiser", "scaling_rate"));
    }
    maximise(whitening ? objective + mean(whitening) : objective, factors);
  }

  void build_likelihood() {
    const Value x = input("flow.data", most_rows, dimensions_);
    const Value log_p = log_density(x);
    system_.stages = nice_->stages();
    system_.abilities.push_back({"forward",
                                 {{"x", x, rows_of(Axis::dimension)}},
                                 {{"log_density", log_p, {Axis::row}, Meaning::exact},
                                  {"z", nice_->forward(x).back().value, rows_of(Axis::latent)}}});
    const Value scale = nice_->log_scale(), whitening = nice_->whitening_log_det();
    Ability scales{
        "scales",
        {},
        {{"scales", scale ? exp(-scale) : graph().constant(1, {dimensions_}), {Axis::latent}}}};
    if (whitening) scales.outputs.push_back({"whitening_log_det", whitening});
    system_.abilities.push_back(std::move(scales));
    system_.inverses = nice_->inverses();
    if (system_.inverses.empty()) return;
    Ability matrices{"matrices", {}, {}};
    for (const auto& [matrix, inverse] : system_.inverses) {
      matrices.outputs.push_back({inverse.node().name.c_str(), matrix});
    }
    system_.abilities.push_back(std::move(matrices));
  }

  void build_sampling() {
    system_.latents = dimensions_;
    const Value codes = input("decode.codes", code_rows, dimensions_);
    Ability decode{"decode",
                   {{"z", codes, rows_of(Axis::latent)}},
                   {{"x", nice_->inverse(codes).front().value, rows_of(Axis::dimension)}}};
    draws_ = index_input("draws");
    const Extent rows = data_.plane() ? path_rows : code_rows;
    const Value temperature = setting("sampler", "temperature");
    const Value z = nice_->prior().sample(graph(), rows, system_.seed, draws_) * temperature;
    Ability sample{
        "sample", {}, {{"x", nice_->inverse(z).front().value, rows_of(Axis::dimension)}}};
    sample.draw = draws_;
    decode.inverts = sample.inverts = true;
    system_.abilities.push_back(std::move(decode));
    system_.abilities.push_back(std::move(sample));
  }

  void build_plane() {
    const Value query = input("query", query_rows, dimensions_);
    system_.abilities.push_back(
        {"log_density",
         {{"x", query, rows_of(Axis::dimension)}},
         {{"log_density", log_density(query), {Axis::row}, Meaning::exact}}});
    const Value points = input("flow.points", path_rows, dimensions_);
    system_.abilities.push_back(path("path_forward", points, nice_->forward(points)));
    system_.abilities.push_back(path("path_inverse", points, nice_->inverse(points)));
    system_.abilities.back().inverts = true;
  }

  // The stages' values, one after another, and their ln |det| from where they began.
  Ability path(const char* name, Value points, const std::vector<Nice::Stage>& stages) {
    const auto count = static_cast<Extent>(stages.size());
    const std::vector<Value> all = stacked(stages);
    return {name,
            {{"points", points, rows_of(Axis::dimension)}},
            {{"values",
              reshape(all[0], {count, path_rows, dimensions_}),
              {Axis::stage, Axis::row, Axis::dimension}},
             {"log_det", reshape(all[1], {count, path_rows}), {Axis::stage, Axis::row}}}};
  }

  std::vector<Value> stacked(const std::vector<Nice::Stage>& stages) {
    std::vector<Value> values, log_dets;
    for (const Nice::Stage& stage : stages) {
      values.push_back(stage.value);
      const Value log_det = stage.log_det ? stage.log_det : graph().constant(0);
      log_dets.push_back(broadcast(log_det, {stage.value.extent(0)}));
    }
    return {concatenate(values, 0), concatenate(log_dets, 0)};
  }

  void build_inpainting() {
    Graph& g = graph();
    const Value given = input("inpaint.given", inpainted_rows, dimensions_),
                hidden = input("inpaint.hidden", inpainted_rows, dimensions_),
                now = input("inpaint.now", inpainted_rows, dimensions_),
                moves = index_input("inpaint.moves");
    const auto [low, high] = range();
    const Value noise = uniform_noise(given.shape(), draws_);
    Ability start{
        "inpaint_start",
        {{"given", given, rows_of(Axis::dimension)}, {"hidden", hidden, rows_of(Axis::dimension)}},
        {},
        {{now, select(hidden, noise, given)}, {moves, g.index_constant(0)}}};
    start.draw = draws_;
    const Value paced = to_index(maximum(to_real(moves), first_move(given)));
    const infer::Inpainting moved = infer::inpaint([this](Value x) { return log_density(x); }, now,
                                                   hidden, low, high, system_.seed, moves);
    system_.abilities.push_back(std::move(start));
    system_.abilities.push_back({"inpaint_pace", {}, {}, {{moves, paced}}});
    system_.abilities.push_back(
        {"inpaint_move",
         {},
         {{"x", moved.next, rows_of(Axis::dimension)},
          {"log_density", moved.log_density, {Axis::row}, Meaning::exact}},
         {{now, moved.next}, {moves, index_add(moves, g.index_constant(1))}}});
  }

  // From where on the schedule's steps are α ≤ σ²/2, where σ is by how much f⁻¹ narrows a latent at
  // the given pictures, by the geometric mean. Wider ones only throw pixels from one end of their
  // range to the other.
  Value first_move(Value given) {
    const Value log_det = nice_->forward(given).back().log_det;
    if (!log_det) return graph().constant(0);
    const Value log_stretch = mean(log_det) * (1 / static_cast<double>(dimensions_));
    return minimum(maximum(20.0 * exp(2.0 * log_stretch) - 100.0, 0.0), 1e6);
  }

  std::unique_ptr<Nice> nice_;
  Extent dimensions_ = 0;
  Value draws_;
};

}  // namespace

System make_nice(const nlohmann::json& spec, const data::Dataset& data) {
  return NiceBuilder(spec, data).build();
}

namespace {

void add_nice_keys(keys::KeyList& list) {
  const auto only = [](const keys::Row& row) { return row.when("model.name", {"nice"}); };
  only(list["model first"].integer("model.couplings", 4, {1, 64, 1, 16}));
  only(list.choice("model.law", {"additive", "affine", "multiplicative"}))
      .otherwise("data.name", data::names(true), "affine");
  only(list.choice("model.partition", {"odd-even", "halves", "checkerboard", "random", "learned"}));
  only(list["model"].choice("model.prior", {"logistic", "gaussian"}));
  only(list.boolean("model.scaling", true));
  only(list.choice("model.whitening", {"none", "approximate", "zca"}));
  only(list["optimiser"].number("optimiser.scaling_rate", 1, {0, 1000, 0.1, 100, true})).live();
  only(list["sampler"].number("sampler.temperature", 1, {0, 10, 0, 2})).live();
  // Of those with an exact likelihood.
  const std::vector<std::string> exact =
      families_where([](const Family& row) { return row.exact; });
  list["reference"]
      .number("reference.log_likelihood", 0, {-1e6, 1e6, -1e4, 1e4})
      .when("model.name", exact)
      .live()
      .unit("nats");
  list.text("reference.label").when("model.name", exact).live();
}

}  // namespace

Family nice_family() {
  Family row;
  row.name = "nice";
  row.objectives = {"likelihood"};
  row.on_plane = {
      {"forward", "scales", "decode", "sample", "log_density", "path_forward", "path_inverse"},
      {"warp", "log-density", "samples", "likelihood"},
      R"({"model": {"name": "nice", "couplings": 6, "width": 64, "depth": 2,
                    "activation": "swish"},
          "objective": {"batch": 256}, "optimiser": {"rate": 0.002}})"};
  row.on_others = {
      {"forward", "scales", "decode", "sample", "inpaint_start", "inpaint_pace", "inpaint_move"},
      {"samples", "neighbours", "inpainting", "likelihood"},
      R"({"model": {"name": "nice", "couplings": 4, "width": 100, "depth": 2},
          "objective": {"batch": 100}, "optimiser": {"rate": 0.002, "scaling_rate": 20}})"};
  row.shared_keys = {"model.width", "model.depth", "model.activation", "model.initial"};
  row.add_keys = add_nice_keys;
  row.place = 1;
  row.exact = true;
  row.dequantise = "auto";
  return row;
}

}  // namespace lab::models
