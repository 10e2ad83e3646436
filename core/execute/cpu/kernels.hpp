// The structured kernels of the CPU executor, each on plain memory.
#pragma once

#include <cstdint>

#include "core/graph/shape.hpp"

namespace lab::cpu {

// A matrix in memory: element (i, j) at i·row + j·column; one of the two strides is 1.
struct Matrix {
  const float* data;
  Extent row, column;
};

// Rows [begin, end) of c (m, n), contiguous, = a (m, k) · b (k, n).
void multiply(const Matrix& a, const Matrix& b, float* c, Extent n, Extent k, Extent begin,
              Extent end);

// Philox numbers (core/execute/random.hpp); elements 0 … count − 1.
void fill_uniform(float* out, Extent count, std::uint32_t stream, std::uint32_t counter,
                  std::uint32_t seed);
void fill_normal(float* out, Extent count, std::uint32_t stream, std::uint32_t counter,
                 std::uint32_t seed);

// Sum and largest of a run of elements.
double sum_of(const float* values, Extent count);
float largest_of(const float* values, Extent count);
// total[i] += values[i]; largest[i] = max(largest[i], values[i]).
void add_to(float* total, const float* values, Extent count);
void raise_to(float* largest, const float* values, Extent count);

}  // namespace lab::cpu
