// A flow: data x is mapped one to one to z = f(x), of a distribution that is known, so that
//   ln p(x) = ln p(z) + ln |det ∂f/∂x|                   (Dinh, Krueger & Bengio 2015, equation 1)
// is exact.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/distributions/distribution.hpp"
#include "core/distributions/transform.hpp"

namespace lab::distributions {

class Flow : public Distribution {
 public:
  explicit Flow(std::unique_ptr<Distribution> prior) : prior_(std::move(prior)) {}

  // The next transform of the chain from x to z.
  void add(std::unique_ptr<Transform> transform) { transforms_.push_back(std::move(transform)); }
  // Names the space that the chain so far leads to. What is to be reached must end a stage.
  void end_stage(std::string name);

  Value log_density(Value x) const override;
  Value sample(Graph& graph, Extent count, Value seed, Value counter) const override;
  Value mean(Graph&) const override { return {}; }

  // From x to z, all stages, x first: values, and ln |det| of the map from where it began.
  std::vector<Transformed> forward(Value x) const;
  // From z to x; as many, in the same order.
  std::vector<Transformed> inverse(Value z) const;
  // "x", and the names that were given.
  const std::vector<std::string>& stages() const { return stages_; }

  const Distribution& prior() const { return *prior_; }

 private:
  std::unique_ptr<Distribution> prior_;
  std::vector<std::unique_ptr<Transform>> transforms_;
  std::vector<std::string> stages_{"x"};
  std::vector<std::size_t> ends_{0};  // transforms before the end of each stage
};

}  // namespace lab::distributions
