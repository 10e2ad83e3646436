#include "shell/desktop/worker.hpp"

namespace lab::desktop {

Worker::Worker(session::Options options, std::function<void()> wake)
    : options_(std::move(options)), wake_(std::move(wake)), thread_([this] { run(); }) {}

Worker::~Worker() {
  {
    const std::lock_guard lock(mutex_);
    quit_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void Worker::send(session::Json command, std::vector<std::uint8_t> bytes) {
  {
    const std::lock_guard lock(mutex_);
    commands_.emplace_back(std::move(command), std::move(bytes));
  }
  changed_.notify_all();
}

std::optional<session::Message> Worker::take() {
  const std::lock_guard lock(mutex_);
  if (messages_.empty()) return std::nullopt;
  session::Message message = std::move(messages_.front());
  messages_.pop_front();
  return message;
}

void Worker::run() {
  using Pulse = session::Sessions::Pulse;
  session::Sessions sessions(options_);
  Pulse pulse = Pulse::idle;
  for (;;) {
    std::optional<std::pair<session::Json, std::vector<std::uint8_t>>> next;
    bool crowded = false;
    {
      std::unique_lock lock(mutex_);
      const auto ready = [this] { return quit_ || !commands_.empty(); };
      if (pulse == Pulse::idle) changed_.wait(lock, ready);
      else if (pulse == Pulse::waiting)
        changed_.wait_for(lock, std::chrono::milliseconds(4), ready);
      if (quit_) return;
      if (!commands_.empty()) {
        next = std::move(commands_.front());
        commands_.pop_front();
      }
      crowded = messages_.size() > 6;
    }
    if (next) sessions.command(next->first, next->second);
    pulse = sessions.pump(12);
    if (next) pulse = Pulse::busy;
    if (crowded) continue;
    bool any = false;
    while (auto message = sessions.take()) {
      const std::lock_guard lock(mutex_);
      messages_.push_back(std::move(*message));
      any = true;
    }
    if (any) wake_();
  }
}

}  // namespace lab::desktop
