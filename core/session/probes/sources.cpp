#include "core/session/probes/sources.hpp"

#include <algorithm>
#include <cmath>

#include "core/data/ica.hpp"
#include "core/infer/assignment.hpp"
#include "core/infer/inverse.hpp"

namespace lab::session {

namespace {

std::vector<float> floats(const std::vector<double>& values) {
  return {values.begin(), values.end()};
}

}  // namespace

Task<> SourcesProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                         bool) {
  const Arrays found = co_await experiment.call("unmixing");
  const std::vector<float>& given = found.values("unmixing");
  const std::size_t size = experiment.data().dimensions();
  const std::vector<std::int64_t> shape{signed_of(size), signed_of(size)};
  std::vector<double> unmixing(given.begin(), given.end());
  if (!std::ranges::all_of(unmixing, [](double value) { return std::isfinite(value); })) co_return;
  const data::Mixing* const truth = data::mixing_behind(experiment.data().truth.get());
  if (truth) {
    const infer::Matched matched = infer::match_rows(truth->inverse, unmixing, size);
    std::vector<double> ordered(size * size), product(size * size, 0);
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t j = 0; j < size; ++j) {
        ordered[i * size + j] = matched.sign[i] * unmixing[matched.row[i] * size + j];
      }
    }
    for (std::size_t i = 0; i < size; ++i) {
      for (std::size_t k = 0; k < size; ++k) {
        for (std::size_t j = 0; j < size; ++j) {
          product[i * size + k] += ordered[i * size + j] * truth->matrix[j * size + k];
        }
      }
    }
    unmixing = std::move(ordered);
    snapshot.add("true_mixing", shape, floats(truth->matrix));
    snapshot.add("unmixed_mixture", shape, floats(product));
    snapshot.head["true_c"] = truth->log_constant();
  }
  snapshot.add("unmixing", shape, floats(unmixing));
  snapshot.add("mixing", shape, floats(infer::inverse(std::span<const double>(unmixing))));
}

}  // namespace lab::session
