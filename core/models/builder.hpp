// What the builders of all systems share.
#pragma once

#include "core/models/system.hpp"
#include "core/nn/optimiser.hpp"

namespace lab::models {

class Builder {
 public:
  Builder(const nlohmann::json& spec, const data::Dataset& data);

 protected:
  Graph& graph() { return *system_.graph; }

  // Samples as a variable (N, D).
  Value data_variable(const std::string& name, const data::Samples& samples);
  // A live key of the specification as a variable; empty where the key does not apply.
  Value setting(const std::string& section, const std::string& name);
  // Rows of the training data for the minibatch that begins at sample step·batch, index (batch).
  Value minibatch_rows(Extent batch);
  // Data as models see it (B, D): bits drawn, or levels filled with uniform noise.
  Value seen(Value x, Value counter);
  // Throws Unfit, that `key` is `choice`, which needs data in [0, 1], where there is other data;
  // `instead` would do.
  void require_unit_interval(const char* key, const char* choice, const char* instead) const;
  // A number for each column (D).
  Value columns(const std::vector<float>& values);
  // Deviation of the first weights where the specification sets one; else 0.
  double first_deviation() const;
  // A variable (rows, columns), or an index scalar, that is written before a procedure reads it.
  Value input(const std::string& name, Extent rows, Extent columns);
  Value index_input(const std::string& name, std::uint32_t initial = 0);
  // As the specification has it, for system_.weights.
  nn::Optimiser optimiser();
  // The last phase: the update of all parameters that makes `objective` large, of `step` and of
  // what is watched. `factors`: as of nn::Optimiser.
  void maximise(Value objective, std::vector<std::pair<Value, Value>> factors = {});

  const nlohmann::json& spec_;
  const data::Dataset& data_;
  System system_;

 private:
  void watch(Procedure& train, Value objective);
};

}  // namespace lab::models
