#include "core/execute/memory_limit.hpp"

#include <algorithm>
#include <cstdio>
#include <iterator>

#ifdef __EMSCRIPTEN__
#include <emscripten/heap.h>
#else
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#endif

namespace lab {

#ifdef __EMSCRIPTEN__

double memory_limit() { return static_cast<double>(emscripten_get_heap_max()); }

#else

double memory_limit() {
  double limit =
      static_cast<double>(sysconf(_SC_PHYS_PAGES)) * static_cast<double>(sysconf(_SC_PAGESIZE));
  for (const char* group :
       {"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"}) {
    std::ifstream file(group);
    if (double bytes = 0; file >> bytes && bytes > 0) limit = std::min(limit, bytes);
  }
  for (const auto resource : {RLIMIT_AS, RLIMIT_DATA}) {
    struct rlimit process {};
    if (getrlimit(resource, &process) == 0 && process.rlim_cur != RLIM_INFINITY) {
      limit = std::min(limit, static_cast<double>(process.rlim_cur));
    }
  }
  return limit;
}

#endif

std::string in_bytes(double bytes) {
  const char* units[] = {"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  std::size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < std::size(units)) {
    bytes /= 1000;
    ++unit;
  }
  char text[32];
  std::snprintf(text, sizeof text, bytes < 10 && unit > 0 ? "%.1f %s" : "%.0f %s", bytes,
                units[unit]);
  return text;
}

void require_memory(double bytes, const std::string& what) {
  const double limit = memory_limit();
  if (bytes <= limit) return;
  throw OutOfMemory(what + " would need " + in_bytes(bytes) + " of memory, but there are " +
                    in_bytes(limit) + ".");
}

}  // namespace lab
