#include "core/execute/reference/reference.hpp"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "core/execute/memory_limit.hpp"
#include "core/execute/random.hpp"

namespace lab {

namespace {

// The functions that the elementwise table's C++ expressions call.
namespace plain {

using std::abs, std::floor, std::sqrt, std::exp, std::expm1, std::log, std::log1p, std::sin,
    std::cos, std::tanh, std::pow;

template <class T>
T max(T a, std::common_type_t<T> b) {
  return a > b || std::isnan(a) ? a : b;
}
template <class T>
T min(T a, std::common_type_t<T> b) {
  return a < b || std::isnan(a) ? a : b;
}
template <class T>
T sign(T a) {
  return static_cast<T>((a > 0) - (a < 0));
}
template <class T>
T sigmoid(T a) {
  const T e = exp(-abs(a));
  return a < 0 ? e / (1 + e) : 1 / (1 + e);
}
template <class T>
T softplus(T a) {
  return max(a, T(0)) + log1p(exp(-abs(a)));
}

inline std::uint32_t to_index(double a) {
  return a > 0 ? static_cast<std::uint32_t>(std::min(a, 4294967295.0)) : 0;
}

}  // namespace plain

template <class T>
class Loops {
 public:
  Loops(const Graph& graph, const Node& node, const std::vector<const Tensor<T>*>& inputs)
      : graph_(graph), node_(node), inputs_(inputs) {}

  Tensor<T> run() {
    if (is_elementwise(node_.op)) return elementwise();
    switch (node_.op) {
      case Op::constant: return constant();
      case Op::iota: {
        Tensor<T> out;
        for (Extent i = 0; i < node_.shape[0]; ++i) {
          out.index.push_back(static_cast<std::uint32_t>(i));
        }
        return out;
      }
      case Op::stop_gradient:
      case Op::reshape: return *inputs_[0];
      case Op::broadcast:
      case Op::transpose:
      case Op::slice: return rearranged();
      case Op::embed: return embedded();
      case Op::windows: return windowed();
      case Op::overlap_add: return overlapped();
      case Op::concatenate: return concatenated();
      case Op::matmul: return product();
      case Op::sum: return reduced(T(0), [](T& total, T x) { total += x; });
      case Op::max:
        return reduced(-std::numeric_limits<T>::infinity(),
                       [](T& largest, T x) { largest = plain::max(largest, x); });
      case Op::argmax: return index_of_largest();
      case Op::cumulative_sum: return accumulated();
      case Op::gather: return gathered();
      case Op::scatter_add: return scattered();
      case Op::random_uniform:
      case Op::random_normal: return drawn();
      case Op::random_permutation: return permuted();
      default: throw std::logic_error("the reference executor has no rule for this op");
    }
  }

 private:
  const Shape& shape_of(std::size_t i) const { return graph_.node(node_.inputs[i]).shape; }

  std::size_t count() const { return static_cast<std::size_t>(size_of(node_.shape)); }

  // Coordinates of flat index `flat` in `shape`.
  static Shape coordinates(std::size_t flat, const Shape& shape) {
    Shape at(shape.size());
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      at[axis] = static_cast<Extent>(flat) % shape[axis];
      flat /= static_cast<std::size_t>(shape[axis]);
    }
    return at;
  }

  static std::size_t flat_index(const Shape& at, const Shape& shape) {
    Extent flat = 0;
    for (std::size_t axis = 0; axis < shape.size(); ++axis) flat = flat * shape[axis] + at[axis];
    return static_cast<std::size_t>(flat);
  }

  Tensor<T> elementwise() const {
    Tensor<T> out;
    const std::size_t size = count();
    const auto real = [this](std::size_t i, std::size_t at) {
      return i < inputs_.size() && !inputs_[i]->real.empty() ? inputs_[i]->real[at] : T(0);
    };
    const auto index = [this](std::size_t i, std::size_t at) {
      return i < inputs_.size() && !inputs_[i]->index.empty() ? inputs_[i]->index[at] : 0u;
    };
    using namespace plain;
    const auto to_real = [](std::uint32_t a) { return static_cast<T>(a); };
    // One loop per row; which of the two kinds of operand a, b, c are is read off the signature.
    switch (node_.op) {
#define LAB_ROW(name, signature, cpp, ...)                                \
  case Op::name: {                                                        \
    constexpr bool real_in = signature[0] == 'r';                         \
    constexpr bool real_out = row_of(Op::name).result_is_real();          \
    for (std::size_t at = 0; at < size; ++at) {                           \
      const auto value = [&]<bool is_real>(std::bool_constant<is_real>) { \
        const auto a = [&] {                                              \
          if constexpr (is_real) return real(0, at);                      \
          else return index(0, at);                                       \
        }();                                                              \
        const auto b = [&] {                                              \
          if constexpr (is_real) return real(1, at);                      \
          else return index(1, at);                                       \
        }();                                                              \
        const auto c = real(2, at);                                       \
        (void)a, (void)b, (void)c;                                        \
        return cpp;                                                       \
      }(std::bool_constant<real_in>());                                   \
      if constexpr (real_out) out.real.push_back(static_cast<T>(value));  \
      else out.index.push_back(static_cast<std::uint32_t>(value));        \
    }                                                                     \
    break;                                                                \
  }
      LAB_ELEMENTWISE_OPS(LAB_ROW)
#undef LAB_ROW
      default: break;
    }
    return out;
  }

  Tensor<T> constant() const {
    Tensor<T> out;
    for (std::size_t i = 0; i < count(); ++i) {
      const double number = node_.numbers[node_.numbers.size() == 1 ? 0 : i];
      if (node_.type == Type::real) out.real.push_back(static_cast<T>(number));
      else out.index.push_back(static_cast<std::uint32_t>(number));
    }
    return out;
  }

  // Copies element `from` of `source` to the end of `out`.
  static void append(Tensor<T>& out, const Tensor<T>& source, std::size_t from) {
    if (source.index.empty()) out.real.push_back(source.real[from]);
    else out.index.push_back(source.index[from]);
  }

  Tensor<T> rearranged() const {
    Tensor<T> out;
    const Shape& source = shape_of(0);
    for (std::size_t i = 0; i < count(); ++i) {
      const Shape at = coordinates(i, node_.shape);
      Shape from(source.size());
      for (std::size_t axis = 0; axis < source.size(); ++axis) {
        if (node_.op == Op::broadcast) {
          const std::size_t lead = node_.shape.size() - source.size();
          from[axis] = source[axis] == 1 ? 0 : at[axis + lead];
        } else if (node_.op == Op::transpose) {
          from[static_cast<std::size_t>(node_.axes[axis])] = at[axis];
        } else {
          from[axis] = node_.starts[axis] + at[axis] * node_.steps[axis];
        }
      }
      append(out, *inputs_[0], flat_index(from, source));
    }
    return out;
  }

  Tensor<T> embedded() const {
    Tensor<T> out;
    out.real.assign(count(), T(0));
    const Shape& source = shape_of(0);
    for (std::size_t i = 0; i < inputs_[0]->real.size(); ++i) {
      Shape at = coordinates(i, source);
      for (std::size_t axis = 0; axis < at.size(); ++axis) {
        at[axis] = node_.starts[axis] + at[axis] * node_.steps[axis];
      }
      out.real[flat_index(at, node_.shape)] = inputs_[0]->real[i];
    }
    return out;
  }

  // Where an element of a patch, at (image, row, column, y, x, channel), lies in its image.
  Shape in_image(const Shape& at) const {
    const Extent stride = node_.steps[0];
    return {at[0], at[1] * stride + at[3], at[2] * stride + at[4], at[5]};
  }

  Tensor<T> windowed() const {
    Tensor<T> out;
    for (std::size_t i = 0; i < count(); ++i) {
      append(out, *inputs_[0], flat_index(in_image(coordinates(i, node_.shape)), shape_of(0)));
    }
    return out;
  }

  Tensor<T> overlapped() const {
    Tensor<T> out;
    out.real.assign(count(), T(0));
    for (std::size_t i = 0; i < inputs_[0]->real.size(); ++i) {
      out.real[flat_index(in_image(coordinates(i, shape_of(0))), node_.shape)] +=
          inputs_[0]->real[i];
    }
    return out;
  }

  Tensor<T> concatenated() const {
    Tensor<T> out;
    const auto axis = static_cast<std::size_t>(node_.axes[0]);
    for (std::size_t i = 0; i < count(); ++i) {
      Shape at = coordinates(i, node_.shape);
      std::size_t part = 0;
      while (at[axis] >= shape_of(part)[axis]) at[axis] -= shape_of(part++)[axis];
      append(out, *inputs_[part], flat_index(at, shape_of(part)));
    }
    return out;
  }

  Tensor<T> product() const {
    using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    const auto matrix = [&](std::size_t i) {
      return Eigen::Map<const Matrix>(inputs_[i]->real.data(), shape_of(i)[0], shape_of(i)[1]);
    };
    Tensor<T> out;
    out.real.resize(count());
    Eigen::Map<Matrix> to(out.real.data(), node_.shape[0], node_.shape[1]);
    const auto a = matrix(0), b = matrix(1);
    // Coefficient by coefficient: plain, like all that is here.
    if (node_.transpose_a && node_.transpose_b) to = a.transpose().lazyProduct(b.transpose());
    else if (node_.transpose_a) to = a.transpose().lazyProduct(b);
    else if (node_.transpose_b) to = a.lazyProduct(b.transpose());
    else to = a.lazyProduct(b);
    return out;
  }

  // Coordinates `at` of the operand without the reduced axes.
  Shape kept(const Shape& at) const {
    Shape rest;
    for (std::size_t axis = 0; axis < at.size(); ++axis) {
      const auto found = std::find(node_.axes.begin(), node_.axes.end(), static_cast<Extent>(axis));
      if (found == node_.axes.end()) rest.push_back(at[axis]);
    }
    return rest;
  }

  template <class Combine>
  Tensor<T> reduced(T identity, Combine combine) const {
    Tensor<T> out;
    out.real.assign(count(), identity);
    for (std::size_t i = 0; i < inputs_[0]->real.size(); ++i) {
      combine(out.real[flat_index(kept(coordinates(i, shape_of(0))), node_.shape)],
              inputs_[0]->real[i]);
    }
    return out;
  }

  Tensor<T> index_of_largest() const {
    Tensor<T> out;
    const auto axis = static_cast<std::size_t>(node_.axes[0]);
    out.index.assign(count(), 0);
    std::vector<T> largest(count(), -std::numeric_limits<T>::infinity());
    for (std::size_t i = 0; i < inputs_[0]->real.size(); ++i) {
      const Shape at = coordinates(i, shape_of(0));
      const std::size_t to = flat_index(kept(at), node_.shape);
      if (inputs_[0]->real[i] > largest[to]) {
        largest[to] = inputs_[0]->real[i];
        out.index[to] = static_cast<std::uint32_t>(at[axis]);
      }
    }
    return out;
  }

  Tensor<T> accumulated() const {
    Tensor<T> out = *inputs_[0];
    const auto axis = static_cast<std::size_t>(node_.axes[0]);
    const Extent length = node_.shape[axis];
    for (std::size_t i = 0; i < count(); ++i) {
      // In reverse the flat index runs backwards, so the neighbour is summed already.
      const std::size_t flat = node_.reverse ? count() - 1 - i : i;
      Shape at = coordinates(flat, node_.shape);
      const Extent before = node_.reverse ? at[axis] + 1 : at[axis] - 1;
      if (before < 0 || before >= length) continue;
      at[axis] = before;
      out.real[flat] += out.real[flat_index(at, node_.shape)];
    }
    return out;
  }

  Tensor<T> gathered() const {
    Tensor<T> out;
    const auto rows = static_cast<std::uint32_t>(shape_of(0)[0]);
    const auto width = static_cast<std::size_t>(size_of(shape_of(0))) / rows;
    for (const std::uint32_t row : inputs_[1]->index) {
      const std::size_t from = std::min(row, rows - 1) * width;
      for (std::size_t i = 0; i < width; ++i) append(out, *inputs_[0], from + i);
    }
    return out;
  }

  Tensor<T> scattered() const {
    Tensor<T> out;
    out.real.assign(count(), T(0));
    const auto rows = static_cast<std::uint32_t>(node_.shape[0]);
    const std::size_t width = count() / std::max(1u, rows);
    for (std::size_t i = 0; i < inputs_[1]->real.size(); ++i) {
      const std::size_t row = std::min(inputs_[0]->index[i / width], rows - 1);
      out.real[row * width + i % width] += inputs_[1]->real[i];
    }
    return out;
  }

  Tensor<T> drawn() const {
    Tensor<T> out;
    const bool normal = node_.op == Op::random_normal;
    const auto kind = normal ? random::Kind::normal : random::Kind::uniform;
    for (std::size_t i = 0; i < count(); ++i) {
      const auto words = random::block(static_cast<std::uint32_t>(i / 4), node_.stream,
                                       inputs_[1]->index[0], kind, inputs_[0]->index[0]);
      if (!normal) {
        out.real.push_back(random::to_unit<T>(words[i % 4]));
        continue;
      }
      // Box and Muller: words 0, 1 give elements 0, 1; words 2, 3 give elements 2, 3.
      const std::size_t pair = i % 4 / 2 * 2;
      const T radius = std::sqrt(-2 * std::log(random::to_unit<T>(words[pair])));
      const T angle = T(6.283185307179586) * random::to_unit<T>(words[pair + 1]);
      out.real.push_back(radius * (i % 2 == 0 ? std::cos(angle) : std::sin(angle)));
    }
    return out;
  }

  Tensor<T> permuted() const {
    Tensor<T> out;
    const auto size = static_cast<std::uint32_t>(node_.starts[0]);
    for (const std::uint32_t position : inputs_[0]->index) {
      const random::Permutation order(size, node_.stream, position / size, inputs_[1]->index[0]);
      out.index.push_back(order(position % size));
    }
    return out;
  }

  const Graph& graph_;
  const Node& node_;
  const std::vector<const Tensor<T>*>& inputs_;
};

}  // namespace

template <class T>
Tensor<T> evaluate(const Graph& graph, const Node& node,
                   const std::vector<const Tensor<T>*>& inputs) {
  return Loops<T>(graph, node, inputs).run();
}

template <class T>
typename Reference<T>::Handle Reference<T>::prepare(const Procedure& procedure) {
  Prepared prepared{procedure, {}, {}};
  std::vector<char> needed(static_cast<std::size_t>(graph_.size()), 0);
  for (const Value value : procedure.outputs) needed[static_cast<std::size_t>(value.id())] = 1;
  for (const auto& [variable, next] : procedure.updates) {
    needed[static_cast<std::size_t>(next.id())] = 1;
  }
  for (std::size_t id = needed.size(); id-- > 0;) {
    if (!needed[id]) continue;
    for (const NodeId input : graph_.node(static_cast<NodeId>(id)).inputs) {
      needed[static_cast<std::size_t>(input)] = 1;
    }
  }
  double elements = 0;
  for (std::size_t id = 0; id < needed.size(); ++id) {
    if (!needed[id]) continue;
    prepared.order.push_back(static_cast<NodeId>(id));
    elements += static_cast<double>(size_of(graph_.node(static_cast<NodeId>(id)).shape));
  }
  // All of them are there at once when it runs.
  require_memory(elements * sizeof(T), "The arrays that '" + procedure.name + "' works on");
  prepared_.push_back(std::move(prepared));
  return prepared_.size() - 1;
}

template <class T>
void Reference<T>::run(Handle handle, int times) {
  Prepared& prepared = prepared_.at(handle);
  for (int time = 0; time < times; ++time) {
    std::map<NodeId, Tensor<T>> values;
    const auto value_of = [&](NodeId id) -> const Tensor<T>& {
      if (graph_.node(id).op != Op::variable) return values.at(id);
      const auto found = variables_.find(id);
      if (found == variables_.end()) {
        throw std::logic_error("variable '" + graph_.node(id).name + "' was not initialised");
      }
      return found->second;
    };
    for (const NodeId id : prepared.order) {
      const Node& node = graph_.node(id);
      if (node.op == Op::variable) continue;
      std::vector<const Tensor<T>*> inputs;
      for (const NodeId input : node.inputs) inputs.push_back(&value_of(input));
      values[id] = evaluate<T>(graph_, node, inputs);
    }
    prepared.outputs.clear();
    for (const Value output : prepared.procedure.outputs) {
      prepared.outputs.push_back(value_of(output.id()));
    }
    std::vector<std::pair<NodeId, Tensor<T>>> updates;
    for (const auto& [variable, next] : prepared.procedure.updates) {
      updates.emplace_back(variable.id(), value_of(next.id()));
    }
    for (auto& [id, value] : updates) variables_[id] = std::move(value);
  }
}

template <class T>
std::vector<float> Reference<T>::output(Handle handle, std::size_t i) const {
  const Tensor<T>& tensor = prepared_.at(handle).outputs.at(i);
  std::vector<float> values;
  for (const T value : tensor.real) values.push_back(static_cast<float>(value));
  for (const std::uint32_t value : tensor.index) values.push_back(static_cast<float>(value));
  return values;
}

template <class T>
const std::vector<T>& Reference<T>::exact_output(Handle handle, std::size_t i) const {
  return prepared_.at(handle).outputs.at(i).real;
}

template <class T>
std::vector<T>& Reference<T>::exact_variable(Value variable) {
  return variables_.at(variable.id()).real;
}

template <class T>
std::vector<float> Reference<T>::read(Value variable) const {
  const std::vector<T>& real = variables_.at(variable.id()).real;
  return {real.begin(), real.end()};
}

template <class T>
void Reference<T>::write(Value variable, std::span<const float> values) {
  variables_[variable.id()].real.assign(values.begin(), values.end());
}

template <class T>
std::vector<std::uint32_t> Reference<T>::read_index(Value variable) const {
  return variables_.at(variable.id()).index;
}

template <class T>
void Reference<T>::write_index(Value variable, std::span<const std::uint32_t> values) {
  variables_[variable.id()].index.assign(values.begin(), values.end());
}

template <class T>
std::string Reference<T>::describe(Handle handle) const {
  std::string text;
  for (const NodeId id : prepared_.at(handle).order) {
    const Node& node = graph_.node(id);
    text += "%" + std::to_string(id) + " = " + std::string(name_of(node.op));
    if (!node.name.empty()) text += " '" + node.name + "'";
    for (const NodeId input : node.inputs) text += " %" + std::to_string(input);
    text += " : " + to_string(node.shape) + "\n";
  }
  return text;
}

template Tensor<double> evaluate(const Graph&, const Node&,
                                 const std::vector<const Tensor<double>*>&);
template Tensor<float> evaluate(const Graph&, const Node&,
                                const std::vector<const Tensor<float>*>&);
template class Reference<float>;
template class Reference<double>;

}  // namespace lab
