// Pictures that belong together, one below the other, many such stacks side by side: test pictures
// above what comes back of them.
#pragma once

#include <span>
#include <vector>

#include "shell/views/latent_parts.hpp"

namespace lab::views {

class PictureStacks {
 public:
  struct Layer {
    std::span<const float> values;  // (count, D), intensities
    ImU32 colour;                   // of the bar at the left of its rows
    std::uint64_t version;          // as of plot::Pictures
  };

  // Draws as many of `count` stacks as fit, `least` pixels a picture at least; a compact frame has
  // no edges.
  void draw(const Frame& frame, ImVec2 low, ImVec2 high, const std::vector<Layer>& layers,
            std::size_t count, float least);

  // Of what was drawn last: how many stacks, the corners of one, and the one under the pointer (−1:
  // none), which is outlined.
  int count() const { return all_.count; }
  ImVec2 min(int stack) const { return first_.min(stack); }
  ImVec2 max(int stack) const;
  ImVec2 end() const { return {all_.end().x, all_.end().y + 1}; }
  int hovered(const Frame& frame, const char* id) const;

 private:
  plot::PictureGrid all_, first_;  // of whole stacks; of their uppermost pictures
  std::size_t height_ = 1;         // pictures of a stack
  std::vector<plot::Pictures> textures_;
};

}  // namespace lab::views
