#include "shell/views/picture_stacks.hpp"

#include <algorithm>
#include <cmath>

namespace lab::views {

void PictureStacks::draw(const Frame& frame, ImVec2 low, ImVec2 high,
                         const std::vector<Layer>& layers, std::size_t count, float least) {
  ImDrawList& draw = *ImGui::GetWindowDrawList();
  const float bar = frame.compact ? 2.f : 4.f;
  low.x += bar + 3;
  // What belongs together is laid out as one picture, so many times as high.
  data::SampleShape tall = frame.store.sample_shape;
  tall.rows *= layers.size();
  height_ = layers.size();
  all_ = plot::fill_pictures(low, high, tall, static_cast<int>(count), least,
                             {frame.compact ? 2.f : 4.f, frame.compact ? 3.f : 10.f});
  const float scale = std::max(1.f, ImGui::GetIO().DisplayFramebufferScale.x);
  first_ = all_;
  first_.cell.y = std::floor(all_.cell.y / static_cast<float>(height_) * scale) / scale;
  if (textures_.size() < height_) textures_.resize(height_);
  plot::PictureGrid at = first_;
  for (std::size_t k = 0; k < height_; ++k, at.origin.y += at.cell.y + 1) {
    const Layer& layer = layers[k];
    textures_[k].draw(draw, layer.values, frame.store.sample_shape, at, 0, layer.version);
    for (int row = 0; row < all_.rows(); ++row) {
      const int left = row * all_.columns;
      const float x = all_.origin.x - bar - 2;
      draw.AddRectFilled({x, at.min(left).y}, {x + bar, at.max(left).y}, layer.colour, 1);
    }
  }
  if (frame.compact) return;
  // On a dark ground black pictures need an edge.
  for (int i = 0; i < all_.count; ++i) {
    const ImVec2 a = min(i), b = max(i);
    draw.AddRect({a.x - 1, a.y - 1}, {b.x + 1, b.y + 1}, frame.theme.hairline);
  }
}

ImVec2 PictureStacks::max(int stack) const {
  const ImVec2 end = first_.max(stack);
  return {end.x, end.y + static_cast<float>(height_ - 1) * (first_.cell.y + 1)};
}

int PictureStacks::hovered(const Frame& frame, const char* id) const {
  if (all_.count == 0) return -1;
  const Touch area = touch(id, all_.origin, end());
  const int hit = area.hovered ? all_.hit(area.at) : -1;
  if (hit < 0) return hit;
  const ImVec2 a = min(hit), b = max(hit);
  ImGui::GetWindowDrawList()->AddRect({a.x - 2, a.y - 2}, {b.x + 2, b.y + 2}, frame.theme.ink, 0, 0,
                                      2);
  return hit;
}

}  // namespace lab::views
