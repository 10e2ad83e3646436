#include "core/graph/graph.hpp"

#include <algorithm>
#include <cmath>

namespace lab {

namespace {

constexpr std::size_t bucket_count = 4096;

std::size_t hash_of(const Node& node) {
  std::size_t hash = static_cast<std::size_t>(node.op);
  const auto mix = [&hash](std::size_t part) {
    hash ^= part + 0x9e3779b97f4a7c15ULL + (hash << 6) + (hash >> 2);
  };
  for (const NodeId input : node.inputs) mix(static_cast<std::size_t>(input));
  for (const Extent extent : node.shape) mix(static_cast<std::size_t>(extent));
  for (const Extent start : node.starts) mix(static_cast<std::size_t>(start));
  if (!node.numbers.empty()) mix(std::hash<double>()(node.numbers.front()));
  mix(node.stream);
  return hash;
}

// Bitwise, so that a NaN equals itself and −0 differs from 0.
bool same_numbers(const std::vector<double>& a, const std::vector<double>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](double x, double y) {
    return (x == y && std::signbit(x) == std::signbit(y)) || (x != x && y != y);
  });
}

bool same(const Node& a, const Node& b) {
  return a.op == b.op && a.type == b.type && a.shape == b.shape && a.inputs == b.inputs &&
         a.axes == b.axes && a.starts == b.starts && a.steps == b.steps && a.name == b.name &&
         a.initial == b.initial && a.stream == b.stream && a.transpose_a == b.transpose_a &&
         a.transpose_b == b.transpose_b && a.reverse == b.reverse &&
         same_numbers(a.numbers, b.numbers);
}

}  // namespace

std::string_view name_of(Op op) {
  if (is_elementwise(op)) return row_of(op).name;
  const std::size_t row = static_cast<std::size_t>(op) - elementwise_count;
  return row < structured_names.size() ? structured_names[row] : "?";
}

const Node& Value::node() const { return graph_->node(id_); }

Value Graph::add(Node node) {
  if (buckets_.empty()) buckets_.resize(bucket_count);
  auto& bucket = buckets_[hash_of(node) % bucket_count];
  for (const NodeId id : bucket) {
    if (same(this->node(id), node)) return {*this, id};
  }
  const NodeId id = size();
  nodes_.push_back(std::move(node));
  bucket.push_back(id);
  return {*this, id};
}

}  // namespace lab
