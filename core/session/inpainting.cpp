#include "core/session/inpainting.hpp"

#include <stdexcept>
#include <utility>

namespace lab::session {

Task<> Inpainting::begin(Experiment& experiment, std::span<const float> given,
                         std::span<const float> hidden, std::uint32_t noise) {
  count_ = given.size() / experiment.data().dimensions();
  const auto most = static_cast<std::size_t>(experiment.system().ability("inpaint_start").rows());
  if (count_ > most) {
    throw std::invalid_argument("At most " + std::to_string(most) +
                                " pictures are inpainted at once.");
  }
  Call start;
  start.draw = noise;
  (void)co_await experiment.call("inpaint_start",
                                 Arguments("given", given).and_given("hidden", hidden), start);
  paced_at_ = -1;
}

Task<> Inpainting::move(Experiment& experiment, int moves) {
  if (experiment.can("inpaint_pace") &&
      std::exchange(paced_at_, experiment.steps()) != experiment.steps()) {
    (void)co_await experiment.call("inpaint_pace");
  }
  Call how;
  how.times = moves;
  how.rows = count_;
  Arrays moved = co_await experiment.call("inpaint_move", {}, how);
  pictures_ = moved.take("x");
  log_density_ = moved.take("log_density");
}

}  // namespace lab::session
