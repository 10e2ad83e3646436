#include "core/models/site_by_site.hpp"

#include "core/distributions/categorical.hpp"
#include "core/models/classes.hpp"

namespace lab::models {

using namespace distributions;

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
  if (!drawn.class_shares.empty()) {
    const Value wanted = kept("draw.wanted", 1);
    of_class = kept("draw.class", 1);
    const Value u = random_uniform(g, {rows, 1}, system.seed, draw);
    start.inputs.push_back({"class", wanted, rows_of(Axis::latent), any_class});
    start.updates.emplace_back(of_class, wanted_or_drawn(wanted, u, drawn.class_shares));
    condition = one_hot(reshape(of_class, {rows}), drawn.class_shares.size());
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
