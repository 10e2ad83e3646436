// A worked example of a picture, added by this one file: a probe that computes an array, and the
// view that draws it. ln p(x) of some test data, from the least likely to the likeliest.
#include <algorithm>

#include "core/session/probes/probe.hpp"
#include "core/session/views.hpp"
#include "shell/views/view.hpp"
#include "shell/words/views.hpp"
#include "tests/toys/toys.hpp"

namespace lab {

namespace {

// toy_ranks (n): ln p(x) of the first n test data in nats, ascending.
class RanksProbe final : public session::Probe {
 public:
  Task<> add(session::Message& snapshot, session::Experiment& experiment,
             const std::set<std::string>&, bool) override {
    const data::Dataset& data = experiment.data();
    const std::vector<float> x = data.evaluated(data.test, toys::ranked);
    session::Call how;
    how.outputs = {"log_density"};
    session::Arrays found = co_await experiment.call(experiment.system().exact_density()->name,
                                                     session::given("x", x), how);
    std::vector<float> ranks = found.take("log_density");
    std::sort(ranks.begin(), ranks.end());
    const std::int64_t count = session::signed_of(ranks.size());
    snapshot.add("toy_ranks", {count}, std::move(ranks));
  }
};

class Ranks final : public views::View {
 public:
  void draw(views::Frame& frame) override {
    const views::Array& ranks = frame.store.array("toy_ranks");
    if (ranks.empty()) return;
    const auto low = static_cast<double>(ranks.values.front()) - 1,
               high = static_cast<double>(ranks.values.back()) + 1;
    const plot::Axes axes(frame.theme, frame.fonts, frame.min, frame.max,
                          {0, static_cast<double>(ranks.size()), low, high}, false, frame.compact,
                          {frame.text({"rank", "순위"}), "ln p(x)  (nats)"});
    for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
      const auto from = static_cast<double>(rank);
      axes.draw().AddRectFilled(axes.screen(from, static_cast<double>(ranks[rank])),
                                axes.screen(from + 1, low), toys::bar);
    }
  }

  std::string csv(const views::Store& store) const override {
    const views::Array& ranks = store.array("toy_ranks");
    if (ranks.empty()) return {};
    std::string table = "rank,log_density\n";
    for (std::size_t rank = 0; rank < ranks.size(); ++rank)
      table += std::to_string(rank + 1) + "," + std::to_string(ranks[rank]) + "\n";
    return table;
  }

  std::string describe(const views::Store& store) const override {
    return "ln p(x) of " + std::to_string(store.array("toy_ranks").size()) + " test data, sorted.";
  }
};

[[maybe_unused]] const bool added = [] {
  session::ViewNeeds needs{"toy-ranks"};
  needs.exact = true;
  session::add_view(needs);
  session::add_probe({{"toy-ranks"},
                      {},
                      session::ProbeRow::On::all,
                      [](session::Choices&) -> std::unique_ptr<session::Probe> {
                        return std::make_unique<RanksProbe>();
                      }});
  views::add_view(
      {"toy-ranks", []() -> std::unique_ptr<views::View> { return std::make_unique<Ranks>(); }});
  words::add_view({"toy-ranks",
                   {"Ranks", "순위"},
                   {"How likely the test data is, sorted", "시험 데이터의 가능도, 작은 순서"}});
  return true;
}();

}  // namespace

}  // namespace lab
