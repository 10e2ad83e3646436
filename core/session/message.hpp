// What a session says: a JSON head and named float32 arrays.
//
// The same bytes cross a thread border on the desktop and a Worker border on the web:
//   u32 length of the head | head (UTF-8 JSON, padded with spaces to a multiple of 4) |
//   float32 arrays in the order of head["arrays"] | raw bytes, if any
// all little-endian. head["arrays"] is [{"name": "data_train", "shape": [8000, 2]}, …].
#pragma once

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace lab::session {

class Message {
 public:
  struct Array {
    std::string name;
    std::vector<std::int64_t> shape;
    std::vector<float> values;  // row-major
  };

  nlohmann::json head;              // head["message"] is its kind
  std::vector<std::uint8_t> bytes;  // a checkpoint; empty otherwise

  Message() = default;
  explicit Message(std::string_view kind) { head["message"] = std::string(kind); }

  std::string kind() const;

  // Adds an array; `values` has the product of `shape` elements.
  void add(std::string_view name, std::vector<std::int64_t> shape, std::vector<float> values);

  bool has(std::string_view name) const;
  // The array called `name`, row-major; empty where there is none.
  std::span<const float> array(std::string_view name) const;
  std::vector<std::int64_t> shape(std::string_view name) const;
  const std::vector<Array>& arrays() const { return arrays_; }

  std::vector<std::uint8_t> encode() const;
  // Throws std::runtime_error with a sentence where the bytes are no message.
  static Message decode(std::span<const std::uint8_t> encoded);

 private:
  const Array* find(std::string_view name) const;
  std::vector<Array> arrays_;
};

}  // namespace lab::session
