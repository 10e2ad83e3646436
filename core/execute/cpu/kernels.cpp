#include "core/execute/cpu/kernels.hpp"

#include <Eigen/Core>
#include <algorithm>

#include "core/execute/cpu/vector_math.hpp"
#include "core/execute/random.hpp"

namespace lab::cpu {

namespace {

using Eigen::Dynamic;
using RowMajor = Eigen::Matrix<float, Dynamic, Dynamic, Eigen::RowMajor>;
using ColumnMajor = Eigen::Matrix<float, Dynamic, Dynamic, Eigen::ColMajor>;
using Outer = Eigen::OuterStride<>;

// Calls use with the matrix as Eigen sees it, row- or column-major.
template <class Use>
void with_map(const Matrix& m, Extent rows, Extent columns, Use use) {
  const bool row_wise = m.column == 1 || columns == 1;
  if (row_wise) {
    use(Eigen::Map<const RowMajor, 0, Outer>(m.data, rows, columns,
                                             Outer(std::max<Extent>(m.row, 1))));
  } else {
    use(Eigen::Map<const ColumnMajor, 0, Outer>(m.data, rows, columns,
                                                Outer(std::max<Extent>(m.column, 1))));
  }
}

}  // namespace

__attribute__((noinline)) void multiply(const Matrix& a, const Matrix& b, float* c, Extent n,
                                        Extent k, Extent begin, Extent end) {
  const Extent rows = end - begin;
  Eigen::Map<RowMajor> out(c + begin * n, rows, n);
  const Matrix part{a.data + begin * a.row, a.row, a.column};
  with_map(part, rows, k, [&](const auto& left) {
    with_map(b, k, n, [&](const auto& right) { out.noalias() = left * right; });
  });
}

void fill_uniform(float* out, Extent count, std::uint32_t stream, std::uint32_t counter,
                  std::uint32_t seed) {
  for (Extent i = 0; i < count; i += 4) {
    const auto words = random::block(static_cast<std::uint32_t>(i / 4), stream, counter,
                                     random::Kind::uniform, seed);
    for (Extent j = 0; j < std::min<Extent>(4, count - i); ++j) {
      out[i + j] = random::to_unit<float>(words[static_cast<std::size_t>(j)]);
    }
  }
}

void fill_normal(float* out, Extent count, std::uint32_t stream, std::uint32_t counter,
                 std::uint32_t seed) {
  // Blocks first, then one vectorised pass of Box and Muller over their pairs.
  constexpr Extent blocks = 32;
  for (Extent start = 0; start < count; start += 4 * blocks) {
    float first[2 * blocks], second[2 * blocks];
    for (Extent b = 0; b < blocks; ++b) {
      const auto words = random::block(static_cast<std::uint32_t>(start / 4 + b), stream, counter,
                                       random::Kind::normal, seed);
      first[2 * b] = random::to_unit<float>(words[0]);
      second[2 * b] = random::to_unit<float>(words[1]);
      first[2 * b + 1] = random::to_unit<float>(words[2]);
      second[2 * b + 1] = random::to_unit<float>(words[3]);
    }
    float normal[4 * blocks];
    for (Extent p = 0; p < 2 * blocks; ++p) {
      const float radius = vector_math::sqrt(-2.f * vector_math::log(first[p]));
      const auto [sin, cos] = vector_math::sin_cos(6.28318531f * second[p]);
      normal[2 * p] = radius * cos;
      normal[2 * p + 1] = radius * sin;
    }
    std::copy_n(normal, std::min<Extent>(4 * blocks, count - start), out + start);
  }
}

double sum_of(const float* values, Extent count) {
  // Lanes keep a run's rounding small and let it vectorise.
  constexpr Extent lanes = 8;
  float partial[lanes] = {};
  Extent i = 0;
  for (; i + lanes <= count; i += lanes) {
    for (Extent lane = 0; lane < lanes; ++lane) partial[lane] += values[i + lane];
  }
  double total = 0;
  for (const float each : partial) total += static_cast<double>(each);
  for (; i < count; ++i) total += static_cast<double>(values[i]);
  return total;
}

float largest_of(const float* values, Extent count) {
  float largest = -std::numeric_limits<float>::infinity();
  for (Extent i = 0; i < count; ++i) largest = vector_math::max(largest, values[i]);
  return largest;
}

void add_to(float* __restrict total, const float* __restrict values, Extent count) {
  for (Extent i = 0; i < count; ++i) total[i] += values[i];
}

void raise_to(float* __restrict largest, const float* __restrict values, Extent count) {
  for (Extent i = 0; i < count; ++i) largest[i] = vector_math::max(largest[i], values[i]);
}

}  // namespace lab::cpu
