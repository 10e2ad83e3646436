#include "core/execute/cpu/tile.hpp"

#include <algorithm>
#include <cstring>

namespace lab::cpu {

namespace {

// Scratch begins with a pointer a register, rounded up to whole tiles.
constexpr std::size_t words_of_pointers(std::size_t count) {
  const auto words = (count * sizeof(void*) + sizeof(Word) - 1) / sizeof(Word);
  const auto tile = static_cast<std::size_t>(tile_size);
  return (words + tile - 1) / tile * tile;
}

}  // namespace

Tiles::Tiles(const Expression& expression, const std::vector<Word*>& memory, const Loop* loops)
    : space_(expression.space), size_(size_of(expression.space)) {
  const Shape dense = row_major(space_);
  const auto walk_of = [&](const BufferView& view) {
    if (std::all_of(view.strides.begin(), view.strides.end(), [](Extent s) { return s == 0; }) &&
        size_ != 1) {
      return Walk::splat;
    }
    return view.strides == dense || size_ == 1 ? Walk::contiguous : Walk::strided;
  };
  const auto address = [&](const BufferView& view) {
    return memory[static_cast<std::size_t>(view.buffer)] + view.offset;
  };
  for (const BufferView& view : expression.loads) {
    const Walk walk = walk_of(view);
    loads_.push_back({address(view), walk, view.strides, walk == Walk::contiguous ? 0 : slots_++});
  }
  immediates_ = expression.immediates;
  slots_ += immediates_.size();

  for (const auto& s : expression.stores) {
    Store store{s.from, nullptr, Walk::contiguous, s.to.strides, false};
    if (s.to.buffer >= 0) {
      store.to = address(s.to);
      store.walk = walk_of(s.to);
    }
    stores_.push_back(store);
  }

  // Slots for results, each free again after its last reader.
  const std::size_t total = expression.register_count();
  std::vector<std::size_t> last(total, 0);
  for (std::size_t i = 0; i < expression.code.size(); ++i) {
    const auto arity = row_of(expression.code[i].op).arity();
    for (std::size_t k = 0; k < arity; ++k) last[expression.code[i].operands[k]] = i;
  }
  for (const Store& store : stores_) last[store.from] = expression.code.size();
  // A result may go straight to memory where nothing reads that memory afterwards: loops may write
  // over the elements that they read.
  for (std::size_t s = 0; s < stores_.size(); ++s) {
    const std::size_t inputs = loads_.size() + immediates_.size();
    Store& store = stores_[s];
    if (store.walk != Walk::contiguous || store.to == nullptr || store.from < inputs) continue;
    store.direct = true;
    for (std::size_t load = 0; load < loads_.size(); ++load) {
      if (expression.loads[load].buffer != expression.stores[s].to.buffer) continue;
      store.direct &= loads_[load].walk == Walk::contiguous && loads_[load].from == store.to &&
                      last[load] <= store.from - inputs;
    }
  }
  std::vector<std::size_t> free_slots, slot_of(total, 0);
  for (std::size_t i = 0; i < expression.code.size(); ++i) {
    const Instruction& instruction = expression.code[i];
    const auto arity = row_of(instruction.op).arity();
    Step step{};
    step.loop = loops[static_cast<std::size_t>(instruction.op)];
    step.result = instruction.result;
    step.a = instruction.operands[0];
    step.b = arity > 1 ? instruction.operands[1] : step.a;
    step.c = arity > 2 ? instruction.operands[2] : step.a;
    for (std::size_t s = 0; s < stores_.size() && step.direct < 0; ++s) {
      if (stores_[s].from == step.result && stores_[s].direct) {
        step.direct = static_cast<std::int32_t>(s);
      }
    }
    for (std::size_t s = 0; s < stores_.size(); ++s) {
      const bool other =
          stores_[s].from == step.result && static_cast<std::int32_t>(s) != step.direct;
      if (other) stores_[s].direct = false;
    }
    // The result's slot is taken before the operands' are freed: loops read them with what they
    // write still unwritten, whichever way they are vectorised.
    if (step.direct < 0) {
      if (free_slots.empty()) free_slots.push_back(slots_++);
      step.slot = free_slots.back();
      free_slots.pop_back();
      slot_of[step.result] = step.slot;
    } else {
      slot_of[step.result] = static_cast<std::size_t>(-1);
    }
    const auto inputs = expression.loads.size() + immediates_.size();
    std::vector<Register> done;
    for (std::size_t k = 0; k < arity; ++k) {
      const Register operand = instruction.operands[k];
      const bool repeated = std::find(done.begin(), done.end(), operand) != done.end();
      if (operand >= inputs && last[operand] == i && !repeated &&
          slot_of[operand] != static_cast<std::size_t>(-1)) {
        free_slots.push_back(slot_of[operand]);
      }
      done.push_back(operand);
    }
    steps_.push_back(step);
  }
  compile_runs(expression);
}

std::size_t Tiles::scratch_size() const {
  return words_of_pointers(loads_.size() + immediates_.size() + steps_.size()) +
         slots_ * static_cast<std::size_t>(tile_size);
}

template <class Row>
void Tiles::for_each_row(const Shape& strides, Extent at, Extent count, Row row) const {
  const std::size_t rank = space_.size();
  const Extent length = rank > 0 ? space_[rank - 1] : 1;
  const Extent step = rank > 0 ? strides[rank - 1] : 0;
  for (Extent done = 0; done < count;) {
    Extent rest = (at + done) / length;
    const Extent column = (at + done) % length;
    Extent offset = column * step;
    for (std::size_t axis = rank > 0 ? rank - 1 : 0; axis-- > 0;) {
      offset += rest % space_[axis] * strides[axis];
      rest /= space_[axis];
    }
    const Extent run = std::min(length - column, count - done);
    row(offset, done, run, step);
    done += run;
  }
}

const Word* Tiles::load(const Load& load, Extent at, Extent count, Word* to) const {
  const Word* in_place = nullptr;
  for_each_row(load.strides, at, count, [&](Extent offset, Extent done, Extent run, Extent step) {
    const Word* from = load.from + offset;
    if (step == 1 && run == count) {
      in_place = from;
      return;
    }
    Word* target = to + done;
    if (step == 0) {
      std::fill_n(target, run, *from);
    } else if (step == 1) {
      std::copy_n(from, run, target);
    } else {
      for (Extent i = 0; i < run; ++i) target[i] = from[i * step];
    }
  });
  return in_place != nullptr ? in_place : to;
}

void Tiles::store(const Store& store, Extent at, Extent count, const Word* from) const {
  if (store.walk == Walk::contiguous) {
    std::copy_n(from, count, store.to + at);
    return;
  }
  for_each_row(store.strides, at, count, [&](Extent offset, Extent done, Extent run, Extent step) {
    for (Extent i = 0; i < run; ++i) store.to[offset + i * step] = from[done + i];
  });
}

void Tiles::start(Word* scratch) const {
  const auto tile = static_cast<std::size_t>(tile_size);
  const Extent count = std::min(size_, tile_size);
  const auto** registers = reinterpret_cast<const Word**>(scratch);
  Word* const slots =
      scratch + words_of_pointers(loads_.size() + immediates_.size() + steps_.size());
  std::size_t next = 0, slot = 0;
  for (const Load& each : loads_) {
    if (each.walk == Walk::splat) {
      std::fill_n(slots + each.slot * tile, count, *each.from);
      registers[next] = slots + each.slot * tile;
    }
    slot += each.walk != Walk::contiguous;
    ++next;
  }
  for (const Word immediate : immediates_) {
    std::fill_n(slots + slot * tile, count, immediate);
    registers[next++] = slots + slot++ * tile;
  }
}

const Word* const* Tiles::compute(Extent at, Extent count, Word* scratch) const {
  const auto tile = static_cast<std::size_t>(tile_size);
  const auto** registers = reinterpret_cast<const Word**>(scratch);
  Word* const slots =
      scratch + words_of_pointers(loads_.size() + immediates_.size() + steps_.size());
  std::size_t next = 0;
  // Several streams that take turns are too much for the machine to foresee: large ones are fetched
  // into the second-level cache three tiles ahead.
  const Extent ahead = size_ > (1 << 18) ? 3 * tile_size : 0;
  for (const Load& each : loads_) {
    if (each.walk == Walk::contiguous) {
      registers[next] = each.from + at;
      for (Extent line = 0; ahead > 0 && line < tile_size; line += 16) {
        __builtin_prefetch(each.from + at + ahead + line, 0, 2);
      }
    } else if (each.walk == Walk::strided) {
      registers[next] = load(each, at, count, slots + each.slot * tile);
    }
    ++next;
  }
  const auto perform = [&](const Step& step, Extent from) {
    Word* const to = place(step, at, slots);
    step.loop(to + from, registers[step.a] + from, registers[step.b] + from,
              registers[step.c] + from, count - from);
    registers[step.result] = to;
  };
  std::size_t i = 0;
  for (const Compiled& compiled : compiled_) {
    for (; i < compiled.first; ++i) perform(steps_[i], 0);
    const Run function = run_of(compiled.number);
    const Extent vectors = function != nullptr ? count / 4 * 4 : 0;
    if (vectors > 0) {
      for (const std::size_t output : compiled.outputs) {
        registers[steps_[output].result] = place(steps_[output], at, slots);
      }
      function(registers, static_cast<std::size_t>(vectors) * sizeof(Word));
    }
    for (; i < compiled.last; ++i) {
      if (vectors < count) perform(steps_[i], vectors);
    }
  }
  for (; i < steps_.size(); ++i) perform(steps_[i], 0);
  return registers;
}

// Where a step's result goes.
Word* Tiles::place(const Step& step, Extent at, Word* slots) const {
  return step.direct >= 0 ? stores_[static_cast<std::size_t>(step.direct)].to + at
                          : slots + step.slot * static_cast<std::size_t>(tile_size);
}

// Runs of two instructions or more that can be compiled are.
void Tiles::compile_runs(const Expression& expression) {
  const std::vector<Instruction>& code = expression.code;
  std::vector<bool> splats(expression.register_count(), false);
  for (std::size_t i = 0; i < loads_.size(); ++i) splats[i] = loads_[i].walk == Walk::splat;
  for (std::size_t i = 0; i < immediates_.size(); ++i) splats[loads_.size() + i] = true;
  for (std::size_t first = 0; first < code.size();) {
    std::size_t last = first;
    while (last < code.size() && can_compile(code[last].op)) ++last;
    if (last - first >= 2) {
      Compiled made{first, last, -1, {}};
      std::vector<Register> outputs;
      for (std::size_t i = first; i < last; ++i) {
        const Register result = code[i].result;
        bool read = std::any_of(stores_.begin(), stores_.end(),
                                [result](const Store& store) { return store.from == result; });
        for (std::size_t later = last; later < code.size(); ++later) {
          for (std::size_t k = 0; k < row_of(code[later].op).arity(); ++k) {
            read |= code[later].operands[k] == result;
          }
        }
        if (!read) continue;
        made.outputs.push_back(i);
        outputs.push_back(result);
      }
      made.number = compile_run(std::span(code).subspan(first, last - first), splats, outputs);
      if (made.number >= 0) compiled_.push_back(std::move(made));
    }
    first = std::max(last, first + 1);
  }
}

void Tiles::run(Extent begin, Extent end, Word* scratch) const {
  for (Extent at = begin; at < end; at += tile_size) {
    const Extent count = std::min(tile_size, end - at);
    const Word* const* registers = compute(at, count, scratch);
    for (const Store& each : stores_) {
      if (!each.direct) store(each, at, count, registers[each.from]);
    }
  }
}

}  // namespace lab::cpu
