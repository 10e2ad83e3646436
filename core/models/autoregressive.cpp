// Autoregressive models of pictures: ln p(x) = Σ ln p(xᵢ | x before i), exactly, by a network over
// the grid of pixels that is masked so (core/nn/grid_network.hpp). Pictures are read in rows, the
// colours of a pixel one after another. A level of grey is a symbol: of K of them, level k holds
// the intensities of [k/K, (k + 1)/K), within which a density is uniform.
#include <algorithm>
#include <cmath>

#include "core/distributions/categorical.hpp"
#include "core/models/builder.hpp"
#include "core/models/family.hpp"
#include "core/models/site_by_site.hpp"

namespace lab::models {

namespace {

using namespace distributions;
using Json = nlohmann::json;

// Sites of all rows that are looked at together, and rows at most: features of each are kept.
constexpr Extent sites_at_once = 1 << 16, most_rows = 250, drawn_rows = 16, influence_rows = 25;
// The same of pairs of pixels, where each looks at all before it.
constexpr Extent pairs_at_once = 1 << 24;

class AutoregressiveBuilder : private Builder {
 public:
  AutoregressiveBuilder(const Json& spec, const data::Dataset& data)
      : Builder(spec, data),
        model_(spec.at("model")),
        dimensions_(static_cast<Extent>(data.dimensions())) {
    const data::SampleShape& shape = data.train.shape;
    grid_ = {static_cast<Extent>(shape.rows), static_cast<Extent>(shape.columns),
             static_cast<Extent>(shape.channels), chosen_levels()};
  }

  System build() {
    check_range();
    system_.train_data = data_variable("data.train", data_.train);
    nn::Parameters parameters{graph(), system_.seed, {}};
    nn::GridNetworkShape shape;
    shape.architecture = model_.at("architecture");
    shape.width = model_.value("width", Extent{1});
    shape.depth = model_.value("depth", 0);
    shape.activation = model_.value("activation", "relu");
    shape.conditions = static_cast<Extent>(class_shares_.size());
    network_ = nn::grid_network(parameters, "network", grid_, shape);
    system_.parameters = parameters.values;
    system_.weights = parameters.weights;
    system_.notes = notes();
    system_.measured = measured_rows();
    build_training();
    build_likelihood();
    build_drawing();
    build_influence();
    return std::move(system_);
  }

 private:
  bool has(bool nn::GridArchitecture::*what) const {
    return std::ranges::count(nn::grid_architectures_with(what),
                              model_.at("architecture").get<std::string>()) > 0;
  }

  // Rows that are looked at together, `most` at most.
  Extent rows_at_once(Extent most) const {
    Extent rows = sites_at_once / dimensions_;
    if (has(&nn::GridArchitecture::attention)) {
      const Extent pixels = grid_.rows * grid_.columns;
      rows = std::min(rows, pairs_at_once / (pixels * pixels));
    }
    return std::clamp<Extent>(rows, 1, most);
  }

  Extent chosen_levels() const {
    const auto chosen = model_.at("levels").get<Extent>();
    if (data_.bits && chosen > 2) {
      throw Unfit("model.levels", "'model.levels' is " + std::to_string(chosen) +
                                      ", but these data are bits: set it to 2, or to 0, which is "
                                      "as many as the data have.");
    }
    if (data_.bits) return 2;
    if (chosen == 1) {
      throw Unfit("model.levels",
                  "'model.levels' is 1, but there is nothing to learn of a single level: choose 2 "
                  "to 256, or 0, which is as many as the data have.");
    }
    if (chosen > 0) return chosen;
    if (data_.levels >= 2 && data_.levels <= 256) return static_cast<Extent>(data_.levels);
    throw Unfit("model.levels",
                "'model.levels' is 0, which is as many as the data have, but these data have " +
                    (data_.levels > 0 ? std::to_string(static_cast<Extent>(data_.levels)) +
                                            " levels of grey. Choose 2 to 256."
                                      : std::string("no equally spaced levels. Choose 2 to 256, "
                                                    "into which [0, 1] is then divided.")));
  }

  // Rows of plain numbers may lie anywhere.
  void check_range() const {
    std::vector<float> values = data_.train.values;
    data_.to_intensities(values);
    const auto within = [](float value) { return value >= -1e-4f && value <= 1 + 1e-4f; };
    if (std::ranges::all_of(values, within)) return;
    throw Unfit("model.name",
                "'model.name' is \"ar\", whose levels divide [0, 1], but this data has other "
                "values. Choose nice, which learns any numbers.");
  }

  // Of convolutions every weight is used at every pixel; for ln p(x) all, once a class.
  Extent measured_rows() const {
    constexpr double products = 2e9;  // of a fraction of a second
    double each = 0;
    for (const Value parameter : system_.parameters)
      each += static_cast<double>(size_of(parameter.shape()));
    if (has(&nn::GridArchitecture::convolutions)) {
      each *= static_cast<double>(grid_.rows * grid_.columns);
    }
    each *= static_cast<double>(std::max<std::size_t>(1, class_shares_.size()));
    return static_cast<Extent>(std::clamp(products / each, 32.0, 500.0));
  }

  std::vector<std::string> notes() const {
    const std::string levels = std::to_string(grid_.values);
    std::vector<std::string> all;
    if (data_.bits && !data_.dequantised) {
      all.push_back("ln p(x) is that of a picture of bits: its probability, exactly.");
    } else {
      all.push_back("ln p(x) is that of a density that is uniform within each of " + levels +
                    " levels: the log-probability of the picture in " + levels +
                    " levels, plus ln " + levels + " for each number.");
    }
    if (conditional()) {
      all.push_back(
          "The objective is ln p(x|class); ln p(x) is ln Σ p(class) p(x|class), with the classes' "
          "shares of the training data.");
    }
    return all;
  }

  // As models see it (B, D) → symbols (B, D), and back: the intensity k/(K − 1).
  Value symbols_of(Value x) {
    if (!data_.scale.empty()) x = (x - columns(data_.shift)) / columns(data_.scale);
    const auto levels = static_cast<double>(grid_.values);
    return minimum(maximum(floor(x * levels), 0.0), levels - 1);
  }
  Value seen_as(Value symbols) {
    const Value x = symbols * (1 / static_cast<double>(grid_.values - 1));
    return data_.scale.empty() ? x : x * columns(data_.scale) + columns(data_.shift);
  }

  // What ln p of a density has more than ln p of the symbols: −ln of the size of their cell.
  double log_cells() const {
    if (data_.bits && !data_.dequantised) return 0;
    double total = std::log(static_cast<double>(grid_.values)) * static_cast<double>(dimensions_);
    for (const float factor : data_.scale) total -= std::log(static_cast<double>(factor));
    return total;
  }

  // ln p (B) of symbols (B, D), where there are classes given theirs (B, J).
  Value log_probability(Value symbols, Value condition) const {
    return sum(categorical_log_probability((*network_)(symbols, condition), symbols), {1});
  }

  void build_training() {
    const Value rows = minibatch_rows(spec_.at("objective").at("batch").get<Extent>());
    const Value x = seen(gather(system_.train_data, rows), system_.step);
    maximise(mean(log_probability(symbols_of(x), minibatch_classes(rows))) + log_cells());
  }

  void build_likelihood() {
    const auto classes = std::max<Extent>(1, static_cast<Extent>(class_shares_.size()));
    const Extent rows = std::max<Extent>(1, rows_at_once(most_rows) / classes);
    const Value x = input("likelihood.data", rows, dimensions_);
    const OfClasses of = of_every_class(symbols_of(x));
    const Value log_p = over_classes(log_probability(of.x, of.classes), of);
    system_.abilities.push_back(
        {"log_density",
         {{"x", x, rows_of(Axis::dimension)}},
         {{"log_density", log_p + log_cells(), {Axis::row}, Meaning::exact}}});
  }

  void build_drawing() {
    add_site_by_site(system_,
                     {*network_, drawn_rows, dimensions_, [this](Value x) { return symbols_of(x); },
                      [this](Value symbols) { return seen_as(symbols); }, class_shares_});
  }

  // What site i heeds: the slope of its logits' contrast, Σ (k − (K − 1)/2) logit_k / (K − 1), of
  // bits of its logit, by the symbols before it, in levels of [0, 1].
  void build_influence() {
    Graph& g = graph();
    const Extent rows = rows_at_once(influence_rows);
    const Value x = input("influence.data", rows, dimensions_),
                site = input("influence.site", rows, 1);
    const Value symbols = symbols_of(x);
    Value condition;
    if (conditional()) {
      condition = broadcast(g.constant(class_shares_, {static_cast<Extent>(class_shares_.size())}),
                            {rows, static_cast<Extent>(class_shares_.size())});
    }
    const Value logits = (*network_)(symbols, condition);
    const Value here =
        reshape(index_equal(to_index(site), iota(g, dimensions_)), {rows, dimensions_, 1});
    std::vector<double> contrast{1};
    if (grid_.values > 2) {
      contrast.clear();
      for (Extent k = 0; k < grid_.values; ++k) {
        contrast.push_back(static_cast<double>(k) / static_cast<double>(grid_.values - 1) - 0.5);
      }
    }
    const Value target =
        sum(logits * here * g.constant(contrast, {static_cast<Extent>(contrast.size())}));
    const Value slope = gradients(target, {symbols}).front();
    system_.abilities.push_back(
        {"influence",
         {{"x", x, rows_of(Axis::dimension)}, {"site", site, rows_of(Axis::latent)}},
         {{"slope", slope * static_cast<double>(grid_.values - 1), rows_of(Axis::dimension)}}});
  }

  const Json& model_;
  Extent dimensions_;
  nn::Grid grid_;
  std::unique_ptr<nn::GridNetwork> network_;
};

}  // namespace

System make_autoregressive(const Json& spec, const data::Dataset& data) {
  return AutoregressiveBuilder(spec, data).build();
}

namespace {

void add_autoregressive_keys(keys::KeyList& list) {
  const auto only = [](const keys::Row& row) { return row.when("model.name", {"ar"}); };
  only(list["model first"].choice("model.architecture", nn::grid_architectures()));
  only(list["model"].integer("model.levels", 0, {0, 256, 0, 32}));
}

}  // namespace

Family autoregressive_family() {
  Family row;
  row.name = "ar";
  row.objectives = {"likelihood"};
  row.on_others = {{"log_density", "draw_start", "draw_next", "influence"},
                   {"drawing", "samples", "likelihood", "receptive-field"},
                   R"({"model": {"name": "ar", "architecture": "pixelcnn", "width": 16,
                                 "depth": 3, "activation": "relu"},
                       "objective": {"batch": 50}, "optimiser": {"rate": 0.002}})"};
  row.shared_keys = {"model.width", "model.depth", "model.activation", "model.condition"};
  row.add_keys = add_autoregressive_keys;
  row.place = 4;
  row.of_bits = true;
  row.exact = true;
  row.dequantise = "auto";
  return row;
}

}  // namespace lab::models
