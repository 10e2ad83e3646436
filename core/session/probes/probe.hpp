// What is computed for a picture. A probe needs some abilities of the model and takes some choices
// of the person; it gives named arrays, which are sent with a snapshot where a view on screen draws
// them. To add one: a class in a file of its own here, and its row in registry.cpp.
#pragma once

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "core/session/experiment.hpp"
#include "core/session/message.hpp"
#include "core/session/probes/choices.hpp"

namespace lab::session {

class Probe {
 public:
  virtual ~Probe() = default;

  // Forgets what belongs to the experiment before.
  virtual void adopt(const Experiment&) {}
  // What a new experiment is introduced with.
  virtual void introduce(Message&) const {}
  // Whether `command` (a JSON object, its key "do" is `name`) was one of its choices. Throws
  // std::runtime_error with a sentence where its values will not do.
  virtual Task<bool> command(const std::string& name, const Json& command, Experiment& experiment);
  // Adds its arrays. `views`: those on screen; `training`: more steps are being made.
  virtual Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
                     bool training) = 0;
  // Whether there is more to compute without a step being made; a share of that.
  virtual bool unfinished() const { return false; }
  // Whether that is to be done now, not at a later time, so that it can be followed.
  virtual bool due() const { return true; }
  virtual Task<> go_on(Experiment& experiment);
};

struct ProbeRow {
  std::vector<const char*> views;      // which draw its arrays
  std::vector<const char*> abilities;  // which it needs
  enum class On { all, plane, others } domain;
  std::unique_ptr<Probe> (*make)(Choices& choices);
};

// Before the first session is made; computed after those that are there.
void add_probe(ProbeRow row);

// All probes; each is made once and sees one experiment after another.
class Probes {
 public:
  Probes();

  void adopt(const Experiment& experiment);
  void introduce(Message& loaded) const;
  Task<bool> command(const std::string& name, const Json& command, Experiment& experiment);
  // Those whose views are on screen. Head axes, path_ends, of_class (of a model that is told of
  // classes): the choices.
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training);
  bool unfinished(const Experiment& experiment, const std::set<std::string>& views) const;
  bool due(const Experiment& experiment, const std::set<std::string>& views) const;
  Task<> go_on(Experiment& experiment, const std::set<std::string>& views);

 private:
  struct Made {
    const ProbeRow* row;
    std::unique_ptr<Probe> probe;
  };
  Choices choices_;
  std::vector<Made> probes_;
};

inline std::int64_t signed_of(std::size_t count) { return static_cast<std::int64_t>(count); }

}  // namespace lab::session
