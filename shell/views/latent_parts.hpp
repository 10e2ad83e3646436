// What the views of a model with latents share: words, legends, pictures beside the pointer, and
// what they ask the session for.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "core/distributions/normal_numbers.hpp"
#include "shell/plot/pictures.hpp"
#include "shell/views/plane.hpp"

namespace lab::views {

// A dimension whose KL is below this many nats says nothing of the data: it has collapsed.
inline constexpr float active_from = 0.01f;

// The samples are pictures.
inline bool has_pictures(const Store& store) {
  return store.sample_shape.picture() && store.sample_shape.size() > 0;
}
// The samples are pairs of numbers, drawn as points: of the plane, or rows of a table.
inline bool are_pairs(const Store& store) {
  return !store.sample_shape.picture() && store.sample_shape.size() == 2;
}
// How many samples an array of them holds.
std::size_t count_of(const Store& store, std::span<const float> values);
// Sample `index` of an array of them.
std::span<const float> sample_of(const Store& store, std::span<const float> values,
                                 std::size_t index);
float squared_error(std::span<const float> a, std::span<const float> b);  // mean over elements

std::string z_name(int dimension);  // z₁ for dimension 0
// The name of a test sample's class; empty where it has none.
std::string class_of(const Store& store, std::size_t index);
// The class of a test sample as a number, −1 where it has none.
int label_of(const Store& store, std::size_t index);
int latents_of(const Store& store);              // how many; 0 where the model has none
std::array<int, 2> axes_of(const Store& store);  // the latents that are shown together
std::vector<int> by_kl(const Store& store);      // latents, largest KL first
int active_count(const Store& store);
std::string fixed(double value, int decimals);  // with a true minus sign

using distributions::normal_cumulative, distributions::normal_quantile;

ImVec2 size_of(const Frame& frame, const std::string& words, float size = plot::axis_size);
void write(const Frame& frame, ImVec2 at, ImU32 colour, const std::string& words,
           float size = plot::axis_size);
// A sentence in the middle of the frame, broken where it is too long.
void sentence(const Frame& frame, const char* words);
// Why no samples are there: the model draws none, or `next`, which says when they come.
const char* why_no_samples(const Frame& frame, const words::Text& next);
// Marks with words in rows from `at` to `right`; returns the height that they take.
float key(const Frame& frame, ImVec2 at, float right, const std::vector<Entry>& entries);

// A place that can be pressed; whether the pointer is over it, and whether it is held.
struct Touch {
  bool hovered = false, pressed = false, held = false;
  ImVec2 at;
};
Touch touch(const char* id, ImVec2 min, ImVec2 max);

// Words, and pictures with a word under each, in a box beside the pointer.
struct Bubble {
  std::vector<std::string> lines, captions;
  std::vector<float> pictures;
  ImU32 label = 0;  // the ground of the first line, a class's colour; 0 for none
};
void bubble(Frame& frame, plot::Pictures& texture, const Bubble& content);

// Changes the code that is looked at, here at once and in the session.
void look_at(Frame& frame, const std::vector<std::pair<int, float>>& changes);

// A sample at the end of a line of a table; how the first line ends then.
std::string value_names(const Store& store);  // ",value_1…"
void add_values(std::string& csv, std::span<const float> sample);

}  // namespace lab::views
