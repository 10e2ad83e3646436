#include "core/execute/cpu/cpu.hpp"

#include <algorithm>
#include <bit>
#include <chrono>
#include <limits>
#include <stdexcept>

#include "core/execute/cpu/pool.hpp"
#include "core/execute/cpu/vector_math.hpp"
#include "core/execute/memory_limit.hpp"
#include "core/graph/random.hpp"

namespace lab {

namespace {

using cpu::Tiles;
using cpu::Word;

// Work below this many elements, or multiply-adds, is not worth waking a thread for.
constexpr Extent parallel_elements = 1 << 14;
constexpr double parallel_products = 1 << 20;

// Sums are made in parts that follow from the extents alone, and those are added in their order:
// how many threads work on them makes no difference to a bit of the result.
constexpr Extent total_part = 8 * cpu::tile_size;  // elements of a total's part
constexpr Extent most_column_parts = 8;            // of sums over rows

// Rows so short are summed here: a call would cost more.
constexpr Extent few = 8;

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
  Prepared(Cpu& cpu, Program program, const std::string& name)
      : program_(std::move(program)),
        kernels_(cpu.kernels_),
        pool_(*cpu.pool_),
        workspace_(cpu.workspace_) {
    cpu.claim(program_.arena_size, "With the arrays that '" + name + "' works on, this");
    arena_.resize(static_cast<std::size_t>(program_.arena_size));
    for (Buffer& buffer : program_.buffers) {
      switch (buffer.kind) {
        case Buffer::Kind::variable: memory_.push_back(cpu.storage(buffer.source).data()); break;
        case Buffer::Kind::constant: memory_.push_back(buffer.words.data()); break;
        case Buffer::Kind::arena: memory_.push_back(arena_.data() + buffer.place); break;
      }
    }
    std::size_t scratch = 0, workspace = 0;
    Extent columns = 0, totals = 1;
    for (const Kernel& kernel : program_.kernels) {
      const Expression* const expression = expression_of(kernel);
      const auto* const gemm = std::get_if<kernel::Gemm>(&kernel);
      const auto* const reduce = std::get_if<kernel::Reduce>(&kernel);
      tiles_.push_back(expression ? Tiles(*expression, memory_, kernels_.loops) : Tiles());
      producers_.push_back(reduce ? Tiles(reduce->producer, memory_, kernels_.loops) : Tiles());
      scratch = std::max({scratch, tiles_.back().scratch_size(), producers_.back().scratch_size()});
      products_.push_back(gemm ? product(*gemm) : PlacedProduct{});
      if (gemm) {
        workspace = std::max(workspace, static_cast<std::size_t>(cpu::gemm_scratch));
      } else if (reduce && reduce->columns) {
        const auto [rows, width] = sizes(*reduce);
        columns = std::max(columns, (column_parts(rows, width) - 1) * width);
      } else if (reduce) {
        totals = std::max(totals, (producers_.back().size() + total_part - 1) / total_part);
      }
    }
    scratch = (scratch + 15) / 16 * 16;
    for (int part = 0; part < pool_.size(); ++part) scratch_.emplace_back(scratch);
    for (auto& each : workspace_) each.resize(std::max(each.size(), workspace));
    totals_.resize(static_cast<std::size_t>(totals));
    partial_columns_.resize(static_cast<std::size_t>(columns));
  }

  const Program& program() const { return program_; }

  void run() {
    for (std::size_t k = 0; k < program_.kernels.size(); ++k) execute(k);
  }

  // The same, one kernel at a time; ends early where after(k) is false.
  void run(const std::function<void(std::size_t)>& before,
           const std::function<bool(std::size_t)>& after) {
    for (std::size_t k = 0; k < program_.kernels.size(); ++k) {
      before(k);
      execute(k);
      if (!after(k)) return;
    }
  }

  const Word* words(const BufferView& view) const { return address(view); }

 private:
  Word* address(const BufferView& view) const {
    return memory_[static_cast<std::size_t>(view.buffer)] + view.offset;
  }
  Word* scratch(int part) { return scratch_[static_cast<std::size_t>(part)].data(); }
  float* workspace(int part) { return workspace_[static_cast<std::size_t>(part)].data(); }

  void execute(std::size_t k) {
    std::visit([this, k](const auto& kernel) { execute(kernel, k); }, program_.kernels[k]);
  }

  // Calls work(part, begin, end) on pieces of [0, size), in as many threads as are worth it.
  template <class Work>
  void split(Extent size, Extent elements, Extent grain, Work work) {
    if (pool_.size() == 1 || elements < parallel_elements) return work(0, 0, size);
    pool_.each([&](int part) {
      const auto [begin, end] = piece(size, part, pool_.size(), grain);
      if (begin < end) work(part, begin, end);
    });
  }

  void execute(const kernel::Map&, std::size_t k) {
    const Tiles& tiles = tiles_[k];
    split(tiles.size(), tiles.size(), cpu::tile_size, [&](int part, Extent begin, Extent end) {
      tiles.start(scratch(part));
      tiles.run(begin, end, scratch(part));
    });
  }

  // ------------------------------------------------------------ products

  // A product bound to memory, with its operands' offsets; where there are several, the first.
  struct PlacedProduct {
    cpu::Product product;
    std::vector<Extent> offsets[4];  // a's rows, a's depths, b's columns, b's depths
    std::vector<Extent> firsts[2];   // of each product's a and b, from those of the first
  };

  // The offset of every index of `space`, and how many of them in a row are neighbours.
  static Extent offsets_of(const Shape& space, const Shape& strides, std::vector<Extent>& offsets) {
    offsets = {0};
    for (std::size_t axis = 0; axis < space.size(); ++axis) {
      std::vector<Extent> next;
      for (const Extent offset : offsets) {
        for (Extent i = 0; i < space[axis]; ++i) next.push_back(offset + i * strides[axis]);
      }
      offsets = std::move(next);
    }
    const bool neighbours = !space.empty() && strides.back() == 1;
    return neighbours ? space.back() : 1;
  }

  PlacedProduct product(const kernel::Gemm& kernel) const {
    PlacedProduct bound;
    const auto side = [&](const kernel::Gemm::Operand& operand, bool rows, std::size_t to) {
      const auto at = [&](const Shape& shape) {
        const auto first = shape.begin() + static_cast<std::ptrdiff_t>(operand.which),
                   middle = first + static_cast<std::ptrdiff_t>(operand.rows);
        return rows ? Shape(first, middle) : Shape(middle, shape.end());
      };
      return offsets_of(at(operand.space), at(operand.view.strides), bound.offsets[to]);
    };
    const auto firsts = [&](const kernel::Gemm::Operand& operand, std::size_t to) {
      const auto at = [&](const Shape& shape) {
        return Shape(shape.begin(), shape.begin() + static_cast<std::ptrdiff_t>(operand.which));
      };
      offsets_of(at(operand.space), at(operand.view.strides), bound.firsts[to]);
    };
    firsts(kernel.a, 0);
    firsts(kernel.b, 1);
    cpu::Product& made = bound.product;
    made.a.data = real(address(kernel.a.view));
    made.a.lane_run = side(kernel.a, true, 0);
    made.a.depth_run = side(kernel.a, false, 1);
    made.b.data = real(address(kernel.b.view));
    made.b.lane_run = side(kernel.b, false, 2);
    made.b.depth_run = side(kernel.b, true, 3);
    made.c = real(address(kernel.result));
    made.m = kernel.m;
    made.n = made.pitch = kernel.n;
    made.k = kernel.k;
    made.a.lanes = bound.offsets[0].data();
    made.a.depths = bound.offsets[1].data();
    made.b.lanes = bound.offsets[2].data();
    made.b.depths = bound.offsets[3].data();
    if (made.n == 1) {
      // One column is computed as one row: the tile is wider than it is tall.
      std::swap(made.a, made.b);
      std::swap(bound.firsts[0], bound.firsts[1]);
      std::swap(made.m, made.n);
      made.pitch = made.n;
    }
    return bound;
  }

  void execute(const kernel::Gemm& kernel, std::size_t at) {
    const PlacedProduct& placed = products_[at];
    const cpu::Product& first = placed.product;
    const Tiles& epilogue = tiles_[at];
    const auto work = [&](Extent which, const cpu::Block& block, int part) {
      cpu::Product product = first;
      product.a.data += placed.firsts[0][static_cast<std::size_t>(which)];
      product.b.data += placed.firsts[1][static_cast<std::size_t>(which)];
      const Extent start = which * first.m * first.n;
      product.c += start;
      struct Context {
        const Tiles& tiles;
        Extent start, columns;
        Word* scratch;
      } context{epilogue, start, product.n, scratch(part)};
      cpu::Finish finish;
      if (!epilogue.empty()) {
        epilogue.start(context.scratch);
        finish.context = &context;
        finish.call = [](const void* given, const cpu::Block& done) {
          const auto& [tiles, from, columns, words] = *static_cast<const Context*>(given);
          if (done.column_begin == 0 && done.column_end == columns) {
            return tiles.run(from + done.row_begin * columns, from + done.row_end * columns, words);
          }
          for (Extent row = done.row_begin; row < done.row_end; ++row) {
            const Extent begin = from + row * columns;
            tiles.run(begin + done.column_begin, begin + done.column_end, words);
          }
        };
      }
      kernels_.multiply(product, block, workspace(part), finish);
    };
    const auto [a, b, c, m, n, k, pitch] = first;
    const auto all_of = [&, rows = m, columns = n](Extent begin, Extent end, int part) {
      for (Extent which = begin; which < end; ++which) work(which, {0, rows, 0, columns}, part);
    };
    if (pool_.size() == 1 || 0.5 * kernel.flop() < parallel_products) {
      return all_of(0, kernel.products, 0);
    }
    if (kernel.products > 1) {
      pool_.each([&](int part) {
        const auto [begin, end] = piece(kernel.products, part, pool_.size(), 1);
        all_of(begin, end, part);
      });
      return;
    }
    // By columns where there are many more of them: each thread then packs the whole of a, the
    // smaller operand, and its own part of b. Else by rows, for the epilogue's sake.
    const bool by_columns = n > 3 * m;
    pool_.each([&, rows = m, columns = n](int part) {
      const auto [begin, end] =
          piece(by_columns ? columns : rows, part, pool_.size(), by_columns ? 32 : 4);
      if (by_columns) work(0, {0, rows, begin, end}, part);
      else work(0, {begin, end, 0, columns}, part);
    });
  }

  // ------------------------------------------------------------ reductions

  // Extents of the axes before kernel.lead and from there on.
  static std::pair<Extent, Extent> sizes(const kernel::Reduce& kernel) {
    const Shape& space = kernel.producer.space;
    const auto middle = space.begin() + static_cast<std::ptrdiff_t>(kernel.lead);
    return {std::accumulate(space.begin(), middle, Extent{1}, std::multiplies<>()),
            std::accumulate(middle, space.end(), Extent{1}, std::multiplies<>())};
  }

  void execute(const kernel::Reduce& kernel, std::size_t k) {
    const Tiles &producer = producers_[k], &epilogue = tiles_[k];
    float* const out = real(address(kernel.result));
    const bool sums = kernel.op == Op::sum;
    const auto [outer, inner] = sizes(kernel);
    if (producer.size() == 0) {
      std::fill_n(out, kernel.columns ? inner : outer,
                  sums ? 0.f : -std::numeric_limits<float>::infinity());
    } else if (kernel.columns) {
      reduce_columns(producer, sums, outer, inner, out);
    } else if (outer == 1) {
      reduce_all(producer, sums, out);
    } else {
      const Extent length = inner;
      split(outer, producer.size(), 1, [&](int part, Extent begin, Extent end) {
        producer.start(scratch(part));
        reduce_rows(producer, sums, length, out, begin, end, scratch(part));
      });
    }
    if (!epilogue.empty()) {
      epilogue.start(scratch(0));
      epilogue.run(0, epilogue.size(), scratch(0));
    }
  }

  // A tile holds whole rows, or begins where a row does: each row is summed alike, whichever rows
  // its thread has beside it.
  void reduce_rows(const Tiles& producer, bool sums, Extent length, float* out, Extent first,
                   Extent last, Word* words) const {
    const Extent together = std::max<Extent>(1, cpu::tile_size / length);
    std::fill(out + first, out + last, -std::numeric_limits<float>::infinity());
    for (Extent begin = first; begin < last; begin += together) {
      const Extent end = std::min(begin + together, last);
      double total = 0;  // of a row longer than a tile
      producer.visit(
          begin * length, end * length, words, [&](Extent at, const Word* values, Extent count) {
            for (Extent done = 0; done < count;) {
              const Extent row = (at + done) / length, column = (at + done) % length;
              const Extent run = std::min(length - column, count - done);
              if (sums && length <= few) {
                float sum = 0;
                for (Extent i = 0; i < run; ++i) sum += real(values)[done + i];
                out[row] = sum;
              } else if (sums) {
                total = (column == 0 ? 0 : total) + kernels_.sum_of(real(values) + done, run);
                out[row] = static_cast<float>(total);
              } else {
                out[row] =
                    vector_math::max(out[row], kernels_.largest_of(real(values) + done, run));
              }
              done += run;
            }
          });
    }
  }

  void reduce_all(const Tiles& producer, bool sums, float* out) {
    const Extent size = producer.size(), parts = (size + total_part - 1) / total_part;
    split(parts, size, 1, [&](int thread, Extent first, Extent last) {
      producer.start(scratch(thread));
      for (Extent part = first; part < last; ++part) {
        double total = sums ? 0. : -std::numeric_limits<double>::infinity();
        producer.visit(part * total_part, std::min((part + 1) * total_part, size), scratch(thread),
                       [&](Extent, const Word* values, Extent run) {
                         if (sums) {
                           total += kernels_.sum_of(real(values), run);
                         } else {
                           total = vector_math::max(static_cast<float>(total),
                                                    kernels_.largest_of(real(values), run));
                         }
                       });
        totals_[static_cast<std::size_t>(part)] = total;
      }
    });
    double total = totals_[0];
    for (Extent part = 1; part < parts; ++part) {
      const double next = totals_[static_cast<std::size_t>(part)];
      total = sums ? total + next
                   : vector_math::max(static_cast<float>(total), static_cast<float>(next));
    }
    *out = static_cast<float>(total);
  }

  // In how many parts `rows` of so many columns are added up.
  static Extent column_parts(Extent rows, Extent width) {
    return std::clamp<Extent>(rows * width / parallel_elements, 1,
                              std::min(rows, most_column_parts));
  }

  void reduce_columns(const Tiles& producer, bool sums, Extent rows, Extent width, float* out) {
    const float identity = sums ? 0.f : -std::numeric_limits<float>::infinity();
    const auto fold = sums ? kernels_.add_to : kernels_.raise_to;
    const Extent parts = column_parts(rows, width);
    const auto sums_of = [&](Extent part) {
      return part == 0 ? out : partial_columns_.data() + (part - 1) * width;
    };
    split(parts, producer.size(), 1, [&](int thread, Extent first, Extent last) {
      producer.start(scratch(thread));
      for (Extent part = first; part < last; ++part) {
        float* const into = sums_of(part);
        std::fill_n(into, width, identity);
        const Extent begin = rows * part / parts, end = rows * (part + 1) / parts;
        producer.visit(begin * width, end * width, scratch(thread),
                       [&](Extent at, const Word* values, Extent count) {
                         for (Extent done = 0; done < count;) {
                           const Extent column = (at + done) % width;
                           const Extent run = std::min(width - column, count - done);
                           fold(into + column, real(values) + done, run);
                           done += run;
                         }
                       });
      }
    });
    for (Extent part = 1; part < parts; ++part) fold(out, sums_of(part), width);
  }

  void execute(const kernel::Argmax& kernel, std::size_t) {
    const Extent length = kernel.length;
    const float* from = real(address(kernel.from));
    Word* const out = address(kernel.result);
    for (Extent row = 0; row < kernel.outer; ++row, from += length) {
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

  void execute(const kernel::CumulativeSum& kernel, std::size_t) {
    const Extent length = kernel.length;
    for (Extent row = 0; row < kernel.outer; ++row) {
      const float* const from = real(address(kernel.from)) + row * length;
      float* const out = real(address(kernel.result)) + row * length;
      double total = 0;
      for (Extent i = 0; i < length; ++i) {
        const Extent at = kernel.reverse ? length - 1 - i : i;
        total += static_cast<double>(from[at]);
        out[at] = static_cast<float>(total);
      }
    }
  }

  void execute(const kernel::Gather& kernel, std::size_t) {
    const Extent width = kernel.width;
    const Word* const table = address(kernel.table);
    const Word* const rows = address(kernel.rows);
    Word* out = address(kernel.result);
    for (Extent i = 0; i < kernel.count; ++i, out += width) {
      const Extent row = std::min<Extent>(rows[i], kernel.height - 1);
      std::copy_n(table + row * width, width, out);
    }
  }

  void execute(const kernel::ScatterAdd& kernel, std::size_t) {
    const Extent width = kernel.width;
    const Word* const rows = address(kernel.rows);
    float* const out = real(address(kernel.result));
    std::fill_n(out, kernel.height * width, 0.f);
    for (Extent i = 0; i < kernel.count; ++i) {
      const Extent row = std::min<Extent>(rows[i], kernel.height - 1);
      kernels_.add_to(out + row * width, real(address(kernel.updates)) + i * width, width);
    }
  }

  void execute(const kernel::OverlapAdd& kernel, std::size_t) {
    const Shape& space = kernel.space;
    const Shape& strides = kernel.result.strides;
    const float* const patches = real(address(kernel.patches));
    float* const images = real(address(kernel.result));
    const Extent image = size_of(space) / space[0];
    split(space[0], size_of(space), 1, [&](int, Extent begin, Extent end) {
      for (Extent n = begin; n < end; ++n) {
        const float* from = patches + n * image;
        float* const to = images + n * strides[0];
        std::fill_n(to, kernel.image, 0.f);
        for (Extent row = 0; row < space[1]; ++row) {
          for (Extent column = 0; column < space[2]; ++column) {
            float* const corner = to + row * strides[1] + column * strides[2];
            for (Extent y = 0; y < space[3]; ++y, from += space[4]) {
              kernels_.add_to(corner + y * strides[3], from, space[4]);
            }
          }
        }
      }
    });
  }

  void execute(const kernel::Random& kernel, std::size_t) {
    const auto fill = kernel.op == Op::random_normal ? kernels_.fill_normal : kernels_.fill_uniform;
    float* const out = real(address(kernel.result));
    const cpu::Draw all{kernel.stream, *address(kernel.counter), *address(kernel.seed)};
    split(kernel.count, 4 * kernel.count, cpu::tile_size, [&](int, Extent begin, Extent end) {
      cpu::Draw draw = all;
      draw.first = begin;
      fill(out + begin, end - begin, draw);
    });
  }

  void execute(const kernel::Permutation& kernel, std::size_t) {
    const Word* const positions = address(kernel.positions);
    Word* const out = address(kernel.result);
    const auto size = static_cast<Word>(kernel.elements);
    const Word seed = *address(kernel.seed);
    Word epoch = 0;
    random::Permutation order(size, kernel.stream, epoch, seed);
    for (Extent i = 0; i < kernel.count; ++i) {
      if (positions[i] / size != epoch) {
        epoch = positions[i] / size;
        order = random::Permutation(size, kernel.stream, epoch, seed);
      }
      out[i] = order(positions[i] % size);
    }
  }

  void execute(const kernel::Fill& kernel, std::size_t) {
    Word* const out = address(kernel.result);
    split(kernel.count, kernel.count, cpu::tile_size,
          [&](int, Extent begin, Extent end) { std::fill(out + begin, out + end, 0u); });
  }

  Program program_;
  const cpu::Kernels& kernels_;
  Pool& pool_;
  std::vector<cpu::Aligned<float>>& workspace_;  // the executor's
  cpu::Aligned<Word> arena_;
  std::vector<Word*> memory_;
  std::vector<Tiles> tiles_, producers_;
  std::vector<PlacedProduct> products_;
  std::vector<cpu::Aligned<Word>> scratch_;  // by thread: registers of tiles
  std::vector<double> totals_;               // by part of a sum
  cpu::Aligned<float> partial_columns_;      // by part but the first: sums over its rows
};

Cpu::Cpu(Graph& graph, int threads, const cpu::Kernels& kernels)
    : graph_(graph),
      kernels_(kernels),
      pool_(Pool::of(threads)),
      workspace_(static_cast<std::size_t>(pool_->size())) {}
Cpu::~Cpu() = default;

int Cpu::threads() const { return pool_->size(); }

cpu::Aligned<Word>& Cpu::storage(NodeId variable) {
  const auto known = variables_.find(variable);
  if (known != variables_.end()) return known->second;
  // Sized once: programs hold on to where it lies.
  const Node& node = graph_.node(variable);
  claim(size_of(node.shape), "With the variable '" + node.name + "', this");
  return variables_[variable] = cpu::Aligned<Word>(static_cast<std::size_t>(size_of(node.shape)));
}

void Cpu::claim(Extent words, const std::string& what) {
  const double bytes = static_cast<double>(words) * sizeof(Word);
  require_memory(held_ + bytes, what);
  held_ += bytes;
}

Cpu::Handle Cpu::prepare(const Procedure& procedure) {
  prepared_.push_back(
      std::make_unique<Prepared>(*this, compile(graph_, procedure), procedure.name));
  return prepared_.size() - 1;
}

void Cpu::run(Handle handle, int times) {
  for (int time = 0; time < times; ++time) prepared_.at(handle)->run();
}

std::vector<Executor::KernelTime> Cpu::profile(Handle handle, int runs) {
  Prepared& prepared = *prepared_.at(handle);
  const std::vector<Kernel>& kernels = prepared.program().kernels;
  std::vector<KernelTime> result;
  for (std::size_t k = 0; k < kernels.size(); ++k) {
    const auto* const gemm = std::get_if<kernel::Gemm>(&kernels[k]);
    result.push_back({std::string(name_of(kernels[k])), print(graph_, prepared.program(), k), 0,
                      gemm ? gemm->flop() : 0});
  }
  std::chrono::steady_clock::time_point start;
  const auto begin = [&](std::size_t) { start = std::chrono::steady_clock::now(); };
  const auto end = [&](std::size_t k) {
    const std::chrono::duration<double, std::milli> taken =
        std::chrono::steady_clock::now() - start;
    result[k].milliseconds += taken.count();
    return true;
  };
  for (int i = 0; i < runs; ++i) prepared.run(begin, end);
  for (KernelTime& each : result) each.milliseconds /= std::max(1, runs);
  return result;
}

void Cpu::watch(Handle handle, const std::function<void(std::size_t)>& before,
                const std::function<bool(std::size_t)>& after) {
  prepared_.at(handle)->run(before, after);
}

const Word* Cpu::words(Handle handle, const BufferView& view) const {
  return prepared_.at(handle)->words(view);
}

const Program& Cpu::program(Handle handle) const { return prepared_.at(handle)->program(); }

std::vector<float> Cpu::output(Handle handle, std::size_t i) const {
  const Program& made = program(handle);
  std::vector<float> values(static_cast<std::size_t>(size_of(made.output_shapes.at(i))));
  const Word* const words = prepared_.at(handle)->words(made.outputs[i]);
  for (std::size_t at = 0; at < values.size(); ++at) {
    values[at] = made.output_types[i] == Type::real ? std::bit_cast<float>(words[at])
                                                    : static_cast<float>(words[at]);
  }
  return values;
}

std::vector<float> Cpu::read(Value variable) const {
  const cpu::Aligned<Word>& words = variables_.at(variable.id());
  std::vector<float> values(words.size());
  std::transform(words.begin(), words.end(), values.begin(),
                 [](Word word) { return std::bit_cast<float>(word); });
  return values;
}

void Cpu::write(Value variable, std::span<const float> values) {
  cpu::Aligned<Word>& words = checked_storage(variable, values.size());
  std::transform(values.begin(), values.end(), words.begin(),
                 [](float value) { return std::bit_cast<Word>(value); });
}

std::vector<std::uint32_t> Cpu::read_index(Value variable) const {
  const cpu::Aligned<Word>& words = variables_.at(variable.id());
  return {words.begin(), words.end()};
}

void Cpu::write_index(Value variable, std::span<const std::uint32_t> values) {
  std::copy(values.begin(), values.end(), checked_storage(variable, values.size()).begin());
}

cpu::Aligned<Word>& Cpu::checked_storage(Value variable, std::size_t given) {
  cpu::Aligned<Word>& words = storage(variable.id());
  if (words.size() != given) {
    throw std::invalid_argument("variable '" + variable.node().name + "' has " +
                                std::to_string(words.size()) + " elements, not " +
                                std::to_string(given));
  }
  return words;
}

std::string Cpu::describe(Handle handle) const { return print(graph_, program(handle)); }

}  // namespace lab
