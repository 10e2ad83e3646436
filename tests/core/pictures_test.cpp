// Pictures repeat, begin alike, and are what their labels and factors say.
#include "core/data/pictures.hpp"

#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include "core/data/patches.hpp"

namespace lab::data {
namespace {

struct Kind {
  const char* name;
  Samples (*make)(std::size_t, std::uint64_t);
  SampleShape shape;
  std::size_t classes, factors;
};

void PrintTo(const Kind& kind, std::ostream* out) { *out << kind.name; }

class Pictures : public testing::TestWithParam<Kind> {};

TEST_P(Pictures, AreWhatTheyShouldBe) {
  const Kind& kind = GetParam();
  const Samples samples = kind.make(602, 5);
  EXPECT_EQ(samples.shape, kind.shape);
  EXPECT_EQ(samples.count(), 602u);
  EXPECT_EQ(samples.values.size(), 602 * kind.shape.size());
  EXPECT_EQ(samples.factors.size(), kind.factors);
  EXPECT_EQ(samples.factor_values.size(), 602 * kind.factors);
  EXPECT_EQ(samples.classes.size(), kind.classes);
  EXPECT_EQ(samples.labels.size(), kind.classes ? 602u : 0u);
  for (const float value : samples.values) {
    ASSERT_GE(value, 0);
    ASSERT_LE(value, 1);
  }
  for (const float value : samples.factor_values) ASSERT_TRUE(std::isfinite(value));
  std::vector<std::size_t> seen(kind.classes);
  for (const std::int32_t label : samples.labels) ++seen.at(static_cast<std::size_t>(label));
  for (const std::size_t count : seen)
    EXPECT_NEAR(static_cast<double>(count), 602.0 / static_cast<double>(kind.classes), 1);
}

TEST_P(Pictures, RepeatAndBeginAlike) {
  const Kind& kind = GetParam();
  const Samples few = kind.make(37, 8), many = kind.make(90, 8), others = kind.make(37, 9);
  const auto begins = [](const auto& part, const auto& whole) {
    return std::equal(part.begin(), part.end(), whole.begin());
  };
  EXPECT_TRUE(begins(few.values, many.values));
  EXPECT_TRUE(begins(few.labels, many.labels));
  EXPECT_TRUE(begins(few.factor_values, many.factor_values));
  EXPECT_NE(few.values, others.values);
  EXPECT_EQ(few.values, kind.make(37, 8).values);
  EXPECT_EQ(kind.make(0, 1).count(), 0u);
}

TEST(PaintedPictures, OfChosenFactorsAreThoseThatHaveThem) {
  struct Pair {
    Samples (*make)(std::size_t, std::uint64_t);
    Samples (*paint)(std::span<const float>);
  };
  for (const auto& [make, paint] :
       {Pair{make_sprites, paint_sprites}, Pair{make_faces, paint_faces}}) {
    const Samples made = make(40, 3), painted = paint(made.factor_values);
    EXPECT_EQ(painted.shape, made.shape);
    EXPECT_EQ(painted.factors, made.factors);
    EXPECT_EQ(painted.factor_values, made.factor_values);
    EXPECT_EQ(painted.labels, made.labels);
    ASSERT_EQ(painted.values.size(), made.values.size());
    // Factors are told in single precision: a pixel on an edge may have a sixteenth more or less.
    double difference = 0;
    for (std::size_t i = 0; i < made.values.size(); ++i) {
      ASSERT_NEAR(painted.values[i], made.values[i], 0.13);
      difference += static_cast<double>(std::abs(painted.values[i] - made.values[i]));
    }
    EXPECT_LT(difference / static_cast<double>(made.values.size()), 1e-5);
    EXPECT_EQ(paint({}).count(), 0u);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, Pictures,
    testing::Values(Kind{"strokes", make_strokes, {28, 28, 1, Domain::images}, 10, 3},
                    Kind{"sprites", make_sprites, {32, 32, 1, Domain::images}, 3, 5},
                    Kind{"faces", make_faces, {28, 20, 1, Domain::images}, 0, 5},
                    Kind{"leaves", make_dead_leaves, {64, 64, 1, Domain::images}, 0, 0}),
    [](const testing::TestParamInfo<Kind>& each) { return std::string(each.param.name); });

// Pixels are alike where one leaf covers both: with probability γ(d)/(2γ(0) − γ(d)) at distance d,
// γ(d) the mean area that a disc and the same moved by d share; else their shades are independent.
TEST(DeadLeaves, AreCorrelatedAsOneLeafCoversTwoPlaces) {
  const auto shared = [](double distance) {
    double sum = 0, weight = 0;
    constexpr int parts = 20000;
    for (int i = 0; i < parts; ++i) {
      const double r = 1.5 + (40 - 1.5) * (i + 0.5) / parts, density = std::pow(r, -3);
      weight += density;
      if (2 * r <= distance) continue;
      sum += density * (2 * r * r * std::acos(distance / (2 * r)) -
                        0.5 * distance * std::sqrt(4 * r * r - distance * distance));
    }
    return sum / weight;
  };
  const Samples samples = make_dead_leaves(400, 3);
  const std::size_t side = samples.shape.columns;
  for (const std::size_t distance : {2u, 5u, 12u, 30u}) {
    // The expected product about the known mean ½, over the known variance 1/12 of a shade.
    std::vector<double> of_pictures;
    for (std::size_t i = 0; i < samples.count(); ++i) {
      double sum = 0;
      std::size_t count = 0;
      for (std::size_t row = 0; row < side; row += 4) {
        for (std::size_t column = 0; column + distance < side; column += 4, ++count) {
          const float* const pixel = &samples.values[i * side * side + row * side + column];
          sum += 12 * (static_cast<double>(pixel[0]) - 0.5) *
                 (static_cast<double>(pixel[distance]) - 0.5);
        }
      }
      of_pictures.push_back(sum / static_cast<double>(count));
    }
    double mean = 0, squares = 0;
    for (const double value : of_pictures) mean += value / 400;
    for (const double value : of_pictures) squares += (value - mean) * (value - mean);
    const double error = std::sqrt(squares / 399 / 400);
    const double expected = shared(static_cast<double>(distance)) /
                            (2 * shared(0) - shared(static_cast<double>(distance)));
    EXPECT_NEAR(mean, expected, 4 * error + 0.01) << distance;
    EXPECT_LT(error, 0.03);
  }
}

TEST(Patches, LieInTheirPicturesAndRepeat) {
  const Samples leaves = make_dead_leaves(3, 1);
  const Samples patches = cut_patches(leaves, 9, 30, 4);
  EXPECT_EQ(patches.shape, (SampleShape{9, 9, 1, Domain::images}));
  EXPECT_EQ(patches.count(), 30u);
  EXPECT_EQ(patches.values, cut_patches(leaves, 9, 30, 4).values);
  EXPECT_NE(patches.values, cut_patches(leaves, 9, 30, 5).values);
  for (std::size_t i = 0; i < patches.count(); ++i) {
    const float* const picture = &leaves.values[i % 3 * leaves.shape.size()];
    bool found = false;
    for (std::size_t place = 0; place < 56 * 64 && !found; ++place) {
      if (place % 64 > 55) continue;
      found = true;
      for (std::size_t row = 0; row < 9 && found; ++row) {
        found = std::equal(picture + place + row * 64, picture + place + row * 64 + 9,
                           &patches.values[i * 81 + row * 9]);
      }
    }
    EXPECT_TRUE(found) << i;
  }
}

TEST(Patches, PassOverPlacesOfOneShade) {
  Samples half;
  half.shape = {40, 40, 1, Domain::images};
  half.values.assign(1600, 0.5f);
  for (std::size_t i = 0; i < 400; ++i) half.values[i] = i % 2 == 0 ? 0.f : 1.f;
  const Samples patches = cut_patches(half, 6, 50, 1);
  for (std::size_t i = 0; i < 50; ++i) {
    const auto start = patches.values.begin() + static_cast<std::ptrdiff_t>(36 * i);
    EXPECT_TRUE(std::any_of(start, start + 36, [](float value) { return value != 0.5f; })) << i;
  }
}

TEST(Patches, AreOfGreyPicturesThatAreNotTooLarge) {
  Samples wide;
  wide.shape = {4, 2000, 1, Domain::images};
  for (std::size_t i = 0; i < 8000; ++i) wide.values.push_back(i % 4 == 0 ? 1.f : 0.f);
  const Samples half = for_patches(std::move(wide));
  EXPECT_EQ(half.shape, (SampleShape{2, 1000, 1, Domain::images}));
  EXPECT_EQ(half.values[0], 0.5f);
  EXPECT_EQ(half.values[1], 0.f);
  Samples small;
  small.shape = {1, 2, 3, Domain::images};
  small.values = {1, 0, 0, 0, 1, 1};
  const Samples two = for_patches(small);
  EXPECT_NEAR(two.values[0], 0.299, 1e-6);
  EXPECT_NEAR(two.values[1], 0.701, 1e-6);
}

// Sums over a picture, in pixels from its left and upper edge.
struct Moments {
  double mass = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0;  // the second ones about the centre
};

Moments moments(const Samples& samples, std::size_t sample) {
  const float* pixels = &samples.values[sample * samples.shape.size()];
  Moments sum;
  for (const int order : {1, 2}) {
    for (std::size_t i = 0; i < samples.shape.size(); ++i) {
      const double value = static_cast<double>(pixels[i]);
      const double x = static_cast<double>(i % samples.shape.columns) + 0.5;
      const double y = static_cast<double>(i / samples.shape.columns) + 0.5;
      if (order == 1) {
        sum.mass += value;
        sum.x += value * x;
        sum.y += value * y;
      } else {
        sum.xx += value * (x - sum.x) * (x - sum.x) / sum.mass;
        sum.xy += value * (x - sum.x) * (y - sum.y) / sum.mass;
        sum.yy += value * (y - sum.y) * (y - sum.y) / sum.mass;
      }
    }
    if (order == 1) {
      sum.x /= sum.mass;
      sum.y /= sum.mass;
    }
  }
  return sum;
}

double correlation(const std::vector<double>& a, const std::vector<double>& b) {
  const auto n = static_cast<Eigen::Index>(a.size());
  const Eigen::ArrayXd x = Eigen::Map<const Eigen::ArrayXd>(a.data(), n);
  const Eigen::ArrayXd y = Eigen::Map<const Eigen::ArrayXd>(b.data(), n);
  const Eigen::ArrayXd dx = x - x.mean(), dy = y - y.mean();
  return (dx * dy).sum() / std::sqrt(dx.square().sum() * dy.square().sum());
}

TEST(Strokes, LookLikeHandwrittenDigits) {
  const Samples samples = make_strokes(4000, 1);
  double ink = 0, sum = 0;
  for (const float value : samples.values) {
    ink += value > 0;
    sum += static_cast<double>(value);
  }
  const auto pixels = static_cast<double>(samples.values.size());
  EXPECT_NEAR(ink / pixels, 0.19, 0.02);   // MNIST: 0.191
  EXPECT_NEAR(sum / pixels, 0.13, 0.025);  // MNIST: 0.131
  for (std::size_t i = 0; i < samples.count(); ++i) {
    const Moments own = moments(samples, i);
    ASSERT_NEAR(own.x, 14, 3.5) << i;
    ASSERT_NEAR(own.y, 14, 3.5) << i;
    // Nothing is cut off at the frame.
    for (std::size_t k = 0; k < 28; ++k) {
      const float* picture = &samples.values[i * 784];
      ASSERT_EQ(picture[k] + picture[27 * 28 + k] + picture[28 * k] + picture[28 * k + 27], 0) << i;
    }
  }
}

TEST(Strokes, ClassesDiffer) {
  // The nearest mean of a class, of one half of the data, is right for most of the other half.
  const Samples samples = make_strokes(4000, 2);
  std::vector<double> means(10 * 784);
  for (std::size_t i = 0; i < 2000; ++i) {
    const auto label = static_cast<std::size_t>(samples.labels[i]);
    for (std::size_t k = 0; k < 784; ++k) {
      means[label * 784 + k] += static_cast<double>(samples.values[i * 784 + k]) / 200;
    }
  }
  int right = 0;
  for (std::size_t i = 2000; i < 4000; ++i) {
    double nearest = 1e9;
    std::size_t best = 0;
    for (std::size_t label = 0; label < 10; ++label) {
      double square = 0;
      for (std::size_t k = 0; k < 784; ++k) {
        const double d = means[label * 784 + k] - static_cast<double>(samples.values[i * 784 + k]);
        square += d * d;
      }
      if (square < nearest) nearest = square, best = label;
    }
    right += static_cast<std::size_t>(samples.labels[i]) == best;
  }
  EXPECT_GT(right, 1400);  // MNIST: 1640
}

TEST(Strokes, FactorsAreAsDrawn) {
  const Samples samples = make_strokes(3000, 3);
  std::vector<double> lean, slant, ink, thickness, height, size;
  std::array<double, 10> masses{};  // mean ink of each digit
  for (std::size_t i = 0; i < samples.count(); ++i) {
    masses[static_cast<std::size_t>(samples.labels[i])] += moments(samples, i).mass / 300;
  }
  for (std::size_t i = 0; i < samples.count(); ++i) {
    const Moments own = moments(samples, i);
    const float* factors = &samples.factor_values[3 * i];
    ink.push_back(own.mass / masses[static_cast<std::size_t>(samples.labels[i])]);
    thickness.push_back(static_cast<double>(factors[1]));
    std::size_t top = 28, bottom = 0;
    for (std::size_t k = 0; k < 784; ++k) {
      if (samples.values[i * 784 + k] < 0.5f) continue;
      top = std::min(top, k / 28);
      bottom = std::max(bottom, k / 28);
    }
    height.push_back(static_cast<double>(bottom + 1 - top));
    size.push_back(static_cast<double>(factors[2]));
    ASSERT_NEAR(height.back(), size.back(), 2.1) << i;
    if (samples.labels[i] != 1) continue;
    lean.push_back(-own.xy / own.yy);
    slant.push_back(static_cast<double>(factors[0]));
  }
  EXPECT_GT(correlation(ink, thickness), 0.8);
  EXPECT_GT(correlation(height, size), 0.9);
  EXPECT_GT(correlation(lean, slant), 0.9);
  double shift = 0;
  for (std::size_t i = 0; i < lean.size(); ++i)
    shift += (lean[i] - slant[i]) / static_cast<double>(lean.size());
  EXPECT_NEAR(shift, 0, 0.06);
}

TEST(Sprites, AreWhereTheirFactorsSay) {
  const Samples samples = make_sprites(1500, 4);
  double wrong_angle = 0;
  for (std::size_t i = 0; i < samples.count(); ++i) {
    const float* factors = &samples.factor_values[5 * i];
    const Moments own = moments(samples, i);
    ASSERT_EQ(factors[0], static_cast<float>(samples.labels[i]));
    ASSERT_NEAR(own.x, factors[3], 0.12) << i;
    ASSERT_NEAR(own.y, factors[4], 0.12) << i;
    const double area =
        std::numbers::pi / 2 * static_cast<double>(factors[1]) * static_cast<double>(factors[1]);
    ASSERT_NEAR(own.mass / area, 1, 0.03) << i;
    if (samples.labels[i] != 1) continue;
    // The long axis of an ellipse, modulo a half turn.
    const double axis = 0.5 * std::atan2(2 * own.xy, own.xx - own.yy);
    wrong_angle = std::max(wrong_angle, std::abs(std::sin(axis - static_cast<double>(factors[2]))));
  }
  EXPECT_LT(wrong_angle, 0.05);
}

TEST(Faces, ShowTheirFactors) {
  // Linear in the pixels (ridge regression), the factors of unseen faces are told well.
  const Samples samples = make_faces(2400, 6);
  using Matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Matrix pixels =
      Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
          samples.values.data(), 2400, 560)
          .cast<double>()
          .array() -
      0.5;
  const Matrix factors =
      Eigen::Map<const Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>>(
          samples.factor_values.data(), 2400, 5)
          .cast<double>();
  const Matrix seen = pixels.topRows(2000), unseen = pixels.bottomRows(400);
  Matrix gram = seen.transpose() * seen;
  gram.diagonal().array() += 0.1;
  const Matrix weights = gram.llt().solve(seen.transpose() * factors.topRows(2000));
  const Matrix error = unseen * weights - factors.bottomRows(400);
  for (Eigen::Index k = 0; k < 5; ++k) {
    const Eigen::ArrayXd truth = factors.bottomRows(400).col(k).array();
    const double explained = 1 - error.col(k).squaredNorm() / (truth - truth.mean()).square().sum();
    EXPECT_GT(explained, 0.8) << samples.factors[static_cast<std::size_t>(k)];
  }
}

TEST(Faces, AreLitFromTheSideTheySay) {
  const Samples samples = make_faces(500, 7);
  std::vector<double> difference, light;
  for (std::size_t i = 0; i < samples.count(); ++i) {
    double sum = 0;
    for (std::size_t k = 0; k < 560; ++k) {
      const double value = static_cast<double>(samples.values[i * 560 + k]);
      sum += k % 20 < 10 ? -value : value;
    }
    difference.push_back(sum);
    light.push_back(static_cast<double>(samples.factor_values[5 * i + 4]));
  }
  EXPECT_GT(correlation(difference, light), 0.7);
}

}  // namespace
}  // namespace lab::data
