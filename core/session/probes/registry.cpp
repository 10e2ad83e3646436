// All probes: the views that draw their arrays, the abilities that they need, their domain.
#include <algorithm>
#include <stdexcept>

#include "core/session/probes/anomalies.hpp"
#include "core/session/probes/autoregressive.hpp"
#include "core/session/probes/codebook.hpp"
#include "core/session/probes/codes.hpp"
#include "core/session/probes/cross_section.hpp"
#include "core/session/probes/encoded.hpp"
#include "core/session/probes/factors.hpp"
#include "core/session/probes/features.hpp"
#include "core/session/probes/field.hpp"
#include "core/session/probes/filters.hpp"
#include "core/session/probes/flow.hpp"
#include "core/session/probes/inpainting.hpp"
#include "core/session/probes/landscape.hpp"
#include "core/session/probes/neighbours.hpp"
#include "core/session/probes/posteriors.hpp"
#include "core/session/probes/samples.hpp"
#include "core/session/probes/sources.hpp"
#include "core/session/probes/sphere.hpp"

namespace lab::session {

namespace {

template <class P>
std::unique_ptr<Probe> make(Choices&) {
  return std::make_unique<P>();
}

template <class P>
std::unique_ptr<Probe> make_with_choices(Choices& choices) {
  return std::make_unique<P>(choices);
}

using On = ProbeRow::On;

// In the order in which they are computed: neighbours are those of what is drawn.
std::vector<ProbeRow>& rows() {
  static std::vector<ProbeRow> rows{
      {{"boundary"}, {"noise"}, On::plane, make<NoiseProbe>},
      {{"landscape"}, {"landscape"}, On::plane, make<LandscapeProbe>},
      {{"samples"}, {"transition"}, On::plane, make<ChainsProbe>},
      {{"samples", "neighbours"}, {"sample"}, On::all, make_with_choices<DrawsProbe>},
      {{"samples", "neighbours"}, {"draw_next"}, On::others, make_with_choices<GrowingDrawsProbe>},
      {{"drawing"}, {"draw_next"}, On::others, make<DrawingProbe>},
      {{"receptive-field"}, {"influence"}, On::others, make<ReceptiveFieldProbe>},
      {{"latent", "aggregate", "kl-dimensions", "traversal"},
       {"elbo"},
       On::all,
       make<PosteriorsProbe>},
      {{"latent"}, {"encode"}, On::all, make<EncodedProbe>},
      {{"reconstructions"}, {"reconstruct"}, On::all, make_with_choices<GivenBackProbe>},
      {{"reconstructions"}, {"elbo"}, On::all, make_with_choices<GivenBackProbe>},
      {{"features"}, {}, On::others, make<FeaturesProbe>},
      {{"filters", "pooling", "nonlinearity"}, {"filters"}, On::others, make<FiltersProbe>},
      {{"patches", "nonlinearity"}, {"respond", "noise"}, On::others, make<PatchesProbe>},
      {{"field"}, {"reconstruct"}, On::plane, make<FieldProbe>},
      {{"codebook", "code-usage"}, {"codebook"}, On::all, make<CodebookProbe>},
      {{"partition"}, {"codebook"}, On::plane, make<PartitionProbe>},
      {{"code-maps"}, {"from_codes"}, On::others, make<CodeMapsProbe>},
      {{"interpolation"}, {"decode"}, On::others, make_with_choices<PathProbe>},
      {{"latent", "traversal", "manifold", "factors"},
       {"decode"},
       On::others,
       make_with_choices<CodeProbe>},
      {{"manifold"}, {"decode"}, On::others, make_with_choices<ManifoldProbe>},
      {{"traversal", "factors"}, {"decode"}, On::others, make_with_choices<TraversalProbe>},
      {{"factors"}, {}, On::others, make<FactorsProbe>},
      {{"spectrum"}, {"scales"}, On::all, make<SpectrumProbe>},
      {{"marginals"}, {"forward"}, On::all, make<MarginalsProbe>},
      {{"warp"}, {"path_forward", "path_inverse"}, On::plane, make<WarpProbe>},
      {{"neighbours"}, {}, On::others, make<NeighboursProbe>},
      {{"sphere"}, {"forward", "decode"}, On::others, make<SphereProbe>},
      {{"anomalies"}, {}, On::others, make<AnomaliesProbe>},
      {{"inpainting"}, {}, On::others, make<InpaintingProbe>},
      {{"sources", "mixing"}, {"unmixing"}, On::all, make<SourcesProbe>},
      {{"cross-section"}, {"log_density"}, On::plane, make<CrossSectionProbe>},
  };
  return rows;
}

bool is_wanted(const ProbeRow& row, const Experiment& experiment,
               const std::set<std::string>& views) {
  const bool plane = experiment.data().plane();
  const bool drawn = std::any_of(row.views.begin(), row.views.end(),
                                 [&](const char* view) { return views.count(view) > 0; });
  return drawn && (row.domain == On::all || plane == (row.domain == On::plane)) &&
         std::all_of(row.abilities.begin(), row.abilities.end(),
                     [&](const char* ability) { return experiment.can(ability); });
}

}  // namespace

void add_probe(ProbeRow row) { rows().push_back(std::move(row)); }

Task<bool> Probe::command(const std::string&, const Json&, Experiment&) { co_return false; }

Task<> Probe::go_on(Experiment&) { co_return; }

Probes::Probes() {
  for (const ProbeRow& row : rows()) probes_.push_back({&row, row.make(choices_)});
}

void Probes::adopt(const Experiment& experiment) {
  choices_.adopt(experiment);
  for (Made& made : probes_) made.probe->adopt(experiment);
}

void Probes::introduce(Message& loaded) const {
  for (const Made& made : probes_) made.probe->introduce(loaded);
}

Task<bool> Probes::command(const std::string& name, const Json& command, Experiment& experiment) {
  if (choices_.command(name, command, experiment)) co_return true;
  for (Made& made : probes_) {
    if (co_await made.probe->command(name, command, experiment)) co_return true;
  }
  co_return false;
}

Task<> Probes::add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
                   bool training) {
  for (Made& made : probes_) {
    if (!is_wanted(*made.row, experiment, views)) continue;
    co_await made.probe->add(snapshot, experiment, views, training);
  }
  if (tells_classes(experiment)) snapshot.head["of_class"] = choices_.of_class;
  if (choices_.code.empty()) co_return;
  snapshot.head["axes"] = choices_.axes;
  snapshot.head["path_ends"] = choices_.ends;
}

bool Probes::unfinished(const Experiment& experiment, const std::set<std::string>& views) const {
  return std::any_of(probes_.begin(), probes_.end(), [&](const Made& made) {
    return is_wanted(*made.row, experiment, views) && made.probe->unfinished();
  });
}

bool Probes::due(const Experiment& experiment, const std::set<std::string>& views) const {
  return std::any_of(probes_.begin(), probes_.end(), [&](const Made& made) {
    return is_wanted(*made.row, experiment, views) && made.probe->unfinished() && made.probe->due();
  });
}

Task<> Probes::go_on(Experiment& experiment, const std::set<std::string>& views) {
  for (Made& made : probes_) {
    if (is_wanted(*made.row, experiment, views) && made.probe->unfinished() && made.probe->due()) {
      co_await made.probe->go_on(experiment);
    }
  }
}

}  // namespace lab::session
