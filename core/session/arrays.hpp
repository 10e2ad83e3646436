// What is handed to an ability and what it gives: arrays by name.
#pragma once

#include <array>
#include <deque>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/graph/shape.hpp"

namespace lab::session {

// Rows by the names of an ability's inputs, three of them at most: given("x", x),
// given("given", x).and_given("hidden", mask). What they view must outlive the call.
class Arguments {
 public:
  using One = std::pair<std::string_view, std::span<const float>>;

  Arguments() = default;
  Arguments(std::string_view name, std::span<const float> values) { and_given(name, values); }
  Arguments& and_given(std::string_view name, std::span<const float> values) {
    all_.at(count_++) = {name, values};
    return *this;
  }
  std::span<const One> list() const { return std::span(all_).first(count_); }

 private:
  std::array<One, 3> all_;
  std::size_t count_ = 0;
};

inline Arguments given(std::string_view name, std::span<const float> values) {
  return {name, values};
}

struct Array {
  Shape shape;
  std::vector<float> values;  // row-major
};

class Arrays {
 public:
  // Stays where it is when others are added.
  Array& add(std::string name);
  bool has(std::string_view name) const;
  // Throw std::invalid_argument naming what there is not.
  const Array& at(std::string_view name) const;
  const std::vector<float>& values(std::string_view name) const { return at(name).values; }
  std::vector<float> take(std::string_view name);

 private:
  std::deque<std::pair<std::string, Array>> list_;
};

}  // namespace lab::session
