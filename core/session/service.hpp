// The session behind a screen: executes commands, trains in slices of time, queues messages.
//
// Single-threaded: whoever owns it gives it time by pump(). On the desktop that is a thread, on
// the web a Worker; the messages are the same. Where an executor's answer is to be waited for, the
// command under way goes on in a later pump(), and others wait their turn.
//
// Commands (JSON objects, key "do"):
//   load {spec}                  a new experiment; answers "loaded" (or "error": nothing changed)
//   play, pause, step {n}        step pauses first; play goes on past a limit ("stop") that has
//                                been reached, until a rewind
//   rewind                       back to the first weights; reseed: to new ones
//   set {key, value}             live keys at once, answers "changed"; others build the experiment
//                                anew. While a file is awaited, of the specification that waits
//   speed {steps_per_second}     0: as fast as possible
//   fields {box, n}              the grid on which densities are sent
//   want {views}                 which views are on screen: only they are computed
//   undo                         back to the last good weights after "diverged"
//   profile {seconds}            trains so long, at least 5 steps, and times every kernel; answers
//                                "profile"
//   estimate {method, samples, points}  log p(x) of test data (importance, hmc), in the background
//   file {name} + bytes          a file that "need" asked for, or that a specification will name
//   code, path, plane, redraw    see core/session/probes/choices.hpp
//   cross, sphere, inpaint, mask and other choices of what is looked at: see core/session/probes
//   save {tag}                   answers "checkpoint"; restore + bytes: answers "loaded" or "error"
// What a command may carry as "ask", a number, comes back in "loaded", "changed", "need" and
// "error": who asks several things at once knows which has been answered.
//
// Messages (core/session/message.hpp):
//   loaded      spec, columns, live, parameters, bounds [x0, x1, y0, y1], entropy, truth,
//               truth_integral, cross_entropy (whether what is called likelihood is none),
//               prepared (of the data: listed, train, validation, test, levels, on_levels,
//               dequantised), noise_ratio, executor, instruction_set, threads, abilities, latents,
//               sample (its shape and domain), classes, ordered, of a one-to-one map stages and
//               prior; arrays data_train, data_test (N, 2) of data of the plane, test_inputs (n,
//               D), test_labels (n) of others; and what probes introduce
//   changed     spec: what is in force after a live key has been set
//   need        file, text: a file that the specification names and that is not here; the
//               specification is loaded when it comes
//   snapshot    step, seconds, samples_seen, steps_per_second, samples_per_second, playing,
//               stopped (the limit that was reached: steps, seconds, kl, or empty), warning (a
//               sentence, or empty), ruin (what it says: measure, now, first, rate; or null),
//               metrics, estimating (share done, absent if not); arrays history (rows, columns)
//               since the last one, and what the probes of the views on screen add
//   profile     steps, milliseconds (of a step), peak_gflops (one thread), kernels: kind, text,
//               milliseconds, gflops (0 where it is no product), the longest first
//   fields      box, n, step; arrays log_model, log_truth, log_noise (n, n), row 0 at y0, those
//               that changed
//   diverged    step, text
//   error       key, text
//   checkpoint  step, tag (as it was given; absent if not); bytes, none where a tagged one found no
//               memory
#pragma once

#include <array>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <set>

#include "core/session/experiment.hpp"
#include "core/session/message.hpp"
#include "core/session/probes/probe.hpp"

namespace lab::session {

class Service {
 public:
  explicit Service(Options options = {});
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;

  // Never throws: what is wrong is answered by an "error" message.
  void command(Json command, std::span<const std::uint8_t> bytes = {});

  enum class Pulse {
    idle,     // nothing to do until the next command
    busy,     // call again at once
    waiting,  // call again in a few milliseconds: the speed is limited
  };
  // Trains for about `budget` milliseconds if playing, and queues what is due.
  Pulse pump(double budget);

  // Whether something that was begun waits for an executor's answer.
  bool waits() const { return work_ && !work_->done(); }

  // The next message, oldest first.
  std::optional<Message> take();

 private:
  using Clock = std::chrono::steady_clock;

  void go_on();
  Task<> answer_command();
  Task<> execute();
  Task<> load(Json spec);
  Task<> take_file();
  void begin_estimate(const std::string& method, int samples, std::size_t points);
  Task<> go_on_estimating();
  Task<> go_on_probing(double budget);
  Task<> adopt(std::unique_ptr<Experiment> experiment);
  Task<> set(const std::string& key, const Json& value);
  Task<> start_over();
  Task<> train_steps(int count);
  Task<> train(double budget);
  Task<> train_and_show(double budget);
  Task<> measure();
  // What a step, or many, have changed.
  Task<> show();
  void check_stop();
  void send_loaded();
  Task<> send_snapshot(bool restarted = false);
  Task<> send_fields(bool all);
  Task<> send_profile(double seconds);
  Task<> tell(const Diverged& error);
  void send_error(const std::string& key, const std::string& text);
  void answer(Message message);
  std::set<std::string> reached() const;
  void look_for_ruin();
  void choose_views();
  bool wants(const char* view) const { return fitting_views_.count(view) > 0; }

  Options options_;
  std::map<std::string, std::vector<std::uint8_t>> files_;
  struct Command {
    Json json;
    std::vector<std::uint8_t> bytes;
  };
  std::deque<Command> commands_;  // not begun
  Command now_;                   // being executed
  Json ask_;                      // of that
  Json pending_;                  // a specification that waits for a file
  Json pending_ask_;
  std::unique_ptr<Experiment> coming_;  // measured before it takes its place
  std::unique_ptr<Experiment> experiment_;
  Probes probes_;
  // An estimate of log p(x) that is under way, some rows at a time.
  struct Estimate {
    std::string method;
    int samples = 0;
    std::vector<float> rows;
    std::vector<double> done;
  };
  std::optional<Estimate> estimate_;
  std::vector<std::string> columns_;  // of the history
  std::deque<Message> queue_;
  bool playing_ = false;
  std::string stopped_;
  std::set<std::string> passed_;  // limits that the person has gone on past
  std::string warning_;
  Json ruin_;                                // what the warning says, by name; or null
  Measures first_measures_;                  // before the first step here
  double seconds_ = 0;                       // of training, measuring and drawing
  double steps_per_second_ = 0;              // smoothed over about a second
  double speed_ = 0;                         // steps a second at most; 0: no limit
  int at_once_ = 1;                          // steps that take a few milliseconds
  std::set<std::string> views_{"boundary"};  // on screen
  std::set<std::string> fitting_views_;      // those of them that the experiment can fill
  data::Box box_;
  std::size_t cells_ = 96;
  Measures measures_;
  std::vector<float> rows_;  // of history not sent yet
  Clock::time_point last_snapshot_{}, last_measure_{}, last_rate_{};
  double measure_cost_ = 0, picture_cost_ = 0;  // seconds the last one took
  std::int64_t rate_steps_ = 0;
  Pulse pulse_ = Pulse::idle;
  // What is under way; last, so that it goes before what it uses.
  std::optional<Task<>> work_;
};

}  // namespace lab::session
