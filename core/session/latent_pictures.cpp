#include "core/session/latent_pictures.hpp"

#include <algorithm>
#include <cmath>

#include "core/distributions/normal_numbers.hpp"

namespace lab::session {

namespace {

constexpr std::size_t most_probes = 1000;     // test data whose posteriors are shown …
constexpr std::size_t most_numbers = 250000;  // … and numbers they may have in all
constexpr std::size_t most_reconstructions = 60, drawn_count = 64;
constexpr std::size_t side = 20;  // of the manifold (Kingma & Welling 2014, figure 4)
constexpr std::size_t traversal_steps = 11, path_steps = 9, most_swept = 32;
constexpr double sweep = 3;

std::size_t probes(const Experiment& experiment) {
  const std::size_t size = std::max<std::size_t>(1, experiment.data().dimensions());
  return std::min({experiment.data().test.count(), most_probes,
                   std::max<std::size_t>(most_reconstructions, most_numbers / size)});
}

std::int64_t signed_of(std::size_t count) { return static_cast<std::int64_t>(count); }

}  // namespace

void LatentPictures::adopt(const Experiment& experiment) {
  const auto latents = static_cast<std::size_t>(experiment.latents());
  if (code_.size() != latents) {
    code_.assign(latents, 0);
    axes_ = {0, latents > 1 ? std::size_t{1} : std::size_t{0}};
  }
  inputs_ = experiment.data().evaluated(experiment.data().test, probes(experiment));
  pair_.clear();
  const std::size_t count = experiment.data().test.count();
  for (std::size_t& end : ends_) end = std::min(end, count - 1);
}

bool LatentPictures::command(const std::string& name, const Json& command,
                             const Experiment& experiment) {
  const auto latents = static_cast<std::size_t>(experiment.latents());
  if (name == "redraw") {
    drawn_ += 1000;
    return true;
  }
  if (name != "code" && name != "path" && name != "plane") return false;
  if (latents == 0) throw std::runtime_error("This model has no latents to look at.");
  if (name == "code") {
    const auto z = command.at("z").get<std::vector<float>>();
    const bool sound = z.size() == latents && std::all_of(z.begin(), z.end(), [](float value) {
                         return std::abs(value) <= 100;
                       });
    if (!sound) {
      throw std::runtime_error("A code must be " + std::to_string(latents) +
                               " numbers between -100 and 100.");
    }
    code_ = z;
    return true;
  }
  const bool path = name == "path";
  const std::size_t limit = path ? experiment.data().test.count() : latents;
  const std::array<std::size_t, 2> pair{command.at(path ? "from" : "x").get<std::size_t>(),
                                        command.at(path ? "to" : "y").get<std::size_t>()};
  if (pair[0] >= limit || pair[1] >= limit) {
    throw std::runtime_error(
        std::string(path ? "A path runs between test data" : "A plane is made of latents") +
        " 0 to " + std::to_string(limit - 1) + ".");
  }
  (path ? ends_ : axes_) = pair;
  if (path) pair_.clear();
  return true;
}

void LatentPictures::introduce(Message& loaded, const Experiment& experiment) const {
  const data::Dataset& data = experiment.data();
  const data::Frame& frame = data.train.frame;
  loaded.head["frame"] = {{"rows", frame.rows},
                          {"columns", frame.columns},
                          {"channels", frame.channels},
                          {"picture", frame.picture()}};
  loaded.head["latents"] = experiment.latents();
  loaded.head["classes"] = data.test.classes;
  loaded.head["ordered"] = data.test.ordered;
  if (data.plane()) return;
  std::vector<float> inputs = inputs_;
  data.to_intensities(inputs);
  const std::int64_t count = signed_of(inputs.size() / data.dimensions());
  loaded.add("test_inputs", {count, signed_of(data.dimensions())}, std::move(inputs));
  if (data.test.labels.empty()) return;
  loaded.add(
      "test_labels", {count},
      {data.test.labels.begin(), data.test.labels.begin() + static_cast<std::ptrdiff_t>(count)});
}

void LatentPictures::add(Message& snapshot, Experiment& experiment,
                         const std::set<std::string>& views) {
  const bool plane = experiment.data().plane();
  const bool draws_wanted = views.count("samples") > 0 || views.count("neighbours") > 0;
  if (draws_wanted && experiment.latents() > 0) {
    std::vector<float> draws = experiment.sample(plane ? 512 : drawn_count, drawn_);
    if (!plane) experiment.data().to_intensities(draws);
    const std::int64_t size = signed_of(experiment.data().dimensions());
    const std::int64_t count = signed_of(draws.size()) / size;
    snapshot.add(plane ? "samples" : "drawn", {count, size}, std::move(draws));
  }
  if (experiment.latents() == 0) return;
  add_posteriors(snapshot, experiment, views);
  snapshot.head["axes"] = axes_;
  snapshot.head["path_ends"] = ends_;
  if (plane) return;
  const bool looks =
      views.count("latent") > 0 || views.count("traversal") > 0 || views.count("manifold") > 0;
  if (looks) {
    snapshot.add("code", {signed_of(code_.size())}, code_);
    add_pictures(snapshot, experiment, "decoded", code_, {});
  }
  if (views.count("manifold") > 0) {
    add_pictures(snapshot, experiment, "manifold", manifold_codes(), {signed_of(side * side)});
  }
  if (views.count("traversal") > 0) {
    const std::size_t swept = std::min(most_swept, code_.size());
    add_pictures(snapshot, experiment, "traversal", traversal_codes(),
                 {signed_of(swept), signed_of(traversal_steps)});
  }
}

void LatentPictures::add_posteriors(Message& snapshot, Experiment& experiment,
                                    const std::set<std::string>& views) {
  const auto wanted = [&](const char* view) { return views.count(view) > 0; };
  const bool all = wanted("latent") || wanted("aggregate");
  const bool some = wanted("reconstructions") || wanted("kl-dimensions") || wanted("traversal");
  if (!all && !some && !wanted("interpolation")) return;
  const data::Dataset& data = experiment.data();
  const std::size_t size = data.dimensions(), latents = code_.size();
  const auto part = [](const std::vector<float>& values, std::size_t count) {
    return std::vector<float>(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(count));
  };
  if (all || some) {
    const std::size_t numbers = all ? inputs_.size() : std::min(inputs_.size(), 256 * size);
    Experiment::Bound bound = experiment.bound(std::span(inputs_).first(numbers));
    const std::size_t count = bound.elbo.size();
    std::vector<float> kl(latents, 0);
    for (std::size_t i = 0; i < bound.kl.size(); ++i) {
      kl[i % latents] += bound.kl[i] / static_cast<float>(count);
    }
    snapshot.add("kl_dimensions", {signed_of(latents)}, std::move(kl));
    if (wanted("reconstructions")) {
      const std::size_t shown = std::min(most_reconstructions, count);
      std::vector<float> decoded = part(bound.decoded, shown * size);
      data.to_intensities(decoded);
      snapshot.add("reconstructions", {signed_of(shown), signed_of(size)}, std::move(decoded));
    }
    if (all) {
      for (float& value : bound.log_variance) value = std::exp(0.5f * value);
      snapshot.add("latent_mean", {signed_of(count), signed_of(latents)}, std::move(bound.mean));
      snapshot.add("latent_deviation", {signed_of(count), signed_of(latents)},
                   std::move(bound.log_variance));
    }
  }
  if (wanted("interpolation") && !data.plane()) {
    if (pair_.empty()) {
      const std::vector<float> inputs = data.evaluated(data.test, std::max(ends_[0], ends_[1]) + 1);
      for (const std::size_t end : ends_) {
        const auto start = inputs.begin() + static_cast<std::ptrdiff_t>(end * size);
        pair_.insert(pair_.end(), start, start + static_cast<std::ptrdiff_t>(size));
      }
    }
    const std::vector<float> mean = experiment.encode(pair_);
    std::vector<float> codes;
    for (std::size_t step = 0; step < path_steps; ++step) {
      const float t = static_cast<float>(step) / static_cast<float>(path_steps - 1);
      for (std::size_t j = 0; j < latents; ++j) {
        codes.push_back((1 - t) * mean[j] + t * mean[latents + j]);
      }
    }
    add_pictures(snapshot, experiment, "path", std::move(codes), {signed_of(path_steps)});
  }
}

// Decodes codes into an array of pictures of this shape, D last.
void LatentPictures::add_pictures(Message& snapshot, Experiment& experiment, const char* name,
                                  std::vector<float> codes, std::vector<std::int64_t> shape) {
  std::vector<float> decoded = experiment.decode(codes);
  experiment.data().to_intensities(decoded);
  shape.push_back(signed_of(experiment.data().dimensions()));
  snapshot.add(name, std::move(shape), std::move(decoded));
}

std::vector<float> LatentPictures::manifold_codes() const {
  std::vector<float> codes;
  const auto level = [](std::size_t i) {
    return static_cast<float>(
        distributions::normal_quantile((static_cast<double>(i) + 0.5) / static_cast<double>(side)));
  };
  for (std::size_t row = 0; row < side; ++row) {
    for (std::size_t column = 0; column < side; ++column) {
      std::vector<float> z = code_;
      z[axes_[1]] = level(side - 1 - row);
      z[axes_[0]] = level(column);
      codes.insert(codes.end(), z.begin(), z.end());
    }
  }
  return codes;
}

std::vector<float> LatentPictures::traversal_codes() const {
  std::vector<float> codes;
  for (std::size_t j = 0; j < std::min(most_swept, code_.size()); ++j) {
    for (std::size_t step = 0; step < traversal_steps; ++step) {
      std::vector<float> z = code_;
      z[j] = static_cast<float>(
          sweep * (2 * static_cast<double>(step) / static_cast<double>(traversal_steps - 1) - 1));
      codes.insert(codes.end(), z.begin(), z.end());
    }
  }
  return codes;
}

}  // namespace lab::session
