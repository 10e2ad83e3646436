#include <array>

#include "shell/views/flow_views.hpp"
#include "shell/views/latent_views.hpp"
#include "shell/views/view.hpp"

namespace lab::views {

namespace {

constexpr std::array<ViewRow, 24> rows{{
    {"posterior",
     {"Where the model says data ends and noise begins", "데이터와 잡음의 경계"},
     {"Boundary", "경계"},
     make_posterior},
    {"log-density",
     {"The density the model has learnt", "모델이 배운 밀도"},
     {"Density", "밀도"},
     make_log_density},
    {"truth", {"The true density", "참 밀도"}, {"Truth", "참값"}, make_truth},
    {"difference",
     {"Where the model is too high or too low", "모델이 높거나 낮은 곳"},
     {"Difference", "차이"},
     make_difference},
    {"samples", {"What the model draws", "모델이 뽑은 표본"}, {"Samples", "표본"}, make_samples},
    {"constant",
     {"The learnt constant against the true one", "배운 상수와 참 상수"},
     {"Constant", "상수"},
     make_constant},
    {"objective",
     {"How well data is told from noise", "데이터와 잡음을 구별하는 정도"},
     {"Objective", "목적함수"},
     make_objective},
    {"cross-section",
     {"A cut through the densities", "밀도의 단면"},
     {"Section", "단면"},
     make_cross_section},
    {"latent",
     {"Where the data lies in the latent space", "잠재공간에서 데이터의 자리"},
     {"Latents", "잠재"},
     make_latent},
    {"manifold",
     {"What every place of the latent space decodes to", "잠재공간 곳곳의 디코딩"},
     {"Manifold", "다양체"},
     make_manifold},
    {"reconstructions",
     {"Test pictures, and what comes back of them", "시험 그림과 그 복원"},
     {"Copies", "복원"},
     make_reconstructions},
    {"traversal",
     {"What each latent dimension does", "잠재 차원 하나하나의 역할"},
     {"Sweeps", "차원별"},
     make_traversal},
    {"interpolation",
     {"A path from one picture to another", "한 그림에서 다른 그림까지의 길"},
     {"Path", "경로"},
     make_interpolation},
    {"bound",
     {"The bound, and the two terms it is made of", "하한과 그 두 항"},
     {"Bound", "하한"},
     make_bound},
    {"kl-dimensions",
     {"How much each latent dimension says", "잠재 차원마다 담은 정보"},
     {"KL", "KL"},
     make_kl_dimensions},
    {"aggregate",
     {"All codes together, against the prior", "모든 코드와 사전분포"},
     {"Prior", "사전분포"},
     make_aggregate},
    {"warp",
     {"How the model bends the plane, stage by stage", "모델이 평면을 휘는 과정"},
     {"Warp", "변형"},
     make_warp},
    {"likelihood",
     {"The exact log-likelihood, as it learns", "학습에 따른 정확한 로그가능도"},
     {"Likelihood", "가능도"},
     make_likelihood},
    {"marginals",
     {"Are the latents as the prior says?", "잠재변수는 사전분포를 따르는가?"},
     {"Marginals", "주변분포"},
     make_marginals},
    {"neighbours",
     {"Samples, and the training pictures nearest to them", "표본과 가장 가까운 학습 그림"},
     {"Nearest", "이웃"},
     make_neighbours},
    {"sphere",
     {"A sphere of the latent space, unfolded", "펼쳐 놓은 잠재공간의 구"},
     {"Sphere", "구면"},
     make_sphere},
    {"inpainting",
     {"Hidden pixels, filled in by climbing ln p", "ln p를 올라 채운 가려진 픽셀"},
     {"Inpainting", "채우기"},
     make_inpainting},
    {"spectrum",
     {"How strongly each latent is stretched", "잠재변수마다 늘어난 정도"},
     {"Spectrum", "스펙트럼"},
     make_spectrum},
    {"runs",
     {"This run beside those before it", "이번 실행과 앞선 실행들"},
     {"Runs", "실행"},
     make_runs},
}};

}  // namespace

std::span<const ViewRow> registry() { return rows; }

const ViewRow* find_view(const std::string& name) {
  for (const ViewRow& row : rows) {
    if (name == row.name) return &row;
  }
  return nullptr;
}

}  // namespace lab::views
