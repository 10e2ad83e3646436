// Views of independent components, one a file.
#pragma once

#include "shell/views/view.hpp"

namespace lab::views {

std::unique_ptr<View> make_sources();
std::unique_ptr<View> make_mixing();

}  // namespace lab::views
