#include <vector>

#include "shell/views/autoregressive_views.hpp"
#include "shell/views/code_views.hpp"
#include "shell/views/filter_views.hpp"
#include "shell/views/flow_views.hpp"
#include "shell/views/ica_views.hpp"
#include "shell/views/latent_views.hpp"
#include "shell/views/view.hpp"

namespace lab::views {

namespace {

std::vector<ViewRow>& all() {
  static std::vector<ViewRow> rows{
      {"boundary", make_boundary, true},
      {"log-density", make_log_density, true},
      {"truth", make_truth, true},
      {"difference", make_difference, true},
      {"samples", make_samples, true},
      {"constant", make_constant},
      {"objective", make_objective},
      {"cross-section", make_cross_section},
      {"landscape", make_landscape},
      {"information", make_information},
      {"latent", make_latent},
      {"manifold", make_manifold},
      {"reconstructions", make_reconstructions},
      {"traversal", make_traversal},
      {"factors", make_factors},
      {"interpolation", make_interpolation},
      {"features", make_features},
      {"bound", make_bound},
      {"kl-dimensions", make_kl_dimensions},
      {"aggregate", make_aggregate},
      {"filters", make_filters},
      {"pooling", make_pooling},
      {"patches", make_patches},
      {"nonlinearity", make_nonlinearity},
      {"field", make_field, true},
      {"partition", make_partition, true},
      {"code-maps", make_code_maps},
      {"codebook", make_codebook},
      {"code-usage", make_code_usage},
      {"drawing", make_drawing},
      {"receptive-field", make_receptive_field},
      {"warp", make_warp},
      {"likelihood", make_likelihood},
      {"marginals", make_marginals},
      {"neighbours", make_neighbours},
      {"sphere", make_sphere},
      {"inpainting", make_inpainting},
      {"anomalies", make_anomalies},
      {"spectrum", make_spectrum},
      {"sources", make_sources},
      {"mixing", make_mixing, true},
      {"runs", make_runs},
  };
  return rows;
}

}  // namespace

std::span<const ViewRow> registry() { return all(); }

void add_view(ViewRow row) { all().push_back(row); }

const ViewRow* find_view(const std::string& name) {
  for (const ViewRow& row : all()) {
    if (name == row.name) return &row;
  }
  return nullptr;
}

bool through_camera(const std::string& name, const Store& store) {
  const ViewRow* const row = find_view(name);
  return row && row->plane && store.on_plane();
}

}  // namespace lab::views
