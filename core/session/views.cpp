#include "core/session/views.hpp"

#include <algorithm>
#include <string_view>

namespace lab::session {

namespace {

using On = ViewNeeds::On;

std::vector<ViewNeeds>& all() {
  static std::vector<ViewNeeds> views{
      {"boundary", On::plane, {"noise"}, false, true},
      {"log-density", On::plane, {"log_density"}, false, true},
      {"truth", On::plane, {}, false, true},
      {"difference", On::plane, {"log_density"}, false, true},
      {"samples", On::all, {"sample", "transition", "draw_next"}},
      {"constant", On::all, {"noise"}},
      {"objective", On::all, {"noise", "elbo", "reconstruct", "information"}},
      {"cross-section", On::plane, {"log_density"}},
      {"landscape", On::plane, {"landscape"}},
      {"information", On::others, {"information"}},
      {"latent", On::all, {"elbo", "encode"}},
      {"manifold", On::others, {"elbo", "encode"}},
      {"reconstructions", On::others, {"elbo", "reconstruct"}},
      {"traversal", On::others, {"elbo", "encode"}},
      {"factors", On::others, {"elbo", "encode"}},
      {"interpolation", On::others, {"decode"}},
      {"features", On::others, {"encode", "elbo", "codes", "forward"}},
      {"bound", On::all, {"elbo"}},
      {"kl-dimensions", On::all, {"elbo"}},
      {"aggregate", On::all, {"elbo"}},
      {"filters", On::others, {"filters"}},
      {"pooling", On::others, {"filters"}},
      {"patches", On::others, {"respond"}},
      {"nonlinearity", On::others, {"respond"}},
      {"field", On::plane, {"reconstruct"}},
      {"partition", On::plane, {"codebook"}},
      {"code-maps", On::others, {"from_codes"}},
      {"codebook", On::all, {"codebook"}},
      {"code-usage", On::all, {"codebook"}},
      {"warp", On::plane, {"path_forward"}},
      {"likelihood", On::all, {}, true},
      {"marginals", On::all, {"forward"}},
      {"drawing", On::others, {"draw_next"}},
      {"receptive-field", On::others, {"influence"}},
      {"neighbours", On::others, {"forward", "draw_next"}},
      {"sphere", On::others, {"forward"}},
      {"inpainting", On::others, {"inpaint_move", "influence"}},
      {"anomalies", On::others, {"reconstruct", "elbo", "log_density", "forward"}},
      {"spectrum", On::all, {"scales"}},
      {"sources", On::all, {"unmixing"}},
      {"mixing", On::plane, {"unmixing"}},
      {"runs"},
  };
  return views;
}

}  // namespace

const std::vector<ViewNeeds>& views() { return all(); }

void add_view(ViewNeeds view) { all().push_back(std::move(view)); }

bool fills(const models::Family& family, const ViewNeeds& view) {
  if (view.exact && !family.exact) return false;
  const auto has = [&view](const models::Use& use) {
    return view.abilities.empty() ||
           std::any_of(use.abilities.begin(), use.abilities.end(), [&view](std::string_view each) {
             return std::find(view.abilities.begin(), view.abilities.end(), each) !=
                    view.abilities.end();
           });
  };
  return (view.on != On::others && family.learns(true) && has(family.on_plane)) ||
         (view.on != On::plane && family.learns(false) && has(family.on_others));
}

}  // namespace lab::session
