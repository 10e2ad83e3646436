// Checks that every model is put to.
#pragma once

#include <memory>
#include <string>

#include "core/execute/cpu/cpu.hpp"
#include "core/models/system.hpp"
#include "core/session/specification.hpp"

namespace lab {

// A system and the executor that holds its first weights and its training data.
struct Ready {
  data::Dataset data;
  models::System system;
  std::unique_ptr<Cpu> cpu;
};
Ready make_ready(const session::Json& completed_spec,
                 const cpu::Kernels& kernels = *cpu::available_kernels().front());

// Gradients by differences of the training objective, in double, at one number of every parameter;
// parameters are first moved by normals of deviation `spread`. `spec` is completed here; its
// optimiser is replaced by plain steps of size one, which make a gradient readable as what a
// parameter moved by. The objective is read as a float: it must not be large.
void expect_gradients(session::Json spec, const std::string& what, double spread = 0);

// The reference executor, one thread and two measure the same after some steps.
void expect_executors_agree(const session::Json& spec, const std::string& what);

}  // namespace lab
