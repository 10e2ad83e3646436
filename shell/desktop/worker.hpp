// The sessions on a thread of their own: commands in, messages out.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "core/session/sessions.hpp"

namespace lab::desktop {

class Worker {
 public:
  // `wake` is called from the thread whenever a message is ready.
  Worker(session::Options options, std::function<void()> wake);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void send(session::Json command, std::vector<std::uint8_t> bytes = {});
  std::optional<session::Message> take();

 private:
  void run();

  session::Options options_;
  std::function<void()> wake_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::pair<session::Json, std::vector<std::uint8_t>>> commands_;
  std::deque<session::Message> messages_;
  bool quit_ = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace lab::desktop
