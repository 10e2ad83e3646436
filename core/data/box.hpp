// An axis-aligned box of the plane.
#pragma once

namespace lab::data {

struct Box {
  double x0 = -1, x1 = 1, y0 = -1, y1 = 1;
};

}  // namespace lab::data
