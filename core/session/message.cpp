#include "core/session/message.hpp"

#include <cstring>
#include <functional>
#include <numeric>
#include <stdexcept>

#include "core/session/json.hpp"

namespace lab::session {

std::string Message::kind() const { return head.value("message", std::string()); }

void Message::add(std::string_view name, std::vector<std::int64_t> shape,
                  std::vector<float> values) {
  const auto size =
      std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
  if (size != static_cast<std::int64_t>(values.size())) {
    throw std::invalid_argument("array '" + std::string(name) + "' of a message has " +
                                std::to_string(values.size()) + " values, its shape holds " +
                                std::to_string(size));
  }
  arrays_.push_back({std::string(name), std::move(shape), std::move(values)});
}

const Message::Array* Message::find(std::string_view name) const {
  for (const Array& array : arrays_) {
    if (array.name == name) return &array;
  }
  return nullptr;
}

bool Message::has(std::string_view name) const { return find(name) != nullptr; }

std::span<const float> Message::array(std::string_view name) const {
  const Array* found = find(name);
  return found ? std::span<const float>(found->values) : std::span<const float>();
}

std::vector<std::int64_t> Message::shape(std::string_view name) const {
  const Array* found = find(name);
  return found ? found->shape : std::vector<std::int64_t>();
}

std::vector<std::uint8_t> Message::encode() const {
  nlohmann::json full = head;
  full["arrays"] = nlohmann::json::array();
  std::size_t payload = 0;
  for (const Array& array : arrays_) {
    full["arrays"].push_back({{"name", array.name}, {"shape", array.shape}});
    payload += array.values.size() * sizeof(float);
  }
  std::string text = full.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  text.resize((text.size() + 3) / 4 * 4, ' ');

  std::vector<std::uint8_t> encoded(4 + text.size() + payload + bytes.size());
  const auto length = static_cast<std::uint32_t>(text.size());
  std::uint8_t* at = encoded.data();
  const auto put = [&at](const void* from, std::size_t size) {
    if (size > 0) std::memcpy(at, from, size);
    at += size;
  };
  put(&length, 4);
  put(text.data(), text.size());
  for (const Array& array : arrays_) put(array.values.data(), array.values.size() * sizeof(float));
  put(bytes.data(), bytes.size());
  return encoded;
}

Message Message::decode(std::span<const std::uint8_t> encoded) {
  const auto broken = [](const char* why) {
    return std::runtime_error(std::string("This is not a message of the lab: ") + why + ".");
  };
  std::uint32_t length = 0;
  if (encoded.size() < 4) throw broken("it is shorter than its length field");
  std::memcpy(&length, encoded.data(), 4);
  if (length > encoded.size() - 4) throw broken("its head is cut off");
  const auto* text = reinterpret_cast<const char*>(encoded.data() + 4);
  Message message;
  message.head = read_json({text, length}, "The head of this message");
  if (!message.head.is_object()) throw broken("its head is no JSON object");
  std::size_t at = 4 + std::size_t{length};
  const nlohmann::json arrays = message.head.value("arrays", nlohmann::json::array());
  message.head.erase("arrays");
  if (!arrays.is_array()) throw broken("its list of arrays is no array");
  for (const auto& entry : arrays) {
    if (!entry.is_object() || !entry.contains("name") || !entry["name"].is_string() ||
        !entry.contains("shape") || !entry["shape"].is_array()) {
      throw broken("an array lacks its name or shape");
    }
    std::vector<std::int64_t> shape;
    std::size_t size = 1;
    for (const auto& extent : entry["shape"]) {
      if (!extent.is_number_unsigned() || extent.get<std::uint64_t>() > (1u << 30)) {
        throw broken("an array's shape is out of range");
      }
      shape.push_back(extent.get<std::int64_t>());
      size *= extent.get<std::size_t>();
      if (size > encoded.size()) throw broken("an array is cut off");
    }
    if (size > (encoded.size() - at) / sizeof(float)) throw broken("an array is cut off");
    std::vector<float> values(size);
    if (size > 0) std::memcpy(values.data(), encoded.data() + at, size * sizeof(float));
    at += size * sizeof(float);
    message.add(entry["name"].get<std::string>(), std::move(shape), std::move(values));
  }
  message.bytes.assign(encoded.begin() + static_cast<std::ptrdiff_t>(at), encoded.end());
  return message;
}

}  // namespace lab::session
