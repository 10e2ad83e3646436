#include <array>

#include "shell/views/view.hpp"

namespace lab::views {

namespace {

constexpr std::array<ViewRow, 8> rows{{
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
    {"samples",
     {"What the model draws, over the data", "모델이 뽑은 표본과 데이터"},
     {"Samples", "표본"},
     make_samples},
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
