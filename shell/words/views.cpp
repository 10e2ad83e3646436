#include "shell/words/views.hpp"

#include <stdexcept>
#include <string>
#include <vector>

namespace lab::words {

namespace {

constexpr ViewWords built_in[] = {
    {"boundary",
     {"Boundary", "경계"},
     {"Where the model says data ends and noise begins", "데이터와 잡음의 경계"}},
    {"log-density", {"Density", "밀도"}, {"The density the model has learnt", "모델이 배운 밀도"}},
    {"truth", {"Truth", "참값"}, {"The true density", "참 밀도"}},
    {"difference",
     {"Difference", "차이"},
     {"Where the model is too high or too low", "모델이 높거나 낮은 곳"}},
    {"samples", {"Samples", "표본"}, {"What the model draws", "모델이 뽑은 표본"}},
    {"constant",
     {"Constant", "상수"},
     {"The learnt constant against the true one", "배운 상수와 참 상수"}},
    {"objective",
     {"Objective", "목적함수"},
     {"What training makes large, as it learns", "학습이 키우는 목적함수의 추이"}},
    {"cross-section", {"Section", "단면"}, {"A cut through the densities", "밀도의 단면"}},
    {"landscape",
     {"Landscape", "지형"},
     {"The objective on the way to the most likely parameters",
      "최대가능도 매개변수로 가는 길의 목적함수"}},
    {"information",
     {"Information", "정보"},
     {"What the model says of the ratio, against what there is", "모델이 말하는 비와 참값"}},
    {"latent",
     {"Latents", "잠재"},
     {"Where the data lies in the latent space", "잠재공간에서 데이터의 자리"}},
    {"manifold",
     {"Manifold", "다양체"},
     {"What every place of the latent space decodes to", "잠재공간 곳곳의 디코딩"}},
    {"reconstructions",
     {"Copies", "복원"},
     {"Test pictures, and what comes back of them", "시험 그림과 그 복원"}},
    {"traversal",
     {"Sweeps", "차원별"},
     {"What each latent dimension does", "잠재 차원 하나하나의 역할"}},
    {"factors",
     {"Factors", "요인"},
     {"What each latent says of each factor of variation",
      "잠재변수마다 각 변화 요인을 말하는 정도"}},
    {"interpolation",
     {"Path", "경로"},
     {"A path from one picture to another", "한 그림에서 다른 그림까지의 길"}},
    {"features",
     {"Features", "특징"},
     {"What codes are good for: classes, neighbours, clusters", "코드의 쓸모: 분류, 이웃, 군집"}},
    {"bound", {"Bound", "하한"}, {"The bound, and the two terms it is made of", "하한과 그 두 항"}},
    {"kl-dimensions",
     {"KL", "KL"},
     {"How much each latent dimension says", "잠재 차원마다 담은 정보"}},
    {"aggregate",
     {"Prior", "사전분포"},
     {"All codes together, against the prior", "모든 코드와 사전분포"}},
    {"field",
     {"Field", "벡터장"},
     {"Where each point is moved, beside the slope of ln p", "점이 옮겨지는 방향과 ln p의 기울기"}},
    {"filters",
     {"Filters", "필터"},
     {"What each feature answers to most", "특징마다 가장 크게 반응하는 조각"}},
    {"pooling",
     {"Pooling", "묶음"},
     {"Which features the second layer takes together", "둘째 층이 함께 묶는 특징"}},
    {"patches",
     {"Patches", "조각"},
     {"Patches of pictures and of noise, told apart", "그림 조각과 잡음의 구별"}},
    {"nonlinearity",
     {"Responses", "반응"},
     {"What a response adds to ln p, and how often it comes", "반응이 ln p에 더하는 값과 그 빈도"}},
    {"partition",
     {"Cells", "칸"},
     {"Which part of the plane has which code", "평면의 어느 부분이 어느 코드인가"}},
    {"code-maps",
     {"Codes", "코드"},
     {"Pictures as maps of codes, which can be changed",
      "코드 지도로 본 그림. 코드를 바꿀 수 있음"}},
    {"codebook",
     {"Codebook", "코드북"},
     {"Encodings, and the codewords that replace them", "인코딩과 그것을 대신하는 코드워드"}},
    {"code-usage", {"Usage", "사용"}, {"How often each code is used", "코드마다 쓰이는 빈도"}},
    {"drawing",
     {"Drawing", "그리기"},
     {"Pictures as they are drawn, piece by piece", "조각조각 그려지는 그림"}},
    {"receptive-field",
     {"Seen", "시야"},
     {"What one pixel has seen of those before it", "한 픽셀이 앞선 픽셀에서 본 것"}},
    {"warp",
     {"Warp", "변형"},
     {"How the model bends the plane, stage by stage", "모델이 평면을 휘는 과정"}},
    {"sources",
     {"Sources", "신호원"},
     {"What each found source has of each true one", "찾은 신호원마다 든 참 신호원의 몫"}},
    {"mixing", {"Axes", "축"}, {"The axes of the sources over the data", "데이터 위 신호원의 축"}},
    {"likelihood",
     {"Likelihood", "가능도"},
     {"The exact log-likelihood, as it learns", "학습에 따른 정확한 로그가능도"}},
    {"marginals",
     {"Marginals", "주변분포"},
     {"Are the latents as the prior says?", "잠재변수는 사전분포를 따르는가?"}},
    {"neighbours",
     {"Nearest", "이웃"},
     {"Samples, and the training pictures nearest to them", "표본과 가장 가까운 학습 그림"}},
    {"sphere",
     {"Sphere", "구면"},
     {"A sphere of the latent space, unfolded", "펼쳐 놓은 잠재공간의 구"}},
    {"inpainting",
     {"Inpainting", "채우기"},
     {"Hidden pixels, filled in by the model", "모델이 채운 가려진 픽셀"}},
    {"anomalies",
     {"Anomalies", "이상 탐지"},
     {"Which test data the model finds strange", "모델이 이상하다고 보는 시험 데이터"}},
    {"spectrum",
     {"Spectrum", "스펙트럼"},
     {"How strongly each latent is stretched", "잠재변수마다 늘어난 정도"}},
    {"runs", {"Runs", "실행"}, {"This run beside those before it", "이번 실행과 앞선 실행들"}},
};

constexpr ViewWords all_rows[] = {
    {"log-density",
     {"Density", "밀도"},
     {"ln p of each model on one colour scale; dashes are the truth's level lines.",
      "각 모델의 ln p를 한 색 척도로 그립니다. 점선은 참값의 등고선입니다."}},
    {"samples",
     {"Samples", "표본"},
     {"What each model draws; over the data where that is of the plane.",
      "각 모델이 뽑은 표본입니다. 평면에서는 데이터 위에 그립니다."}},
    {"difference",
     {"Difference", "차이"},
     {"Blue: the model is too high; orange: too low, by up to 2 nats.",
      "파랑은 모델이 높은 곳, 주황은 낮은 곳입니다(최대 2 nats)."}},
    {"learning",
     {"Learning", "학습"},
     {"Test log-density over the time each has trained; the dashes are the best possible.",
      "학습 시간에 따른 시험 로그 밀도입니다. 점선은 가능한 최고값입니다."}},
    {"trade-off",
     {"Against β", "β에 따라"},
     {"How purely latents say factors (MIG) and how well pictures are given back, against β.",
      "잠재변수가 요인을 따로 말하는 정도(MIG)와 복원을 β에 따라 그립니다."}},
};

std::vector<ViewWords>& all() {
  static std::vector<ViewWords> rows(std::begin(built_in), std::end(built_in));
  return rows;
}

constexpr Text no_samples{"This model draws no samples.", "표본을 뽑지 않는 모델입니다."};

constexpr struct {
  std::string_view ability;
  Text text;
} all_lacking[] = {
    {"log_density",
     {"No density: this model says nothing of p(x).",
      "밀도가 없습니다. p(x)를 말하지 않는 모델입니다."}},
    {"sample", no_samples},
    {"transition", no_samples},
    {"encode", {"No codes.", "코드가 없습니다."}},
    {"reconstruct", {"Nothing is given back.", "복원하지 않는 모델입니다."}},
    {"filters", {"No features of image patches.", "그림 조각의 특징이 없습니다."}},
    {"respond", {"No features of image patches.", "그림 조각의 특징이 없습니다."}},
    {"codebook", {"No discrete codes.", "이산 코드가 없습니다."}},
    {"codes", {"No discrete codes.", "이산 코드가 없습니다."}},
    {"from_codes", {"No discrete codes.", "이산 코드가 없습니다."}},
    {"noise",
     {"No noise: this model is not trained against any.",
      "잡음이 없습니다. 잡음과 견주어 배우는 모델이 아닙니다."}},
    {"landscape",
     {"Only the Gaussian's best place is known beforehand.",
      "가장 좋은 자리를 미리 아는 모델은 가우스뿐입니다."}},
    {"information",
     {"This model says nothing of mutual information.", "상호정보를 말하지 않는 모델입니다."}},
    {"elbo", {"No latents with a posterior.", "사후분포를 갖는 잠재변수가 없습니다."}},
    {"decode", {"No latents to decode.", "디코딩할 잠재변수가 없습니다."}},
    {"forward", {"No invertible map.", "가역 사상이 없습니다."}},
    {"path_forward", {"No invertible map.", "가역 사상이 없습니다."}},
    {"draw_next",
     {"This model draws all pixels at once.", "모든 픽셀을 한꺼번에 그리는 모델입니다."}},
    {"influence", {"This model has no order of pixels.", "픽셀의 순서가 없는 모델입니다."}},
    {"scales", {"No scales to sort.", "정렬할 배율이 없습니다."}},
    {"unmixing", {"This model looks for no sources.", "신호원을 찾는 모델이 아닙니다."}},
    {"inpaint_move", {"This model cannot fill in pixels.", "화소를 채울 수 없는 모델입니다."}},
};

// By name, null where there is none.
const ViewWords* find(std::span<const ViewWords> table, std::string_view name) {
  for (const ViewWords& row : table) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

}  // namespace

std::span<const ViewWords> views() { return all(); }
void add_view(ViewWords row) { all().push_back(row); }
const ViewWords& of_view(std::string_view name) {
  if (const ViewWords* const row = find(all(), name)) return *row;
  throw std::out_of_range("There are no words for the view '" + std::string(name) + "'.");
}

std::span<const ViewWords> rows() { return all_rows; }
const ViewWords& of_row(std::string_view name) {
  const ViewWords* const row = find(all_rows, name);
  return row ? *row : of_view(name);
}

const Text& lacking(std::string_view ability) {
  for (const auto& row : all_lacking) {
    if (row.ability == ability) return row.text;
  }
  throw std::out_of_range("There are no words for what lacks '" + std::string(ability) + "'.");
}

}  // namespace lab::words
