// Elementary functions of floats without branches or calls, so that loops over them vectorise.
//
// Errors, against the true value over the whole range, infinities and NaN handled as in <cmath>
// (tests/core/math_test.cpp measures them): exp, expm1, log, log1p, sigmoid, softplus ≤ 4 units in
// the last place, tanh ≤ 6, hence all within 1e-6 of the value; sin, cos for |x| ≤ 8192, ≤ 4 units
// or 1e-7 absolute. Polynomials after Cephes (S. Moshier, 1989), and fits of our own.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

namespace lab::vector_math {

static inline float abs(float a) {
  return std::bit_cast<float>(std::bit_cast<std::uint32_t>(a) & 0x7fffffffu);
}
static inline float floor(float a) { return std::floor(a); }
static inline float sqrt(float a) { return std::sqrt(a); }
static inline float pow(float a, float b) { return std::pow(a, b); }
// The operand NaN is passed on.
static inline float max(float a, float b) { return a > b || a != a ? a : b; }
static inline float min(float a, float b) { return a < b || a != a ? a : b; }
static inline float sign(float a) { return (a > 0 ? 1.f : 0.f) - (a < 0 ? 1.f : 0.f); }

// The numbers of the functions below, highest powers first.
struct Constants {
  float exp[6] = {1.9875691500e-4f, 1.3981999507e-3f, 8.3334519073e-3f,
                  4.1665795894e-2f, 1.6666665459e-1f, 5.0000001201e-1f};
  float log[9] = {7.0376836292e-2f,  -1.1514610310e-1f, 1.1676998740e-1f,
                  -1.2420140846e-1f, 1.4249322787e-1f,  -1.6668057665e-1f,
                  2.0000714765e-1f,  -2.4999993993e-1f, 3.3333331174e-1f};
  float tanh_above[5] = {1.3177537283581842e-8f, 2.0481196770560928e-5f, 3.4878116566687822e-3f,
                         1.3374476134777069e-1f, 1.f};
  float tanh_below[5] = {7.704052222834434e-7f, 3.272921312600374e-4f, 2.5847390294075012e-2f,
                         4.670778810977936e-1f, 1.f};
  float expm1[6] = {1.f / 5040, 1.f / 720, 1.f / 120, 1.f / 24, 1.f / 6, 0.5f};
  float sine[3] = {-1.9515295891e-4f, 8.3321608736e-3f, -1.6666654611e-1f};
  float cosine[3] = {2.443315711809948e-5f, -1.388731625493765e-3f, 4.166664568298827e-2f};
  float log2_e = 1.44269504f, ln2_high = 0.693359375f, ln2_low = 2.12194440e-4f;
  float exp_least = -104.f, exp_most = 88.7228394f, tanh_most = 9.1f;  // where they are flat
  // Added to |a| < 2²², it leaves the nearest whole number in the low bits.
  float round = 12582912.f;  // 1.5·2²³
  float half = 0.5f, one = 1.f, two = 2.f;
};
#if defined(__wasm__)
// V8 makes a vector constant anew each time it is used, at the cost of three or four operations, so
// that these are read from memory, where the compiler does not see them: once before a loop.
extern const Constants constants;
#else
static constexpr Constants constants;
#endif

// Σ coefficients[i]·x^(count − 1 − i).
template <int count>
static inline float polynomial(const float (&coefficients)[count], float x) {
  float value = coefficients[0];
  for (int i = 1; i < count; ++i) value = value * x + coefficients[i];
  return value;
}

// 2^n for n a whole number in [−126, 127], given as n + constants.round.
static inline float power_of_two(float n_magic) {
  return std::bit_cast<float>((std::bit_cast<std::uint32_t>(n_magic) + 127u) << 23);
}

// exp for a ≤ 88.7. The cores leave out what their callers need not ask: comparisons that follow
// one another tempt the compiler to branch, and then the loop does not vectorise.
static inline float exp_core(float a) {
  const Constants& k = constants;
  const float x = a < k.exp_least ? k.exp_least : a;
  const float magic = x * k.log2_e + k.round;
  const float n = magic - k.round;
  float r = x - n * k.ln2_high;
  r = r + n * k.ln2_low;
  const float value = polynomial(k.exp, r) * r * r + r + k.one;
  // In two steps: 2ⁿ itself may be subnormal or too large.
  const float half = n * k.half + k.round;
  const float n1 = half - k.round;
  return value * power_of_two(half) * power_of_two(n - n1 + k.round);
}

static inline float exp(float a) {
  const float most = constants.exp_most;
  const float value = exp_core(a > most ? most : a);
  return a > most ? std::numeric_limits<float>::infinity() : value;
}

// log of a positive normal number, times 2^shift.
static inline float log_core(float a, float shift) {
  const std::uint32_t bits = std::bit_cast<std::uint32_t>(a);
  // m in [√½, √2), a = m·2^e.
  const std::uint32_t shifted = bits - 0x3f3504f3u;
  const float e = static_cast<float>(static_cast<std::int32_t>(shifted) >> 23) + shift;
  const float m = std::bit_cast<float>((shifted & 0x007fffffu) + 0x3f3504f3u) - 1.f;
  const float z = m * m;
  float y = polynomial(constants.log, m) * m * z;
  y = y - e * constants.ln2_low;
  y = y - constants.half * z;
  return m + y + e * constants.ln2_high;
}

static inline float log(float a) {
  // Subnormals are scaled up first.
  const bool tiny = a < std::numeric_limits<float>::min();
  float value = log_core(tiny ? a * 8388608.f : a, tiny ? -23.f : 0.f);
  const float infinity = std::numeric_limits<float>::infinity();
  value = a == infinity ? infinity : value;
  value = a == 0.f ? -infinity : value;
  return a < 0.f || a != a ? std::numeric_limits<float>::quiet_NaN() : value;
}

static inline float log1p(float a) {
  const float u = 1.f + a;
  const float d = u - 1.f;
  // log(u)·a/(u − 1) cancels the rounding of 1 + a (Kahan; Goldberg 1991, theorem 4).
  const float corrected = log(u) * (a / (d == 0.f ? 1.f : d));
  const float value = d == 0.f ? a : corrected;
  return a == std::numeric_limits<float>::infinity() || a == -1.f ? log(u) : value;
}

static inline float expm1(float a) {
  // Near 0 by its series; elsewhere the difference loses no more than a bit.
  const float x = abs(a) < 0.5f ? a : 0.f;
  const float small = x + x * x * polynomial(constants.expm1, x);
  const float large = exp(a) - 1.f;
  return abs(a) < 0.5f ? small : large;
}

static inline float tanh(float a) {
  // An odd rational function, fitted to the least relative error on [−9.1, 9.1]; beyond, and where
  // rounding would carry it past them, ±1. Comparisons that are false leave NaN as it is.
  const float most = constants.tanh_most;
  float x = a < -most ? -most : a;
  x = x > most ? most : x;
  const float z = x * x;
  const float y = x * polynomial(constants.tanh_above, z) / polynomial(constants.tanh_below, z);
  const float low = y < -constants.one ? -constants.one : y;
  return low > constants.one ? constants.one : low;
}

static inline float sigmoid(float a) {
  const float e = exp_core(-abs(a));
  const float s = constants.one / (constants.one + e);
  return a < 0.f ? e * s : s;
}

static inline float softplus(float a) {
  // e ≤ 1, so that log1p needs no special cases.
  const float e = exp_core(-abs(a));
  const float u = constants.one + e;
  const float d = u - constants.one;
  const float corrected = log_core(u, 0.f) * (e / (d == 0.f ? constants.one : d));
  return max(a, 0.f) + (d == 0.f ? e : corrected);
}

// sin and cos of a for |a| ≤ 8192: reduced by π/2 in three parts (Cody and Waite).
struct SinCos {
  float sin, cos;
};
static inline SinCos sin_cos(float a) {
  const float magic = a * 0.636619772f + constants.round;
  const float n = magic - constants.round;
  const std::uint32_t quadrant = std::bit_cast<std::uint32_t>(magic) & 3u;
  float r = a - n * 1.5703125f;
  r = r - n * 4.83751297e-4f;
  r = r - n * 7.54978942e-8f;
  const float z = r * r;
  const float sine = r + r * z * polynomial(constants.sine, z);
  const float cosine = constants.one - constants.half * z + z * z * polynomial(constants.cosine, z);
  const bool swap = (quadrant & 1u) != 0;
  const float sin_part = swap ? cosine : sine;
  const float cos_part = swap ? sine : cosine;
  return {(quadrant & 2u) != 0 ? -sin_part : sin_part,
          ((quadrant + 1u) & 2u) != 0 ? -cos_part : cos_part};
}
// Large angles are left to the library.
static inline float sin(float a) { return abs(a) <= 8192.f ? sin_cos(a).sin : std::sin(a); }
static inline float cos(float a) { return abs(a) <= 8192.f ? sin_cos(a).cos : std::cos(a); }

static inline float to_real(std::uint32_t a) { return static_cast<float>(a); }
static inline std::uint32_t to_index(float a) {
  return a > 0.f ? (a < 4294967040.f ? static_cast<std::uint32_t>(a) : 4294967295u) : 0u;
}

}  // namespace lab::vector_math
