// A worked example of a family of models, added by this one file: N(m, diag s²), its mean and the
// logarithms of its scales learnt by maximum likelihood, on data of any kind.
#include <cmath>

#include "core/distributions/distribution.hpp"
#include "core/models/builder.hpp"
#include "core/models/family.hpp"
#include "core/nn/mlp.hpp"
#include "shell/words/choices.hpp"
#include "shell/words/keys.hpp"

namespace lab::models {

namespace {

// Rows at a time.
constexpr Extent query_rows = 512, drawn_rows = 256;

class ToyBuilder : private Builder {
 public:
  using Builder::Builder;

  System build() {
    const auto dimensions = static_cast<Extent>(data_.dimensions());
    system_.train_data = data_variable("data.train", data_.train);
    nn::Parameters parameters{graph(), system_.seed, {}};
    const double first_scale = spec_.at("model").at("first_scale");
    const Value middle = parameters.add("normal.mean", graph().constant(0, {dimensions}));
    const Value log_scale =
        parameters.add("normal.log_scale", graph().constant(std::log(first_scale), {dimensions}));
    system_.parameters = parameters.values;
    const auto normal = distributions::normal(middle, 2.0 * log_scale);

    const auto batch = spec_.at("objective").at("batch").get<Extent>();
    const Value x = seen(gather(system_.train_data, minibatch_rows(batch)), system_.step);
    maximise(mean(normal->log_density(x)));

    const Value query = input("query", query_rows, dimensions);
    system_.abilities.push_back(
        {"log_density",
         {{"x", query, rows_of(Axis::dimension)}},
         {{"log_density", normal->log_density(query), {Axis::row}, Meaning::exact}}});
    const Value draws = index_input("draws");
    const Value drawn = normal->sample(graph(), drawn_rows, system_.seed, draws);
    Ability sample{"sample", {}, {{"x", drawn, rows_of(Axis::dimension)}}};
    sample.draw = draws;
    system_.abilities.push_back(std::move(sample));
    return std::move(system_);
  }
};

System make_toy(const nlohmann::json& spec, const data::Dataset& data) {
  return ToyBuilder(spec, data).build();
}

void add_toy_keys(keys::KeyList& list) {
  list["model"]
      .number("model.first_scale", 1, {0.01, 100, 0.1, 10, true})
      .when("model.name", {"toy-normal"});
}

Family toy_family() {
  Family row;
  row.name = "toy-normal";
  row.objectives = {"toy-likelihood"};
  row.on_plane = {{"log_density", "sample"},
                  {"log-density", "samples", "likelihood"},
                  R"({"model": {"name": "toy-normal", "first_scale": 2},
                      "objective": {"batch": 256}, "optimiser": {"rate": 0.01}})"};
  row.on_others = {{"log_density", "sample"},
                   {"samples", "likelihood"},
                   R"({"model": {"name": "toy-normal", "first_scale": 0.3},
                       "objective": {"batch": 100}, "optimiser": {"rate": 0.01}})"};
  row.add_keys = add_toy_keys;
  row.exact = true;
  row.dequantise = "auto";
  return row;
}

[[maybe_unused]] const bool added = [] {
  add_family(toy_family());
  add_build("toy-normal", make_toy);
  words::add_title({"toy-normal", "Toy normal", {"one Gaussian, exact", "가우스 하나, 정확한 값"}});
  words::add_formula({"model.name", "toy-normal", words::same("x ~ N(m, diag s²)")});
  words::add_formula(
      {"objective.name", "toy-likelihood", {"J = mean of ln p(x)", "J = ln p(x)의 평균"}});
  words::add_key({"model.first_scale",
                  {"first scale", "처음 척도"},
                  {"The deviation of every number before the first step.",
                   "첫 단계 전 각 수의 표준편차입니다."},
                  true});
  return true;
}();

}  // namespace

}  // namespace lab::models
