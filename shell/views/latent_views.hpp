// Views of a model with latents (a variational auto-encoder): makers, one a picture.
#pragma once

#include "shell/plot/pictures.hpp"
#include "shell/views/view.hpp"

namespace lab::views {

std::unique_ptr<View> make_latent();           // the codes of the test data, by class
std::unique_ptr<View> make_manifold();         // what every place of the latent plane decodes to
std::unique_ptr<View> make_reconstructions();  // test pictures above what comes back of them
std::unique_ptr<View> make_traversal();        // one latent dimension at a time
std::unique_ptr<View> make_field();            // where each point is moved
std::unique_ptr<View> make_features();         // what codes are good for, laid out in the plane
std::unique_ptr<View> make_anomalies();        // which test data the model finds strange
std::unique_ptr<View> make_factors();          // what latents say of factors of variation
std::unique_ptr<View> make_interpolation();    // from one test picture to another
std::unique_ptr<View> make_bound();            // the evidence lower bound and its two terms
std::unique_ptr<View> make_kl_dimensions();    // the KL of each dimension
std::unique_ptr<View> make_aggregate();        // the aggregate posterior against the prior
std::unique_ptr<View> make_runs();             // this run's curve beside those that went before

// Only beside others, hence without a row: MIG and reconstruction of models that differ in β.
std::unique_ptr<View> make_trade_off();

// What the model draws ("drawn") as pictures, for a view of samples, which keeps the textures.
// Where a classifier has judged what was drawn, those are first of whose class it is surest, and
// those below `least`, which a slider changes, are faded.
struct Gallery {
  plot::Pictures pictures, nothing;
  float least = 0;
};
void draw_gallery(Frame& frame, Gallery& gallery);

// The same, a picture a line.
std::string gallery_csv(const Store& store);

}  // namespace lab::views
