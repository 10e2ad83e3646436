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

// Whether instructions of this kind can be part of a run. Never where there is no WebAssembly, nor
// with threads, whose tables of functions are their own.
bool can_compile(Op op);

// The instructions as a function; nullptr where the browser refuses. splats[r]: register r holds
// the same number in all its elements. outputs: the registers that are written to memory.
Run compile_run(std::span<const Instruction> code, const std::vector<bool>& splats,
                const std::vector<Register>& outputs);

}  // namespace lab::cpu
