// Views of a flow, an invertible map from data to latents (NICE): makers, one a picture.
#pragma once

#include "shell/plot/pictures.hpp"
#include "shell/views/view.hpp"

namespace lab::views {

std::unique_ptr<View> make_warp();        // the plane bent by f and by f⁻¹, stage by stage
std::unique_ptr<View> make_likelihood();  // the exact log-likelihood as training goes on
std::unique_ptr<View> make_marginals();   // each latent's histogram against the prior
std::unique_ptr<View> make_neighbours();  // samples beside the training pictures nearest to them
std::unique_ptr<View> make_sphere();      // f⁻¹ of a rotated sphere, and a walk around it
std::unique_ptr<View> make_inpainting();  // hidden pixels filled in by climbing ln p
std::unique_ptr<View> make_spectrum();    // the sorted scales of the latents

}  // namespace lab::views
