// Two layers of features of natural image patches, whose constant is learnt by noise-contrastive
// estimation (Gutmann & Hyvärinen 2012, section 5). A patch is seen without its mean, whitened by
// its principal components and scaled to a sphere; noise is uniform there.
//   ln p⁰(x) = Σ_n f(ln(v_n · (W x)² + 1) + b_n),   f(u) = ¼ ln cosh 2u + ½ u + 0.17,   v ≥ 0
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <optional>

#include "core/infer/principal.hpp"
#include "core/models/builder.hpp"
#include "core/models/contrast.hpp"
#include "core/models/family.hpp"

namespace lab::models {

namespace {

using Json = nlohmann::json;

constexpr Extent most_evaluated = 1000, query_rows = 400;

// Training patches that the covariance is taken of, at most.
constexpr std::size_t most_for_covariance = 10000;

// A direction of less of the variance is not whitened: it would be noise, made as large as all.
constexpr double least_share = 1e-7;

// Thresholds b at the start: what is smaller than usual is nearly off.
constexpr double first_threshold = -1;

// Weights of pooling besides its own feature, when they are let go.
constexpr double first_pooling = 0.05;

// Uniform on the sphere of radius √D in D dimensions; its density is on the sphere's surface.
class OnSphere final : public distributions::Distribution {
 public:
  explicit OnSphere(Extent dimensions) : dimensions_(dimensions) {
    const auto d = static_cast<double>(dimensions);
    log_area_ = std::log(2.0) + 0.5 * d * std::log(std::numbers::pi) - std::lgamma(0.5 * d) +
                0.5 * (d - 1) * std::log(d);
  }

  double log_density() const { return -log_area_; }

  Value log_density(Value x) const override {
    return x.graph().constant(-log_area_, {x.extent(0)});
  }
  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override {
    return onto(random_normal(graph, {count, dimensions_}, seed, counter));
  }
  Value mean(Graph& graph) const override { return graph.constant(0, {dimensions_}); }

  // Rows (R, D) scaled to the sphere.
  Value onto(Value rows) const {
    const Value length = sqrt(sum(square(rows), {1}) + 1e-20);
    return rows *
           reshape(std::sqrt(static_cast<double>(dimensions_)) / length, {rows.extent(0), 1});
  }

 private:
  Extent dimensions_;
  double log_area_;
};

class TwoLayerBuilder : private Builder {
 public:
  TwoLayerBuilder(const Json& spec, const data::Dataset& data)
      : Builder(spec, data),
        model_(spec.at("model")),
        objective_(spec.at("objective")),
        pixels_(static_cast<Extent>(data.dimensions())),
        features_(model_.at("features").get<Extent>()) {}

  System build() {
    if (!data_.train.shape.picture()) {
      throw Unfit("model.name",
                  "'model.name' is \"two-layer\", which learns patches of pictures; these data are "
                  "rows of numbers. Choose pictures.");
    }
    system_.train_data = data_variable("data.train", data_.train);
    system_.test_data = data_variable("data.test", data_.test);
    whiten();
    nn::Parameters parameters{graph(), system_.seed, {}};
    make_layers(parameters);
    system_.parameters = parameters.values;
    system_.weights = parameters.weights;
    build_training();
    build_evaluation();
    build_abilities();
    return std::move(system_);
  }

 private:
  // Matrices from pixels without their mean to whitened numbers and back.
  void whiten() {
    const auto size = static_cast<std::size_t>(pixels_),
               most = std::min(model_.at("whitened").get<std::size_t>(), size);
    std::vector<float> rows(
        data_.train.values.begin(),
        data_.train.values.begin() +
            static_cast<std::ptrdiff_t>(std::min(data_.train.count(), most_for_covariance) * size));
    double variance = 0;
    for (std::size_t start = 0; start < rows.size(); start += size) {
      double total = 0;
      for (std::size_t i = 0; i < size; ++i) total += static_cast<double>(rows[start + i]);
      for (std::size_t i = 0; i < size; ++i) {
        float& value = rows[start + i];
        value -= static_cast<float>(total / static_cast<double>(size));
        variance += static_cast<double>(value) * static_cast<double>(value);
      }
    }
    const std::size_t count = rows.size() / size;
    variance /= static_cast<double>(count);
    const infer::Principal found = infer::principal(rows, size, most);
    const auto kept = static_cast<std::size_t>(
        std::ranges::count_if(found.share, [](double share) { return share > least_share; }));
    if (kept < 2) {
      throw Unfit("data.name",
                  "These patches do not differ but in their means, so that there is nothing to "
                  "learn: choose other pictures, or larger patches.");
    }
    std::vector<double> forward(size * kept), back(kept * size);
    double share = 0;
    for (std::size_t k = 0; k < kept; ++k) {
      const double deviation = std::sqrt(found.share[k] * variance);
      share += found.share[k];
      for (std::size_t i = 0; i < size; ++i) {
        forward[i * kept + k] = found.axes[k * size + i] / deviation;
        back[k * size + i] = found.axes[k * size + i] * deviation;
      }
    }
    whitened_ = static_cast<Extent>(kept);
    noise_.emplace(whitened_);
    to_whitened_ = graph().constant(forward, {pixels_, whitened_});
    to_pixels_ = graph().constant(back, {whitened_, pixels_});
    char text[96];
    std::snprintf(text, sizeof text,
                  "%zu numbers of a patch are kept; they hold %.1f %% of its variance.", kept,
                  100 * share);
    system_.notes.emplace_back(text);
  }

  Value seen_of(Value x) const {
    const Value centred = x - reshape(mean(x, {1}), {x.extent(0), 1});
    return noise_->onto(matmul(centred, to_whitened_));
  }

  void make_layers(nn::Parameters& parameters) {
    Graph& g = graph();
    const double scale = 1 / std::sqrt(static_cast<double>(whitened_));
    weights_ = parameters.add(
        "features",
        random_normal(g, {features_, whitened_}, system_.seed, g.index_constant(0)) * scale);
    std::vector<double> own(static_cast<std::size_t>(features_ * features_), first_pooling),
        alone(own.size(), 0);
    for (Extent n = 0; n < features_; ++n) {
      own[static_cast<std::size_t>(n * features_ + n)] =
          alone[static_cast<std::size_t>(n * features_ + n)] = 1;
    }
    roots_ = parameters.add("pooling", g.constant(own, {features_, features_}));
    const Value step = to_real(system_.step);
    const auto stage = [&](const char* key) {
      return static_cast<double>(objective_.at(key).get<std::int64_t>());
    };
    const double first = stage("first_stage"), second = first + stage("second_stage");
    in_first_ = step < first;
    in_second_ = (step >= first) * (step < second);
    pooling_ = select(in_first_, g.constant(alone, {features_, features_}), square(roots_));
    thresholds_ = parameters.add("thresholds", g.constant(first_threshold, {features_}));
    // As if p⁰ were everywhere what it is of numbers of usual size.
    const double usual = 0.25 * std::log1p(std::exp(4 * (std::log(2.0) + first_threshold)));
    c_ = parameters.add("c",
                        g.constant(noise_->log_density() - static_cast<double>(features_) * usual));
  }

  struct Responses {
    Value pooled;  // v_n · (W x)² (R, N)
    Value log_p0;  // (R)
  };
  Responses respond(Value z) const {
    const Value pooled = matmul(square(matmul(z, weights_, false, true)), pooling_, false, true);
    const Value u = log(pooled + 1.0) + thresholds_;
    // ¼ ln cosh 2u + ½ u + 0.17.
    const Value f = 0.25 * softplus(4.0 * u) + (0.17 - 0.25 * std::log(2.0));
    return {pooled, sum(f, {1})};
  }

  Value objective(Value x, Value z_noise) {
    return nce_objective([this](Value z) { return respond(z).log_p0; }, c_, *noise_, seen_of(x),
                         z_noise);
  }

  void build_training() {
    const auto batch = objective_.at("batch").get<Extent>();
    const Extent count = count_of_noise(batch);
    system_.noise_ratio = static_cast<double>(count) / static_cast<double>(batch);
    const Value x = gather(system_.train_data, minibatch_rows(batch));
    const Value noise = noise_->sample(graph(), count, system_.seed, system_.step);
    // First W with each feature by itself, then what is pooled, then both.
    maximise(objective(x, noise), {{weights_, 1.0 - in_second_}, {roots_, 1.0 - in_first_}});
    system_.abilities.push_back(
        {"noise",
         {},
         {{"x", matmul(slice(noise, 0, 0, std::min(count, query_rows)), to_pixels_),
           rows_of(Axis::dimension)}}});
  }

  void build_evaluation() {
    system_.evaluated =
        std::min({most_evaluated, system_.train_data.extent(0), system_.test_data.extent(0)});
    const Extent count = system_.evaluated;
    const Value noise = noise_->sample(graph(), count_of_noise(count), graph().index_constant(0),
                                       graph().index_constant(evaluation_counter));
    const auto first = [count](Value data) { return slice(data, 0, 0, count); };
    system_.abilities.push_back({"evaluate",
                                 {},
                                 {{"objective_train", objective(first(system_.train_data), noise)},
                                  {"objective_test", objective(first(system_.test_data), noise)},
                                  {"c", c_}}});
  }

  void build_abilities() {
    const Value x = input("query", query_rows, pixels_);
    const Value z = seen_of(x);
    const Responses responses = respond(z);
    system_.abilities.push_back({"respond",
                                 {{"x", x, rows_of(Axis::dimension)}},
                                 {{"seen", matmul(z, to_pixels_), rows_of(Axis::dimension)},
                                  {"pooled", responses.pooled, rows_of(Axis::latent)},
                                  {"log_ratio",
                                   responses.log_p0 + c_ - noise_->log_density(z),
                                   {Axis::row},
                                   Meaning::unnormalised}}});
    system_.abilities.push_back({"filters",
                                 {},
                                 {{"patterns", matmul(weights_, to_pixels_)},
                                  {"pooling", pooling_},
                                  {"thresholds", thresholds_}}});
  }

  const Json& model_;
  const Json& objective_;
  Extent pixels_, whitened_, features_;
  std::optional<OnSphere> noise_;
  Value to_whitened_, to_pixels_;                     // (P, D), (D, P)
  Value weights_, roots_, pooling_, thresholds_, c_;  // (K, D), (K, K), (K, K), (K), scalar
  Value in_first_, in_second_;                        // 1 in this stage, else 0
};

void add_two_layer_keys(keys::KeyList& list) {
  list["model"].integer("model.whitened", 64, {2, 600, 8, 256}).when("model.name", {"two-layer"});
  list.integer("model.features", 64, {2, 600, 8, 256}).when("model.name", {"two-layer"});
  list["objective"]
      .integer("objective.first_stage", 2000, {0, 10000000, 0, 20000})
      .unit("steps")
      .when("objective.name", {"nce-on-sphere"});
  list.integer("objective.second_stage", 1000, {0, 10000000, 0, 20000})
      .unit("steps")
      .when("objective.name", {"nce-on-sphere"});
}

}  // namespace

System make_two_layer(const nlohmann::json& spec, const data::Dataset& data) {
  return TwoLayerBuilder(spec, data).build();
}

Family two_layer_family() {
  Family row;
  row.name = "two-layer";
  row.objectives = {"nce-on-sphere"};
  row.on_others = {{"noise", "evaluate", "respond", "filters"},
                   {"filters", "pooling", "patches", "objective"},
                   R"({"data": {"name": "dead-leaves", "patch": 12, "train": 20000},
                       "model": {"name": "two-layer"},
                       "objective": {"name": "nce-on-sphere", "batch": 500, "ratio": 2},
                       "optimiser": {"rate": 0.01}})"};
  row.add_keys = add_two_layer_keys;
  return row;
}

}  // namespace lab::models
