// Several sessions behind one screen: what a comparison trains side by side.
//
// Commands and messages are those of a Service (core/session/service.hpp). A command's "session", 0
// where it is not given, says which one is meant; the others' messages carry it in their heads.
// The first "load" or "restore" makes a session, {"do": "close"} ends one. A "file" goes to all,
// also to those that are made later.
//
// Every session that trains gets the same share of time, however long its steps take.
#pragma once

#include <array>
#include <cstddef>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/session/service.hpp"

namespace lab::session {

inline constexpr std::size_t most_sessions = 4;

// An account of the time that each of a few has had.
class Shares {
 public:
  // From now on `who` takes part. It is owed nothing for the time before.
  void join(std::size_t who);
  void leave(std::size_t who);
  void charge(std::size_t who, double milliseconds);
  // Who is served now, who has had least first. One that took far more than its slice is left out
  // until the others have had as much.
  std::vector<std::size_t> turn(double slice) const;
  std::size_t count() const;

 private:
  double least() const;

  std::array<std::optional<double>, most_sessions> used_;  // milliseconds; none: takes no part
};

class Sessions {
 public:
  using Pulse = Service::Pulse;

  explicit Sessions(Options options = {});
  Sessions(const Sessions&) = delete;
  Sessions& operator=(const Sessions&) = delete;

  // Never throws: what is wrong is answered by an "error" message.
  void command(const Json& command, std::span<const std::uint8_t> bytes = {});
  // The same as text.
  void command_text(std::string_view text, std::span<const std::uint8_t> bytes = {});

  // Trains for about `budget` milliseconds in all.
  Pulse pump(double budget);

  // Whether one of them waits for an executor's answer.
  bool waits() const;

  // The next message: each session's in their order, the sessions by turns.
  std::optional<Message> take();

 private:
  void take_file(const Json& command, std::span<const std::uint8_t> bytes);
  void refuse(std::size_t session, const std::string& sentence);

  Options options_;
  std::array<std::unique_ptr<Service>, most_sessions> services_;
  std::map<std::string, std::vector<std::uint8_t>> files_;
  std::deque<Message> refusals_;
  Shares shares_;
  std::size_t next_ = 0;  // whose message is taken next
};

}  // namespace lab::session
