// What every family of models must pass, on every kind of data that it says it learns: made from
// the rows of core/models/family.hpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/models/family.hpp"
#include "core/session/comparison.hpp"
#include "core/session/experiment.hpp"
#include "core/session/views.hpp"
#include "tests/core/system_checks.hpp"

namespace lab::session {
namespace {

struct Case {
  const models::Family* family;
  bool plane;
};

std::vector<Case> cases() {
  std::vector<Case> all;
  for (const models::Family& family : models::families()) {
    for (const bool plane : {true, false}) {
      if (family.learns(plane)) all.push_back({&family, plane});
    }
  }
  return all;
}

// Its usual settings, made small.
Json small(const Case& which) {
  Json spec = Json::parse(which.family->use(which.plane).usual);
  spec["data"] = {{"name", which.plane ? "moons" : "digits8"}, {"train", 300}, {"test", 64}};
  if (find_key("model.width") && spec["model"].contains("width")) spec["model"]["width"] = 8;
  spec["objective"]["batch"] = 20;
  return spec;
}

class Families : public testing::TestWithParam<Case> {};

TEST_P(Families, HaveTheAbilitiesThatTheyClaimAndEachRuns) {
  const auto& [family, plane] = GetParam();
  Experiment experiment(complete(small(GetParam())));
  experiment.step(3).get();
  std::set<std::string> claimed, built;
  for (const char* ability : family->use(plane).abilities) claimed.insert(ability);
  const std::set<std::string> optional{"matrices", "evaluate", "corrupt", "draw_start",
                                       "draw_next"};
  for (const models::Ability& ability : experiment.system().abilities) {
    // What only some settings need.
    const std::string name = ability.name;
    if (optional.count(name) == 0 || claimed.count(name) > 0) built.insert(name);
  }
  std::erase_if(claimed, [&](const std::string& name) {
    return optional.count(name) > 0 && !experiment.can(name);
  });
  EXPECT_EQ(claimed, built);
  EXPECT_EQ(family->exact, experiment.system().exact_density() != nullptr);
  const data::Dataset& data = experiment.data();
  for (const models::Ability& ability : experiment.system().abilities) {
    // More rows than one run takes, so that parts are put together.
    const auto rows = static_cast<std::size_t>(ability.rows()) + 3;
    std::vector<std::vector<float>> inputs;
    Arguments arguments;
    for (const models::Input& input : ability.inputs) {
      const auto width = static_cast<std::size_t>(input.variable.extent(1));
      std::vector<float>& values = inputs.emplace_back(rows * width);
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = data.train.values[i % data.train.values.size()];
      }
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      arguments.and_given(ability.inputs[i].name, inputs[i]);
    }
    const Arrays arrays = experiment.call(ability.name, arguments).get();
    for (const models::Output& output : ability.outputs) {
      const Array& array = arrays.at(output.name);
      EXPECT_EQ(static_cast<std::size_t>(size_of(array.shape)), array.values.size());
      for (const float value : array.values) {
        ASSERT_TRUE(std::isfinite(value)) << ability.name << ": " << output.name;
      }
      const bool of_rows =
          std::find(output.axes.begin(), output.axes.end(), models::Axis::row) != output.axes.end();
      if (of_rows && !ability.inputs.empty()) {
        EXPECT_NE(std::find(array.shape.begin(), array.shape.end(), static_cast<Extent>(rows)),
                  array.shape.end());
      }
    }
  }
}

TEST_P(Families, ExecutorsAgree) {
  expect_executors_agree(small(GetParam()), GetParam().family->name);
}

TEST_P(Families, ResumeBitByBit) {
  Experiment whole(complete(small(GetParam())));
  whole.step(12).get();
  const auto resumed = Experiment::restore(whole.save().get());
  whole.step(12).get();
  resumed->step(12).get();
  EXPECT_EQ(whole.measure().get(), resumed->measure().get());
  EXPECT_EQ(whole.recent_objectives().get().back(), resumed->recent_objectives().get().back());
}

TEST_P(Families, ShowFirstWhatTheyCanFill) {
  const auto& [family, plane] = GetParam();
  const Json spec = complete(small(GetParam()));
  const std::vector<std::string> fit = fitting(*find_key("views"), spec);
  for (const char* view : family->use(plane).views) {
    EXPECT_NE(std::find(fit.begin(), fit.end(), view), fit.end()) << view;
  }
}

TEST_P(Families, AreOfferedInComparisons) {
  const auto& [family, plane] = GetParam();
  const Json data = small(GetParam()).at("data");
  const std::vector<std::string> offered = fitting_models(data);
  // What is compared is p(x).
  const std::set<std::string> has(family->use(plane).abilities.begin(),
                                  family->use(plane).abilities.end());
  const bool answers = has.count("log_density") + has.count("forward") + has.count("elbo") > 0;
  EXPECT_EQ(std::find(offered.begin(), offered.end(), family->name) != offered.end(), answers);
  if (!answers) {
    EXPECT_THROW((void)usual_member(family->name, data), SpecificationError);
    return;
  }
  EXPECT_EQ(usual_member(family->name, data).at("model").at("name"), family->name);
}

INSTANTIATE_TEST_SUITE_P(All, Families, testing::ValuesIn(cases()), [](const auto& param) {
  std::string name =
      std::string(param.param.family->name) + (param.param.plane ? "Plane" : "Others");
  name.erase(std::remove(name.begin(), name.end(), '-'), name.end());
  return name;
});

}  // namespace
}  // namespace lab::session
