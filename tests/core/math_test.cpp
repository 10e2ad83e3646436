// Elementary functions of the CPU executor over the whole range; random numbers.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>
#include <set>

#include "core/execute/cpu/kernels.hpp"
#include "core/execute/cpu/vector_math.hpp"
#include "core/graph/random.hpp"

namespace lab {
namespace {

struct Function {
  Op op;
  double (*exact)(double);
  double units = 4;  // in the last place, at most
};

double exact_sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double exact_softplus(double x) { return x > 40 ? x : std::log1p(std::exp(x)); }

// The loops of one instruction set.
class KernelTest : public testing::TestWithParam<const cpu::Kernels*> {
 protected:
  std::vector<float> apply(Op op, const std::vector<float>& x) const {
    std::vector<cpu::Word> from(x.size()), to(x.size());
    std::memcpy(from.data(), x.data(), 4 * x.size());
    GetParam()->loops[static_cast<std::size_t>(op)](to.data(), from.data(), from.data(),
                                                    from.data(), static_cast<Extent>(x.size()));
    std::vector<float> result(x.size());
    std::memcpy(result.data(), to.data(), 4 * x.size());
    return result;
  }
};

TEST_P(KernelTest, ElementaryFunctionsStayWithinTheirBounds) {
  const std::vector<Function> functions{{Op::exp, [](double x) { return std::exp(x); }},
                                        {Op::expm1, [](double x) { return std::expm1(x); }},
                                        {Op::log, [](double x) { return std::log(x); }},
                                        {Op::log1p, [](double x) { return std::log1p(x); }},
                                        {Op::tanh, [](double x) { return std::tanh(x); }, 6},
                                        {Op::sigmoid, exact_sigmoid},
                                        {Op::softplus, exact_softplus}};
  // Every 1597th float: all signs and exponents, subnormals and infinities among them.
  std::vector<float> points;
  for (std::uint64_t bits = 0; bits <= 0xffffffffu; bits += 1597) {
    points.push_back(std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
  }
  for (const float special : {0.f, -0.f, INFINITY, -INFINITY, NAN}) points.push_back(special);
  for (const Function& function : functions) {
    const std::string_view name = name_of(function.op);
    const std::vector<float> results = apply(function.op, points);
    double worst = 0;
    float where = 0;
    for (std::size_t i = 0; i < points.size(); ++i) {
      const float x = points[i], ours = results[i];
      const double exact = function.exact(static_cast<double>(x));
      const auto rounded = static_cast<float>(exact);
      if (std::isnan(rounded)) {
        ASSERT_TRUE(std::isnan(ours)) << name << "(" << x << ") = " << ours;
        continue;
      }
      if (std::isinf(rounded) || rounded == 0) {
        // At the edge of the range one unit may round the other way.
        const double gap = std::abs(static_cast<double>(ours) - static_cast<double>(rounded));
        ASSERT_TRUE(ours == rounded || gap < 1e-37 || std::abs(ours) > 3.3e38f)
            << name << "(" << x << ") = " << ours;
        continue;
      }
      const double unit = std::max(std::ldexp(1.0, std::ilogb(rounded) - 23), 0x1p-126);
      const double error = std::abs(static_cast<double>(ours) - exact) / unit;
      if (!(error <= worst)) {
        worst = error;
        where = x;
      }
    }
    EXPECT_LE(worst, function.units) << name << " at " << where;
    RecordProperty(std::string(name), std::to_string(worst));
  }
}

TEST_P(KernelTest, UniformsAreTheWordsOfPhilox) {
  for (const Extent first : {0, 256}) {
    std::vector<float> ours(1003);
    GetParam()->fill_uniform(ours.data(), 1003, {11, 12, 13, first});
    for (Extent i = 0; i < 1003; ++i) {
      const auto at = static_cast<std::uint32_t>(first + i);
      const auto words = random::block(at / 4, 11, 12, random::Kind::uniform, 13);
      ASSERT_EQ(ours[static_cast<std::size_t>(i)], random::to_unit<float>(words[at % 4])) << i;
    }
  }
}

TEST_P(KernelTest, NormalsHaveTheirMoments) {
  std::vector<float> draws(400000);
  GetParam()->fill_normal(draws.data(), 400000, {1, 2, 3});
  double moments[5] = {};
  for (const float draw : draws) {
    for (int k = 1; k <= 4; ++k) {
      moments[k] += std::pow(static_cast<double>(draw), k) / static_cast<double>(draws.size());
    }
  }
  EXPECT_NEAR(moments[1], 0, 0.007);
  EXPECT_NEAR(moments[2], 1, 0.01);
  EXPECT_NEAR(moments[3], 0, 0.03);
  EXPECT_NEAR(moments[4], 3, 0.08);
}

// Every element against its sum in double: all edges of tiles, both layouts of both operands, more
// depth than one block, and a part of the result alone.
TEST_P(KernelTest, ProductsAreRight) {
  std::mt19937 generator(3);
  std::uniform_real_distribution<float> uniform(-1, 1);
  std::vector<float> scratch(static_cast<std::size_t>(cpu::gemm_scratch));
  struct Sizes {
    Extent m, k, n;
  };
  for (const auto [m, k, n] : {Sizes{1, 1, 1},
                               {1, 70, 45},
                               {15, 3, 33},
                               {29, 300, 31},
                               {64, 1100, 20},
                               {150, 1030, 300},
                               {7, 0, 5},
                               {2, 2500, 66}}) {
    for (const int layout : {0, 1, 2, 3}) {
      const bool a_turned = (layout & 1) != 0, b_turned = (layout & 2) != 0;
      std::vector<float> a(static_cast<std::size_t>(m * k)), b(static_cast<std::size_t>(k * n)),
          c(static_cast<std::size_t>(m * n), -7.f);
      for (float& each : a) each = uniform(generator);
      for (float& each : b) each = uniform(generator);
      std::vector<Extent> offsets[4];
      for (Extent i = 0; i < m; ++i) offsets[0].push_back(i * (a_turned ? 1 : k));
      for (Extent i = 0; i < k; ++i) offsets[1].push_back(i * (a_turned ? m : 1));
      for (Extent i = 0; i < n; ++i) offsets[2].push_back(i * (b_turned ? k : 1));
      for (Extent i = 0; i < k; ++i) offsets[3].push_back(i * (b_turned ? 1 : n));
      cpu::Product product;
      product.a = {a.data(), offsets[0].data(), offsets[1].data(), a_turned ? m : 1,
                   a_turned ? 1 : std::max<Extent>(k, 1)};
      product.b = {b.data(), offsets[2].data(), offsets[3].data(), b_turned ? 1 : n,
                   b_turned ? std::max<Extent>(k, 1) : 1};
      product.c = c.data();
      product.m = m;
      product.n = product.pitch = n;
      product.k = k;
      const cpu::Block part{m / 3, m, 0, n - n / 4};
      Extent finished = 0;
      GetParam()->multiply(product, part, scratch.data(),
                           {[](const void* count, const cpu::Block& done) {
                              *static_cast<Extent*>(const_cast<void*>(count)) +=
                                  (done.row_end - done.row_begin) *
                                  (done.column_end - done.column_begin);
                            },
                            &finished});
      EXPECT_EQ(finished, (part.row_end - part.row_begin) * part.column_end);
      for (Extent i = 0; i < m; ++i) {
        for (Extent j = 0; j < n; ++j) {
          double expected = 0;
          for (Extent d = 0; d < k; ++d) {
            expected += static_cast<double>(
                            a[static_cast<std::size_t>(offsets[0][static_cast<std::size_t>(i)] +
                                                       offsets[1][static_cast<std::size_t>(d)])]) *
                        static_cast<double>(
                            b[static_cast<std::size_t>(offsets[2][static_cast<std::size_t>(j)] +
                                                       offsets[3][static_cast<std::size_t>(d)])]);
          }
          if (i < part.row_begin || j >= part.column_end) expected = -7;
          ASSERT_NEAR(c[static_cast<std::size_t>(i * n + j)], expected, 1e-4)
              << m << "x" << k << "x" << n << " layout " << layout << " at " << i << ", " << j;
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Sets, KernelTest, testing::ValuesIn(cpu::available_kernels()),
                         [](const auto& each) {
                           std::string name = each.param->name;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

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

}  // namespace
}  // namespace lab
