// A worked example of data of the plane, added by this one file: a tilted Gaussian, of which all is
// known.
#include "core/data/random.hpp"
#include "core/data/registry.hpp"
#include "core/data/rows.hpp"
#include "shell/words/choices.hpp"
#include "tests/toys/toys.hpp"

namespace lab::data {

namespace {

using toys::correlation, toys::deviation_x, toys::deviation_y;

class Tilted final : public PlaneTruth {
 public:
  std::vector<double> sample(std::size_t count, std::uint64_t seed) const override {
    std::vector<double> points;
    Stream stream(seed, 0);
    for (std::size_t i = 0; i < count; ++i) {
      const double a = stream.normal(), b = stream.normal();
      points.push_back(deviation_x * a);
      points.push_back(deviation_y * (correlation * a + rest_ * b));
    }
    return points;
  }

  std::optional<double> log_density(double x, double y) const override {
    const double a = x / deviation_x, b = (y / deviation_y - correlation * a) / rest_;
    return -0.5 * (a * a + b * b) -
           std::log(2 * std::numbers::pi * deviation_x * deviation_y * rest_);
  }

  std::optional<double> entropy() const override { return toys::entropy(); }

  Box bounds() const override {
    const double half = 4.5 * deviation_x;
    return {-half, half, -half, half};
  }

  // Its narrow axis is no narrower.
  double finest(const Box&) const override { return 0.5 * deviation_y * rest_; }

 private:
  const double rest_ = std::sqrt(1 - correlation * correlation);
};

[[maybe_unused]] const bool added = [] {
  add_row({"toy-tilted", true});
  add_maker("toy-tilted", {[](const nlohmann::json&) -> std::unique_ptr<PlaneTruth> {
              return std::make_unique<Tilted>();
            }});
  words::add_formula({"data.name", "toy-tilted", words::same("x ~ N(0, Σ)")});
  return true;
}();

}  // namespace

}  // namespace lab::data
