#include "core/compile/program.hpp"

namespace lab {

namespace {

using Accesses = std::vector<Access>;

// Row-major from where the view begins.
Access dense(const BufferView& view, Shape space) {
  return {{view.buffer, view.offset, row_major(space)}, std::move(space)};
}

Accesses loads_of(const Expression& expression) {
  Accesses loads;
  for (const BufferView& load : expression.loads) loads.push_back({load, expression.space});
  return loads;
}

// What a kernel reads, apart from what its epilogue does.
Accesses operands(const kernel::Map& of) { return loads_of(of.expression); }
Accesses operands(const kernel::Gemm& of) {
  return {{of.a.view, of.a.space}, {of.b.view, of.b.space}};
}
Accesses operands(const kernel::Reduce& of) { return loads_of(of.producer); }
Accesses operands(const kernel::Argmax& of) { return {dense(of.from, {of.outer, of.length})}; }
Accesses operands(const kernel::CumulativeSum& of) {
  return {dense(of.from, {of.outer, of.length})};
}
Accesses operands(const kernel::Gather& of) {
  return {dense(of.table, {of.height, of.width}), dense(of.rows, {of.count})};
}
Accesses operands(const kernel::ScatterAdd& of) {
  return {dense(of.updates, {of.count, of.width}), dense(of.rows, {of.count})};
}
Accesses operands(const kernel::OverlapAdd& of) { return {dense(of.patches, of.space)}; }
Accesses operands(const kernel::Random& of) { return {dense(of.seed, {}), dense(of.counter, {})}; }
Accesses operands(const kernel::Permutation& of) {
  return {dense(of.positions, {of.count}), dense(of.seed, {})};
}
Accesses operands(const kernel::Fill&) { return {}; }

// What it writes, apart from what its expression stores.
Accesses result(const kernel::Map&) { return {}; }
Accesses result(const kernel::Gemm& of) { return {dense(of.result, {of.products, of.m, of.n})}; }
Accesses result(const kernel::Reduce& of) {
  const Shape& space = of.producer.space;
  const auto middle = space.begin() + static_cast<std::ptrdiff_t>(of.lead);
  return {dense(of.result, of.columns ? Shape(middle, space.end()) : Shape(space.begin(), middle))};
}
Accesses result(const kernel::Argmax& of) { return {dense(of.result, {of.outer})}; }
Accesses result(const kernel::CumulativeSum& of) {
  return {dense(of.result, {of.outer, of.length})};
}
Accesses result(const kernel::Gather& of) { return {dense(of.result, {of.count, of.width})}; }
Accesses result(const kernel::ScatterAdd& of) { return {dense(of.result, {of.height, of.width})}; }
Accesses result(const kernel::OverlapAdd& of) { return {{of.result, of.space}}; }
Accesses result(const kernel::Random& of) { return {dense(of.result, {of.count})}; }
Accesses result(const kernel::Permutation& of) { return {dense(of.result, {of.count})}; }
Accesses result(const kernel::Fill& of) { return {dense(of.result, {of.count})}; }

// The epilogue of a product or reduction; nullptr where there is none.
template <class Of>
const Expression* epilogue_of(const Of& of) {
  if constexpr (requires { of.epilogue; }) return of.epilogue.empty() ? nullptr : &of.epilogue;
  else return nullptr;
}

}  // namespace

std::string_view name_of(const Kernel& kernel) {
  return std::visit([](const auto& of) { return of.name; }, kernel);
}

const Expression* expression_of(const Kernel& kernel) {
  if (const auto* map = std::get_if<kernel::Map>(&kernel)) return &map->expression;
  return std::visit([](const auto& of) { return epilogue_of(of); }, kernel);
}

std::vector<Access> reads(const Kernel& kernel) {
  return std::visit(
      [](const auto& of) {
        Accesses all = operands(of);
        if (const Expression* epilogue = epilogue_of(of)) {
          const Accesses loads = loads_of(*epilogue);
          all.insert(all.end(), loads.begin() + 1, loads.end());
        }
        return all;
      },
      kernel);
}

std::vector<Access> writes(const Kernel& kernel) {
  Accesses all = std::visit([](const auto& of) { return result(of); }, kernel);
  if (const Expression* expression = expression_of(kernel)) {
    for (const auto& store : expression->stores) all.push_back({store.to, expression->space});
  }
  return all;
}

}  // namespace lab
