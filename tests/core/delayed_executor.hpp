// An executor that answers later, as a GPU does: the processor's, with every fetch answered only
// some polls after it was asked.
#pragma once

#include <deque>

#include "core/execute/cpu/cpu.hpp"

namespace lab {

class DelayedExecutor final : public Executor {
 public:
  static constexpr int polls = 3;

  explicit DelayedExecutor(Graph& graph) : cpu_(graph) {}

  std::string name() const override { return "cpu"; }
  std::string instruction_set() const override { return cpu_.instruction_set(); }
  Handle prepare(const Procedure& procedure) override { return cpu_.prepare(procedure); }
  void submit(Handle handle, int times = 1) override { cpu_.submit(handle, times); }
  Answer<float> fetch(Handle handle, std::size_t i) override {
    return later(outputs_, cpu_.output(handle, i));
  }
  Answer<std::uint32_t> fetch(Value variable) override {
    return later(variables_, cpu_.fetch(variable).await_resume());
  }
  bool has(Value variable) const override { return cpu_.has(variable); }
  void write(Value variable, std::span<const float> values) override {
    cpu_.write(variable, values);
  }
  void write_index(Value variable, std::span<const std::uint32_t> values) override {
    cpu_.write_index(variable, values);
  }
  std::string describe(Handle handle) const override { return cpu_.describe(handle); }

  bool poll() override {
    ++now_;
    give(outputs_);
    give(variables_);
    return !outputs_.empty() || !variables_.empty();
  }

 private:
  template <class T>
  struct Due {
    int at;
    typename Answer<T>::Source source;
    std::vector<T> values;
  };

  template <class T>
  Answer<T> later(std::deque<Due<T>>& queue, std::vector<T> values) {
    queue.push_back({now_ + polls, {}, std::move(values)});
    return queue.back().source.answer();
  }

  template <class T>
  void give(std::deque<Due<T>>& queue) {
    // Who is answered may ask again.
    while (!queue.empty() && queue.front().at <= now_) {
      Due<T> due = std::move(queue.front());
      queue.pop_front();
      due.source.give(std::move(due.values));
    }
  }

  Cpu cpu_;
  int now_ = 0;
  std::deque<Due<float>> outputs_;
  std::deque<Due<std::uint32_t>> variables_;
};

}  // namespace lab
