// Checkpoints that earlier builds have written: they open, measure what they measured when they
// were kept (tests/core/kept/measures.json, `lab eval`), and go on. Those with -1 are from before
// energies had a base measure.
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "core/session/experiment.hpp"

namespace lab::session {
namespace {

TEST(KeptFiles, CheckpointsOfEarlierBuildsOpenAndGoOn) {
  const std::filesystem::path folder = LAB_TESTS "/core/kept";
  const Json measures = Json::parse(std::ifstream(folder / "measures.json"));
  ASSERT_GE(measures.size(), 12u);
  for (const auto& [name, then] : measures.items()) {
    SCOPED_TRACE(name);
    std::ifstream file(folder / (name + ".lab"), std::ios::binary);
    const std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    const auto experiment =
        Experiment::restore({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    EXPECT_EQ(experiment->steps(), then.at("steps"));
    const auto now = experiment->measures().measure_all().get();
    for (const auto& [measure, value] : then.items()) {
      if (measure == "steps") continue;
      ASSERT_TRUE(now.count(measure)) << measure;
      const auto wanted = value.get<double>();
      EXPECT_NEAR(now.at(measure), wanted, 1e-3 * (1 + std::fabs(wanted))) << measure;
    }
    experiment->step(5).get();
    EXPECT_TRUE(std::isfinite(experiment->measure().get().at("objective_train")));
  }
}

}  // namespace
}  // namespace lab::session
