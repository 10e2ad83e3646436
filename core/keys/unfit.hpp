// What does not go together, and the key that says so.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace lab::keys {

class Unfit : public std::invalid_argument {
 public:
  Unfit(std::string key, const std::string& sentence)
      : std::invalid_argument(sentence), key_(std::move(key)) {}
  const std::string& key() const { return key_; }

 private:
  std::string key_;
};

}  // namespace lab::keys
