// What the builders of all systems share.
#pragma once

#include "core/models/noise.hpp"
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
  // Where the noise of the specification lies, from the data's own place on where it is to move.
  NoisePlace noise_place();
  // Noise points beside so many data, by objective.ratio; one for each where that key does not
  // apply.
  Extent count_of_noise(Extent count) const;
  // Rows of the training data for the minibatch that begins at sample step·batch, index (batch).
  Value minibatch_rows(Extent batch);
  // Data as models see it (B, D): bits drawn, or levels filled with uniform noise.
  Value seen(Value x, Value counter);
  // Throws Unfit, that `key` is `choice`, which needs data in [0, 1], where there is other data;
  // `instead` would do.
  void require_unit_interval(const char* key, const char* choice, const char* instead) const;
  // Labels as a condition (model.condition): whether the model is told of them; the classes of the
  // rows that minibatch_rows() chose, (batch, C), 1 at the class, none where it is told of none.
  bool conditional() const { return !class_shares_.empty(); }
  Value minibatch_classes(Value rows);
  // Rows x (R, D) once for each class, one class after another: (C·R, D), their classes (C·R, C),
  // and ln of the classes' shares of the training data (C, 1). Without a condition: x alone.
  struct OfClasses {
    Value x, classes, log_shares;
  };
  OfClasses of_every_class(Value x);
  // ln p of rows of every class (C·R) → ln Σ p(class) p (R); without a condition as it is.
  static Value over_classes(Value log_p, const OfClasses& of);
  // Intensities 0 and 1 as the model sees them, a scalar or (D); rows of other numbers have no
  // range: −10³⁰, 10³⁰.
  std::pair<Value, Value> range();
  // The lowest and the highest number of the training data.
  std::pair<double, double> extremes() const;
  // The ability corrupt; what it does unless it is told otherwise: nothing, or a kind
  // (core/models/corruption.hpp) at a level (real scalar).
  void add_corruption(const std::string& kind = {}, Value level = {});
  // Uniform within the range of pictures; of other numbers in (0, 1).
  Value uniform_noise(const Shape& shape, Value counter);
  // A number for each column (D).
  Value columns(const std::vector<float>& values);
  // Deviation of the first weights where the specification sets one; else 0.
  double first_deviation() const;
  // A variable (rows, columns), or an index scalar, that is written before a procedure reads it.
  Value input(const std::string& name, Extent rows, Extent columns);
  Value index_input(const std::string& name, std::uint32_t initial = 0);
  // As the specification has it, for system_.weights.
  nn::Optimiser optimiser();
  // The last phase: the update of the parameters `of`, all if it is empty, that makes `objective`
  // large, of `step` and of what is watched. `factors`: as of nn::Optimiser.
  void maximise(Value objective, std::vector<std::pair<Value, Value>> factors = {},
                std::vector<Value> of = {});

  const nlohmann::json& spec_;
  const data::Dataset& data_;
  System system_;
  std::vector<double> class_shares_;  // of the training data; empty: no condition

 private:
  void find_classes();
  void watch(Procedure& train, Value objective);
};

}  // namespace lab::models
