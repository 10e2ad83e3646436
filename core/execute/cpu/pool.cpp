#include "core/execute/cpu/pool.hpp"

#include <algorithm>
#include <map>

namespace lab {

#ifdef LAB_THREADS

namespace {

// Some tens of microseconds: longer than the gap between two kernels of a step. WebAssembly has no
// instruction to pause with, so that a look takes less there.
#if defined(__EMSCRIPTEN__)
constexpr int looks = 40000;
#else
constexpr int looks = 4000;
#endif

inline void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

// Returns when `value` is no longer `old`.
template <class T>
void await_change(const std::atomic<T>& value, T old) {
  for (int look = 0; look < looks; ++look) {
    if (value.load(std::memory_order_acquire) != old) return;
    pause();
  }
  value.wait(old, std::memory_order_acquire);
}

}  // namespace

std::shared_ptr<Cpu::Pool> Cpu::Pool::of(int threads) {
  static std::mutex mutex;
  static std::map<int, std::shared_ptr<Pool>> pools;
  auto available = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
#if defined(__EMSCRIPTEN__)
  // As many as the module starts with (CMakeLists.txt): more would never begin.
  available = std::min(available, 8);
  threads = std::min(threads, available);
#endif
  const int size = threads > 0 ? threads : available;
  const std::lock_guard lock(mutex);
  std::shared_ptr<Pool>& found = pools[size];
  if (!found) found = std::make_shared<Pool>(size);
  return found;
}

Cpu::Pool::Pool(int size) : size_(size) {
  for (int part = 1; part < size_; ++part) {
    threads_.emplace_back([this, part] { serve(part); });
  }
}

Cpu::Pool::~Pool() {
  quit_.store(true, std::memory_order_relaxed);
  round_.fetch_add(1, std::memory_order_release);
  round_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Cpu::Pool::run(Call call, const void* context) {
  const std::lock_guard lock(busy_);
  if (size_ > 1) {
    call_ = call;
    context_ = context;
    running_.store(size_ - 1, std::memory_order_relaxed);
    round_.fetch_add(1, std::memory_order_release);
    round_.notify_all();
  }
  call(context, 0);
  for (int left = running_.load(std::memory_order_acquire); left > 0;
       left = running_.load(std::memory_order_acquire)) {
    await_change(running_, left);
  }
}

void Cpu::Pool::serve(int part) {
  for (std::uint32_t seen = 0;;) {
    await_change(round_, seen);
    // Rounds do not overlap, so the new one is seen's successor.
    ++seen;
    if (quit_.load(std::memory_order_relaxed)) return;
    call_(context_, part);
    if (running_.fetch_sub(1, std::memory_order_acq_rel) == 1) running_.notify_one();
  }
}

#else

std::shared_ptr<Cpu::Pool> Cpu::Pool::of(int) {
  static const auto only = std::make_shared<Pool>(1);
  return only;
}
Cpu::Pool::Pool(int) {}
Cpu::Pool::~Pool() = default;
void Cpu::Pool::run(Call call, const void* context) { call(context, 0); }

#endif

}  // namespace lab
