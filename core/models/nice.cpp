#include "core/models/nice.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <stdexcept>

#include "core/data/random.hpp"
#include "core/distributions/coupling.hpp"
#include "core/distributions/normal.hpp"
#include "core/graph/one_of.hpp"

namespace lab::models {

namespace {

using namespace distributions;

constexpr std::uint32_t shuffle_stream = 201;

std::vector<Extent> shuffled(std::size_t count, std::uint32_t seed, std::uint32_t number) {
  std::vector<Extent> order(count);
  std::iota(order.begin(), order.end(), Extent{0});
  data::Stream stream(seed, shuffle_stream + number);
  data::shuffle(std::span(order), stream);
  return order;
}

std::unique_ptr<Distribution> make_prior(const std::string& name, Extent dimensions) {
  if (one_of("prior", name, {"logistic", "gaussian"}) == "gaussian") {
    return standard_normal(dimensions);
  }
  return standard_logistic(dimensions);
}

}  // namespace

Partition make_partition(const std::string& name, const data::SampleShape& shape, int layer,
                         std::uint32_t seed) {
  one_of("partition", name, {"odd-even", "halves", "checkerboard", "random", "learned"});
  const auto count = static_cast<Extent>(shape.size());
  Partition made;
  if (name == "random" || name == "halves") {
    std::vector<Extent> order(shape.size());
    std::iota(order.begin(), order.end(), Extent{0});
    if (name == "random") order = shuffled(shape.size(), seed, 0);
    const auto middle = order.begin() + (count + 1) / 2;
    made = {{order.begin(), middle}, {middle, order.end()}};
    std::sort(made.kept.begin(), made.kept.end());
    std::sort(made.changed.begin(), made.changed.end());
  } else {
    const bool checkerboard = name == "checkerboard";
    const auto channels = static_cast<Extent>(shape.channels),
               width = static_cast<Extent>(shape.columns);
    for (Extent i = 0; i < count; ++i) {
      const Extent pixel = i / channels;
      const bool second = (checkerboard ? pixel / width + pixel % width : i) % 2 == 1;
      (second ? made.changed : made.kept).push_back(i);
    }
  }
  if (layer % 2 == 1) std::swap(made.kept, made.changed);
  return made;
}

Nice::Nice(nn::Parameters& parameters, const nlohmann::json& model, const data::SampleShape& shape,
           std::span<const float> train, std::uint32_t seed)
    : Flow(make_prior(model.at("prior"), static_cast<Extent>(shape.size()))) {
  Graph& graph = parameters.graph;
  const auto dimensions = static_cast<Extent>(shape.size());
  const CouplingKind kind = coupling_kind(model.at("law"));
  const std::string whitening =
      one_of("whitening", model.at("whitening"), {"none", "approximate", "zca"});
  if (dimensions < 2) {
    throw std::invalid_argument(
        "A coupling reads one part of the data and changes the other: it needs two numbers a "
        "sample at least, and this data has one.");
  }
  learns_whitening_ = whitening == "approximate";
  if (whitening != "none") {
    whitening_ = learns_whitening_ ? learnt_whitening(parameters, "whitening", train, dimensions)
                                   : zca_whitening(graph, train, dimensions);
    if (learns_whitening_) inverses_.emplace_back(whitening_.matrix, whitening_.inverse);
    // It is not learnt through the flow.
    add(linear({stop_gradient(whitening_.matrix), whitening_.inverse,
                stop_gradient(whitening_.shift), stop_gradient(whitening_.log_det)}));
    end_stage("whitened");
  }
  const auto layers = model.at("couplings").get<int>();
  const auto partition = model.at("partition").get<std::string>();
  const bool scales = model.at("scaling").get<bool>();
  const std::vector<Extent> hidden(model.at("depth").get<std::size_t>(),
                                   model.at("width").get<Extent>());
  for (int i = 0; i < layers; ++i) {
    const std::string name = "coupling." + std::to_string(i);
    if (partition == "learned") {
      add(permutation(shuffled(shape.size(), seed, 1 + static_cast<std::uint32_t>(i))));
      const Matrices mixing = lu_mixing(parameters, name, dimensions);
      inverses_.emplace_back(mixing.matrix, mixing.inverse);
      add(linear(mixing));
    }
    add(coupling(parameters, name, kind, make_partition(partition, shape, i, seed), hidden,
                 model.at("activation")));
    end_stage(i + 1 == layers && !scales ? "z" : std::to_string(i + 1));
  }
  if (scales) {
    scale_ = parameters.add("scale", graph.constant(0, {dimensions}));
    add(scaling(scale_));
    end_stage("z");
  }
}

Value Nice::whitening_likelihood(Value x) const {
  if (!learns_whitening_) return {};
  const Transformed y = linear(whitening_)->forward(x);
  return sum_of_row(standard_log_density(y.value)) + y.log_det;
}

}  // namespace lab::models
