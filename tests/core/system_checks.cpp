#include "tests/core/system_checks.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "core/data/random.hpp"
#include "core/execute/reference/reference.hpp"
#include "core/session/experiment.hpp"

namespace lab {

using session::Experiment;
using session::Json;

Ready make_ready(const Json& completed_spec, const cpu::Kernels& kernels) {
  Ready made;
  made.data = data::make_dataset(completed_spec.at("data"), session::Options::open_file);
  made.system = models::make_system(completed_spec, made.data);
  made.cpu = std::make_unique<Cpu>(*made.system.graph, 1, kernels);
  models::initialise(*made.cpu, made.system, made.data);
  return made;
}

void expect_gradients(Json spec, const std::string& what, double spread) {
  spec["optimiser"] = {{"name", "sgd"}, {"rate", 1.0}};
  spec = session::complete(spec);
  const data::Dataset data = data::make_dataset(spec.at("data"), session::Options::open_file);
  const models::System system = models::make_system(spec, data);
  Reference reference(*system.graph);
  models::initialise(reference, system, data);
  const auto train = reference.prepare(system.phases.back().procedure);
  const auto value = reference.prepare({"value", system.phases.back().procedure.outputs, {}});
  std::vector<std::vector<float>> before, after;
  data::Stream stream(7, 1);
  for (const Value parameter : system.parameters) {
    std::vector<float> values = reference.read(parameter);
    for (float& each : values) each += static_cast<float>(spread * stream.normal());
    reference.write(parameter, values);
    before.push_back(values);
  }
  reference.run(train);
  for (const Value parameter : system.parameters) after.push_back(reference.read(parameter));
  const std::uint32_t zero = 0;
  reference.write_index(system.step, std::span(&zero, 1));
  for (std::size_t i = 0; i < before.size(); ++i) reference.write(system.parameters[i], before[i]);
  // What another phase than the last makes small is what that one makes large.
  for (std::size_t i = 0; i < before.size(); ++i) {
    const auto updates = [&](const models::Phase& phase) {
      return std::ranges::any_of(phase.procedure.updates, [&](const auto& update) {
        return update.first.id() == system.parameters[i].id();
      });
    };
    if (updates(system.phases.back())) continue;
    const auto other = std::ranges::find_if(system.phases, updates);
    if (other == system.phases.end()) continue;
    reference.run(reference.prepare(other->procedure));
    const std::vector<float> moved = reference.read(system.parameters[i]);
    for (std::size_t at = 0; at < moved.size(); ++at) after[i][at] = 2 * before[i][at] - moved[at];
    for (std::size_t j = 0; j < before.size(); ++j) {
      reference.write(system.parameters[j], before[j]);
    }
  }
  for (std::size_t i = 0; i < before.size(); ++i) {
    const std::size_t at = before[i].size() / 2;
    const auto objective = [&](float shift) {
      std::vector<float> moved = before[i];
      moved[at] += shift;
      reference.write(system.parameters[i], moved);
      reference.run(value);
      return static_cast<double>(reference.output(value, 0).front());
    };
    const float h = 1e-2f;
    const double slope = (objective(h) - objective(-h)) / (2 * static_cast<double>(h));
    reference.write(system.parameters[i], before[i]);
    const auto moved = static_cast<double>(after[i][at] - before[i][at]);
    EXPECT_NEAR(moved, slope, 0.01 * std::abs(slope) + 4e-3)
        << what << ' ' << system.parameters[i].node().name;
  }
}

void expect_executors_agree(const Json& spec, const std::string& what) {
  const Json whole = session::complete(spec);
  Experiment cpu(whole), threads(whole, {"cpu", 2}), reference(whole, {"reference", 1});
  for (Experiment* each : {&cpu, &threads, &reference}) each->step(6).get();
  const auto a = cpu.measure().get(), b = threads.measure().get(), c = reference.measure().get();
  for (const auto& [name, value] : a) {
    EXPECT_NEAR(value, c.at(name), 5e-4 * (1 + std::abs(value))) << what << ' ' << name;
    EXPECT_NEAR(value, b.at(name), 1e-5 * (1 + std::abs(value))) << what << ' ' << name;
  }
}

}  // namespace lab
