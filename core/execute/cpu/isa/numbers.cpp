// Random numbers, sums and largest elements, and the loop that measures the machine's peak.
#include <limits>
#include <utility>

#include "core/execute/cpu/isa/isa.hpp"
#include "core/execute/cpu/isa/vector.hpp"
#include "core/execute/cpu/vector_math.hpp"
#include "core/graph/random.hpp"

namespace lab::cpu::LAB_ISA {

namespace {

// Philox blocks side by side (core/graph/philox.hpp is the definition): words[w][b] is word w of
// block first + b.
constexpr Extent blocks = 64;
struct Words {
  std::uint32_t of[4][blocks];
};

__attribute__((noinline)) void philox(Words& words, std::uint32_t first, const Draw& draw,
                                      random::Kind kind) {
  auto& [x0, x1, x2, x3] = words.of;
  for (Extent b = 0; b < blocks; ++b) {
    x0[b] = first + static_cast<std::uint32_t>(b);
    x1[b] = draw.stream;
    x2[b] = draw.counter;
    x3[b] = static_cast<std::uint32_t>(kind);
  }
  std::uint32_t key0 = draw.seed, key1 = 0;
  for (int round = 0; round < 10; ++round) {
    for (Extent b = 0; b < blocks; ++b) {
      const std::uint64_t even = std::uint64_t{0xD2511F53u} * x0[b];
      const std::uint64_t odd = std::uint64_t{0xCD9E8D57u} * x2[b];
      const std::uint32_t y0 = static_cast<std::uint32_t>(odd >> 32) ^ x1[b] ^ key0;
      const std::uint32_t y2 = static_cast<std::uint32_t>(even >> 32) ^ x3[b] ^ key1;
      x0[b] = y0;
      x1[b] = static_cast<std::uint32_t>(odd);
      x2[b] = y2;
      x3[b] = static_cast<std::uint32_t>(even);
    }
    key0 += 0x9E3779B9u;
    key1 += 0xBB67AE85u;
  }
}

// As random::to_unit; the shifted word is below 2²³, so a signed conversion does.
inline float to_unit(std::uint32_t word) {
  return (static_cast<float>(static_cast<std::int32_t>(word >> 9)) + 0.5f) *
         1.1920928955078125e-07f;
}

// Calls fill(block's numbers, words) for each group of blocks, and copies what is wanted.
template <class Fill>
void in_groups(float* out, Extent count, const Draw& draw, random::Kind kind, Fill fill) {
  Words words;
  float numbers[4 * blocks];
  for (Extent start = 0; start < count; start += 4 * blocks) {
    philox(words, static_cast<std::uint32_t>((draw.first + start) / 4), draw, kind);
    const bool whole = count - start >= 4 * blocks;
    float* const to = whole ? out + start : numbers;
    fill(to, words);
    for (Extent i = 0; !whole && i < count - start; ++i) out[start + i] = numbers[i];
  }
}

}  // namespace

void fill_uniform(float* out, Extent count, const Draw& draw) {
  in_groups(out, count, draw, random::Kind::uniform, [](float* to, const Words& words) {
    for (Extent b = 0; b < blocks; ++b) {
      for (Extent w = 0; w < 4; ++w) to[4 * b + w] = to_unit(words.of[w][b]);
    }
  });
}

// Box and Muller: two normals from two uniforms.
void fill_normal(float* out, Extent count, const Draw& draw) {
  in_groups(out, count, draw, random::Kind::normal, [](float* to, const Words& words) {
    float normal[4][blocks];
    for (Extent pair = 0; pair < 4; pair += 2) {
      const std::uint32_t* const first = words.of[pair];
      const std::uint32_t* const second = words.of[pair + 1];
      for (Extent b = 0; b < blocks; ++b) {
        const float radius = vector_math::sqrt(-2.f * vector_math::log(to_unit(first[b])));
        const auto [sin, cos] = vector_math::sin_cos(6.28318531f * to_unit(second[b]));
        normal[pair][b] = radius * cos;
        normal[pair + 1][b] = radius * sin;
      }
    }
    for (Extent b = 0; b < blocks; ++b) {
      for (Extent w = 0; w < 4; ++w) to[4 * b + w] = normal[w][b];
    }
  });
}

double sum_of(const float* values, Extent count) {
  // Lanes keep a run's rounding small and let it vectorise.
  constexpr Extent lanes = 32;
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
  constexpr Extent lanes = 32;
  float partial[lanes];
  for (float& each : partial) each = -std::numeric_limits<float>::infinity();
  Extent i = 0;
  for (; i + lanes <= count; i += lanes) {
    raise_to(partial, values + i, lanes);
  }
  float largest = -std::numeric_limits<float>::infinity();
  for (const float each : partial) largest = vector_math::max(largest, each);
  for (; i < count; ++i) largest = vector_math::max(largest, values[i]);
  return largest;
}

void add_to(float* __restrict total, const float* __restrict values, Extent count) {
  for (Extent i = 0; i < count; ++i) total[i] += values[i];
}

void raise_to(float* __restrict largest, const float* __restrict values, Extent count) {
  for (Extent i = 0; i < count; ++i) largest[i] = vector_math::max(largest[i], values[i]);
}

namespace {

// Chains of multiply-adds, as many as there are indices, each in a register of its own.
template <int... chain>
Vector in_registers(Extent rounds, std::integer_sequence<int, chain...>) {
  Vector sums[] = {splat(static_cast<float>(chain))...};
  // Volatile, or V8 would make the constants anew for every operation.
  volatile float shrink = 0.999f, push = 0.001f;
  const Vector factor = splat(shrink), addend = splat(push);
  for (Extent round = 0; round < rounds; ++round) {
    ((sums[chain] = multiply_add(sums[chain], factor, addend)), ...);
  }
  Vector total = splat(0);
  ((total = total + sums[chain]), ...);
  return total;
}

}  // namespace

double multiply_adds(Extent rounds) {
  // Twelve chains hide the latency of two units, and leave room for the operands where there are
  // sixteen registers.
  constexpr int chains = 12;
  const Vector total = in_registers(rounds, std::make_integer_sequence<int, chains>());
  // Read, so that the loop is not removed.
  return total[0] < 1e30f ? 2.0 * width * chains * static_cast<double>(rounds) : 0;
}

}  // namespace lab::cpu::LAB_ISA
