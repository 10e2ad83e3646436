// A run as bytes: magic | u32 length of the head | head (JSON) | words of each variable | checksum,
// little-endian. The head holds the specification, the steps, and names and sizes of the variables.
#include <algorithm>
#include <cstring>

#include "core/models/family.hpp"
#include "core/session/experiment.hpp"
#include "core/version.hpp"

namespace lab::session {

namespace {

constexpr char magic[8] = {'L', 'A', 'B', 'C', 'K', 'P', 'T', '1'};

// FNV-1a: notices a checkpoint that was cut or changed.
std::uint64_t checksum(std::span<const std::uint8_t> bytes) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const std::uint8_t byte : bytes) hash = (hash ^ byte) * 0x100000001b3ULL;
  return hash;
}

}  // namespace

std::vector<Value> Experiment::state() const {
  std::vector<Value> variables;
  for (const NodeId id : system_.graph->variables()) {
    const Value variable(*system_.graph, id);
    const Role role = variable.node().role;
    if (role == Role::state || role == Role::parameter) variables.push_back(variable);
  }
  return variables;
}

Task<std::vector<std::uint8_t>> Experiment::save() {
  Json head{
      {"version", version()}, {"spec", spec_}, {"steps", steps_}, {"variables", Json::array()}};
  std::vector<std::uint8_t> words;
  const auto append = [](std::vector<std::uint8_t>& to, const void* from, std::size_t size) {
    const auto* bytes = static_cast<const std::uint8_t*>(from);
    to.insert(to.end(), bytes, bytes + size);
  };
  for (const Value variable : state()) {
    const Node& node = variable.node();
    head["variables"].push_back({{"name", node.name}, {"size", size_of(node.shape)}});
    const std::vector<std::uint32_t> values = co_await executor_->fetch(variable);
    append(words, values.data(), values.size() * sizeof(std::uint32_t));
  }
  const std::string text = head.dump();
  const auto length = static_cast<std::uint32_t>(text.size());
  std::vector<std::uint8_t> bytes;
  append(bytes, magic, sizeof magic);
  append(bytes, &length, sizeof length);
  append(bytes, text.data(), text.size());
  append(bytes, words.data(), words.size());
  const std::uint64_t sum = checksum(bytes);
  append(bytes, &sum, sizeof sum);
  co_return bytes;
}

std::unique_ptr<Experiment> Experiment::restore(std::span<const std::uint8_t> bytes,
                                                const Options& options) {
  const std::size_t least = sizeof magic + sizeof(std::uint32_t) + sizeof(std::uint64_t);
  if (bytes.size() < least || std::memcmp(bytes.data(), magic, sizeof magic) != 0) {
    throw std::runtime_error(
        "This file is no checkpoint of the lab: it does not begin with LABCKPT1.");
  }
  std::uint64_t sum = 0;
  std::memcpy(&sum, bytes.data() + bytes.size() - sizeof sum, sizeof sum);
  bytes = bytes.first(bytes.size() - sizeof sum);
  if (checksum(bytes) != sum) {
    throw std::runtime_error(
        "This checkpoint is damaged: its checksum does not match. It may have been cut off while "
        "it was saved or sent.");
  }
  std::uint32_t length = 0;
  std::memcpy(&length, bytes.data() + sizeof magic, sizeof length);
  std::size_t at = sizeof magic + sizeof length;
  if (length > bytes.size() - at) throw std::runtime_error("This checkpoint's head is cut off.");
  const auto* text = reinterpret_cast<const char*>(bytes.data() + at);
  const Json head = read_json({text, length}, "This checkpoint's head");
  if (!head.is_object() || !head.contains("spec") || !head.contains("variables")) {
    throw std::runtime_error("This checkpoint's head does not hold a specification.");
  }
  at += length;
  Json spec = head.at("spec");
  const Json* model = find(spec, "model.name");
  if (model && model->is_string()) {
    const models::Family& family = models::family_of(*model);
    if (family.revise) family.revise(spec);
  }
  auto experiment = std::make_unique<Experiment>(complete(spec), options);
  std::vector<Value> variables = experiment->state();
  const Json& saved = head.at("variables");
  // Keys that have become live since it was saved have variables that it lacks: the specification
  // has given them their values.
  const auto lacks = [&](const Value variable, std::size_t next) {
    const bool is_setting =
        std::ranges::any_of(experiment->system_.settings,
                            [&](const auto& each) { return each.second.id() == variable.id(); });
    return is_setting &&
           (next >= saved.size() || saved[next].value("name", "") != variable.node().name);
  };
  std::size_t found = 0, total = 0;
  bool fits = true;
  std::erase_if(variables, [&](const Value variable) {
    if (lacks(variable, found)) return true;
    const Node& node = variable.node();
    fits = fits && found < saved.size() && saved[found].value("name", "") == node.name &&
           saved[found].value("size", Extent{-1}) == size_of(node.shape);
    ++found;
    total += static_cast<std::size_t>(size_of(node.shape)) * 4;
    return false;
  });
  fits = fits && found == saved.size();
  if (!fits || bytes.size() - at != total) {
    const Json writer = head.value("version", Json());
    throw std::runtime_error(
        "This checkpoint does not fit the model its specification names: it was saved by " +
        (writer.is_string() ? "version " + writer.get<std::string>() : "a version before 0.5.0") +
        ", and this is " + version() + ".");
  }
  for (const Value variable : variables) {
    const auto count = static_cast<std::size_t>(size_of(variable.shape()));
    if (variable.type() == Type::real) {
      std::vector<float> values(count);
      std::memcpy(values.data(), bytes.data() + at, count * 4);
      experiment->executor_->write(variable, values);
    } else {
      std::vector<std::uint32_t> values(count);
      std::memcpy(values.data(), bytes.data() + at, count * 4);
      experiment->executor_->write_index(variable, values);
    }
    at += count * 4;
  }
  experiment->steps_ = experiment->watched_from_ = head.value("steps", std::int64_t{0});
  return experiment;
}

}  // namespace lab::session
