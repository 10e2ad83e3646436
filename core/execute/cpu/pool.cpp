#include "core/execute/cpu/pool.hpp"

namespace lab {

#ifdef LAB_THREADS

Cpu::Pool::Pool(int threads) {
  const auto available = static_cast<int>(std::thread::hardware_concurrency());
  size_ = threads > 0 ? threads : std::max(1, available);
  for (int part = 1; part < size_; ++part) {
    threads_.emplace_back([this, part] { serve(part); });
  }
}

Cpu::Pool::~Pool() {
  {
    const std::lock_guard lock(mutex_);
    quit_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void Cpu::Pool::run(Call call, const void* context) {
  if (size_ > 1) {
    {
      const std::lock_guard lock(mutex_);
      call_ = call;
      context_ = context;
      running_ = size_ - 1;
      ++round_;
    }
    wake_.notify_all();
  }
  call(context, 0);
  if (size_ > 1) {
    std::unique_lock lock(mutex_);
    done_.wait(lock, [this] { return running_ == 0; });
  }
}

void Cpu::Pool::serve(int part) {
  std::uint64_t seen = 0;
  for (;;) {
    Call call = nullptr;
    const void* context = nullptr;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, [&] { return quit_ || round_ != seen; });
      if (quit_) return;
      seen = round_;
      call = call_;
      context = context_;
    }
    call(context, part);
    {
      const std::lock_guard lock(mutex_);
      if (--running_ == 0) done_.notify_one();
    }
  }
}

#else

Cpu::Pool::Pool(int) {}
Cpu::Pool::~Pool() = default;
void Cpu::Pool::run(Call call, const void* context) { call(context, 0); }

#endif

}  // namespace lab
