// The schema, and what a person reads who got a specification wrong.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/models/system.hpp"
#include "core/session/comparison.hpp"
#include "core/session/experiment.hpp"

namespace lab::session {
namespace {

// A specification, the key that is at fault, and words that the sentence must have.
struct Mistake {
  const char* name;
  const char* text;
  const char* key;
  std::vector<std::string> words;
};

void PrintTo(const Mistake& each, std::ostream* out) { *out << each.name; }

class SpecificationMistake : public testing::TestWithParam<Mistake> {};

TEST_P(SpecificationMistake, IsToldWithKeyAndRemedy) {
  const Mistake& mistake = GetParam();
  try {
    parse(mistake.text);
    FAIL() << "taken without complaint";
  } catch (const SpecificationError& error) {
    EXPECT_EQ(error.key(), mistake.key);
    const std::string sentence = error.what();
    for (const std::string& word : mistake.words) {
      EXPECT_NE(sentence.find(word), std::string::npos) << "no '" << word << "' in: " << sentence;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, SpecificationMistake,
    testing::Values(
        Mistake{"syntax", "{\n  \"seed\": 1,\n  \"data\" 2}", "", {"line 3"}},
        Mistake{"empty", "", "", {"JSON"}},
        Mistake{"not_an_object", "[1, 2]", "", {"[1,2]", "object"}},
        Mistake{"unknown_key", R"({"optimizer": {"rate": 1}})", "optimizer", {"'optimizer'"}},
        Mistake{"near_key",
                R"({"optimiser": {"rat": 1}})",
                "optimiser.rat",
                {"'optimiser.rat'", "Did you mean 'optimiser.rate'?"}},
        Mistake{"near_choice",
                R"({"data": {"name": "moon"}})",
                "data.name",
                {"\"moon\"", "pinwheel", "Did you mean 'moons'?"}},
        Mistake{"key_with_a_dot",
                R"({"seed": 5, "optimiser.rate": 9})",
                "optimiser.rate",
                {"written with a dot", R"({"optimiser":{"rate":9}})"}},
        Mistake{"unknown_key_with_a_dot",
                R"({"optimiser.rat": 9})",
                "optimiser.rat",
                {"no key 'optimiser.rat'", "Did you mean 'optimiser.rate'?"}},
        Mistake{"section_is_no_object", R"({"model": "gaussian"})", "model", {"object"}},
        Mistake{"too_low", R"({"optimiser": {"rate": -1}})", "optimiser.rate", {"-1", "from 0"}},
        Mistake{"too_high", R"({"model": {"width": 100000}})", "model.width", {"100000", "4096"}},
        Mistake{"not_whole", R"({"model": {"depth": 2.5}})", "model.depth", {"2.5", "whole"}},
        Mistake{"text_for_number",
                R"({"objective": {"ratio": "two"}})",
                "objective.ratio",
                {"two", "number"}},
        Mistake{"null", R"({"seed": null})", "seed", {"null", "whole"}},
        Mistake{"overflow", R"({"optimiser": {"rate": 1e999}})", "", {"JSON"}},
        Mistake{"seed_beyond_32_bits", R"({"seed": 4294967296})", "seed", {"4294967295"}},
        Mistake{"other_version", R"({"version": 2})", "version", {"2"}},
        Mistake{"short_row",
                R"({"data": {"name": "points", "points": [[1, 2], [3]]}})",
                "data.points",
                {"[3]", "2 numbers"}},
        Mistake{"no_component",
                R"({"data": {"name": "mixture", "components": []}})",
                "data.components",
                {"at least one"}},
        Mistake{"singular_component",
                R"({"data": {"name": "mixture", "components": [[1, 0, 0, 1, 1, 1]]}})",
                "data.components",
                {"correlation"}},
        Mistake{"no_view", R"({"views": []})", "views", {"boundary"}},
        Mistake{
            "unknown_view", R"({"views": ["boundery"]})", "views", {"Did you mean 'boundary'?"}}),
    [](const testing::TestParamInfo<Mistake>& each) { return std::string(each.param.name); });

TEST(Specification, FallbacksAreTheReferenceExperiment) {
  const Json spec = complete(Json::object());
  EXPECT_EQ(spec.at("data").at("name"), "eight-gaussians");
  EXPECT_EQ(spec.at("model"), Json::parse(R"({"name": "energy-mlp", "width": 64, "depth": 2,
                                             "activation": "tanh", "base": "gaussian"})"));
  EXPECT_EQ(spec.at("objective").at("noise"), "gaussian");
  EXPECT_EQ(spec.at("objective").at("ratio"), 1);
  EXPECT_EQ(spec.at("objective").at("batch"), 512);
  EXPECT_EQ(spec.at("optimiser").at("name"), "adam");
  EXPECT_EQ(spec.at("optimiser").at("rate"), 1e-3);
}

TEST(Specification, CompletingTwiceChangesNothing) {
  for (const std::string& data : find_key("data.name")->choices) {
    for (const std::string& model : find_key("model.name")->choices) {
      const Json wanted{{"data", {{"name", data}}}, {"model", {{"name", model}}}};
      const std::vector<std::string> fits = fitting(*find_key("model.name"), wanted);
      if (std::find(fits.begin(), fits.end(), model) == fits.end()) {
        EXPECT_THROW(complete(wanted), SpecificationError) << data << ", " << model;
        continue;
      }
      const Json once = complete(wanted);
      EXPECT_EQ(complete(once), once) << data << ", " << model;
      EXPECT_EQ(complete(compact(once)), once) << data << ", " << model;
    }
  }
}

TEST(Specification, KeysOfAnotherChoiceAreDropped) {
  const Json spec = parse(R"({"model": {"name": "gaussian", "width": 12}})");
  EXPECT_EQ(find(spec, "model.width"), nullptr);
  EXPECT_EQ(find(spec, "data.radius"), nullptr);
  EXPECT_NE(find(parse(R"({"data": {"name": "ring"}})"), "data.radius"), nullptr);
}

TEST(Specification, KeysWithoutEffectAreNamedWithWhatTheyNeed) {
  const auto sentences = [](const char* text) {
    std::vector<std::string> all;
    for (const SpecificationError& each : unused(Json::parse(text))) all.push_back(each.what());
    return all;
  };
  EXPECT_EQ(
      sentences(R"({"data": {"name": "moons", "radius": 5, "noise": 0.2}})"),
      std::vector<std::string>{"'data.radius' has no effect: it needs 'data.name' to be ring, "
                               "but that is \"moons\"."});
  EXPECT_EQ(sentences(R"({"objective": {"beta": 2}})"),
            std::vector<std::string>{"'objective.beta' has no effect: it needs 'objective.form' to "
                                     "be beta, which does not apply."});
  EXPECT_EQ(sentences(R"({"data": {"name": "ring", "radius": 5}, "model": {"name": "vae"}})"),
            std::vector<std::string>{});
  EXPECT_EQ(sentences(R"({"data": {"name": "moons", "width": 1},
                          "compare": [{"model": {"name": "nice"}},
                                      {"model": {"name": "ring", "depth": 3}}]})"),
            (std::vector<std::string>{
                "'data.width' has no effect: it needs 'data.name' to be ring, "
                "but that is \"moons\".",
                "In model 2 of the comparison: 'model.depth' has no effect: it "
                "needs 'model.name' to be one of energy-mlp, vae, nice, ae, vq, ar, "
                "critic, but "
                "that is \"ring\"."}));
}

// What is not checked by the schema first, as here, is checked where it is used.
TEST(Specification, NamesThatStandForNothingAreNamed) {
  const auto spec = [](const char* data, const char* model, const char* objective) {
    return complete({{"data", {{"name", data}, {"train", 64}, {"test", 64}}},
                     {"model", {{"name", model}}},
                     {"objective", {{"name", objective}}}});
  };
  const Json nce = spec("moons", "energy-mlp", "nce"), nice = spec("digits8", "nice", "likelihood");
  Json vae = spec("digits8", "vae", "aevb"), full = spec("digits8", "vae", "full-vb");
  vae["model"]["decoder"] = full["model"]["decoder"] = "gaussian";
  vae["model"]["mean"] = full["model"]["mean"] = "linear";
  struct Case {
    const Json* from;
    const char* path;
  };
  const Case cases[]{
      {&nce, "model.name"},       {&nce, "model.activation"},    {&nce, "model.base"},
      {&nce, "objective.noise"},  {&nce, "optimiser.name"},      {&nce, "optimiser.schedule"},
      {&nce, "sampler.name"},     {&nce, "data.name"},           {&nice, "model.law"},
      {&nice, "model.partition"}, {&nice, "model.prior"},        {&nice, "model.whitening"},
      {&nice, "model.initial"},   {&nice, "data.dequantise"},    {&nice, "data.scale"},
      {&vae, "model.decoder"},    {&vae, "model.mean"},          {&vae, "model.initial"},
      {&vae, "objective.name"},   {&vae, "objective.estimator"}, {&vae, "objective.form"},
      {&vae, "data.binarise"},    {&full, "objective.uncertain"}};
  for (const auto& [from, path] : cases) {
    EXPECT_NO_THROW((void)Experiment(*from)) << path;
    Json wrong = *from;
    ASSERT_TRUE(find(wrong, path)) << path;
    assign(wrong, path, "sideways");
    try {
      const data::Dataset data = data::make_dataset(wrong.at("data"), Options::open_file);
      (void)models::make_system(wrong, data);
      ADD_FAILURE() << path << " is taken without complaint";
    } catch (const std::invalid_argument& error) {
      EXPECT_NE(std::string(error.what()).find("'sideways'; "), std::string::npos) << error.what();
    }
  }
}

TEST(Specification, NumbersOutsideOfZeroAndOneAreNotTakenForBits) {
  Json spec{{"data", {{"name", "file"}, {"file", "rows.csv"}, {"scale", "standard"}}},
            {"model", {{"name", "nice"}}}};
  const Json vae = edited(complete(spec), "model.name", "vae");
  EXPECT_EQ(vae.at("model").at("decoder"), "gaussian");
  spec["data"]["scale"] = "unit";
  EXPECT_EQ(edited(complete(spec), "model.name", "vae").at("model").at("decoder"), "bernoulli");
}

TEST(Specification, CompactFormsCompleteToTheSame) {
  EXPECT_EQ(compact(complete(Json::object())), Json::object());
  const Json spec = parse(R"({
    "title": "고리", "seed": 4294967295, "data": {"name": "ring", "radius": 3, "train": 8000},
    "model": {"name": "ring"}, "optimiser": {"name": "momentum", "momentum": 0.5, "schedule": "cosine"},
    "views": ["samples", "constant"], "stop": {"kl": 0.1}})");
  const Json shorter = compact(spec);
  EXPECT_EQ(find(shorter, "data.train"), nullptr);
  EXPECT_NE(find(shorter, "data.radius"), nullptr);
  EXPECT_EQ(complete(shorter), spec);
}

TEST(Specification, ChoicesThatDoNotGoTogetherAreNamedAndCanGiveWay) {
  const Json energy = complete({{"data", {{"name", "moons"}}}});
  Json pictures = energy;
  pictures["data"]["name"] = "digits8";
  try {
    complete(pictures);
    FAIL() << "taken without complaint";
  } catch (const SpecificationError& error) {
    EXPECT_EQ(error.key(), "model.name");
    EXPECT_NE(std::string(error.what()).find("vae"), std::string::npos) << error.what();
  }
  const Json adapted_spec = adapted(compact(pictures), {"data.name"});
  EXPECT_EQ(adapted_spec.at("model").at("name"), "vae");
  EXPECT_EQ(adapted_spec.at("objective").at("name"), "aevb");
  for (const Json& view : adapted_spec.at("views")) EXPECT_NE(view, "boundary");
  // What the person asked for is not changed behind their back.
  Json both = pictures;
  both["model"] = {{"name", "ring"}};
  EXPECT_THROW(adapted(both, {"data.name", "model.name"}), SpecificationError);
}

TEST(Specification, ValuesOfACommandLineAreReadByKind) {
  EXPECT_EQ(read_value("optimiser.rate", "3e-4"), 3e-4);
  EXPECT_EQ(read_value("model.depth", "3"), 3);
  EXPECT_EQ(read_value("model.activation", "relu"), "relu");
  EXPECT_EQ(read_value("title", "42"), "42");
  EXPECT_EQ(read_value("data.points", "[[0,1]]"), Json::parse("[[0,1]]"));
  EXPECT_EQ(read_value("views", "samples"), Json::array({"samples"}));
  EXPECT_THROW(read_value("model.depth", "deep"), SpecificationError);
  EXPECT_THROW(read_value("optimiser.rate", "nan"), SpecificationError);
  EXPECT_THROW(read_value("optimiser.rates", "1"), SpecificationError);
}

TEST(Comparison, SlidersAreOfLiveNumbersThatAModelHeeds) {
  const auto with = [](const Json& controls) {
    return complete_comparison({{"compare",
                                 {{{"title", "far"},
                                   {"model", {{"name", "gaussian"}}},
                                   {"objective", {{"noise_shift", 2}}}},
                                  {{"model", {{"name", "nice"}}}}}},
                                {"controls", controls}});
  };
  const Comparison comparison = with({"objective.noise_shift"});
  EXPECT_EQ(comparison.controls, std::vector<std::string>{"objective.noise_shift"});
  // What a link says comes back.
  const Comparison again = complete_comparison(compact(comparison));
  EXPECT_EQ(again.controls, comparison.controls);
  EXPECT_EQ(again.members, comparison.members);
  EXPECT_EQ(again.members.front().at("title"), "far");
  for (const Json& bad : {Json::array({"objective.beta"}), Json::array({"objective.batch"}),
                          Json::array({"no.key"}), Json::array({3}), Json("optimiser.rate")}) {
    EXPECT_THROW((void)with(bad), SpecificationError) << bad;
  }
}

TEST(Specification, EveryRowOfTheSchemaIsSound) {
  std::set<std::string> seen;
  for (const Key& key : schema()) {
    SCOPED_TRACE(key.path);
    // Conditions come before what depends on them, as complete() needs it.
    std::vector<Condition> conditions = key.when;
    for (const auto& [all, value] : key.fallbacks) {
      conditions.insert(conditions.end(), all.begin(), all.end());
    }
    for (const auto& [choice, needs] : key.fits) {
      EXPECT_NE(std::find(key.choices.begin(), key.choices.end(), choice), key.choices.end());
      conditions.insert(conditions.end(), needs.begin(), needs.end());
    }
    for (const auto& [path, values, absent] : conditions) {
      EXPECT_TRUE(seen.count(path)) << path;
      const Key& on = *find_key(path);
      for (const std::string& value : values) {
        const bool whole =
            on.kind == Kind::integer && std::stod(value) >= on.low && std::stod(value) <= on.high;
        EXPECT_TRUE(whole || std::ranges::count(on.choices, value) == 1) << value;
      }
    }
    EXPECT_TRUE(seen.insert(key.path).second) << "twice in the table";
    if (key.kind == Kind::number || key.kind == Kind::integer) {
      EXPECT_LE(key.low, key.slider_low);
      EXPECT_LE(key.slider_high, key.high);
      EXPECT_LE(key.slider_low, key.slider_high);
      if (key.logarithmic) {
        EXPECT_GT(key.slider_low, 0);
      }
    }
    Json text = key.fallback;
    EXPECT_NO_THROW(read_value(key.path, text.is_string() ? text.get<std::string>() : text.dump()));
  }
}

TEST(Specification, ShapesDoNotChangeWhileTrainingRuns) {
  for (const Key& key : schema()) {
    const bool shape = key.path.rfind("data.", 0) == 0 || key.path.rfind("model.", 0) == 0 ||
                       key.path == "objective.batch" || key.path == "objective.ratio" ||
                       key.path == "optimiser.name";
    if (shape) {
      EXPECT_FALSE(key.live) << key.path;
    }
  }
  EXPECT_TRUE(find_key("optimiser.rate")->live);
  EXPECT_TRUE(find_key("sampler.step_size")->live);
}

TEST(Specification, AViewGoesByItsFormerName) {
  const Json spec = complete({{"views", {"posterior", "samples", "boundary"}}});
  EXPECT_EQ(spec.at("views"), (Json{"boundary", "samples"}));
}

}  // namespace
}  // namespace lab::session
