// Views of a model that draws one number after another: makers, one a picture.
#pragma once

#include "shell/views/view.hpp"

namespace lab::views {

std::unique_ptr<View> make_drawing();          // pictures as they are drawn
std::unique_ptr<View> make_receptive_field();  // what one site has seen of those before it

}  // namespace lab::views
