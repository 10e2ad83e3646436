// Views of a model of image patches: makers, one a picture.
#pragma once

#include "shell/views/view.hpp"

namespace lab::views {

std::unique_ptr<View> make_filters();       // what each feature answers to
std::unique_ptr<View> make_pooling();       // which features the second layer takes together
std::unique_ptr<View> make_patches();       // data and noise, and how they are told apart
std::unique_ptr<View> make_nonlinearity();  // what a response adds to ln p, and how often it comes

}  // namespace lab::views
