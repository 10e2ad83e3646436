#include "core/models/site_by_site.hpp"

#include <cmath>

#include "core/distributions/categorical.hpp"
#include "core/models/family.hpp"

namespace lab::models {

using namespace distributions;

namespace {

// Numbers of classes (n) → (n, count), 1 at the class.
Value one_hot(Value classes, Extent count) {
  return index_equal(reshape(to_index(classes), {classes.extent(0), 1}),
                     iota(classes.graph(), count));
}

}  // namespace

Classes::Classes(const data::Dataset& data)
    : shares_(data.train.classes.size()),
      labels_(data.train.labels.begin(), data.train.labels.end()) {
  if (labels_.empty()) {
    throw Unfit("model.condition",
                "'model.condition' is \"label\", but these data have no labels: choose none, or "
                "name a file of labels behind 'data.file'.");
  }
  for (const double label : labels_) {
    shares_.at(static_cast<std::size_t>(label)) += 1 / static_cast<double>(labels_.size());
  }
}

Value Classes::of_rows(Value rows) const {
  if (!any()) return {};
  const Value all = rows.graph().constant(labels_, {static_cast<Extent>(labels_.size())});
  return one_hot(gather(all, rows), count());
}

Value Classes::marginal(
    Value symbols, const std::function<Value(Value symbols, Value told)>& log_probability) const {
  if (!any()) return log_probability(symbols, {});
  // The rows once for each class.
  Graph& g = symbols.graph();
  const Extent rows = symbols.extent(0), sites = symbols.extent(1);
  std::vector<double> of_rows, log_shares;
  for (Extent c = 0; c < count(); ++c) {
    of_rows.insert(of_rows.end(), static_cast<std::size_t>(rows), static_cast<double>(c));
    log_shares.push_back(std::log(shares_[static_cast<std::size_t>(c)]));
    if (!std::isfinite(log_shares.back())) log_shares.back() = -1e30;
  }
  const Value all = reshape(broadcast(symbols, {count(), rows, sites}), {count() * rows, sites});
  const Value given = log_probability(
      all, one_hot(g.constant(of_rows, {static_cast<Extent>(of_rows.size())}), count()));
  return log_sum_exp(reshape(given, {count(), rows}) + g.constant(log_shares, {count(), 1}), {0});
}

void add_site_by_site(System& system, const SiteBySite& drawn) {
  Graph& g = *system.graph;
  const Extent rows = drawn.rows, sites = drawn.sites;
  const auto kept = [&](const char* name, Extent columns) {
    return g.variable(name, g.constant(0, {rows, columns}), Role::input);
  };
  const Value given = kept("draw.given", sites), hidden = kept("draw.hidden", sites),
              now = kept("draw.now", sites), left = kept("draw.left", sites),
              noise = kept("draw.noise", sites);
  const Value draw = g.variable("draw.number", g.index_constant(0), Role::input);
  const Value symbols = drawn.symbols_of ? drawn.symbols_of(given) : given;
  Ability start{"draw_start",
                {{"given", given, rows_of(Axis::site)}, {"hidden", hidden, rows_of(Axis::site)}},
                {},
                {{now, symbols * (1.0 - hidden)},
                 {left, hidden},
                 {noise, random_uniform(g, given.shape(), system.seed, draw)}}};
  start.draw = draw;
  Value condition, of_class;
  if (drawn.classes.any()) {
    const Value wanted = kept("draw.wanted", 1);
    of_class = kept("draw.class", 1);
    std::vector<double> cumulative;
    for (const double share : drawn.classes.shares()) {
      cumulative.push_back(share + (cumulative.empty() ? 0 : cumulative.back()));
    }
    const Extent classes = drawn.classes.count();
    const Value u = random_uniform(g, {rows, 1}, system.seed, draw);
    const Value any = minimum(sum(u > g.constant(cumulative, {1, classes}), {1}), classes - 1.0);
    start.inputs.push_back({"class", wanted, rows_of(Axis::latent)});
    start.updates.emplace_back(of_class, select(wanted < 0.0, reshape(any, {rows, 1}), wanted));
    condition = one_hot(reshape(of_class, {rows}), classes);
  }
  system.abilities.push_back(std::move(start));

  const Value site = argmax(max(left, {0}), 0);
  const Value here = index_equal(iota(g, sites), site);
  const Value logits = drawn.network.at(now, site, condition);
  const Value symbol = categorical_draw(logits, sum(noise * here, {1}));
  const Value next = select(here * left, reshape(symbol, {rows, 1}), now);
  Ability move{"draw_next",
               {},
               {{"x", drawn.seen_as ? drawn.seen_as(next) : next, rows_of(Axis::site)},
                {"symbol", symbol, {Axis::row}},
                {"probabilities", exp(log_probabilities(logits)), rows_of(Axis::symbol)},
                {"site", to_real(site)}},
               {{now, next}, {left, left * (1.0 - here)}}};
  if (of_class) move.outputs.push_back({"class", of_class, rows_of(Axis::latent)});
  system.abilities.push_back(std::move(move));
}

}  // namespace lab::models
