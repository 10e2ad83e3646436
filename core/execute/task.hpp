// Code that waits for an executor's answers without blocking the thread: coroutines.
//
//   Task<double> twice(Executor& executor, Value v) {
//     const std::vector<float> values = co_await executor.fetch(v);
//     co_return 2.0 * values.front();
//   }
//
// A task runs at once, until it first has to wait; what it waits for goes on with it. Who awaits a
// task keeps alive what the task was given by reference.
#pragma once

#include <coroutine>
#include <exception>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace lab {

namespace detail {

// What all promises share: the failure, and who waits for the end.
struct Promise {
  std::exception_ptr failure;
  std::coroutine_handle<> waiting;

  struct Final {
    bool await_ready() noexcept { return false; }
    template <class P>
    void await_suspend(std::coroutine_handle<P> ended) noexcept {
      // Nothing of the coroutine is touched after this: who waits may destroy it.
      if (const std::coroutine_handle<> waits = ended.promise().waiting) waits.resume();
    }
    void await_resume() noexcept {}
  };

  std::suspend_never initial_suspend() noexcept { return {}; }
  Final final_suspend() noexcept { return {}; }
  void unhandled_exception();
  // Throws what the coroutine threw, if it did.
  void rethrow();
};

// Of tasks and answers, once and not at each place that waits.
[[noreturn]] void fail_unfinished();

template <class T>
struct Returning : Promise {
  std::optional<T> value;
  void return_value(T given) { value = std::move(given); }
  T take() { return std::move(*value); }
};

template <>
struct Returning<void> : Promise {
  void return_void() {}
  void take() {}
};

}  // namespace detail

template <class T = void>
class [[nodiscard]] Task {
 public:
  struct promise_type : detail::Returning<T> {
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
  };

  Task(Task&& other) noexcept : handle_(std::exchange(other.handle_, {})) {}
  Task& operator=(Task&& other) noexcept {
    std::swap(handle_, other.handle_);
    return *this;
  }
  ~Task() {
    if (handle_) handle_.destroy();
  }

  bool done() const { return handle_.done(); }

  // What it returned, once; throws what it threw, or std::logic_error where it still waits.
  T get() {
    if (!done()) detail::fail_unfinished();
    return await_resume();
  }

  bool await_ready() const { return done(); }
  void await_suspend(std::coroutine_handle<> waits) { handle_.promise().waiting = waits; }
  T await_resume() {
    handle_.promise().rethrow();
    return handle_.promise().take();
  }

 private:
  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}

  std::coroutine_handle<promise_type> handle_;
};

namespace detail {

// What an answer and its source share.
template <class T>
struct Answering {
  std::vector<T> values;
  bool here = false;
  std::coroutine_handle<> waiting;
};

}  // namespace detail

// Values that an executor will give, or has given. One task at most may wait for them.
template <class T>
class [[nodiscard]] Answer {
 public:
  // Where the executor puts them.
  class Source {
   public:
    Source() : state_(std::make_shared<detail::Answering<T>>()) {}
    Answer answer() const { return Answer(state_); }
    void give(std::vector<T> values) const {
      state_->values = std::move(values);
      state_->here = true;
      if (const auto waits = std::exchange(state_->waiting, {})) waits.resume();
    }

   private:
    std::shared_ptr<detail::Answering<T>> state_;
  };

  // There already.
  explicit Answer(std::vector<T> values) : state_(std::make_shared<detail::Answering<T>>()) {
    state_->values = std::move(values);
    state_->here = true;
  }
  Answer(Answer&&) noexcept = default;
  Answer& operator=(Answer&&) noexcept = default;
  // Whoever waited is gone.
  ~Answer() {
    if (state_) state_->waiting = {};
  }

  bool here() const { return state_->here; }
  bool await_ready() const { return here(); }
  void await_suspend(std::coroutine_handle<> waits) { state_->waiting = waits; }
  std::vector<T> await_resume() { return std::move(state_->values); }

 private:
  explicit Answer(std::shared_ptr<detail::Answering<T>> state) : state_(std::move(state)) {}

  std::shared_ptr<detail::Answering<T>> state_;
};

}  // namespace lab
