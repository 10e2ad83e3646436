// The sessions as a WebAssembly module for a Worker: core alone, no screen.
//
//   engine_command(json, bytes, n)  a command of core/session/sessions.hpp
//   engine_pump(budget)             0: idle, 1: call again at once, 2: call again in a few ms
//   engine_take()                   length of the next message, 0 if there is none; its bytes are
//                                   at engine_taken() until the next call
#include <emscripten/emscripten.h>

#include "core/session/sessions.hpp"

namespace {

// The module is the object: these are its members.
lab::session::Sessions& sessions() {
  // All the threads there are: one, but in a build with threads.
  static lab::session::Sessions instance({"cpu", 0});
  return instance;
}

std::vector<std::uint8_t>& taken() {
  static std::vector<std::uint8_t> bytes;
  return bytes;
}

}  // namespace

extern "C" {

EMSCRIPTEN_KEEPALIVE void engine_command(const char* json, const std::uint8_t* bytes, int count) {
  sessions().command_text(json, {bytes, static_cast<std::size_t>(count)});
}

EMSCRIPTEN_KEEPALIVE int engine_pump(double budget) {
  return static_cast<int>(sessions().pump(budget));
}

EMSCRIPTEN_KEEPALIVE int engine_take() {
  const auto message = sessions().take();
  taken() = message ? message->encode() : std::vector<std::uint8_t>();
  return static_cast<int>(taken().size());
}

EMSCRIPTEN_KEEPALIVE const std::uint8_t* engine_taken() { return taken().data(); }
}
