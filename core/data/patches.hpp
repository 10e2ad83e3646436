// Small square patches cut out of larger pictures at random: what models of natural images see.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/data/samples.hpp"

namespace lab::data {

inline constexpr std::size_t least_patch = 4;

// The larger side of a picture that patches are cut of, at most: a larger one is made smaller by a
// whole number first, its pixels averaged, since a small patch of it would show no structure.
inline constexpr std::size_t most_patched_side = 1024;

// Pictures in grey (0.299 R + 0.587 G + 0.114 B), none larger than most_patched_side.
Samples for_patches(Samples pictures);

// How many patches of side × side to cut of a picture of rows × columns for each pixel to be seen
// about twice.
std::size_t usual_patches(std::size_t rows, std::size_t columns, std::size_t side);

// The rows first … first + rows − 1 of each picture.
Samples band(const Samples& pictures, std::size_t first, std::size_t rows);

// `count` patches (count, side²) of pictures that are no smaller, as many of each as of every
// other, or one more; places that are nearly of one shade (deviation below two levels of 256) are
// passed over where others are found. The same seed cuts the same. Labels are those of the
// pictures.
Samples cut_patches(const Samples& pictures, std::size_t side, std::size_t count,
                    std::uint64_t seed);

// One after another, of one shape, without labels.
Samples joined(const std::vector<Samples>& parts);

}  // namespace lab::data
