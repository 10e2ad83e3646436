#include "core/execute/cpu/wasm_code.hpp"

#if defined(__EMSCRIPTEN__)

#include <emscripten/em_js.h>

#include <algorithm>
#include <deque>
#include <map>
#include <mutex>
#include <string>

// The module's exported function as a pointer that C++ can call; 0 if it does not compile.
EM_JS_DEPS(lab_wasm_code, "$addFunction");
EM_JS(void*, lab_instantiate, (const unsigned char* bytes, int size), {
  try {
    const module = new WebAssembly.Module(HEAPU8.slice(bytes, bytes + size));
    const instance = new WebAssembly.Instance(module, {env : {memory : wasmMemory}});
    return addFunction(instance.exports.run, 'vpp');
  } catch (error) {
    return 0;
  }
});

namespace lab::cpu {

namespace {

// Opcodes of the WebAssembly core specification (2.0, and relaxed SIMD).
enum Code : std::uint32_t {
  op_end = 0x0b,
  op_br_if = 0x0d,
  op_loop = 0x03,
  op_local_get = 0x20,
  op_local_set = 0x21,
  op_local_tee = 0x22,
  op_i32_load = 0x28,
  op_i32_const = 0x41,
  op_i32_lt_u = 0x49,
  op_i32_add = 0x6a,
};
// After the prefix 0xfd.
enum VectorCode : std::uint32_t {
  v128_load = 0x00,
  v128_load32_splat = 0x09,
  v128_store = 0x0b,
  v128_const = 0x0c,
  v128_and = 0x4e,
  v128_bitselect = 0x52,
  f32x4_eq = 0x41,
  f32x4_ne = 0x42,
  f32x4_lt = 0x43,
  f32x4_le = 0x45,
  f32x4_floor = 0x68,
  f32x4_abs = 0xe0,
  f32x4_neg = 0xe1,
  f32x4_sqrt = 0xe3,
  f32x4_add = 0xe4,
  f32x4_sub = 0xe5,
  f32x4_mul = 0xe6,
  f32x4_div = 0xe7,
  f32x4_pmax = 0xeb,
  f32x4_relaxed_madd = 0x105,
};
constexpr std::uint8_t type_i32 = 0x7f, type_v128 = 0x7b, type_function = 0x60, type_none = 0x40;

// Bytes of a module, and what is written into them.
class Bytes : public std::string {
 public:
  void byte(std::uint32_t value) { push_back(static_cast<char>(value)); }
  // LEB128, as all numbers are written.
  void number(std::uint32_t value) {
    for (; value >= 0x80; value >>= 7) byte((value & 0x7f) | 0x80);
    byte(value);
  }
  void code(Code op, std::uint32_t operand) {
    byte(op);
    number(operand);
  }
  void vector(VectorCode op) {
    byte(0xfd);
    number(op);
  }
  void memory(std::uint32_t offset) {
    number(2);  // aligned to 2² bytes
    number(offset);
  }
  void constant(float value) {
    vector(v128_const);
    const auto word = std::bit_cast<std::uint32_t>(value);
    for (int lane = 0; lane < 4; ++lane) {
      for (int shift = 0; shift < 32; shift += 8) byte(word >> shift & 0xff);
    }
  }
  void section(std::uint8_t id, const std::string& content) {
    byte(id);
    number(static_cast<std::uint32_t>(content.size()));
    *this += content;
  }
};

class Writer {
 public:
  Writer(std::span<const Instruction> code, const std::vector<bool>& splats,
         const std::vector<Register>& outputs)
      : code_(code), splats_(splats), outputs_(outputs) {}

  std::string module() {
    const std::string body = function();
    Bytes bytes;
    bytes += std::string("\0asm\1\0\0\0", 8);
    Bytes types;
    types.number(1), types.byte(type_function);
    types.number(2), types.byte(type_i32), types.byte(type_i32), types.number(0);
    bytes.section(1, types);
#if defined(__EMSCRIPTEN_PTHREADS__)
    // Shared, of at most 65536 pages.
    bytes.section(2, std::string("\1\3env\6memory\2\3\0\x80\x80\4", 18));
#else
    bytes.section(2, std::string("\1\3env\6memory\2\0\0", 15));
#endif
    bytes.section(3, std::string("\1\0", 2));
    bytes.section(7, std::string("\1\3run\0\0", 7));
    Bytes functions;
    functions.number(1);
    functions.number(static_cast<std::uint32_t>(body.size()));
    functions += body;
    bytes.section(10, functions);
    return bytes;
  }

 private:
  static constexpr std::uint32_t registers = 0, size = 1, at = 2;  // parameters; a local

  // Locals: the position, then addresses, then vectors.
  std::string function() {
    std::vector<Register> inputs;
    std::vector<bool> made(splats_.size(), false);
    for (const Instruction& each : code_) {
      for (std::size_t i = 0; i < row_of(each.op).arity(); ++i) {
        const Register operand = each.operands[i];
        const bool known = std::find(inputs.begin(), inputs.end(), operand) != inputs.end();
        if (!made[operand] && !known) inputs.push_back(operand);
      }
      made[each.result] = true;
    }
    std::uint32_t next = at + 1;
    for (const Register input : inputs) {
      if (!splats_[input]) address_[input] = next++;
    }
    for (const Register output : outputs_) target_[output] = next++;
    const std::uint32_t addresses = next - at;
    const std::uint32_t first_vector = next;
    for (const Register input : inputs) vector_[input] = next++;
    for (const Instruction& each : code_) vector_[each.result] = next++;
    one_ = next++, zero_ = next++;

    Bytes body;
    body.number(2);
    body.number(addresses), body.byte(type_i32);
    body.number(next - first_vector), body.byte(type_v128);
    body.constant(1), body.code(op_local_set, one_);
    body.constant(0), body.code(op_local_set, zero_);
    const auto pointer = [&body](Register which) {
      body.code(op_local_get, registers);
      body.byte(op_i32_load), body.memory(4u * which);
    };
    for (const Register input : inputs) {
      pointer(input);
      if (splats_[input]) {
        body.vector(v128_load32_splat), body.memory(0);
        body.code(op_local_set, vector_[input]);
      } else {
        body.code(op_local_set, address_[input]);
      }
    }
    for (const Register output : outputs_) {
      pointer(output);
      body.code(op_local_set, target_[output]);
    }
    body.byte(op_loop), body.byte(type_none);
    const auto here = [&body](std::uint32_t base) {
      body.code(op_local_get, base);
      body.code(op_local_get, at);
      body.byte(op_i32_add);
    };
    for (const Register input : inputs) {
      if (splats_[input]) continue;
      here(address_[input]);
      body.vector(v128_load), body.memory(0);
      body.code(op_local_set, vector_[input]);
    }
    for (const Instruction& each : code_) {
      write(body, each);
      body.code(op_local_set, vector_[each.result]);
    }
    for (const Register output : outputs_) {
      here(target_[output]);
      body.code(op_local_get, vector_[output]);
      body.vector(v128_store), body.memory(0);
    }
    body.code(op_local_get, at);
    body.code(op_i32_const, 16);
    body.byte(op_i32_add);
    body.code(op_local_tee, at);
    body.code(op_local_get, size);
    body.byte(op_i32_lt_u);
    body.code(op_br_if, 0);
    body.byte(op_end), body.byte(op_end);
    return body;
  }

  // Leaves the result on the stack.
  void write(Bytes& body, const Instruction& each) {
    const auto get = [&](std::size_t i) { body.code(op_local_get, vector_[each.operands[i]]); };
    const auto unary = [&](VectorCode code) { get(0), body.vector(code); };
    const auto binary = [&](VectorCode code) { get(0), get(1), body.vector(code); };
    const auto truth = [&](VectorCode code) {
      binary(code);
      body.code(op_local_get, one_), body.vector(v128_and);
    };
    switch (each.op) {
      case Op::negate: return unary(f32x4_neg);
      case Op::absolute: return unary(f32x4_abs);
      case Op::floor: return unary(f32x4_floor);
      case Op::sqrt: return unary(f32x4_sqrt);
      case Op::reciprocal: body.code(op_local_get, one_), get(0), body.vector(f32x4_div); return;
      case Op::relu: get(0), body.code(op_local_get, zero_), body.vector(f32x4_pmax); return;
      case Op::add: return binary(f32x4_add);
      case Op::subtract: return binary(f32x4_sub);
      case Op::multiply: return binary(f32x4_mul);
      case Op::divide: return binary(f32x4_div);
      case Op::less: return truth(f32x4_lt);
      case Op::less_equal: return truth(f32x4_le);
      case Op::equal: return truth(f32x4_eq);
      case Op::select:
        get(1), get(2), get(0), body.code(op_local_get, zero_), body.vector(f32x4_ne);
        body.vector(v128_bitselect);
        return;
      default:  // multiply_add
        get(0), get(1);
        if (relaxed()) {
          get(2), body.vector(f32x4_relaxed_madd);
        } else {
          body.vector(f32x4_mul), get(2), body.vector(f32x4_add);
        }
    }
  }

  // As the loops of this module are.
  static bool relaxed() {
    return std::string_view(available_kernels().front()->name) == "relaxed-simd";
  }

  std::span<const Instruction> code_;
  const std::vector<bool>& splats_;
  const std::vector<Register>& outputs_;
  std::map<Register, std::uint32_t> address_, target_, vector_;
  std::uint32_t one_ = 0, zero_ = 0;
};

}  // namespace

bool can_compile(Op op) {
  switch (op) {
    case Op::negate:
    case Op::absolute:
    case Op::floor:
    case Op::sqrt:
    case Op::reciprocal:
    case Op::relu:
    case Op::add:
    case Op::subtract:
    case Op::multiply:
    case Op::divide:
    case Op::less:
    case Op::less_equal:
    case Op::equal:
    case Op::select:
    case Op::multiply_add: return true;
    default: return false;
  }
}

namespace {

// Programs are made again and again: the same bytes, the same number.
struct Registry {
  std::mutex mutex;
  std::map<std::string, int> numbers;
  std::deque<std::string> modules;
};
Registry& registry() {
  static Registry instance;
  return instance;
}

thread_local std::vector<Run> mine;  // by number

}  // namespace

int compile_run(std::span<const Instruction> code, const std::vector<bool>& splats,
                const std::vector<Register>& outputs) {
  int number = 0;
  {
    Registry& all = registry();
    const std::lock_guard lock(all.mutex);
    std::string module = Writer(code, splats, outputs).module();
    const auto found = all.numbers.find(module);
    if (found != all.numbers.end()) return found->second;
    number = static_cast<int>(all.modules.size());
    all.numbers[module] = number;
    all.modules.push_back(std::move(module));
  }
  return run_of(number) != nullptr ? number : -1;
}

Run run_of(int number) {
  const auto index = static_cast<std::size_t>(number);
  if (index < mine.size() && mine[index] != nullptr) return mine[index];
  Registry& all = registry();
  const std::lock_guard lock(all.mutex);
  const std::string& module = all.modules[index];
  mine.resize(std::max(mine.size(), index + 1));
  return mine[index] = reinterpret_cast<Run>(
             lab_instantiate(reinterpret_cast<const unsigned char*>(module.data()),
                             static_cast<int>(module.size())));
}

}  // namespace lab::cpu

#else

namespace lab::cpu {

bool can_compile(Op) { return false; }
int compile_run(std::span<const Instruction>, const std::vector<bool>&,
                const std::vector<Register>&) {
  return -1;
}
Run run_of(int) { return nullptr; }

}  // namespace lab::cpu

#endif
