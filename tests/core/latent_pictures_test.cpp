// What a session says of a model with latents, and files that come later than they are wanted.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/distributions/normal_numbers.hpp"
#include "tests/core/tested_service.hpp"

namespace lab::session {
namespace {

constexpr std::int64_t train = 200, test = 90, latents = 3;

Json small_spec() {
  return {{"data", {{"name", "digits8"}, {"train", train}, {"test", test}}},
          {"model", {{"name", "vae"}, {"width", 16}, {"latents", latents}}},
          {"objective", {{"batch", 20}}}};
}

std::vector<Message> all(TestedService& service) {
  std::vector<Message> messages;
  while (auto message = service.take()) messages.push_back(std::move(*message));
  return messages;
}

Message last(TestedService& service, const std::string& kind) {
  Message found;
  for (Message& message : all(service)) {
    if (message.kind() == kind) found = std::move(message);
  }
  EXPECT_EQ(found.kind(), kind);
  return found;
}

using Shape = std::vector<std::int64_t>;

TEST(LatentPictures, EveryViewGetsItsArrays) {
  TestedService service;
  service.command({{"do", "load"}, {"spec", small_spec()}});
  const Message loaded = last(service, "loaded");
  EXPECT_EQ(loaded.head.at("latents"), latents);
  EXPECT_EQ(loaded.head.at("sample").at("rows"), 8);
  EXPECT_EQ(loaded.shape("test_inputs"), (Shape{test, 64}));
  EXPECT_EQ(loaded.shape("test_labels"), (Shape{test}));
  EXPECT_FALSE(loaded.has("data_train"));

  service.command({{"do", "want"},
                   {"views",
                    {"latent", "manifold", "reconstructions", "traversal", "interpolation",
                     "samples", "kl-dimensions"}}});
  const Message snapshot = last(service, "snapshot");
  EXPECT_EQ(snapshot.shape("latent_mean"), (Shape{test, latents}));
  EXPECT_EQ(snapshot.shape("latent_deviation"), (Shape{test, latents}));
  EXPECT_EQ(snapshot.shape("kl_dimensions"), (Shape{latents}));
  EXPECT_EQ(snapshot.shape("manifold"), (Shape{400, 64}));
  EXPECT_EQ(snapshot.shape("traversal"), (Shape{latents, 11, 64}));
  EXPECT_EQ(snapshot.shape("path"), (Shape{9, 64}));
  EXPECT_EQ(snapshot.shape("drawn"), (Shape{64, 64}));
  EXPECT_EQ(snapshot.shape("decoded"), (Shape{64}));
  for (const float value : snapshot.array("reconstructions")) {
    EXPECT_TRUE(value >= 0 && value <= 1);
  }
  // Views that are not on screen cost nothing.
  service.command({{"do", "want"}, {"views", {"bound"}}});
  EXPECT_FALSE(last(service, "snapshot").has("manifold"));
}

TEST(LatentPictures, FollowsThePersonsCodes) {
  TestedService service;
  service.command({{"do", "load"}, {"spec", small_spec()}});
  service.command({{"do", "want"}, {"views", {"manifold", "traversal"}}});
  all(service);
  const auto quantile = [](int i) {
    return static_cast<float>(distributions::normal_quantile((i + 0.5) / 20));
  };
  // The cell in row 2, column 5 of the manifold, top row first, and the code it stands for.
  service.command({{"do", "plane"}, {"x", 2}, {"y", 0}});
  service.command({{"do", "code"}, {"z", {0.0, 0.7, 0.0}}});
  const Message whole = last(service, "snapshot");
  service.command({{"do", "code"}, {"z", {quantile(17), 0.7f, quantile(5)}}});
  const Message one = last(service, "snapshot");
  const auto cell = whole.array("manifold").subspan((2 * 20 + 5) * 64, 64);
  for (std::size_t i = 0; i < 64; ++i) EXPECT_FLOAT_EQ(one.array("decoded")[i], cell[i]);
  // The middle of each sweep is the code with that latent at zero.
  service.command({{"do", "code"}, {"z", {0.0, 0.0, 0.0}}});
  const Message middle = last(service, "snapshot");
  for (std::size_t j = 0; j < latents; ++j) {
    const auto swept = middle.array("traversal").subspan((j * 11 + 5) * 64, 64);
    for (std::size_t i = 0; i < 64; ++i) EXPECT_FLOAT_EQ(swept[i], middle.array("decoded")[i]);
  }
}

TEST(LatentPictures, AHandMayPaintOverWhatTheModelSees) {
  TestedService service;
  Json spec = small_spec();
  spec["data"]["scale"] = "symmetric";
  spec["model"]["decoder"] = "gaussian";
  service.command({{"do", "load"}, {"spec", spec}});
  service.command({{"do", "want"}, {"views", {"reconstructions"}}});
  (void)all(service);
  std::vector<float> painting(64, -1);
  painting[3] = 1;
  painting[40] = 0.25f;
  service.command({{"do", "noise"}, {"kind", "painted"}, {"values", painting}});
  const Message painted = last(service, "snapshot");
  EXPECT_EQ(painted.head.at("noise").at("kind"), "painted");
  const std::vector<float> inputs = [] {
    Experiment same(complete(small_spec()));
    return same.data().evaluated(same.data().test, 400);
  }();
  const std::span<const float> seen = painted.array("corrupted");
  ASSERT_EQ(painted.shape("corrupted"), painted.shape("reconstructions"));
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const float over = painting[i % 64];
    ASSERT_NEAR(seen[i], over >= 0 ? over : inputs[i], 1e-5) << i;
  }
  const std::span<const float> said = painted.array("painted");
  EXPECT_TRUE(std::ranges::equal(said, painting));
  painting.pop_back();
  service.command({{"do", "noise"}, {"kind", "painted"}, {"values", painting}});
  EXPECT_NE(last(service, "error").head.dump().find("64 numbers"), std::string::npos);
}

TEST(LatentPictures, RefusesWhatDoesNotFit) {
  TestedService service;
  service.command({{"do", "load"}, {"spec", small_spec()}});
  all(service);
  const std::vector<Json> mistakes{{{"do", "code"}, {"z", {1, 2}}},
                                   {{"do", "code"}, {"z", {1, 2, 1e9}}},
                                   {{"do", "code"}},
                                   {{"do", "plane"}, {"x", 0}, {"y", 3}},
                                   {{"do", "path"}, {"from", 0}, {"to", test}},
                                   {{"do", "path"}, {"from", -1}, {"to", 0}}};
  for (const Json& mistake : mistakes) {
    service.command(mistake);
    const auto answers = all(service);
    ASSERT_EQ(answers.size(), 1u) << mistake;
    EXPECT_EQ(answers[0].kind(), "error") << mistake;
  }
}

TEST(LatentPictures, SamplesStayPutUntilTheyAreRedrawn) {
  TestedService service;
  service.command({{"do", "load"}, {"spec", small_spec()}});
  service.command({{"do", "want"}, {"views", {"samples"}}});
  const auto drawn = [&] {
    const Message snapshot = last(service, "snapshot");
    const auto values = snapshot.array("drawn");
    return std::vector<float>(values.begin(), values.end());
  };
  const std::vector<float> first = drawn();
  service.command({{"do", "want"}, {"views", {"samples"}}});
  EXPECT_EQ(drawn(), first);
  service.command({{"do", "redraw"}});
  EXPECT_NE(drawn(), first);
}

TEST(LatentPictures, FactorsAreHeldAgainstMoreAndMoreData) {
  TestedService service;
  const Json spec = {{"data", {{"name", "sprites"}, {"train", 100}, {"test", 1200}}},
                     {"model", {{"name", "vae"}, {"width", 8}, {"latents", latents}}},
                     {"objective", {{"batch", 20}}}};
  service.command({{"do", "load"}, {"spec", spec}});
  const Json names{"shape", "size", "angle", "x", "y"};
  EXPECT_EQ(last(service, "loaded").head.at("factors"), names);
  service.command({{"do", "want"}, {"views", {"factors"}}});
  const Message first = last(service, "snapshot");
  EXPECT_EQ(first.head.at("factor_data"), 500);
  EXPECT_EQ(first.shape("information_of_means"), (Shape{latents, 5}));
  EXPECT_EQ(first.shape("information_of_samples"), (Shape{latents, 5}));
  EXPECT_EQ(first.shape("traversal"), (Shape{latents, 11, 1024}));
  EXPECT_NEAR(first.array("factor_entropies")[0], std::log(3.0), 1e-3);
  EXPECT_TRUE(std::isnan(first.array("gaps_of_samples")[0]));
  double mean = 0;
  for (const float gap : first.array("gaps_of_means")) mean += static_cast<double>(gap) / 5;
  EXPECT_NEAR(first.head.at("mig_mean").at(0).get<double>(), mean, 1e-6);

  Message message;
  while (service.pump(1) == Service::Pulse::busy) {
    for (Message& each : all(service)) message = std::move(each);
  }
  EXPECT_EQ(message.head.at("factor_data"), 1200);
  // What is looked at beside does not begin anew; other weights do.
  service.command({{"do", "code"}, {"z", {0.5, 0.0, 0.0}}});
  EXPECT_EQ(last(service, "snapshot").head.at("factor_data"), 1200);
  service.command({{"do", "step"}, {"n", 1}});
  EXPECT_EQ(last(service, "snapshot").head.at("factor_data"), 500);

  service.command({{"do", "load"}, {"spec", small_spec()}});
  const auto messages = all(service);
  EXPECT_EQ(messages.front().head.at("factors"), Json::array());
  EXPECT_FALSE(messages.back().head.contains("factor_data"));
}

TEST(Service, EstimatesTheMarginalLikelihoodInTheBackground) {
  TestedService service;
  service.command({{"do", "load"}, {"spec", small_spec()}});
  service.command({{"do", "step"}, {"n", 100}});
  all(service);
  service.command({{"do", "estimate"}, {"method", "importance"}, {"samples", 100}, {"points", 50}});
  for (int i = 0; i < 20 && service.pump(5) != Service::Pulse::idle; ++i) {
    if (i > 10) FAIL() << "it does not end";
    const auto messages = all(service);
    if (messages.empty()) continue;
    const Json& metrics = messages.back().head.at("metrics");
    if (!metrics.contains("log_marginal")) continue;
    EXPECT_GT(metrics.at("log_marginal").get<double>(), metrics.at("elbo_test").get<double>() - 1);
    EXPECT_FALSE(messages.back().head.contains("estimating"));
    return;
  }
  FAIL() << "no estimate came";
}

TEST(Service, AsksForFilesThatAreNotHere) {
  Options options;
  options.open = [](const std::string& name) -> std::vector<data::File> {
    throw data::MissingFile(name, "'" + name + "' is not here yet.");
  };
  TestedService service(options);
  Json spec = small_spec();
  spec["data"] = {{"name", "file"}, {"file", "mine.csv;labels.csv"}, {"train", 16}, {"test", 16}};
  spec["model"]["decoder"] = "gaussian";
  service.command({{"do", "load"}, {"spec", spec}});
  const Message need = last(service, "need");
  EXPECT_EQ(need.head.at("file"), "mine.csv");
  // Another experiment may be loaded meanwhile; the files still come in.
  std::string table;
  for (int i = 0; i < 40; ++i) table += std::to_string(i) + ",1.5," + std::to_string(i * i) + "\n";
  const auto bytes = [](const std::string& text) {
    return std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  };
  service.command({{"do", "file"}, {"name", "mine.csv"}}, bytes(table));
  EXPECT_EQ(last(service, "need").head.at("file"), "labels.csv");
  spec["data"]["file"] = "mine.csv";
  service.command({{"do", "load"}, {"spec", spec}});
  const Message loaded = last(service, "loaded");
  EXPECT_EQ(loaded.head.at("sample").at("columns"), 3);
  EXPECT_EQ(loaded.head.at("sample").at("domain"), "vectors");
}

}  // namespace
}  // namespace lab::session
