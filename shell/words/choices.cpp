#include "shell/words/choices.hpp"

#include <utility>
#include <vector>

namespace lab::words {

namespace {

constexpr Formula built_in_formulas[] = {
    {"data.name",
     "digits8",
     {"1,797 handwritten digits, 8×8  (UCI, Alpaydin & Kaynak)",
      "손글씨 숫자 1,797개, 8×8  (UCI, Alpaydin & Kaynak)"}},
    {"data.name",
     "strokes",
     {"digits drawn by a pen with random slant, thickness and wobble, 28×28",
      "기울기, 굵기, 떨림이 제각각인 펜으로 쓴 숫자, 28×28"}},
    {"data.name",
     "sprites",
     {"a shape of random size, angle and place, 32×32", "크기, 각도, 자리가 제각각인 도형, 32×32"}},
    {"data.name",
     "faces",
     {"a face that turns, speaks and blinks, 28×20",
      "고개를 돌리고 말하고 눈을 깜박이는 얼굴, 28×20"}},
    {"data.name",
     "dead-leaves",
     {"discs that hide one another, density of radii r⁻³, 64×64",
      "서로를 가리는 원판, 반지름의 밀도 r⁻³, 64×64"}},
    {"data.name", "eight-gaussians", same("x ~ ⅛ Σ N(μₖ, σ² I)")},
    {"data.name", "ring", {"‖x‖ ~ N(μ, σ²),  direction uniform", "‖x‖ ~ N(μ, σ²),  방향은 균등"}},
    {"data.name", "mixture", same("x ~ Σ πₖ N(μₖ, Σₖ)")},
    {"data.name", "moons", {"two half circles + N(0, σ² I)", "반원 둘 + N(0, σ² I)"}},
    {"data.name", "pinwheel", {"five blades, turned by e^a / 4", "날개 다섯, e^a / 4만큼 돌림"}},
    {"data.name", "checkerboard", {"x uniform on eight squares", "x는 여덟 칸에서 균등"}},
    {"data.name", "spirals", {"two arms + N(0, σ² I)", "팔 둘 + N(0, σ² I)"}},
    {"data.name", "swiss-roll", {"a roll + N(0, σ² I)", "두루마리 + N(0, σ² I)"}},
    {"data.name", "points", {"points drawn by hand", "손으로 그린 점"}},
    {"data.name", "scaled-gaussian", same("x ~ N(0, σ²)")},
    {"data.name",
     "correlated-gaussians",
     {"pairs uₖ, vₖ ~ N(0, 1) of correlation ρ,  I = −(d/2) ln (1 − ρ²)",
      "쌍 uₖ, vₖ ~ N(0, 1), 상관계수 ρ,  I = −(d/2) ln (1 − ρ²)"}},
    {"data.name",
     "ica",
     {"x = A s,  sources sₖ independent, p(s) = e^(−√2 |s|) / √2",
      "x = A s,  신호원 sₖ는 독립, p(s) = e^(−√2 |s|) / √2"}},
    {"data.name",
     "ica-plane",
     {"x = A s,  two sources sₖ, p(s) = e^(−√2 |s|) / √2",
      "x = A s,  신호원 sₖ 둘, p(s) = e^(−√2 |s|) / √2"}},

    {"model.name", "vae", same("z ~ N(0, I),  x ~ p(x|z; θ)\nq(z|x; φ) = N(μ(x), diag σ²(x))")},
    {"model.name", "nice",
     same("z = f(x),  y₁ = x₁,  y₂ = g(x₂; m(x₁))\nln p(x) = ln p(z) + ln |det ∂f/∂x|")},
    {"model.name", "energy-mlp", same("ln p(x) = f(x; θ) + c")},
    {"model.base",
     "gaussian",
     {"+ ln base(x),  base a wide N(m, σ² I)", "+ ln base(x),  base는 넓은 N(m, σ² I)"}},
    {"model.name", "gaussian", same("ln p(x) = b·x − ½ x·Λx + c")},
    {"model.name", "mixture", same("ln p(x) = ln Σ exp(aₖ − ½ ‖x−μₖ‖² / σₖ²) + c")},
    {"model.name", "ica", same("ln p(x) = −√2 Σ |bₖ·x| + c")},
    {"model.name", "ring", same("ln p(x) = −½ (‖x‖−μ)² / σ² + c")},

    {"model.name",
     "ar",
     {"ln p(x) = Σ ln p(xₖ | all x before k; θ)", "ln p(x) = Σ ln p(xₖ | k보다 앞의 모든 x; θ)"}},
    {"model.architecture",
     "pixelcnn",
     {"masked 7×7, then residual 3×3 blocks", "가린 7×7 뒤에 3×3 잔차 블록"}},
    {"model.architecture",
     "gated-pixelcnn",
     {"two stacks: rows above, and this row\ntanh(W₁ x) · σ(W₂ x)",
      "두 갈래: 위쪽 행과 이 행\ntanh(W₁ x) · σ(W₂ x)"}},
    {"model.architecture",
     "pixelsnail",
     {"gated residual 3×3 blocks, attention to all before:\nΣ softmax(q·k/√d) v",
      "게이트 달린 3×3 잔차 블록, 앞선 모두에 대한 attention:\nΣ softmax(q·k/√d) v"}},
    {"model.architecture",
     "made",
     {"a perceptron whose weights are masked, W · M", "가중치를 가린 퍼셉트론, W · M"}},
    {"model.architecture",
     "fvsbn",
     {"a regression for each pixel, on all before it", "픽셀마다 앞선 픽셀 모두에 대한 회귀"}},

    {"model.name", "critic", same("f(u, v) = exp s(u, v; θ)")},
    {"model.name", "ratio", same("ln p(x)/q(x) = Σₖ rₖ(x; θ)")},
    {"model.ratio", "quadratic", same("rₖ(x) = xᵀ Aₖ x + bₖ·x + cₖ")},
    {"model.ratio", "precision", same("rₖ(x) = D ln σₖ₊₁/σₖ − e^(2θₖ) ‖x‖²")},
    {"model.critic", "separable", same("s(u, v) = g(u)·h(v)")},
    {"model.critic", "joint", same("s(u, v) = g(u, v)")},
    {"model.name", "two-layer",
     same("ln p(x) = Σ f(ln(vₙ·(Wx)² + 1) + bₙ) + c\nf(u) = ¼ ln cosh 2u + ½ u + 0.17")},
    {"model.name", "ae", same("z = e(x; φ),  r(x) = d(z; θ)")},
    {"model.name", "vq", same("k = argmin ‖e(x; φ) − cₖ‖,  r(x) = d(cₖ; θ)")},

    {"objective.name",
     "likelihood",
     {"J = mean of ln p(x), exactly", "J = ln p(x)의 평균, 정확한 값"}},
    {"objective.name", "aevb", same("L = E_q ln p(x|z) − KL(q(z|x) ‖ p(z)) ≤ ln p(x)")},
    {"objective.name", "iwae", same("L = E ln (1/k) Σ p(x, zᵢ) / q(zᵢ|x) ≤ ln p(x)")},
    {"objective.name",
     "wake-sleep",
     {"wake: ln p(x, z), z ~ q(z|x)\nsleep: ln q(z|x), (x, z) ~ p",
      "깸: ln p(x, z), z ~ q(z|x)\n잠: ln q(z|x), (x, z) ~ p"}},
    {"objective.name",
     "mcem",
     {"E: z ~ p(z|x) by Hamiltonian Monte Carlo\nM: ln p(x, z; θ)",
      "E: z ~ p(z|x), 해밀턴 몬테카를로\nM: ln p(x, z; θ)"}},
    {"objective.name", "full-vb", same("L(z) + [ln p(θ) − ln q(θ)] / N,  q(θ) = N(μ, diag σ²)")},
    {"objective.name", "nce",
     same("J = (1/T) [Σ ln h(x) + Σ ln (1 − h(y))]\nh(u) = 1 / (1 + ν pₙ(u) / p(u))")},

    {"objective.name",
     "tre",
     {"ln p/pₙ = Σ ln pₖ/pₖ₊₁,  xₖ = √(1 − αₖ²) x + αₖ y\nJ = Σₖ E ln h(xₖ) + E ln (1 − h(xₖ₊₁))",
      "ln p/pₙ = Σ ln pₖ/pₖ₊₁,  xₖ = √(1 − αₖ²) x + αₖ y\nJ = Σₖ E ln h(xₖ) + E ln (1 − h(xₖ₊₁))"}},
    {"objective.name",
     "flow-contrastive",
     {"J as of nce, pₙ a flow: min over the flow, max over p",
      "J는 nce와 같고 pₙ은 흐름: 흐름은 최소로, p는 최대로"}},
    {"objective.name", "infonce", same("J = E ln [f(u, v) / Σₖ f(u, vₖ)],  I(u; v) ≥ ln N + J")},
    {"objective.loss",
     "exponential",
     {"instead J = −½ E √(pₙ/p) − ½ Eₙ √(p/pₙ)", "대신 J = −½ E √(pₙ/p) − ½ Eₙ √(p/pₙ)"}},
    {"objective.name",
     "score-matching",
     {"J = −E [Σ ∂ψⱼ/∂xⱼ + ½ ‖ψ‖²],  ψ = ∇ ln p⁰(x)\n|u| smoothed: ln cosh(βu) / β",
      "J = −E [Σ ∂ψⱼ/∂xⱼ + ½ ‖ψ‖²],  ψ = ∇ ln p⁰(x)\n|u|를 ln cosh(βu) / β로 매끄럽게"}},
    {"objective.name",
     "contrastive-divergence",
     {"∇J = E ∇ ln p⁰(x) − E ∇ ln p⁰(x′)\nx′: x moved once by Hamiltonian Monte Carlo",
      "∇J = E ∇ ln p⁰(x) − E ∇ ln p⁰(x′)\nx′: 해밀턴 몬테카를로로 x를 한 번 옮긴 점"}},
    {"objective.name",
     "importance-sampling",
     {"J = E ln p⁰(x) − ln Z,  Z ≈ mean of p⁰(y) / pₙ(y)",
      "J = E ln p⁰(x) − ln Z,  Z ≈ p⁰(y) / pₙ(y)의 평균"}},
    {"objective.name",
     "nce-on-sphere",
     {"J of NCE, noise y uniform on a sphere\nfirst W, then v, then both",
      "NCE의 J, 잡음 y는 구면에서 균등\n먼저 W, 다음 v, 그다음 함께"}},
    {"objective.name", "reconstruction", same("J = −(1/D) E ‖r(x) − x‖²")},
    {"objective.name",
     "denoising",
     {"J = −(1/D) E ‖r(y) − x‖²,  y a corrupted x", "J = −(1/D) E ‖r(y) − x‖²,  y는 손상된 x"}},
    {"objective.name",
     "vq",
     {"J = −E ‖r − x‖²/(D var x) − β E ‖z − sg(c)‖²/d",
      "J = −E ‖r − x‖²/(D var x) − β E ‖z − sg(c)‖²/d"}},
    {"model.code_prior", "pixelcnn", same("p(k) = p(k₁) p(k₂ | k₁) p(k₃ | k₁, k₂) …")},
    {"model.code_prior", "gated-pixelcnn", same("p(k) = p(k₁) p(k₂ | k₁) p(k₃ | k₁, k₂) …")},
    {"model.code_prior", "pixelsnail", same("p(k) = p(k₁) p(k₂ | k₁) p(k₃ | k₁, k₂) …")},
    {"model.code_prior", "made", same("p(k) = p(k₁) p(k₂ | k₁) p(k₃ | k₁, k₂) …")},
    {"model.code_prior", "fvsbn", same("p(k) = p(k₁) p(k₂ | k₁) p(k₃ | k₁, k₂) …")},
    {"objective.codebook", "gradient", same("… − E ‖sg(z) − c‖²/d")},
    {"objective.loss",
     "cross-entropy",
     {"instead J = E Σ x ln r + (1 − x) ln (1 − r)", "대신 J = E Σ x ln r + (1 − x) ln (1 − r)"}},
    {"objective.corruption", "gaussian", same("y = x + σ ε,  ε ~ N(0, I)")},
    {"objective.corruption",
     "masking",
     {"y: a share of the numbers made black", "y: 수의 일부를 검게"}},
    {"objective.corruption",
     "salt-and-pepper",
     {"y: a share of the numbers made black or white", "y: 수의 일부를 검거나 희게"}},
    {"objective.corruption",
     "dropout",
     {"y = m x / (1 − p),  m = 0 with probability p", "y = m x / (1 − p),  m = 0일 확률 p"}},

    {"optimiser.name",
     "adam",
     {"θ ← θ + η m / (√v + ε),  m, v moments of dJ/dθ",
      "θ ← θ + η m / (√v + ε),  m, v는 dJ/dθ의 적률"}},
    {"optimiser.name", "sgd", same("θ ← θ + η dJ/dθ")},
    {"optimiser.name", "momentum", same("m ← μ m + dJ/dθ,  θ ← θ + η m")},
    {"optimiser.name", "rmsprop", same("θ ← θ + η dJ/dθ / (√v + ε),  v ← ρ v + (1−ρ) (dJ/dθ)²")},
    {"optimiser.name", "normalised", same("θ ← θ + η (dJ/dθ) / ‖dJ/dθ‖")},
    {"optimiser.name", "adagrad", same("θ ← θ + η dJ/dθ / (√v + ε),  v ← v + (dJ/dθ)²")},
};

constexpr Text told_from_noise{"told from noise, unnormalised", "잡음과 구별, 정규화 없음"};

constexpr ModelTitle built_in_titles[] = {
    {"ica", "ICA", {"independent sources, mixed", "섞인 독립 신호원"}},
    {"nice", "NICE", {"an invertible map, exact likelihood", "가역 사상, 정확한 가능도"}},
    {"vae", "VAE", {"latents, a bound on the likelihood", "잠재변수, 가능도의 하한"}},
    {"ar", "Autoregressive", {"pixel by pixel, exact likelihood", "픽셀 순서, 정확한 가능도"}},
    {"ae",
     "Autoencoder",
     {"codes and their reconstructions, no density", "코드와 복원, 밀도 없음"}},
    {"vq", "VQ-VAE", {"discrete codes, no density yet", "이산 코드, 아직 밀도 없음"}},
    {"critic",
     "Critic",
     {"what halves say of each other, no density", "반쪽이 서로에 대해 말하는 것, 밀도 없음"}},
    {"ratio", "Ratios", {"a ratio of densities, step by step", "걸음걸음 배우는 밀도의 비"}},
    {"two-layer", "NCE of patches", told_from_noise},
    {"energy-mlp", "NCE energy", told_from_noise},
    {"mixture", "NCE mixture", told_from_noise},
    {"gaussian", "NCE Gaussian", told_from_noise},
    {"ring", "NCE ring", told_from_noise},
};

constexpr std::pair<std::string_view, const char*> architectures[] = {
    {"fvsbn", "FVSBN"},           {"made", "MADE"},
    {"pixelcnn", "PixelCNN"},     {"gated-pixelcnn", "Gated PixelCNN"},
    {"pixelsnail", "PixelSNAIL"},
};

std::vector<Formula>& all_formulas() {
  static std::vector<Formula> rows(std::begin(built_in_formulas), std::end(built_in_formulas));
  return rows;
}

std::vector<ModelTitle>& all_titles() {
  static std::vector<ModelTitle> rows(std::begin(built_in_titles), std::end(built_in_titles));
  return rows;
}

}  // namespace

std::span<const Formula> formulas() { return all_formulas(); }
void add_formula(Formula row) { all_formulas().push_back(row); }

std::span<const ModelTitle> model_titles() { return all_titles(); }
void add_title(ModelTitle row) { all_titles().push_back(row); }

const char* model_title(std::string_view model, std::string_view architecture) {
  for (const auto& [name, title] : architectures) {
    if (architecture == name) return title;
  }
  for (const ModelTitle& row : all_titles()) {
    if (row.model == model) return row.title;
  }
  return "?";
}

Text model_answer(std::string_view model) {
  for (const ModelTitle& row : all_titles()) {
    if (row.model == model) return row.answer;
  }
  return {};
}

}  // namespace lab::words
