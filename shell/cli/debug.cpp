#include "shell/cli/debug.hpp"

#include <algorithm>
#include <cstdio>

#include "core/execute/debug.hpp"

namespace lab::cli {

namespace {

// A specification's system on an executor, at its first weights.
class Trainer {
 public:
  explicit Trainer(const Debugging& wanted)
      : data_(data::make_dataset(wanted.spec.at("data"), wanted.options.open)),
        system_(models::make_system(wanted.spec, data_)),
        executor_(make_executor(wanted.options.executor, graph(), wanted.options.threads)) {
    models::initialise(*executor_, system_, data_);
    for (const models::Phase& phase : system_.phases) {
      handles_.push_back(executor_->prepare(phase.procedure));
    }
  }

  Graph& graph() { return *system_.graph; }
  Executor& executor() { return *executor_; }
  const Procedure& train() const { return system_.phases.back().procedure; }

  std::vector<Value> variables() {
    std::vector<Value> all;
    for (const NodeId id : graph().variables()) all.emplace_back(graph(), id);
    return all;
  }

  // Calls run(procedure, handle) for what makes up the next step, while it returns true.
  template <class Run>
  bool step(Run run) {
    for (std::size_t i = 0; i < handles_.size(); ++i) {
      const models::Phase& phase = system_.phases[i];
      if (steps_ % phase.every == 0 && !run(phase.procedure, handles_[i])) return false;
    }
    ++steps_;
    return true;
  }

 private:
  data::Dataset data_;
  models::System system_;
  std::unique_ptr<Executor> executor_;
  std::vector<Executor::Handle> handles_;
  std::int64_t steps_ = 0;
};

void print_parts(const char* heading, const std::vector<debug::NonNumber::Part>& parts) {
  for (const auto& [name, range] : parts) {
    std::printf("  %s %-24s %s\n", heading, name.c_str(), to_string(range).c_str());
  }
}

int find_non_number(const Debugging& wanted) {
  Trainer trainer(wanted);
  auto* const cpu = dynamic_cast<Cpu*>(&trainer.executor());
  if (!cpu) {
    throw std::invalid_argument("The executor '" + wanted.options.executor +
                                "' has no kernels to watch; cpu has.");
  }
  for (std::int64_t step = 1; step <= wanted.steps; ++step) {
    const bool sound = trainer.step([&](const Procedure& procedure, Executor::Handle handle) {
      const auto found = debug::run_to_non_number(*cpu, handle, trainer.graph());
      if (!found) return true;
      std::printf("Step %lld: kernel %zu of '%s' wrote what is no number.\n  %s\n",
                  static_cast<long long>(step), found->kernel, procedure.name.c_str(),
                  found->text.c_str());
      print_parts("reads ", found->operands);
      print_parts("writes", found->results);
      return false;
    });
    if (!sound) return 1;
  }
  std::printf("%lld steps: every kernel wrote finite numbers.\n",
              static_cast<long long>(wanted.steps));
  return 0;
}

void print_disagreement(const char* which, const debug::Disagreement& found,
                        const Debugging& wanted) {
  std::printf("%s: %s\n  element %zu: %.9g by %s, %.9g by %s, error %.3g\n", which,
              found.node.c_str(), found.element, static_cast<double>(found.value),
              wanted.options.executor.c_str(), static_cast<double>(found.against),
              wanted.against.c_str(), found.error);
}

int compare(const Debugging& wanted) {
  Trainer trainer(wanted);
  Executor& executor = trainer.executor();
  for (std::int64_t step = 0; step < wanted.steps_before; ++step) {
    trainer.step([&](const Procedure&, Executor::Handle handle) {
      executor.submit(handle);
      return true;
    });
  }
  const auto against = make_executor(wanted.against, trainer.graph(), wanted.options.threads);
  for (const Value variable : trainer.variables()) {
    const std::vector<std::uint32_t> words = wait(executor, executor.fetch(variable));
    if (variable.type() == Type::real) against->write(variable, as_reals(words));
    else against->write_index(variable, words);
  }
  const auto [values, found] =
      debug::compare(trainer.graph(), trainer.train(), executor, *against, wanted.tolerance);
  const auto fused =
      std::find_if(found.begin(), found.end(), [](const auto& each) { return each.fused; });
  std::printf("%zu values of '%s' by %s and %s: %zu disagree by more than %g.\n", values,
              trainer.train().name.c_str(), wanted.options.executor.c_str(), wanted.against.c_str(),
              static_cast<std::size_t>(fused - found.begin()), wanted.tolerance);
  const auto worst = [](auto begin, auto end) {
    return std::max_element(begin, end,
                            [](const auto& a, const auto& b) { return a.error < b.error; });
  };
  if (fused != found.begin()) {
    print_disagreement("first", found.front(), wanted);
    print_disagreement("worst", *worst(found.begin(), fused), wanted);
  }
  if (fused != found.end()) {
    print_disagreement("worst result as it is compiled", *worst(fused, found.end()), wanted);
  }
  return found.empty() ? 0 : 1;
}

}  // namespace

int debug(const Debugging& wanted) {
  return wanted.compares ? compare(wanted) : find_non_number(wanted);
}

}  // namespace lab::cli
