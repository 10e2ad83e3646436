// Pictures that a model draws one number after another (draw_start, draw_next), some at a time.
// What has been drawn is kept here, so that several may be under way. Of a model whose codes are
// drawn these are the numbers, and pictures are what they decode to.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/session/experiment.hpp"

namespace lab::session {

class Drawing {
 public:
  // Numbers of a picture.
  static std::size_t width(const Experiment& experiment);
  // Pictures at once at most.
  static std::size_t most(const Experiment& experiment);

  // `count` of them from nothing; other draws for every `draw`. Of classes (count), numbers from 0,
  // below 0 any; none: any.
  Task<> begin(Experiment& experiment, std::size_t count, std::uint32_t draw,
               std::span<const float> classes = {});
  // Where hidden (count, W) is 1, of W numbers each; the rest is as given (count, W).
  Task<> begin(Experiment& experiment, std::span<const float> given, std::span<const float> hidden,
               std::uint32_t draw, std::span<const float> classes = {});
  // Draws at most so many more numbers of each.
  Task<> go_on(Experiment& experiment, std::size_t sites);
  // Of codes that are drawn, what they decode to now: as pictures().
  Task<> decode(Experiment& experiment);
  // As many, at least one, as take about so long.
  Task<> go_on_for(Experiment& experiment, double seconds);

  std::size_t sites() const { return sites_; }  // numbers of a picture that are drawn in all
  std::size_t left() const { return left_; }    // that are still to be drawn
  // (count, D); of codes, as of the last decode().
  const std::vector<float>& pictures() const { return pictures_; }
  const std::vector<float>& numbers() const { return numbers_; }              // (count, W)
  const std::vector<float>& symbols() const { return symbols_; }              // (count): drawn last
  const std::vector<float>& probabilities() const { return probabilities_; }  // (count, K), last
  const std::vector<float>& classes() const { return classes_; }              // (count), or none
  // The site that was drawn last, and what is hidden now (count, W).
  std::size_t site() const { return site_; }
  const std::vector<float>& hidden() const { return hidden_; }

 private:
  std::uint32_t draw_ = 0;
  double seconds_ = 0;  // that a number took last; 0: not known
  std::size_t count_ = 0, sites_ = 0, left_ = 0, site_ = 0;
  std::vector<float> numbers_, pictures_, symbols_, hidden_, probabilities_, classes_;
};

}  // namespace lab::session
