// Minimisation by L-BFGS (Liu & Nocedal 1989): of what has few enough parameters to be evaluated
// whole, in double.
#pragma once

#include <deque>
#include <functional>
#include <vector>

namespace lab::infer {

class Lbfgs {
 public:
  using Numbers = std::vector<double>;
  // The value at x; writes the gradient, as long as x.
  using Function = std::function<double(const Numbers& x, Numbers& gradient)>;

  Lbfgs() = default;
  Lbfgs(Numbers start, const Function& function);

  // At most so many more iterations on the function that it was started on, each with a step
  // halved until it gains 10⁻⁴ of what the slope promises, or doubled while the function bends
  // downwards. Whether there is nothing left to gain:
  // the gradient is below 10⁻⁵, or 30 halvings found no gain.
  bool improve(const Function& function, int iterations);
  bool done() const { return done_; }
  // Forgets the curvature, and goes on: past a kink it may mislead.
  void restart();

  const Numbers& x() const { return x_; }
  double value() const { return value_; }

 private:
  Numbers direction() const;

  struct Pair {
    Numbers step, change;
    double product;
  };
  Numbers x_, gradient_;
  std::deque<Pair> history_;
  double value_ = 0;
  bool done_ = false;
};

}  // namespace lab::infer
