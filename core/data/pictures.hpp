// Pictures made from a few known numbers, with labels and factors: data whose truth is known, and
// that needs no file. Sample i depends on the seed and on i alone, so the first few of many are
// the same as few.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/data/samples.hpp"

namespace lab::data {

// 28 × 28, grey: digits 0 … 9 written with a pen, white on black, 20 pixels high at most or
// nearly, about their centre of mass (as MNIST's). Labels: the digit. Factors, as drawn:
//   slant      tangent of the lean of the upright, to the right
//   thickness  of the pen, in pixels
//   size       height of the ink, in pixels
Samples make_strokes(std::size_t count, std::uint64_t seed);

// 32 × 32, grey: one white shape on black (after dSprites, Matthey et al. 2017). Labels and first
// factor: square, ellipse, heart. Factors:
//   shape  0, 1, 2
//   size   in pixels, half of the ellipse's long axis; all three shapes of a size have one area
//   angle  in [0, 2π), clockwise
//   x, y   of the centre of mass, in pixels from the left and upper edge
Samples make_sprites(std::size_t count, std::uint64_t seed);

// 28 rows × 20 columns, grey: a shaded cartoon of one face (after the Frey faces, Roweis). Factors:
//   yaw    of the head, radians; positive: it looks to the right of the picture
//   tilt   of the head, radians, clockwise
//   mouth  −1 a frown … 0 straight … 1 an open smile
//   eyes   0 closed … 1 wide open
//   light  −1 from the left … 1 from the right of the picture
Samples make_faces(std::size_t count, std::uint64_t seed);

// 64 × 64, grey: dead leaves, the simplest pictures with the statistics of natural ones: discs of
// one shade each that hide one another, their radii between 1.5 and 40 pixels with density ∝ r⁻³.
Samples make_dead_leaves(std::size_t count, std::uint64_t seed);

// Pictures of these factors, (count, 5) as above: what make_… makes of what it draws, each factor
// independently of the others.
Samples paint_sprites(std::span<const float> factor_values);
Samples paint_faces(std::span<const float> factor_values);

}  // namespace lab::data
