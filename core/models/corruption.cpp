#include "core/models/corruption.hpp"

#include "core/graph/one_of.hpp"

namespace lab::models {

namespace {

struct Corruption {
  const char* name;
  Value (*of)(Value x, Value level, double low, double high, Value seed, Value counter);
};

Value uniform_like(Value x, Value seed, Value counter) {
  return random_uniform(x.graph(), x.shape(), seed, counter);
}

constexpr std::array<Corruption, corruption_names.size()> corruptions{{
    {corruption_names[0],
     [](Value x, Value level, double, double, Value seed, Value counter) {
       return x + level * random_normal(x.graph(), x.shape(), seed, counter);
     }},
    {corruption_names[1],
     [](Value x, Value level, double low, double, Value seed, Value counter) {
       return select(uniform_like(x, seed, counter) > level, x, x.graph().constant(low));
     }},
    {corruption_names[2],
     [](Value x, Value level, double low, double high, Value seed, Value counter) {
       const Value u = uniform_like(x, seed, counter), half = 0.5 * level;
       const Value pepper = select(u > half, x, x.graph().constant(low));
       return select(u > 1.0 - half, x.graph().constant(high), pepper);
     }},
    {corruption_names[3],
     [](Value x, Value level, double, double, Value seed, Value counter) {
       return x * (uniform_like(x, seed, counter) > level) / (1.0 - level);
     }},
}};

}  // namespace

Value corrupt(const std::string& kind, Value x, Value level, double low, double high, Value seed,
              Value counter) {
  return row_of("corruption", kind, corruptions).of(x, level, low, high, seed, counter);
}

}  // namespace lab::models
