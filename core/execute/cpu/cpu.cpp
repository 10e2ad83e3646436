#include "core/execute/cpu/cpu.hpp"

#include <algorithm>
#include <bit>
#include <limits>
#include <stdexcept>

#include "core/execute/cpu/kernels.hpp"
#include "core/execute/cpu/pool.hpp"
#include "core/execute/cpu/vector_math.hpp"
#include "core/execute/random.hpp"

namespace lab {

namespace {

using Word = std::uint32_t;
using cpu::Tiles;

// Work below this many elements, or multiply-adds, is not worth waking a thread for.
constexpr Extent parallel_elements = 1 << 14;
constexpr double parallel_products = 1 << 20;

// Rows of a product computed before its epilogue runs over them: about as many as stay in the
// second-level cache.
constexpr Extent panel_elements = 1 << 15;
constexpr Extent panel_rows_least = 64;

const float* real(const Word* words) { return reinterpret_cast<const float*>(words); }
float* real(Word* words) { return reinterpret_cast<float*>(words); }

// Part `part` of `parts` equal pieces of [0, size), whole tiles but for the last.
std::pair<Extent, Extent> piece(Extent size, int part, int parts, Extent grain) {
  const Extent grains = (size + grain - 1) / grain;
  const Extent begin = grains * part / parts * grain, end = grains * (part + 1) / parts * grain;
  return {std::min(begin, size), std::min(end, size)};
}

}  // namespace

// A program with its memory: everything a run needs is here before it starts.
class Cpu::Prepared {
 public:
  Prepared(Cpu& cpu, Program program) : program_(std::move(program)), pool_(*cpu.pool_) {
    // 16 extra words to begin on a cache line.
    arena_.resize(static_cast<std::size_t>(program_.arena_size) + 16);
    auto* start = arena_.data();
    while (reinterpret_cast<std::uintptr_t>(start) % 64 != 0) ++start;
    for (Buffer& buffer : program_.buffers) {
      switch (buffer.kind) {
        case Buffer::Kind::variable: memory_.push_back(cpu.storage(buffer.source).data()); break;
        case Buffer::Kind::constant: memory_.push_back(buffer.words.data()); break;
        case Buffer::Kind::arena: memory_.push_back(start + buffer.place); break;
      }
    }
    std::size_t scratch = 0;
    for (const Kernel& kernel : program_.kernels) {
      tiles_.emplace_back(kernel.expression, memory_);
      producers_.emplace_back(kernel.producer, memory_);
      scratch = std::max({scratch, tiles_.back().scratch_size(), producers_.back().scratch_size()});
    }
    scratch = (scratch + 15) / 16 * 16;
    scratch_.resize(static_cast<std::size_t>(pool_.size()), std::vector<Word>(scratch));
  }

  const Program& program() const { return program_; }

  void run() {
    for (std::size_t k = 0; k < program_.kernels.size(); ++k) execute(k);
  }

  const Word* output(std::size_t i) const { return address(program_.outputs.at(i)); }

 private:
  Word* address(const View& view) const {
    return memory_[static_cast<std::size_t>(view.buffer)] + view.offset;
  }
  Word* scratch(int part) { return scratch_[static_cast<std::size_t>(part)].data(); }

  void execute(std::size_t k) {
    const Kernel& kernel = program_.kernels[k];
    switch (kernel.kind) {
      case Kernel::Kind::map: return map(tiles_[k]);
      case Kernel::Kind::gemm: return gemm(kernel, tiles_[k]);
      case Kernel::Kind::reduce: return reduce(kernel, producers_[k], tiles_[k]);
      case Kernel::Kind::argmax: return argmax(kernel);
      case Kernel::Kind::cumulative_sum: return cumulative_sum(kernel);
      case Kernel::Kind::gather: return gather(kernel);
      case Kernel::Kind::scatter_add: return scatter_add(kernel);
      case Kernel::Kind::random: return draw(kernel);
      case Kernel::Kind::permutation: return permute(kernel);
      case Kernel::Kind::fill:
        std::fill_n(address(kernel.result), kernel.extents[0], Word{0});
        return;
    }
  }

  void map(const Tiles& tiles) {
    if (pool_.size() == 1 || tiles.size() < parallel_elements) {
      tiles.run(0, tiles.size(), scratch(0));
      return;
    }
    pool_.each([&](int part) {
      const auto [begin, end] = piece(tiles.size(), part, pool_.size(), cpu::tile_size);
      tiles.run(begin, end, scratch(part));
    });
  }

  void gemm(const Kernel& kernel, const Tiles& epilogue) {
    const auto [m, n, k] = kernel.extents;
    const cpu::Matrix a{real(address(kernel.a)), kernel.a.strides[0], kernel.a.strides[1]};
    const cpu::Matrix b{real(address(kernel.b)), kernel.b.strides[0], kernel.b.strides[1]};
    float* const c = real(address(kernel.result));
    const Extent columns = n;
    const Extent depth = k;
    // Without an epilogue nothing is gained by panels.
    const Extent panel =
        epilogue.empty() ? std::max<Extent>(m, 1) : std::max(panel_rows_least, panel_elements / n);
    const auto rows = [&](Extent begin, Extent end, int part) {
      for (Extent at = begin; at < end; at += panel) {
        const Extent stop = std::min(end, at + panel);
        cpu::multiply(a, b, c, columns, depth, at, stop);
        if (!epilogue.empty()) epilogue.run(at * columns, stop * columns, scratch(part));
      }
    };
    const double products = static_cast<double>(m) * static_cast<double>(n * k);
    if (pool_.size() == 1 || products < parallel_products) return rows(0, m, 0);
    const Extent height = m;
    pool_.each([&](int part) {
      const auto [begin, end] = piece(height, part, pool_.size(), 8);
      rows(begin, end, part);
    });
  }

  void reduce(const Kernel& kernel, const Tiles& producer, const Tiles& epilogue) {
    float* const out = real(address(kernel.result));
    const Shape& space = kernel.producer.space;
    const auto split = space.begin() + static_cast<std::ptrdiff_t>(kernel.kept);
    const Extent outer = std::accumulate(space.begin(), split, Extent{1}, std::multiplies<>());
    const Extent inner = std::accumulate(split, space.end(), Extent{1}, std::multiplies<>());
    const bool sums = kernel.op == Op::sum;
    const Extent results = kernel.columns ? inner : outer;
    const float identity = sums ? 0.f : -std::numeric_limits<float>::infinity();
    std::fill_n(out, results, identity);
    if (kernel.columns) {
      producer.visit(
          0, producer.size(), scratch(0), [&](Extent at, const Word* words, Extent count) {
            for (Extent done = 0; done < count;) {
              const Extent column = (at + done) % inner;
              const Extent run = std::min(inner - column, count - done);
              (sums ? cpu::add_to : cpu::raise_to)(out + column, real(words) + done, run);
              done += run;
            }
          });
    } else {
      double total = 0;  // of the row that a tile may leave unfinished
      producer.visit(
          0, producer.size(), scratch(0), [&](Extent at, const Word* words, Extent count) {
            for (Extent done = 0; done < count;) {
              const Extent row = (at + done) / inner, column = (at + done) % inner;
              const Extent run = std::min(inner - column, count - done);
              if (sums) {
                total = (column == 0 ? 0 : total) + cpu::sum_of(real(words) + done, run);
                out[row] = static_cast<float>(total);
              } else {
                out[row] = vector_math::max(out[row], cpu::largest_of(real(words) + done, run));
              }
              done += run;
            }
          });
    }
    if (!epilogue.empty()) epilogue.run(0, epilogue.size(), scratch(0));
  }

  void argmax(const Kernel& kernel) {
    const auto [outer, length, unused] = kernel.extents;
    const float* from = real(address(kernel.a));
    Word* const out = address(kernel.result);
    for (Extent row = 0; row < outer; ++row, from += length) {
      // As the reference does: NaN is never larger.
      float largest = -std::numeric_limits<float>::infinity();
      out[row] = 0;
      for (Extent i = 0; i < length; ++i) {
        if (from[i] > largest) {
          largest = from[i];
          out[row] = static_cast<Word>(i);
        }
      }
    }
  }

  void cumulative_sum(const Kernel& kernel) {
    const auto [outer, length, unused] = kernel.extents;
    for (Extent row = 0; row < outer; ++row) {
      const float* const from = real(address(kernel.a)) + row * length;
      float* const out = real(address(kernel.result)) + row * length;
      double total = 0;
      for (Extent i = 0; i < length; ++i) {
        const Extent at = kernel.reverse ? length - 1 - i : i;
        total += static_cast<double>(from[at]);
        out[at] = static_cast<float>(total);
      }
    }
  }

  void gather(const Kernel& kernel) {
    const auto [count, width, height] = kernel.extents;
    const Word* const table = address(kernel.a);
    const Word* const rows = address(kernel.b);
    Word* out = address(kernel.result);
    for (Extent i = 0; i < count; ++i, out += width) {
      const Extent row = std::min<Extent>(rows[i], height - 1);
      std::copy_n(table + row * width, width, out);
    }
  }

  void scatter_add(const Kernel& kernel) {
    const auto [count, width, height] = kernel.extents;
    const Word* const rows = address(kernel.b);
    float* const out = real(address(kernel.result));
    std::fill_n(out, height * width, 0.f);
    for (Extent i = 0; i < count; ++i) {
      const Extent row = std::min<Extent>(rows[i], height - 1);
      cpu::add_to(out + row * width, real(address(kernel.a)) + i * width, width);
    }
  }

  void draw(const Kernel& kernel) {
    const auto fill = kernel.op == Op::random_normal ? cpu::fill_normal : cpu::fill_uniform;
    fill(real(address(kernel.result)), kernel.extents[0], kernel.stream, *address(kernel.b),
         *address(kernel.a));
  }

  void permute(const Kernel& kernel) {
    const Word* const positions = address(kernel.a);
    Word* const out = address(kernel.result);
    const auto size = static_cast<Word>(kernel.extents[1]);
    const Word seed = *address(kernel.b);
    Word epoch = 0;
    random::Permutation order(size, kernel.stream, epoch, seed);
    for (Extent i = 0; i < kernel.extents[0]; ++i) {
      if (positions[i] / size != epoch) {
        epoch = positions[i] / size;
        order = random::Permutation(size, kernel.stream, epoch, seed);
      }
      out[i] = order(positions[i] % size);
    }
  }

  Program program_;
  Pool& pool_;
  std::vector<Word> arena_;
  std::vector<Word*> memory_;
  std::vector<Tiles> tiles_, producers_;
  std::vector<std::vector<Word>> scratch_;
};

Cpu::Cpu(Graph& graph, int threads) : graph_(graph), pool_(std::make_unique<Pool>(threads)) {}
Cpu::~Cpu() = default;

std::vector<std::uint32_t>& Cpu::storage(NodeId variable) {
  // Sized once: programs hold on to where it lies.
  std::vector<Word>& words = variables_[variable];
  words.resize(static_cast<std::size_t>(size_of(graph_.node(variable).shape)));
  return words;
}

Cpu::Handle Cpu::prepare(const Procedure& procedure) {
  prepared_.push_back(std::make_unique<Prepared>(*this, compile(graph_, procedure)));
  return prepared_.size() - 1;
}

void Cpu::run(Handle handle, int times) {
  for (int time = 0; time < times; ++time) prepared_.at(handle)->run();
}

const Program& Cpu::program(Handle handle) const { return prepared_.at(handle)->program(); }

std::vector<float> Cpu::output(Handle handle, std::size_t i) const {
  const Program& made = program(handle);
  const Word* const words = prepared_.at(handle)->output(i);
  std::vector<float> values(static_cast<std::size_t>(size_of(made.output_shapes.at(i))));
  for (std::size_t at = 0; at < values.size(); ++at) {
    values[at] = made.output_types[i] == Type::real ? std::bit_cast<float>(words[at])
                                                    : static_cast<float>(words[at]);
  }
  return values;
}

std::vector<float> Cpu::read(Value variable) const {
  const std::vector<Word>& words = variables_.at(variable.id());
  std::vector<float> values(words.size());
  std::transform(words.begin(), words.end(), values.begin(),
                 [](Word word) { return std::bit_cast<float>(word); });
  return values;
}

void Cpu::write(Value variable, std::span<const float> values) {
  std::vector<Word>& words = checked_storage(variable, values.size());
  std::transform(values.begin(), values.end(), words.begin(),
                 [](float value) { return std::bit_cast<Word>(value); });
}

std::vector<std::uint32_t> Cpu::read_index(Value variable) const {
  return variables_.at(variable.id());
}

void Cpu::write_index(Value variable, std::span<const std::uint32_t> values) {
  std::copy(values.begin(), values.end(), checked_storage(variable, values.size()).begin());
}

std::vector<std::uint32_t>& Cpu::checked_storage(Value variable, std::size_t given) {
  std::vector<Word>& words = storage(variable.id());
  if (words.size() != given) {
    throw std::invalid_argument("variable '" + variable.node().name + "' has " +
                                std::to_string(words.size()) + " elements, not " +
                                std::to_string(given));
  }
  return words;
}

std::string Cpu::describe(Handle handle) const { return print(graph_, program(handle)); }

}  // namespace lab
