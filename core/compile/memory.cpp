#include "core/compile/memory.hpp"

#include <algorithm>

namespace lab {

namespace {

constexpr Extent alignment = 16;  // elements: 64 bytes, a cache line

Extent aligned(Extent size) { return (size + alignment - 1) / alignment * alignment; }

void find_lifetimes(Program& program) {
  for (std::size_t k = 0; k < program.kernels.size(); ++k) {
    for (const auto& accesses : {reads(program.kernels[k]), writes(program.kernels[k])}) {
      for (const Access& access : accesses) {
        Buffer& buffer = program.buffers[static_cast<std::size_t>(access.view.buffer)];
        if (buffer.first < 0) buffer.first = static_cast<std::int32_t>(k);
        buffer.last = static_cast<std::int32_t>(k);
      }
    }
  }
  // Outputs are read after the run.
  for (const BufferView& output : program.outputs) {
    program.buffers[static_cast<std::size_t>(output.buffer)].last =
        static_cast<std::int32_t>(program.kernels.size());
  }
}

}  // namespace

void place_buffers(Program& program) {
  find_lifetimes(program);
  std::vector<Buffer*> waiting;
  for (Buffer& buffer : program.buffers) {
    if (buffer.kind == Buffer::Kind::arena && buffer.first >= 0) waiting.push_back(&buffer);
  }
  for (std::size_t k = 0; k <= program.kernels.size(); ++k) {
    Extent live = 0;
    for (const Buffer* buffer : waiting) {
      const auto at = static_cast<std::int32_t>(k);
      if (buffer->first <= at && at <= buffer->last) live += aligned(buffer->size);
    }
    program.lower_bound = std::max(program.lower_bound, live);
  }
  std::stable_sort(waiting.begin(), waiting.end(),
                   [](const Buffer* a, const Buffer* b) { return a->size > b->size; });
  std::vector<const Buffer*> placed;
  for (Buffer* buffer : waiting) {
    // Neighbours in time, by place: the first gap that is wide enough.
    std::vector<const Buffer*> neighbours;
    for (const Buffer* other : placed) {
      if (other->first <= buffer->last && buffer->first <= other->last) {
        neighbours.push_back(other);
      }
    }
    std::sort(neighbours.begin(), neighbours.end(),
              [](const Buffer* a, const Buffer* b) { return a->place < b->place; });
    Extent place = 0;
    for (const Buffer* other : neighbours) {
      if (place + aligned(buffer->size) <= other->place) break;
      place = std::max(place, other->place + aligned(other->size));
    }
    buffer->place = place;
    placed.push_back(buffer);
    program.arena_size = std::max(program.arena_size, place + aligned(buffer->size));
  }
}

}  // namespace lab
