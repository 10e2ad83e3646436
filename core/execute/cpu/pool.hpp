// A pool of threads that split a range between them. Without threads it is a plain call.
//
// A step is tens of kernels of tens of microseconds, so those who wait watch for a while before
// they sleep.
#pragma once

#include "core/execute/cpu/cpu.hpp"

#if !defined(__EMSCRIPTEN__) || defined(__EMSCRIPTEN_PTHREADS__)
#define LAB_THREADS 1
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>
#endif

namespace lab {

class Cpu::Pool {
 public:
  // The pool of so many threads, 0 for all the machine has. Executors share it, and it stays: in a
  // browser, a thread can only be had again once the page's loop has turned.
  static std::shared_ptr<Pool> of(int threads);

  explicit Pool(int size);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  int size() const { return size_; }

  // Calls work(context, part) for every part in [0, size()) and waits; part 0 runs here.
  template <class Work>
  void each(const Work& work) {
    run([](const void* context, int part) { (*static_cast<const Work*>(context))(part); }, &work);
  }

 private:
  using Call = void (*)(const void* context, int part);
  void run(Call call, const void* context);

  int size_ = 1;
#ifdef LAB_THREADS
  void serve(int part);

  std::vector<std::thread> threads_;
  Call call_ = nullptr;
  const void* context_ = nullptr;
  std::atomic<std::uint32_t> round_{0};
  std::atomic<int> running_{0};
  std::atomic<bool> quit_{false};
  std::mutex busy_;  // executors of several threads take turns
#endif
};

}  // namespace lab
