#include "core/session/probes/landscape.hpp"

namespace lab::session {

namespace {

// A little beyond both ends.
constexpr std::size_t places = 64;
constexpr double first = -0.25, last = 1.25;

}  // namespace

Task<> LandscapeProbe::add(Message& snapshot, Experiment& experiment, const std::set<std::string>&,
                           bool) {
  Call ends;
  ends.outputs = {"now", "optimum"};
  const Arrays known = co_await experiment.call("landscape", {}, ends);
  const std::vector<float>&now = known.values("now"), &optimum = known.values("optimum");
  std::vector<float> theta, values;
  for (std::size_t i = 0; i < places; ++i) {
    const double share = first + (last - first) * static_cast<double>(i) / (places - 1);
    for (std::size_t j = 0; j < now.size(); ++j) {
      const auto from = static_cast<double>(now[j]), to = static_cast<double>(optimum[j]);
      theta.push_back(static_cast<float>(from + share * (to - from)));
    }
  }
  Call line;
  line.outputs = {"objective", "slope"};
  const Arrays seen = co_await experiment.call("landscape", given("theta", theta), line);
  for (std::size_t i = 0; i < places; ++i) {
    values.push_back(
        static_cast<float>(first + (last - first) * static_cast<double>(i) / (places - 1)));
    values.push_back(seen.values("objective")[i]);
    values.push_back(seen.values("slope")[i]);
  }
  snapshot.add("landscape", {signed_of(places), 3}, std::move(values));
}

}  // namespace lab::session
