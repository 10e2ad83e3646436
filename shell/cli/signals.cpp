#include "shell/cli/signals.hpp"

#include <csignal>

namespace lab::cli {

namespace {

volatile std::sig_atomic_t noted = 0;

void note(int signal) {
  if (noted == 0) noted = signal;
}

constexpr int ending[] = {SIGINT,  SIGTERM, SIGHUP,  SIGQUIT, SIGPIPE,
                          SIGXCPU, SIGALRM, SIGUSR1, SIGUSR2};

void handle_all(void (*from)(int), void (*with)(int)) {
  for (const int signal : ending) {
    struct sigaction now {};
    sigaction(signal, nullptr, &now);
    if (now.sa_handler != from) continue;
    now.sa_handler = with;
    now.sa_flags = SA_RESTART;
    sigaction(signal, &now, nullptr);
  }
}

}  // namespace

void note_signals() { handle_all(SIG_DFL, note); }
int noted_signal() { return noted; }
void forget_signals() { handle_all(note, SIG_DFL); }

}  // namespace lab::cli
