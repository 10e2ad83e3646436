// Runs of simple instructions as WebAssembly functions, made while the program runs: their results
// stay in registers, where the loops of one instruction would go through memory.
#pragma once

#include <span>
#include <vector>

#include "core/compile/program.hpp"
#include "core/execute/cpu/kernels.hpp"

namespace lab::cpu {

// registers[r] is where the elements of register r lie; `bytes` of each, a multiple of 16.
using Run = void (*)(const Word* const* registers, std::size_t bytes);

// Whether instructions of this kind can be part of a run: never where there is no WebAssembly.
bool can_compile(Op op);

// The instructions as a run, known by a number; −1 where the browser refuses. splats[r]: register r
// holds the same number in all its elements. outputs: the registers that are written to memory.
int compile_run(std::span<const Instruction> code, const std::vector<bool>& splats,
                const std::vector<Register>& outputs);

// The run as a function of the calling thread, for each has a table of its own; nullptr where it
// cannot be had.
Run run_of(int number);

}  // namespace lab::cpu
