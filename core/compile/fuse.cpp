#include "core/compile/fuse.hpp"

#include <algorithm>
#include <set>

#include "core/compile/lowering.hpp"

namespace lab {

namespace {

bool is_leaf(Op op) { return op == Op::constant || op == Op::variable || op == Op::iota; }

class Fuser {
 public:
  explicit Fuser(const Simplified& simplified)
      : simplified_(simplified), graph_(*simplified.graph), group_of_(count(), -1) {}

  Fusion run() {
    find_operands_of_products();
    for (NodeId id = 0; id < graph_.size(); ++id) places_.push_back(place(id));
    find_readers();
    for (NodeId id = 0; id < graph_.size(); ++id) assign(id);
    for (NodeId id = graph_.size(); id-- > 0;) sink(id);
    for (Group& group : groups_) find_stored(group);
    return ordered();
  }

 private:
  std::size_t count() const { return static_cast<std::size_t>(graph_.size()); }
  const Node& node(NodeId id) const { return graph_.node(id); }
  Place& place_of(NodeId id) { return places_[static_cast<std::size_t>(id)]; }
  const Place& place_of(NodeId id) const { return places_[static_cast<std::size_t>(id)]; }
  std::int32_t& group_of(NodeId id) { return group_of_[static_cast<std::size_t>(id)]; }
  std::int32_t group_of(NodeId id) const { return group_of_[static_cast<std::size_t>(id)]; }
  Group& group(std::int32_t id) { return groups_[static_cast<std::size_t>(id)]; }
  const Group& group(std::int32_t id) const { return groups_[static_cast<std::size_t>(id)]; }
  bool is_view(NodeId id) const { return place_of(id).base != id; }
  // The group that computes what `id` reads from; −1 where that is a leaf.
  std::int32_t source_group(NodeId id) const { return group_of(place_of(id).base); }

  Place place(NodeId id) const {
    const Node& here = node(id);
    if (here.op == Op::constant && here.numbers.size() == 1) {
      return {id, 0, Shape(here.shape.size(), 0)};
    }
    const Place own{id, 0, row_major(here.shape)};
    if (here.inputs.empty()) return own;
    if (is_elementwise(here.op)) return own;
    const auto view = lowering_of(here.op).view;
    if (!view) return own;
    const NodeId operand = here.inputs[0];
    return view(here, node(operand).shape, place_of(operand),
                only_products_[static_cast<std::size_t>(id)])
        .value_or(own);
  }

  // only_products_[n]: n is a matrix that products alone read.
  void find_operands_of_products() {
    only_products_.assign(count(), true);
    for (NodeId id = 0; id < graph_.size(); ++id) {
      only_products_[static_cast<std::size_t>(id)] = node(id).shape.size() == 2;
      if (node(id).op == Op::matmul) continue;
      for (const NodeId input : node(id).inputs) {
        only_products_[static_cast<std::size_t>(input)] = false;
      }
    }
    for (const NodeId output : simplified_.outputs) {
      only_products_[static_cast<std::size_t>(output)] = false;
    }
    for (const auto& [variable, next] : simplified_.updates) {
      only_products_[static_cast<std::size_t>(next)] = false;
    }
  }

  // readers_[n]: the nodes that compute (no views) which read n's storage; wanted_: n's value is
  // asked for by an output or an update.
  void find_readers() {
    readers_.resize(count());
    wanted_.assign(count(), false);
    for (NodeId id = 0; id < graph_.size(); ++id) {
      if (is_view(id)) continue;
      for (const NodeId input : node(id).inputs) {
        readers_[static_cast<std::size_t>(place_of(input).base)].push_back(id);
      }
    }
    const auto want = [&](NodeId id) {
      wanted_[static_cast<std::size_t>(place_of(id).base)] = true;
    };
    for (const NodeId output : simplified_.outputs) want(output);
    for (const auto& [variable, next] : simplified_.updates) want(next);
  }

  // Whether `target` is met on the way from `from`, where next(g) are the groups that g leads to.
  template <class Next>
  static bool reaches(std::int32_t from, std::int32_t target, Next next) {
    std::set<std::int32_t> seen;
    std::vector<std::int32_t> open{from};
    while (!open.empty()) {
      const std::int32_t at = open.back();
      open.pop_back();
      if (at == target) return true;
      if (at < 0 || !seen.insert(at).second) continue;
      for (const std::int32_t each : next(at)) open.push_back(each);
    }
    return false;
  }

  // Whether group `from` needs group `target` to have run before, directly or through others.
  bool depends(std::int32_t from, std::int32_t target) const {
    return reaches(from, target, [this](std::int32_t g) { return sources(group(g)); });
  }

  std::vector<std::int32_t> sources(const Group& group) const {
    std::vector<std::int32_t> found;
    const auto add = [&](NodeId id) {
      for (const NodeId input : node(id).inputs) {
        if (source_group(input) >= 0) found.push_back(source_group(input));
      }
    };
    if (group.anchor >= 0) add(group.anchor);
    for (const NodeId id : group.members) add(id);
    for (const NodeId id : group.producer) add(id);
    return found;
  }

  // Whether `id` reads group g other than as a direct operand of the same shape.
  bool reads_through_view(NodeId id, std::int32_t g) const {
    return std::any_of(node(id).inputs.begin(), node(id).inputs.end(),
                       [&](NodeId input) { return is_view(input) && source_group(input) == g; });
  }

  bool can_join(NodeId id, std::int32_t g) const {
    if (group(g).space != node(id).shape || reads_through_view(id, g)) return false;
    const NodeId anchor = group(g).anchor;
    if (anchor >= 0 && !lowering_of(node(anchor).op).has_epilogue) return false;
    return std::none_of(node(id).inputs.begin(), node(id).inputs.end(), [&](NodeId input) {
      const std::int32_t source = source_group(input);
      return source >= 0 && source != g && depends(source, g);
    });
  }

  // Whether g and h may become one: at most one anchor, and no third group between them.
  bool can_unite(std::int32_t g, std::int32_t h) const {
    if (group(h).anchor >= 0 || group(g).space != group(h).space) return false;
    const auto free_of = [&](std::int32_t a, std::int32_t b) {
      for (const std::int32_t source : sources(group(a))) {
        if (source != a && source != b && depends(source, b)) return false;
      }
      return true;
    };
    if (!free_of(g, h) || !free_of(h, g)) return false;
    const auto member_reads = [&](std::int32_t a, std::int32_t b) {
      for (const NodeId id : group(a).members) {
        if (reads_through_view(id, b)) return true;
      }
      const NodeId anchor = group(a).anchor;
      if (anchor < 0) return false;
      const auto& inputs = node(anchor).inputs;
      return std::any_of(inputs.begin(), inputs.end(),
                         [&](NodeId input) { return source_group(input) == b; });
    };
    if (member_reads(g, h) || member_reads(h, g)) return false;
    return std::none_of(group(g).producer.begin(), group(g).producer.end(), [&](NodeId id) {
      const auto& inputs = node(id).inputs;
      return std::any_of(inputs.begin(), inputs.end(),
                         [&](NodeId input) { return source_group(input) == h; });
    });
  }

  void assign(NodeId id) {
    const Node& here = node(id);
    if (is_leaf(here.op) || is_view(id)) return;
    if (!is_elementwise(here.op)) {
      groups_.push_back({{}, {}, id, here.shape, {}});
      group_of(id) = static_cast<std::int32_t>(groups_.size()) - 1;
      if (lowering_of(here.op).has_producer) absorb_producer(id);
      return;
    }
    // Products and reductions first, for no group can be added to another one's anchor.
    std::set<std::pair<bool, std::int32_t>, std::greater<>> candidates;
    for (const NodeId input : here.inputs) {
      const std::int32_t g = group_of(input);
      if (!is_view(input) && g >= 0) candidates.insert({group(g).anchor >= 0, g});
    }
    std::int32_t home = -1;
    for (const auto& [anchored, candidate] : candidates) {
      if (home < 0) {
        if (can_join(id, candidate)) home = candidate;
        if (home >= 0) {
          group(home).members.push_back(id);
          group_of(id) = home;
        }
      } else if (can_unite(home, candidate)) {
        unite(home, candidate);
      }
    }
    if (home < 0) {
      groups_.push_back({{id}, {}, -1, here.shape, {}});
      group_of(id) = static_cast<std::int32_t>(groups_.size()) - 1;
    }
  }

  void unite(std::int32_t home, std::int32_t other) {
    for (const NodeId id : group(other).members) group_of(id) = home;
    auto& members = group(home).members;
    members.insert(members.end(), group(other).members.begin(), group(other).members.end());
    std::sort(members.begin(), members.end());
    group(other).members.clear();
  }

  // The operand's group moves into the reduction where nothing else needs it.
  void absorb_producer(NodeId reduction) {
    const NodeId operand = node(reduction).inputs[0];
    const std::int32_t from = is_view(operand) ? -1 : group_of(operand);
    if (from < 0 || group(from).anchor >= 0) return;
    for (const NodeId member : group(from).members) {
      if (wanted_[static_cast<std::size_t>(member)]) return;
      for (const NodeId reader : readers_[static_cast<std::size_t>(member)]) {
        const bool inside = group_of(reader) == from && !reads_through_view(reader, from);
        if (member == operand ? reader != reduction && !inside : !inside) return;
      }
    }
    const std::int32_t to = group_of(reduction);
    group(to).producer = std::move(group(from).members);
    group(from).members.clear();
    for (const NodeId id : group(to).producer) group_of(id) = to;
  }

  // Whether `reader` needs id in memory.
  bool reads_memory(NodeId reader, NodeId id) const {
    const auto& inputs = node(reader).inputs;
    const bool direct = std::find(inputs.begin(), inputs.end(), id) != inputs.end();
    return group_of(reader) != group_of(id) || !direct || reads_through_view(reader, group_of(id));
  }

  void find_stored(Group& group) {
    const auto consider = [&](NodeId id) {
      bool stored = wanted_[static_cast<std::size_t>(id)];
      for (const NodeId reader : readers_[static_cast<std::size_t>(id)]) {
        stored |= reads_memory(reader, id);
      }
      if (stored) group.stored.push_back(id);
    };
    if (group.anchor >= 0) consider(group.anchor);
    for (const NodeId id : group.members) consider(id);
  }

  static bool is_cheap(Op op) {
    switch (op) {
      case Op::negate:
      case Op::absolute:
      case Op::sign:
      case Op::relu:
      case Op::add:
      case Op::subtract:
      case Op::multiply:
      case Op::maximum:
      case Op::minimum:
      case Op::less:
      case Op::less_equal:
      case Op::equal:
      case Op::select: return true;
      default: return false;
    }
  }

  // Moves a cheap result, and what only it reads, into the one group that reads it, where its
  // operands are in memory anyway: computing it again costs less than a trip through memory. An
  // activation's derivative, 1 − y² or y > 0, is such a one.
  void sink(NodeId id) {
    const std::int32_t from = group_of(id);
    if (from < 0 || is_view(id) || !is_elementwise(node(id).op) ||
        wanted_[static_cast<std::size_t>(id)]) {
      return;
    }
    const auto& readers = readers_[static_cast<std::size_t>(id)];
    const std::int32_t to = readers.empty() ? from : group_of(readers.front());
    if (to == from) return;
    const auto holds = [](const std::vector<NodeId>& list, NodeId each) {
      return std::find(list.begin(), list.end(), each) != list.end();
    };
    auto& list =
        holds(group(to).producer, readers.front()) ? group(to).producer : group(to).members;
    for (const NodeId reader : readers) {
      if (!holds(list, reader) || node(reader).shape != node(id).shape ||
          reads_through_view(reader, from)) {
        return;
      }
    }
    std::vector<NodeId> moved;
    std::set<NodeId> loads;
    if (!gather_sunk(id, from, moved, loads) || loads.size() > 3) return;
    for (const NodeId each : moved) {
      auto& members = group(from).members;
      members.erase(std::find(members.begin(), members.end(), each));
      group_of(each) = to;
      list.push_back(each);
    }
    std::sort(list.begin(), list.end());
  }

  // Collects id and its operands of group `from` that nothing else reads; false where an operand
  // would have to be stored for it.
  bool gather_sunk(NodeId id, std::int32_t from, std::vector<NodeId>& moved,
                   std::set<NodeId>& loads) const {
    const auto& members = group(from).members;
    if (!is_cheap(node(id).op) || moved.size() >= 6 ||
        std::find(members.begin(), members.end(), id) == members.end()) {
      return false;
    }
    moved.push_back(id);
    for (const NodeId input : node(id).inputs) {
      const NodeId base = place_of(input).base;
      if (node(base).op == Op::constant && node(base).numbers.size() == 1) continue;
      if (std::find(moved.begin(), moved.end(), input) != moved.end()) continue;
      bool stored = group_of(base) != from || wanted_[static_cast<std::size_t>(base)];
      bool alone = true;
      for (const NodeId reader : readers_[static_cast<std::size_t>(base)]) {
        stored |= reads_memory(reader, base);
        alone &= std::find(moved.begin(), moved.end(), reader) != moved.end();
      }
      if (stored) loads.insert(input);
      else if (!alone || !gather_sunk(input, from, moved, loads)) return false;
    }
    return true;
  }

  // Kahn's order. A group that computes a variable's next value comes after those that read the
  // present one, where it can, so that it can write in place.
  Fusion ordered() {
    std::vector<std::int32_t> live;
    for (std::size_t g = 0; g < groups_.size(); ++g) {
      if (groups_[g].anchor >= 0 || !groups_[g].members.empty()) {
        live.push_back(static_cast<std::int32_t>(g));
      }
    }
    std::vector<std::set<std::int32_t>> needs(groups_.size()), feeds(groups_.size());
    for (const std::int32_t g : live) {
      for (const std::int32_t source : sources(group(g))) {
        if (source == g) continue;
        needs[static_cast<std::size_t>(g)].insert(source);
        feeds[static_cast<std::size_t>(source)].insert(g);
      }
    }
    const auto before = [&needs](std::int32_t g) { return needs[static_cast<std::size_t>(g)]; };
    for (const auto& [variable, next] : simplified_.updates) {
      const std::int32_t writer = is_view(next) ? -1 : group_of(next);
      if (writer < 0) continue;
      for (const NodeId reader : readers_[static_cast<std::size_t>(variable)]) {
        const std::int32_t g = group_of(reader);
        if (g == writer || g < 0 || reaches(g, writer, before)) continue;
        needs[static_cast<std::size_t>(writer)].insert(g);
        feeds[static_cast<std::size_t>(g)].insert(writer);
      }
    }
    std::set<std::pair<NodeId, std::int32_t>> ready;
    const auto offer = [&](std::int32_t g) {
      NodeId newest = group(g).anchor;
      if (newest < 0) newest = group(g).members.back();
      ready.insert({newest, g});
    };
    for (const std::int32_t g : live) {
      if (needs[static_cast<std::size_t>(g)].empty()) offer(g);
    }
    Fusion fusion;
    std::vector<std::int32_t> rank(groups_.size(), -1);
    while (!ready.empty()) {
      const std::int32_t g = ready.begin()->second;
      ready.erase(ready.begin());
      rank[static_cast<std::size_t>(g)] = static_cast<std::int32_t>(fusion.groups.size());
      fusion.groups.push_back(group(g));
      for (const std::int32_t next : feeds[static_cast<std::size_t>(g)]) {
        auto& waiting = needs[static_cast<std::size_t>(next)];
        waiting.erase(g);
        if (waiting.empty()) offer(next);
      }
    }
    if (fusion.groups.size() != live.size()) throw GraphError("fuse: the groups form a cycle");
    for (const std::int32_t g : group_of_) {
      fusion.group_of.push_back(g < 0 ? -1 : rank[static_cast<std::size_t>(g)]);
    }
    fusion.places = std::move(places_);
    return fusion;
  }

  const Simplified& simplified_;
  const Graph& graph_;
  std::vector<Place> places_;
  std::vector<std::int32_t> group_of_;
  std::vector<Group> groups_;
  std::vector<std::vector<NodeId>> readers_;
  std::vector<bool> wanted_, only_products_;
};

}  // namespace

Fusion fuse(const Simplified& simplified) { return Fuser(simplified).run(); }

}  // namespace lab
