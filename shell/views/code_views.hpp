// Views of discrete codes: makers, one a picture, and what they share.
#pragma once

#include "shell/views/latent_parts.hpp"

namespace lab::views {

std::unique_ptr<View> make_partition();   // which part of the plane has which code
std::unique_ptr<View> make_codebook();    // encodings and codewords, in the space of codes
std::unique_ptr<View> make_code_maps();   // pictures as maps of codes, which can be changed
std::unique_ptr<View> make_code_usage();  // how often each code is used

// The colour of a code: as of classes while they are few, hues far apart where they are many.
ImU32 code_colour(const Frame& frame, int code);
// How many codes there are; 0 where the model has none.
int codes_of(const Store& store);
// "top level", of so many.
std::string level_name(const Frame& frame, std::size_t level, std::size_t levels);
// Buttons of the levels of codes, where there are several, which ask for another one; what follows
// goes below. Returns the height that they take.
float level_buttons(Frame& frame, ImVec2 at);
// "perplexity 12.3 of 16" and how many codes the test data that is looked at has.
std::string usage_words(const Frame& frame);

}  // namespace lab::views
