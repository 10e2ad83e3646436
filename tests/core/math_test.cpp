// Elementary functions of the CPU executor over the whole range; random numbers.
#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "core/execute/cpu/kernels.hpp"
#include "core/execute/cpu/vector_math.hpp"
#include "core/execute/random.hpp"

namespace lab {
namespace {

struct Function {
  const char* name;
  float (*ours)(float);
  double (*exact)(double);
  double units;  // in the last place, at most
};

double exact_sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double exact_softplus(double x) { return x > 40 ? x : std::log1p(std::exp(x)); }

TEST(VectorMath, StaysWithinItsBounds) {
  const std::vector<Function> functions{
      {"exp", vector_math::exp, [](double x) { return std::exp(x); }, 4},
      {"expm1", vector_math::expm1, [](double x) { return std::expm1(x); }, 4},
      {"log", vector_math::log, [](double x) { return std::log(x); }, 4},
      {"log1p", vector_math::log1p, [](double x) { return std::log1p(x); }, 4},
      {"tanh", vector_math::tanh, [](double x) { return std::tanh(x); }, 4},
      {"sigmoid", vector_math::sigmoid, exact_sigmoid, 4},
      {"softplus", vector_math::softplus, exact_softplus, 4}};
  for (const Function& function : functions) {
    double worst = 0;
    float where = 0;
    // Every 997th float: all signs and exponents, subnormals and infinities among them.
    for (std::uint64_t bits = 0; bits <= 0xffffffffu; bits += 997) {
      const float x = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
      const float ours = function.ours(x);
      const double exact = function.exact(static_cast<double>(x));
      const auto rounded = static_cast<float>(exact);
      if (std::isnan(rounded)) {
        EXPECT_TRUE(std::isnan(ours)) << function.name << "(" << x << ") = " << ours;
        continue;
      }
      if (std::isinf(rounded) || rounded == 0) {
        // At the edge of the range one unit may round the other way.
        const double gap = std::abs(static_cast<double>(ours) - static_cast<double>(rounded));
        EXPECT_TRUE(ours == rounded || gap < 1e-37 || std::abs(ours) > 3.3e38f)
            << function.name << "(" << x << ") = " << ours;
        continue;
      }
      const double unit = std::max(std::ldexp(1.0, std::ilogb(rounded) - 23), 0x1p-126);
      const double error = std::abs(static_cast<double>(ours) - exact) / unit;
      if (error > worst) {
        worst = error;
        where = x;
      }
    }
    EXPECT_LE(worst, function.units) << function.name << " at " << where;
  }
}

TEST(VectorMath, SineAndCosine) {
  for (double x = -8192; x <= 8192; x += 0.0137) {
    const auto angle = static_cast<float>(x);
    EXPECT_NEAR(static_cast<double>(vector_math::sin(angle)), std::sin(static_cast<double>(angle)),
                2.5e-7)
        << angle;
    EXPECT_NEAR(static_cast<double>(vector_math::cos(angle)), std::cos(static_cast<double>(angle)),
                2.5e-7)
        << angle;
  }
}

TEST(Random, PermutationsAreOfEveryElementAndDifferByEpoch) {
  for (const std::uint32_t count : {1u, 2u, 3u, 10u, 255u, 256u, 257u, 8000u}) {
    std::vector<std::uint32_t> orders[2];
    for (const std::uint32_t epoch : {0u, 1u}) {
      const random::Permutation order(count, 5, epoch, 9);
      std::set<std::uint32_t> seen;
      for (std::uint32_t i = 0; i < count; ++i) {
        orders[epoch].push_back(order(i));
        seen.insert(order(i));
      }
      EXPECT_EQ(seen.size(), count);
      EXPECT_LT(*seen.rbegin(), count);
    }
    if (count > 9) {
      EXPECT_NE(orders[0], orders[1]);
    }
  }
}

TEST(Random, NormalsHaveTheirMoments) {
  std::vector<float> draws(400000);
  cpu::fill_normal(draws.data(), static_cast<Extent>(draws.size()), 1, 2, 3);
  double moments[5] = {};
  for (const float draw : draws) {
    for (int k = 1; k <= 4; ++k)
      moments[k] += std::pow(static_cast<double>(draw), k) / static_cast<double>(draws.size());
  }
  EXPECT_NEAR(moments[1], 0, 0.007);
  EXPECT_NEAR(moments[2], 1, 0.01);
  EXPECT_NEAR(moments[3], 0, 0.03);
  EXPECT_NEAR(moments[4], 3, 0.08);
}

}  // namespace
}  // namespace lab
