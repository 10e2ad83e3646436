// What one instruction set offers; gathered into a table by table.cpp.
#pragma once

#include "core/execute/cpu/kernels.hpp"

namespace lab::cpu::LAB_ISA {

// gemm.cpp
void multiply(const Product& product, const Block& part, float* scratch, const Finish& finish);

// loops.cpp: by elementwise op.
extern const Loop loops[elementwise_count];

// numbers.cpp
void fill_uniform(float* out, Extent count, const Draw& draw);
void fill_normal(float* out, Extent count, const Draw& draw);
double sum_of(const float* values, Extent count);
float largest_of(const float* values, Extent count);
void add_to(float* total, const float* values, Extent count);
void raise_to(float* largest, const float* values, Extent count);
double multiply_adds(Extent rounds);

}  // namespace lab::cpu::LAB_ISA
