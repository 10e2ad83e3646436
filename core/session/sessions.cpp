#include "core/session/sessions.hpp"

#include <algorithm>
#include <utility>

namespace lab::session {

// ---------------------------------------------------------------- shares

double Shares::least() const {
  std::optional<double> found;
  for (const std::optional<double>& used : used_) {
    if (used && (!found || *used < *found)) found = used;
  }
  return found.value_or(0);
}

void Shares::join(std::size_t who) {
  if (!used_[who]) used_[who] = least();
}

void Shares::leave(std::size_t who) { used_[who].reset(); }

void Shares::charge(std::size_t who, double milliseconds) {
  if (used_[who]) *used_[who] += milliseconds;
}

std::vector<std::size_t> Shares::turn(double slice) const {
  const double limit = least() + slice;
  std::vector<std::size_t> served;
  for (std::size_t who = 0; who < used_.size(); ++who) {
    if (used_[who] && *used_[who] <= limit) served.push_back(who);
  }
  std::stable_sort(served.begin(), served.end(),
                   [this](std::size_t a, std::size_t b) { return *used_[a] < *used_[b]; });
  return served;
}

std::size_t Shares::count() const {
  return static_cast<std::size_t>(
      std::count_if(used_.begin(), used_.end(), [](const auto& used) { return used.has_value(); }));
}

// ---------------------------------------------------------------- sessions

Sessions::Sessions(Options options) : options_(std::move(options)) {}

void Sessions::command(const Json& command, std::span<const std::uint8_t> bytes) {
  if (!command.is_object()) return refuse(0, "A command must be a JSON object.");
  const Json name = command.value("do", Json()), given = command.value("session", Json(0));
  if (name == "file") return take_file(command, bytes);
  if (!given.is_number_integer() || given.get<double>() < 0 ||
      given.get<double>() >= static_cast<double>(most_sessions)) {
    return refuse(0, "'session' is " + given.dump() + ", but it must be a whole number from 0 to " +
                         std::to_string(most_sessions - 1) + ".");
  }
  const auto session = given.get<std::size_t>();
  std::unique_ptr<Service>& service = services_[session];
  if (name == "close") {
    service.reset();
    return shares_.leave(session);
  }
  if (!service) {
    if (session > 0 && name != "load" && name != "restore") {
      return refuse(session, "Session " + std::to_string(session) + " has not been loaded.");
    }
    service = std::make_unique<Service>(options_);
    for (const auto& [file, content] : files_) {
      service->command({{"do", "file"}, {"name", file}}, content);
    }
  }
  service->command(command, bytes);
  shares_.join(session);
}

void Sessions::command_text(std::string_view text, std::span<const std::uint8_t> bytes) {
  try {
    command(read_json(text, "The command"), bytes);
  } catch (const JsonError& error) {
    refuse(0, error.what());
  }
}

void Sessions::take_file(const Json& command, std::span<const std::uint8_t> bytes) {
  const Json name = command.value("name", Json());
  if (!name.is_string()) return refuse(0, "A file that is handed over needs a 'name'.");
  files_[name.get<std::string>()].assign(bytes.begin(), bytes.end());
  for (std::size_t session = 0; session < services_.size(); ++session) {
    if (!services_[session]) continue;
    services_[session]->command(command, bytes);
    shares_.join(session);
  }
}

void Sessions::refuse(std::size_t session, const std::string& sentence) {
  Message message("error");
  message.head["key"] = "";
  message.head["text"] = sentence;
  if (session > 0) message.head["session"] = session;
  refusals_.push_back(std::move(message));
}

Sessions::Pulse Sessions::pump(double budget) {
  using Clock = std::chrono::steady_clock;
  if (shares_.count() == 0) return refusals_.empty() ? Pulse::idle : Pulse::busy;
  const double slice = budget / static_cast<double>(shares_.count());
  const std::vector<std::size_t> turn = shares_.turn(slice);
  // What who waits for the others leaves of the time goes to those.
  const double each = budget / static_cast<double>(turn.size());
  bool busy = turn.size() < shares_.count(), waiting = false;
  for (const std::size_t session : turn) {
    const auto start = Clock::now();
    const Pulse pulse = services_[session]->pump(each);
    const std::chrono::duration<double, std::milli> taken = Clock::now() - start;
    shares_.charge(session, taken.count());
    busy = busy || pulse == Pulse::busy;
    waiting = waiting || pulse == Pulse::waiting;
    // Who does nothing saves no time up.
    if (pulse == Pulse::idle) shares_.leave(session);
  }
  return busy ? Pulse::busy : waiting ? Pulse::waiting : Pulse::idle;
}

bool Sessions::waits() const {
  return std::any_of(services_.begin(), services_.end(),
                     [](const auto& service) { return service && service->waits(); });
}

std::optional<Message> Sessions::take() {
  if (!refusals_.empty()) {
    Message message = std::move(refusals_.front());
    refusals_.pop_front();
    return message;
  }
  for (std::size_t tried = 0; tried < services_.size(); ++tried) {
    const std::size_t session = next_;
    next_ = (next_ + 1) % services_.size();
    if (!services_[session]) continue;
    std::optional<Message> message = services_[session]->take();
    if (!message) continue;
    if (session > 0) message->head["session"] = session;
    return message;
  }
  return std::nullopt;
}

}  // namespace lab::session
