// What is done to data before models see it: noise of a grey level, and what is held out.
#include "core/data/dataset.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "core/data/levels.hpp"
#include "core/data/random.hpp"
#include "core/session/experiment.hpp"

namespace lab {
namespace {

using session::complete;
using session::Experiment;
using session::Json;

data::File csv(const std::string& text) { return {"mine.csv", {text.begin(), text.end()}}; }

// An array of float32 as NPY.
data::File npy(const std::vector<float>& values, const std::string& shape) {
  std::string text = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + shape + "), }";
  text.resize(117, ' ');
  text += '\n';
  std::vector<std::uint8_t> bytes{0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, 118, 0};
  bytes.insert(bytes.end(), text.begin(), text.end());
  const auto* from = reinterpret_cast<const std::uint8_t*>(values.data());
  bytes.insert(bytes.end(), from, from + values.size() * sizeof(float));
  return {"mine.npy", std::move(bytes)};
}

session::Options with(data::File file) {
  session::Options options;
  options.open = [file = std::move(file)](const std::string& name) {
    if (name == "mine") return std::vector{file};
    return session::Options::open_file(name);
  };
  return options;
}

Json spec_of(const Json& data) {
  return {{"data", data},
          {"model", {{"name", "nice"}, {"width", 20}, {"couplings", 2}}},
          {"optimiser", {{"rate", 0.003}}}};
}

data::Dataset made(const Json& data, data::File file) {
  return data::make_dataset(complete(spec_of(data)).at("data"), with(std::move(file)).open);
}

// Two columns of a file are no plane, and nothing that is the plane is told by its size.
TEST(Domains, AreWhatTheMakersOfDataSay) {
  const auto domain = [](const char* name) {
    return data::make_dataset(complete({{"data", {{"name", name}}}}).at("data"),
                              session::Options::open_file)
        .domain();
  };
  EXPECT_EQ(domain("moons"), data::Domain::plane);
  EXPECT_EQ(domain("digits8"), data::Domain::images);
  const data::Dataset two = made({{"name", "file"}, {"file", "mine"}, {"dequantise", "off"}},
                                 csv("a,b\n1.5,2\n3,4.5\n5,6\n7,8\n"));
  EXPECT_EQ(two.dimensions(), 2u);
  EXPECT_EQ(two.domain(), data::Domain::vectors);
  EXPECT_FALSE(two.plane());
}

TEST(Levels, AreFoundWhereValuesAreEquallySpaced) {
  const auto found = [](std::vector<float> values) { return data::levels_of({values}); };
  const auto spaced = [](int steps) {
    std::vector<float> values;
    for (int i = 0; i <= steps; ++i) {
      values.push_back(static_cast<float>(i) / static_cast<float>(steps));
    }
    return values;
  };
  EXPECT_EQ(found({0, 1, 1, 0}), 2u);
  EXPECT_EQ(found(spaced(16)), 17u);
  EXPECT_EQ(found(spaced(255)), 256u);
  EXPECT_EQ(found(spaced(65535)), 65536u);
  EXPECT_EQ(found({0, 0.25f, 1}), 5u);                // some of the levels may be missing
  EXPECT_EQ(found({0, 0.4f, 1}), 6u);                 // none of the gaps is a level wide
  EXPECT_EQ(found({0, 3 / 255.f, 8 / 255.f}), 256u);  // dark ones too
  std::vector<float> any;
  data::Stream stream(1, 1);
  for (int i = 0; i < 1000; ++i) any.push_back(static_cast<float>(stream.uniform()));
  EXPECT_EQ(found(any), 0u);
}

// Rows of numbers are no levels: ln p of a Gaussian is that of its covariance, on any scale.
TEST(Dataset, RowsOfNumbersGetNoNoise) {
  constexpr std::size_t size = 10, count = 4000;
  for (const double unit : {1.0, 0.001}) {
    data::Stream stream(7, 1);
    std::string text;
    for (std::size_t i = 0; i < count; ++i) {
      double last = 0;
      for (std::size_t j = 0; j < size; ++j) {
        // Each leans on the one before it: the determinant is the product of the new parts.
        const double deviation = 0.4 + 0.2 * static_cast<double>(j);
        last = 0.5 * last + deviation * stream.normal();
        text += (j > 0 ? "," : "") + std::to_string(1e6 * unit * last) + "e-6";
      }
      text += "\n";
    }
    double best = -0.5 * size * std::log(2 * std::numbers::pi * std::numbers::e);
    for (std::size_t j = 0; j < size; ++j) {
      best -= std::log(unit * (0.4 + 0.2 * static_cast<double>(j)));
    }
    Json spec = spec_of({{"name", "file"}, {"file", "mine"}, {"test", 400}});
    spec["model"] = {{"name", "nice"}, {"law", "additive"},  {"depth", 0},
                     {"couplings", 2}, {"whitening", "zca"}, {"prior", "gaussian"}};
    Experiment experiment(complete(spec), with(csv(text)));
    EXPECT_FALSE(experiment.data().dequantised);
    experiment.step(400).get();
    const auto measures = experiment.measures().measure_all().get();
    // The mean over 3600 rows has a standard error of √(10/2)/60.
    EXPECT_NEAR(measures.at("log_likelihood_train"), best, 0.15) << unit;
    EXPECT_EQ(measures.count("bits_per_dim"), 0u);
    // Half a width of noise would spread the draws of the first column.
    const std::vector<float> draws = experiment.sample(4000).get();
    double squares = 0;
    for (std::size_t i = 0; i < draws.size(); i += size) {
      squares +=
          static_cast<double>(draws[i] * draws[i]) * size / static_cast<double>(draws.size());
    }
    EXPECT_NEAR(std::sqrt(squares) / (0.4 * unit), 1, 0.1) << unit;
  }
}

TEST(Dataset, TheSamePicturesHaveTheSameBits) {
  const data::Samples digits = data::load(session::Options::open_file(data::digits8_file));
  const auto bits = [](const Json& data, data::File file) {
    Json whole = data;
    whole["train"] = 1437;
    whole["test"] = 360;
    Experiment experiment(complete(spec_of(whole)), with(std::move(file)));
    EXPECT_EQ(experiment.data().levels, 17);
    experiment.step(60).get();
    return experiment.measure().get().at("bits_per_dim");
  };
  const double bundled = bits({{"name", "digits8"}}, {});
  EXPECT_GT(bundled, 0);
  EXPECT_EQ(bits({{"name", "file"}, {"file", "mine"}}, npy(digits.values, "1797, 8, 8")), bundled);
}

TEST(Dataset, PicturesWithoutLevelsHaveNoBits) {
  std::vector<float> values;
  data::Stream stream(1, 1);
  for (int i = 0; i < 40 * 64; ++i) values.push_back(static_cast<float>(stream.uniform(0.1, 0.9)));
  const data::File file = npy(values, "40, 8, 8");
  Json data{{"name", "file"}, {"file", "mine"}};
  Experiment plain(complete(spec_of(data)), with(file));
  EXPECT_FALSE(plain.data().dequantised);
  EXPECT_EQ(plain.measure().get().count("bits_per_dim"), 0u);
  // Noise that is asked for is added, but it makes no levels.
  for (const Json& asked : {Json("on"), Json(true)}) {
    data["dequantise"] = asked;
    Experiment noisy(complete(spec_of(data)), with(file));
    EXPECT_TRUE(noisy.data().dequantised);
    EXPECT_EQ(noisy.data().levels, 256);
    EXPECT_EQ(noisy.measure().get().count("bits_per_dim"), 0u);
  }
  data["dequantise"] = false;
  EXPECT_EQ(complete(spec_of(data)).at("data").at("dequantise"), "off");
  EXPECT_EQ(session::read_value("data.dequantise", "true"), "on");
  data["dequantise"] = 3;
  EXPECT_THROW((void)complete(spec_of(data)), session::SpecificationError);
  // Without noise, a density would be infinite where many pixels are alike.
  for (std::size_t i = 0; i < values.size(); i += 3) values[i] = 0;
  data["dequantise"] = "auto";
  EXPECT_THROW(Experiment(complete(spec_of(data)), with(npy(values, "40, 8, 8"))),
               session::SpecificationError);
}

TEST(Dataset, GivenLevelsComeBeforeThoseFound) {
  const Json digits{{"name", "digits8"}, {"levels", 33}};
  const data::Dataset fine = made(digits, {});
  EXPECT_EQ(fine.levels, 33);
  EXPECT_TRUE(fine.has_bits());
  // 256 levels hold no sixteenths.
  const data::Dataset wrong = made({{"name", "digits8"}, {"levels", 256}}, {});
  EXPECT_EQ(wrong.levels, 256);
  EXPECT_FALSE(wrong.has_bits());
  EXPECT_THROW((void)complete(spec_of({{"name", "digits8"}, {"levels", 1}})),
               session::SpecificationError);
}

TEST(Dataset, GeneratedPicturesHaveLevels) {
  for (const char* name : {"strokes", "sprites", "faces"}) {
    const data::Dataset pictures = made({{"name", name}, {"train", 40}, {"test", 20}}, {});
    EXPECT_EQ(pictures.levels, std::string_view(name) == "sprites" ? 17 : 256) << name;
    EXPECT_TRUE(pictures.has_bits()) << name;
  }
}

// Points drawn by hand are one list: what is tested on is not trained on.
TEST(Dataset, PointsAreHeldOut) {
  for (const std::size_t count : {2u, 5u, 60u, 1000u}) {
    Json points = Json::array();
    for (std::size_t i = 0; i < count; ++i) points.push_back({static_cast<double>(i), 0.5});
    const data::Dataset data = data::make_dataset(
        complete({{"data", {{"name", "points"}, {"points", points}}}}).at("data"),
        session::Options::open_file);
    std::set<float> train, test;
    for (std::size_t i = 0; i < data.train.count(); ++i) train.insert(data.train.values[2 * i]);
    for (std::size_t i = 0; i < data.test.count(); ++i) test.insert(data.test.values[2 * i]);
    EXPECT_EQ(train.size() + test.size(), count);
    EXPECT_EQ(data.train.count(), train.size());
    EXPECT_NEAR(static_cast<double>(test.size()), std::max(1.0, 0.2 * static_cast<double>(count)),
                0.5);
    std::vector<float> both;
    std::set_intersection(train.begin(), train.end(), test.begin(), test.end(),
                          std::back_inserter(both));
    EXPECT_TRUE(both.empty());
    EXPECT_EQ(data.listed, count);
    ASSERT_EQ(data.notes().size(), 1u);
    EXPECT_NE(data.notes()[0].find("held out"), std::string::npos);
  }
}

TEST(Dataset, TestDataAreNotTheTrainingFile) {
  const Json twice{{"name", "file"}, {"file", "mine"}, {"test_file", "mine"}};
  EXPECT_THROW((void)made(twice, csv("1,2\n3,4\n5,6\n")), std::invalid_argument);
}

Json patches(int side, const Json& more = Json::object()) {
  Json data{{"name", "file"}, {"file", "mine"}, {"patch", side}, {"train", 60}, {"test", 20}};
  data.update(more);
  return data;
}

data::Dataset cut(const Json& data, std::vector<data::File> files) {
  return data::make_dataset(complete(spec_of(data)).at("data"),
                            [files = std::move(files)](const std::string&) { return files; });
}

// Ten pictures of 12 × 10 whose pixels say which picture and which row they are of.
data::File ten_pictures() {
  std::vector<float> values;
  for (int i = 0; i < 1200; ++i) {
    values.push_back(
        (static_cast<float>(i / 120 * 20 + i % 120 / 10) + 0.3f * static_cast<float>(i % 2)) / 255);
  }
  return npy(values, "10, 12, 10");
}

TEST(Patches, AreTestedWithThoseOfOtherPictures) {
  const data::Dataset data = cut(patches(5), {ten_pictures()});
  EXPECT_EQ(data.train.shape, (data::SampleShape{5, 5, 1, data::Domain::images}));
  EXPECT_EQ(data.cut_of, 10u);
  EXPECT_FALSE(data.notes().empty());
  const auto pictures = [](const data::Samples& samples) {
    std::set<int> found;
    for (const float value : samples.values)
      found.insert(static_cast<int>(255 * value + 0.01f) / 20);
    return found;
  };
  EXPECT_EQ(pictures(data.test), (std::set<int>{7, 8, 9}));
  EXPECT_EQ(pictures(data.train), (std::set<int>{0, 1, 2, 3, 4, 5, 6}));
}

TEST(Patches, OfOnePictureAreTestedWithItsLowerPart) {
  std::vector<float> values;
  for (int i = 0; i < 400; ++i)
    values.push_back((static_cast<float>(i / 10) + 0.3f * static_cast<float>(i % 2)) / 255);
  const data::Dataset data = cut(patches(5), {npy(values, "1, 40, 10")});
  EXPECT_LT(*std::ranges::max_element(data.train.values) * 255, 30);
  EXPECT_GE(*std::ranges::min_element(data.test.values) * 255, 29.9f);
}

TEST(Patches, ThatCannotBeCutAreRefusedBySentences) {
  const auto refused = [](const Json& data, std::vector<data::File> files) {
    try {
      (void)cut(data, std::move(files));
    } catch (const std::exception& error) {
      return std::string(error.what());
    }
    return std::string();
  };
  EXPECT_NE(refused(patches(11), {ten_pictures()}).find("10 × 12 pixels"), std::string::npos);
  EXPECT_NE(refused(patches(3), {ten_pictures()}).find("4 pixels at least"), std::string::npos);
  EXPECT_NE(refused(patches(8), {csv("1,2\n3,4\n5,6\n")}).find("no pictures"), std::string::npos);
  EXPECT_NE(refused(patches(8), {npy(std::vector<float>(144, 0.5f), "1, 12, 12")}).find("too few"),
            std::string::npos);
}

}  // namespace
}  // namespace lab
