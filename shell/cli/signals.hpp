// Signals that end a program, noted instead where there is work to save first.
#pragma once

namespace lab::cli {

// From here on, every signal that can be caught and would end the program (SIGINT, SIGTERM, SIGHUP,
// SIGPIPE …) is noted. One that is ignored already, as under nohup, stays so.
void note_signals();

// The first that came; 0 for none.
int noted_signal();

// As before note_signals(): with nothing left to save, the next one ends the program.
void forget_signals();

// Thrown by a run that has saved its work because a signal came.
struct Interrupted {
  int signal;
};

// The exit status of a program that a signal has ended, as shells count it.
inline int status_of(int signal) { return 128 + signal; }

}  // namespace lab::cli
