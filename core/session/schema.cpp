// The table of all keys: what can be set, what it may be, and what a person reads about it.
#include <algorithm>

#include "core/session/specification.hpp"

namespace lab::session {

namespace {

Json names(std::initializer_list<const char*> list) {
  Json array = Json::array();
  for (const char* name : list) array.push_back(name);
  return array;
}

// A list of words as it is written below. It owns nothing, so that thousands of temporary strings
// are no code to download.
class Words {
 public:
  Words(std::initializer_list<const char*> words) : words_(words) {}
  Words(const std::vector<std::string>& list) : list_(&list) {}
  std::vector<std::string> all() const {
    return list_ ? *list_ : std::vector<std::string>(words_.begin(), words_.end());
  }

 private:
  std::initializer_list<const char*> words_;
  const std::vector<std::string>* list_ = nullptr;
};

// Shorthands for the kinds of row below.
Key row(const char* path, Kind kind, Text label, Text help) {
  Key key;
  key.path = path;
  key.kind = kind;
  key.label = label;
  key.help = help;
  return key;
}

Key choice(const char* path, Words choices, Text label, Text help) {
  Key key = row(path, Kind::choice, label, help);
  key.choices = choices.all();
  key.fallback = key.choices.front();
  return key;
}

struct Range {
  double low, high, slider_low, slider_high;
  bool logarithmic = false;
};

Key number(const char* path, double fallback, Range range, Text label, Text help) {
  Key key = row(path, Kind::number, label, help);
  key.fallback = fallback;
  key.low = range.low;
  key.high = range.high;
  key.slider_low = range.slider_low;
  key.slider_high = range.slider_high;
  key.logarithmic = range.logarithmic;
  return key;
}

Key integer(const char* path, std::int64_t fallback, Range range, Text label, Text help) {
  Key key = number(path, 0, range, label, help);
  key.kind = Kind::integer;
  key.fallback = fallback;
  return key;
}

Key text(const char* path, Text label, Text help) {
  Key key = row(path, Kind::text, label, help);
  key.fallback = "";
  return key;
}

Key rows(const char* path, std::size_t columns, Json fallback, Text label, Text help) {
  Key key = row(path, Kind::rows, label, help);
  key.columns = columns;
  key.fallback = std::move(fallback);
  return key;
}

Key boolean(const char* path, bool fallback, Text label, Text help) {
  Key key = row(path, Kind::boolean, label, help);
  key.fallback = fallback;
  return key;
}

// What follows changes a key and hands it on: a temporary one as such.
template <class K>
K&& when(K&& key, const char* path, Words values) {
  key.when.push_back({path, values.all()});
  return std::forward<K>(key);
}

// The value of a key that is not given, where `path` is one of `values`.
template <class K>
K&& otherwise(K&& key, const char* path, Words values, Json fallback) {
  key.fallbacks.push_back({{{path, values.all()}}, std::move(fallback)});
  return std::forward<K>(key);
}

// The same, where both hold.
template <class K>
K&& otherwise(K&& key, const char* path, Words values, const char* other_path, Words other_values,
              Json fallback) {
  key.fallbacks.push_back(
      {{{path, values.all()}, {other_path, other_values.all()}}, std::move(fallback)});
  return std::forward<K>(key);
}

// Those choices need `path` to be one of `values`.
template <class K>
K&& fit(K&& key, Words choices, const char* path, Words values) {
  for (const std::string& each : choices.all()) key.fits[each].push_back({path, values.all()});
  return std::forward<K>(key);
}

template <class K>
K&& live(K&& key) {
  key.live = true;
  return std::forward<K>(key);
}

template <class K>
K&& with_unit(K&& key, const char* unit) {
  key.unit = unit;
  return std::forward<K>(key);
}

const std::vector<std::string> plane{"eight-gaussians", "ring",       "mixture",
                                     "moons",           "pinwheel",   "checkerboard",
                                     "spirals",         "swiss-roll", "points"};
const std::vector<std::string> pictures{"digits8", "strokes", "sprites", "faces", "file"};
const std::vector<std::string> energies{"energy-mlp", "gaussian", "mixture", "ring"};
// Objectives of models with latents.
const std::vector<std::string> latent_objectives{"aevb", "iwae", "wake-sleep", "mcem", "full-vb"};

std::vector<std::string> joined(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::vector<Key> make_schema() {
  std::vector<Key> keys;
  const auto add = [&keys](Key&& key) { keys.push_back(std::move(key)); };
  const double huge = 1e6;

  add(integer("version", 1, {1, 1, 1, 1}, {"version", "버전"},
              {"The version of this format.", "이 형식의 버전입니다."}));
  add(text("title", {"title", "제목"}, {"What the experiment is called.", "실험의 이름입니다."}));

  add(choice("data.name", joined(plane, pictures), {"data", "데이터"},
             {"What is learnt: a density of the plane, or pictures.",
              "학습할 대상: 평면의 밀도 또는 그림입니다."}));
  add(when(
      text("data.file", {"file", "파일"},
           {"Path, address or name of a file: IDX, CIFAR-10, NPY, NPZ, CSV, PNG or JPEG; labels "
            "after a semicolon.",
            "파일의 경로, 주소 또는 이름: IDX, CIFAR-10, NPY, NPZ, CSV, PNG, JPEG. 레이블은 "
            "쌍반점 뒤에 씁니다."}),
      "data.name", {"file"}));
  add(when(text("data.test_file", {"test file", "시험 파일"},
                {"A file of test data; without one, test data is taken from the first file.",
                 "시험 데이터 파일입니다. 없으면 첫 파일에서 떼어 냅니다."}),
           "data.name", {"file"}));
  add(when(integer("data.tile_rows", 0, {0, 4096, 0, 128}, {"tile rows", "타일 행"},
                   {"Height of a picture in a sheet of pictures; 0 where a file is one picture.",
                    "여러 그림이 든 한 장에서 한 그림의 높이입니다. 한 장이 한 그림이면 0입니다."}),
           "data.name", {"file"}));
  add(when(integer("data.tile_columns", 0, {0, 4096, 0, 128}, {"tile columns", "타일 열"},
                   {"Width of a picture in a sheet of pictures; 0 where a file is one picture.",
                    "여러 그림이 든 한 장에서 한 그림의 너비입니다. 한 장이 한 그림이면 0입니다."}),
           "data.name", {"file"}));
  add(when(
      boolean("data.ordered", false, {"a film", "영화"},
              {"Neighbours in the file belong together, as in a film: they are joined by a line.",
               "파일에서 이웃한 것들이 영화처럼 이어집니다. 선으로 잇습니다."}),
      "data.name", {"file"}));
  Key train = with_unit(
      integer("data.train", 8000, {16, 200000, 100, 60000, true}, {"training data", "학습 데이터"},
              {"Less data is learnt by heart sooner; more shows the density better.",
               "적으면 외우기 쉽고, 많으면 밀도를 더 잘 드러냅니다."}),
      "samples");
  otherwise(train, "data.name", {"digits8"}, 1437);
  otherwise(train, "data.name", {"file"}, 60000);
  add(std::move(train));
  Key test = with_unit(
      integer("data.test", 2000, {16, 200000, 100, 20000, true}, {"test data", "시험 데이터"},
              {"Data that is never trained on; more makes the test curve smoother.",
               "학습에 쓰지 않는 데이터입니다. 많을수록 시험 곡선이 매끄럽습니다."}),
      "samples");
  otherwise(test, "data.name", {"digits8"}, 360);
  otherwise(test, "data.name", {"file"}, 10000);
  add(std::move(test));
  add(with_unit(
      integer("data.validation", 0, {0, 100000, 0, 10000}, {"validation data", "검증 데이터"},
              {"Training data that is held out, to see which weights are best; 0 for "
               "none.",
               "가장 좋은 가중치를 알아보려고 학습에서 떼어 놓는 데이터입니다. 0이면 없습니다."}),
      "samples"));
  add(when(choice("data.scale", {"unit", "symmetric", "standard"}, {"scale", "척도"},
                  {"Intensities in [0, 1], in [−1, 1], or with mean 0 and deviation 1.",
                   "세기를 [0, 1], [−1, 1], 또는 평균 0 표준편차 1로 둡니다."}),
           "data.name", pictures));
  add(when(number("data.noise", 0.1, {0.005, 2, 0.02, 0.5}, {"spread", "퍼짐"},
                  {"How far points stray from the curve; a thin curve is harder to learn.",
                   "점이 곡선에서 벗어나는 정도입니다. 얇은 곡선이 더 어렵습니다."}),
           "data.name", {"moons"}));
  add(when(number("data.radius", 2, {0.1, 10, 0.5, 4}, {"radius μ", "반지름 μ"},
                  {"Mean distance from the centre.", "중심까지의 평균 거리입니다."}),
           "data.name", {"ring"}));
  add(when(number("data.width", 0.2, {0.01, 3, 0.05, 1}, {"width σ", "너비 σ"},
                  {"Standard deviation of the radius; a thin ring is harder to learn.",
                   "반지름의 표준편차입니다. 얇은 고리가 더 어렵습니다."}),
           "data.name", {"ring"}));
  add(when(rows("data.components", 6,
                Json::array({Json::array({1, -1.5, 0, 0.5, 0.9, 0.5}),
                             Json::array({1, 1.5, 0, 0.5, 0.9, -0.5})}),
                {"components", "성분"},
                {"Rows of weight, mean x, mean y, deviation x, deviation y, correlation.",
                 "가중치, 평균 x, 평균 y, 표준편차 x, 표준편차 y, 상관계수의 행입니다."}),
           "data.name", {"mixture"}));
  add(when(rows("data.points", 2, Json::array(), {"points", "점"},
                {"Points drawn by hand: rows of x, y.", "손으로 그린 점: x, y의 행입니다."}),
           "data.name", {"points"}));

  add(fit(
      choice(
          "model.name", joined(energies, {"vae", "nice"}), {"model", "모델"},
          {"What is learnt: an unnormalised density, one with latents, or an exact one by an "
           "invertible map.",
           "학습할 것: 정규화되지 않은 밀도, 잠재변수 모델, 또는 가역 사상의 정확한 밀도입니다."}),
      energies, "data.name", plane));
  // These depend on the model.
  Key binarise =
      choice("data.binarise", {"none", "threshold", "static", "stochastic"}, {"binarise", "이진화"},
             {"Pixels as they are, cut at ½, drawn once as 0 or 1 with their intensity as "
              "probability, or drawn anew each time they are seen.",
              "픽셀을 그대로 두거나, ½에서 자르거나, 세기를 확률로 한 번만 뽑거나, 볼 때마다 "
              "새로 뽑습니다."});
  fit(binarise, {"threshold", "static", "stochastic"}, "model.name", {"vae"});
  add(when(std::move(binarise), "data.name", pictures));
  Key dequantise = choice(
      "data.dequantise", {"off", "auto", "on"}, {"dequantise", "역양자화"},
      {"Uniform noise of one grey level, so that a density of real numbers makes sense. auto: of "
       "pictures that have levels, and not of plain numbers; on: always, of 256 levels where none "
       "are found or given.",
       "회색 한 단계 크기의 균등 잡음을 더해 실수의 밀도가 뜻을 갖게 합니다. auto: 단계가 있는 "
       "그림에만 더하고 일반 숫자에는 더하지 않습니다. on: 항상 더하며, 단계를 찾거나 주지 "
       "않았으면 256단계로 합니다."});
  otherwise(dequantise, "model.name", {"nice"}, "auto");
  add(when(std::move(dequantise), "data.name", pictures));
  add(when(integer("data.levels", 0, {0, 65536, 0, 256}, {"grey levels", "회색 단계 수"},
                   {"Equally spaced intensities from 0 to 1, for the noise and for bits a "
                    "dimension; 0 finds their number.",
                    "0부터 1까지 고른 간격의 세기 수로, 잡음과 차원당 비트에 씁니다. 0이면 "
                    "스스로 찾습니다."}),
           "data.name", pictures));
  add(when(integer("model.latents", 2, {1, 1024, 1, 32}, {"latents J", "잠재변수 J"},
                   {"Dimensions of z: two can be drawn, more describe more.",
                    "z의 차원: 둘이면 그릴 수 있고, 많으면 더 많이 담습니다."}),
           "model.name", {"vae"}));
  add(when(
      integer("model.couplings", 4, {1, 64, 1, 16}, {"coupling layers", "결합층"},
              {"Layers that each change one part of the data by the other: three are the least "
               "for every dimension to touch every other.",
               "데이터의 한쪽으로 다른 쪽을 바꾸는 층의 수입니다. 모든 차원이 서로 닿으려면 "
               "적어도 셋이 필요합니다."}),
      "model.name", {"nice"}));
  add(when(otherwise(choice("model.law", {"additive", "affine", "multiplicative"},
                            {"coupling law", "결합 법칙"},
                            {"What a layer does to a part: adds to it (volume is kept), scales it, "
                             "or both.",
                             "층이 하는 일: 더하기(부피 보존), 곱하기, 또는 둘 다입니다."}),
                     "data.name", plane, "affine"),
           "model.name", {"nice"}));
  add(when(
      choice("model.partition", {"odd-even", "halves", "checkerboard", "random", "learned"},
             {"partition", "분할"},
             {"Which dimensions a layer reads and which it changes; roles are swapped from "
              "layer to layer. learned: an invertible mixing before each layer, which starts as "
              "a shuffle.",
              "층이 읽는 차원과 바꾸는 차원입니다. 층마다 역할을 바꿉니다. learned: 층마다 섞기로 "
              "시작하는 가역 혼합을 배웁니다."}),
      "model.name", {"nice"}));
  add(when(
      otherwise(
          otherwise(integer("model.width", 64, {1, 4096, 4, 512, true}, {"width", "너비"},
                            {"Units of each hidden layer: wider networks bend more, and cost more.",
                             "은닉층의 유닛 수입니다. 넓을수록 더 휘고 더 느립니다."}),
                    "model.name", {"vae"}, 200),
          "data.name", pictures, 200),
      "model.name", {"energy-mlp", "vae", "nice"}));
  add(when(
      otherwise(
          integer("model.depth", 2, {0, 8, 0, 4}, {"depth", "깊이"},
                  {"Hidden layers: deeper networks make sharper shapes and are harder to "
                   "train; none makes the model linear.",
                   "은닉층 수입니다. 깊을수록 날카롭지만 학습이 어렵습니다. 0이면 선형입니다."}),
          "model.name", {"vae"}, 1),
      "model.name", {"energy-mlp", "vae", "nice"}));
  add(when(choice("model.activation", {"tanh", "relu", "softplus", "elu", "swish"},
                  {"activation", "활성화"},
                  {"tanh and swish give smooth densities, relu gives facets.",
                   "tanh와 swish는 매끄러운 밀도를, relu는 각진 밀도를 만듭니다."}),
           "model.name", {"energy-mlp", "vae", "nice"}));
  add(when(choice("model.base", {"gaussian", "none"}, {"base measure", "바탕 측도"},
                  {"gaussian: a factor of a quarter of the data’s box keeps flat tails from "
                   "weighing without "
                   "end; none: Z need not be finite.",
                   "gaussian: 표준편차가 데이터 상자의 1/4인 인수가 평평한 꼬리의 무게를 유한하게 "
                   "합니다. none: "
                   "Z가 유한하지 않을 수 있습니다."}),
           "model.name", {"energy-mlp"}));
  add(when(
      choice("model.prior", {"logistic", "gaussian"}, {"prior p(z)", "사전분포 p(z)"},
             {"Of every latent by itself; the logistic has heavier tails and smoother slopes.",
              "잠재변수 하나하나의 분포입니다. 로지스틱은 꼬리가 더 두껍고 기울기가 완만합니다."}),
      "model.name", {"nice"}));
  add(when(boolean("model.scaling", true, {"scaling e^s", "척도 e^s"},
                   {"Every latent is stretched by its own factor in the end: what matters most has "
                    "the least.",
                    "마지막에 잠재변수마다 제 배율로 늘립니다. 중요한 것일수록 작습니다."}),
           "model.name", {"nice"}));
  add(when(choice("model.whitening", {"none", "approximate", "zca"}, {"whitening", "백색화"},
                  {"A linear map before the flow that takes correlations out: learnt (a triangular "
                   "matrix), or computed from the data. Its log-det belongs to the likelihood.",
                   "흐름 앞에서 상관을 없애는 선형 사상: 배운 삼각행렬이거나 데이터에서 계산한 "
                   "것입니다. 그 "
                   "로그 행렬식은 가능도에 들어갑니다."}),
           "model.name", {"nice"}));
  Key decoder =
      choice("model.decoder", {"bernoulli", "gaussian", "fixed-gaussian", "logistic"},
             {"decoder p(x|z)", "디코더 p(x|z)"},
             {"What is drawn around the decoded mean: bits, or numbers with a spread that is "
              "learnt or fixed.",
              "디코더 평균 둘레의 분포: 비트, 또는 퍼짐을 배우거나 정해 둔 실수입니다."});
  otherwise(decoder, "data.name", plane, "gaussian");
  // Bits lie in [0, 1].
  otherwise(decoder, "data.scale", {"symmetric", "standard"}, "gaussian");
  fit(decoder, {"bernoulli"}, "data.name", pictures);
  add(when(std::move(decoder), "model.name", {"vae"}));
  add(when(choice("model.mean", {"linear", "sigmoid"}, {"decoder mean", "디코더 평균"},
                  {"sigmoid keeps the mean within [0, 1], as intensities are.",
                   "sigmoid는 평균을 세기처럼 [0, 1] 안에 둡니다."}),
           "model.decoder", {"gaussian", "fixed-gaussian", "logistic"}));
  add(when(number("model.deviation", 0.1, {1e-4, 100, 0.01, 1, true}, {"deviation σ", "표준편차 σ"},
                  {"Spread of x around the decoded mean: smaller asks for sharper pictures.",
                   "디코더 평균 둘레의 퍼짐입니다. 작을수록 또렷한 그림을 요구합니다."}),
           "model.decoder", {"fixed-gaussian"}));
  add(when(choice("model.initial", {"scaled", "small"}, {"first weights", "첫 가중치"},
                  {"Deviation 1/√inputs, or the paper’s 0.01.",
                   "표준편차 1/√입력, 또는 논문의 0.01입니다."}),
           "model.name", {"vae", "nice"}));
  add(when(integer("model.components", 8, {1, 64, 1, 16}, {"components", "성분 수"},
                   {"Gaussian bumps whose places, widths and weights are learnt.",
                    "위치, 너비, 가중치를 학습하는 가우스 봉우리의 수입니다."}),
           "model.name", {"mixture"}));

  add(fit(
      fit(fit(choice(
                  "objective.name", joined(joined({"nce"}, latent_objectives), {"likelihood"}),
                  {"objective", "목적함수"},
                  {"nce tells data from noise; aevb and iwae climb a bound; wake-sleep and mcem "
                   "are what came before; full-vb is uncertain of its weights too; likelihood is "
                   "exact.",
                   "nce는 데이터와 잡음을 구별하고, aevb와 iwae는 하한을 올립니다. wake-sleep과 "
                   "mcem은 그 이전의 방법, full-vb는 가중치의 불확실성까지 다룹니다. likelihood는 "
                   "정확한 가능도입니다."}),
              {"nce"}, "model.name", energies),
          {"likelihood"}, "model.name", {"nice"}),
      latent_objectives, "model.name", {"vae"}));
  add(when(choice("objective.estimator", {"B", "A"}, {"estimator", "추정량"},
                  {"B takes the KL term in closed form, A draws it too: noisier.",
                   "B는 KL 항을 식으로 계산하고, A는 그것도 표본으로 구해 잡음이 큽니다."}),
           "objective.name", {"aevb", "full-vb"}));
  add(when(
      otherwise(
          integer("objective.samples", 1, {1, 1000, 1, 50, true}, {"samples of z", "z의 표본 수"},
                  {"Draws of z for each datum: L of the bound, k of the importance "
                   "weighted one. More is steadier, or tighter, and slower.",
                   "데이터마다 뽑는 z의 수: 하한의 L, 중요도 가중 하한의 k입니다. 많으면 "
                   "안정적이거나 촘촘하고, 느립니다."}),
          "objective.name", {"iwae"}, 5),
      "objective.name", {"aevb", "iwae", "full-vb"}));
  add(when(
      choice("objective.uncertain", {"decoder", "both"}, {"uncertain weights", "불확실한 가중치"},
             {"Whose weights have a posterior of their own: the decoder’s, as in the paper, or "
              "the encoder’s as well.",
              "사후분포를 갖는 가중치: 논문처럼 디코더만, 또는 인코더까지입니다."}),
      "objective.name", {"full-vb"}));
  add(when(choice("objective.form", {"beta", "capacity"}, {"KL term", "KL 항"},
                  {"β·KL, or γ·|KL − C| with C growing: how much z may say.",
                   "β·KL, 또는 C가 자라는 γ·|KL − C|: z가 말할 수 있는 양입니다."}),
           "objective.name", {"aevb"}));
  add(live(when(
      number("objective.beta", 1, {0, 1000, 0, 10}, {"β", "β"},
             {"Weight of the KL term: 1 is the bound; more makes latents fewer and purer.",
              "KL 항의 무게입니다. 1이면 하한 그대로이고, 크면 잠재변수가 적고 순수해집니다."}),
      "objective.form", {"beta"})));
  add(live(when(number("objective.gamma", 30, {0, 10000, 1, 1000, true}, {"γ", "γ"},
                       {"How firmly the KL is held at C.", "KL을 C에 붙드는 세기입니다."}),
                "objective.form", {"capacity"})));
  add(live(
      when(with_unit(number("objective.capacity", 25, {0, 1000, 0, 50}, {"capacity C", "용량 C"},
                            {"The KL that is aimed at in the end.", "마지막에 겨냥할 KL입니다."}),
                     "nats"),
           "objective.form", {"capacity"})));
  add(live(when(
      with_unit(number("objective.capacity_steps", 10000, {1, 1e9, 100, 100000, true},
                       {"steps to C", "C까지 단계"},
                       {"Steps over which C grows from 0.", "C가 0에서 자라는 단계 수입니다."}),
                "steps"),
      "objective.form", {"capacity"})));
  add(when(integer("objective.leapfrog", 10, {1, 100, 1, 20}, {"leapfrog steps", "도약 단계"},
                   {"Steps of Hamiltonian Monte Carlo for each draw of z from its posterior.",
                    "사후분포에서 z를 뽑는 해밀턴 몬테카를로의 단계 수입니다."}),
           "objective.name", {"mcem"}));
  add(when(integer("objective.updates", 5, {1, 100, 1, 20}, {"updates a draw", "표본당 갱신"},
                   {"Updates of the weights for each draw of z.",
                    "z를 뽑을 때마다의 가중치 갱신 수입니다."}),
           "objective.name", {"mcem"}));
  add(live(
      when(number("objective.acceptance", 0.9, {0.05, 0.999, 0.5, 0.99}, {"acceptance", "채택률"},
                  {"The share of moves that the step size is tuned to.",
                   "걸음 크기를 맞출 채택 비율입니다."}),
           "objective.name", {"mcem"})));
  add(when(boolean("objective.weight_prior", false, {"prior on weights", "가중치 사전분포"},
                   {"Weights are N(0, 1) beforehand (maximum a posteriori), as in the paper.",
                    "논문처럼 가중치의 사전분포를 N(0, 1)로 둡니다(최대 사후확률)."}),
           "objective.name", {"aevb", "iwae", "wake-sleep", "mcem"}));
  add(when(
      choice("objective.noise", {"gaussian", "standard", "uniform", "mixture"},
             {"noise pₙ", "잡음 pₙ"},
             {"What data is told from: the closer to the data, the more is learnt from each point.",
              "데이터와 구별할 대상입니다. 데이터와 가까울수록 점마다 더 많이 배웁니다."}),
      "objective.name", {"nce"}));
  add(when(
      number("objective.noise_scale", 1, {0.05, 20, 0.25, 4, true}, {"noise scale", "잡음 크기"},
             {"Widens or narrows the noise; noise that misses the data teaches nothing there.",
              "잡음을 넓히거나 좁힙니다. 데이터를 놓치는 잡음은 그곳에서 아무것도 가르치지 "
              "못합니다."}),
      "objective.noise", {"gaussian", "uniform", "mixture"}));
  add(when(number("objective.noise_shift", 0, {-100, 100, -8, 8}, {"noise shift", "잡음 이동"},
                  {"Moves the noise along x, away from the data: the density chasm.",
                   "잡음을 x 방향으로 옮깁니다: 밀도의 협곡."}),
           "objective.noise", {"gaussian", "standard"}));
  add(when(
      integer("objective.noise_components", 8, {1, 64, 1, 16}, {"noise components", "잡음 성분 수"},
              {"Gaussians of the noise, placed on clusters of the data.",
               "데이터 군집 위에 놓이는 잡음 가우스의 수입니다."}),
      "objective.noise", {"mixture"}));
  add(when(number("objective.ratio", 1, {0.1, 64, 1, 16, true}, {"noise ratio ν", "잡음 비율 ν"},
                  {"Noise points for each data point: more bring NCE nearer to maximum likelihood.",
                   "데이터 점마다의 잡음 점 수입니다. 많을수록 최대가능도에 가까워집니다."}),
           "objective.name", {"nce"}));
  add(otherwise(
      with_unit(integer("objective.batch", 512, {1, 16384, 16, 2048, true}, {"batch", "배치"},
                        {"Data in a step: larger batches are steadier and slower.",
                         "한 단계의 데이터 수입니다. 크면 안정적이고 느립니다."}),
                "samples"),
      "data.name", pictures, 100));

  add(choice("optimiser.name", {"adam", "sgd", "momentum", "rmsprop", "adagrad"},
             {"optimiser", "최적화"},
             {"How the gradient becomes a step.", "기울기를 걸음으로 바꾸는 방법입니다."}));
  add(live(number("optimiser.rate", 1e-3, {0, huge, 1e-5, 1, true}, {"learning rate η", "학습률 η"},
                  {"Size of a step: too small crawls, too large breaks the model.",
                   "걸음의 크기입니다. 작으면 느리고 크면 모델이 망가집니다."})));
  add(live(when(number("optimiser.momentum", 0.9, {0, 0.9999, 0, 0.99}, {"momentum", "모멘텀"},
                       {"How much of the last step is kept.", "앞 걸음을 유지하는 정도입니다."}),
                "optimiser.name", {"momentum"})));
  add(live(
      when(number("optimiser.decay", 0.9, {0, 0.99999, 0.5, 0.999}, {"decay ρ", "감쇠 ρ"},
                  {"Memory of the mean square of the gradient.", "기울기 제곱평균의 기억입니다."}),
           "optimiser.name", {"rmsprop"})));
  add(live(when(number("optimiser.beta1", 0.9, {0, 0.9999, 0, 0.99}, {"β₁", "β₁"},
                       {"Memory of the gradient's mean.", "기울기 평균의 기억입니다."}),
                "optimiser.name", {"adam"})));
  add(live(when(number("optimiser.beta2", 0.999, {0, 0.99999, 0.9, 0.9999}, {"β₂", "β₂"},
                       {"Memory of the gradient's mean square.", "기울기 제곱평균의 기억입니다."}),
                "optimiser.name", {"adam"})));
  add(live(when(number("optimiser.epsilon", 1e-8, {1e-30, 1, 1e-10, 1e-2, true}, {"ε", "ε"},
                       {"Keeps steps finite where gradients vanish.",
                        "기울기가 사라질 때 걸음을 유한하게 합니다."}),
                "optimiser.name", {"rmsprop", "adagrad", "adam"})));
  add(live(number("optimiser.weight_decay", 0, {0, 100, 0, 0.1}, {"weight decay", "가중치 감쇠"},
                  {"Pulls weights, not biases, towards zero: smoother densities, slower fits.",
                   "편향이 아닌 가중치를 0으로 당깁니다. 매끄럽지만 느리게 맞춥니다."})));
  add(live(when(
      number("optimiser.scaling_rate", 1, {0, 1000, 0.1, 100, true},
             {"rate of s ×", "s의 학습률 ×"},
             {"The scales’ own rate, as a multiple of the learning rate: s may have far to go.",
              "척도 s의 학습률이 공통 학습률의 몇 배인지입니다. s는 갈 길이 멀 수 있습니다."}),
      "model.name", {"nice"})));
  add(number("optimiser.clip", 0, {0, huge, 0, 10}, {"gradient clip", "기울기 제한"},
             {"Longest gradient that is followed whole; 0 for none.",
              "그대로 따르는 가장 긴 기울기입니다. 0이면 제한이 없습니다."}));
  add(choice("optimiser.schedule", {"constant", "exponential", "step", "cosine"},
             {"schedule", "일정"},
             {"How the learning rate changes with time.", "시간에 따른 학습률의 변화입니다."}));
  add(live(when(with_unit(number("optimiser.schedule_steps", 5000, {1, 1e9, 100, 50000, true},
                                 {"schedule steps", "일정 단계"},
                                 {"Steps until the factor has been applied once.",
                                  "배율이 한 번 적용될 때까지의 단계 수입니다."}),
                          "steps"),
                "optimiser.schedule", {"exponential", "step", "cosine"})));
  add(live(when(number("optimiser.schedule_factor", 0.1, {0, 1, 0.001, 1, true},
                       {"schedule factor", "일정 배율"},
                       {"What the learning rate is multiplied by in that time.",
                        "그동안 학습률에 곱해지는 값입니다."}),
                "optimiser.schedule", {"exponential", "step", "cosine"})));

  add(when(choice("sampler.name", {"hmc", "langevin"}, {"sampler", "표본기"},
                  {"How samples are drawn from the learnt density.",
                   "학습한 밀도에서 표본을 뽑는 방법입니다."}),
           "objective.name", {"nce"}));
  add(when(integer("sampler.chains", 512, {1, 8192, 64, 2048, true}, {"chains", "사슬"},
                   {"Samples that move side by side.", "나란히 움직이는 표본의 수입니다."}),
           "objective.name", {"nce"}));
  add(when(integer("sampler.steps", 10, {1, 50, 1, 20}, {"leapfrog steps", "도약 단계"},
                   {"Longer paths mix better and cost more.", "길수록 잘 섞이고 비쌉니다."}),
           "sampler.name", {"hmc"}));
  add(when(boolean("sampler.jumps", true, {"jumps", "도약 제안"},
                   {"Each move also offers a draw of the noise, by Metropolis’ rule, so that modes "
                    "far apart are all visited.",
                    "움직일 때마다 잡음의 표본도 메트로폴리스 규칙으로 제안하여 멀리 떨어진 "
                    "봉우리들을 모두 찾아갑니다."}),
           "objective.name", {"nce"}));
  add(live(
      when(number("sampler.step_size", 0.15, {1e-5, 10, 0.01, 1, true}, {"step size", "걸음 크기"},
                  {"Larger steps move further and are refused more often.",
                   "크면 멀리 가지만 더 자주 거절됩니다."}),
           "objective.name", {"nce"})));
  add(live(when(number("sampler.temperature", 1, {0, 10, 0, 2}, {"temperature T", "온도 T"},
                       {"Latents are drawn T times as wide: below 1, samples are likelier and less "
                        "varied.",
                        "잠재변수를 T배 넓게 뽑습니다. 1보다 작으면 그럴듯하지만 덜 다양합니다."}),
                "model.name", {"nice"})));
  add(live(
      when(choice("measure.log_marginal", {"none", "importance", "hmc"},
                  {"marginal likelihood", "주변가능도"},
                  {"How log p(x) of test data is estimated when a run ends: not at all, by "
                   "importance sampling, or by the paper’s posterior draws (few latents).",
                   "실행이 끝날 때 시험 데이터의 log p(x)를 재는 방법: 재지 않기, 중요도 표본, "
                   "논문의 사후 표본(잠재변수가 적을 때)."}),
           "model.name", {"vae"})));
  add(live(when(integer("measure.samples", 500, {2, 100000, 50, 5000, true},
                        {"draws a datum", "데이터당 표본"},
                        {"Draws of z for each datum: more is nearer the truth.",
                         "데이터마다 뽑는 z의 수입니다. 많을수록 참값에 가깝습니다."}),
                "measure.log_marginal", {"importance", "hmc"})));
  add(live(when(
      integer("measure.points", 100000, {1, 100000, 100, 10000, true},
              {"test data used", "쓸 시험 데이터"},
              {"Test data that the estimate is taken over, and the bound beside it: at most all "
               "there are.",
               "추정과 그 곁의 하한에 함께 쓸 시험 데이터 수입니다. 많아도 있는 만큼 씁니다."}),
      "measure.log_marginal", {"importance", "hmc"})));

  add(live(
      when(with_unit(number("reference.log_likelihood", 0, {-1e6, 1e6, -1e4, 1e4},
                            {"line to compare", "비교할 값"},
                            {"A log-likelihood shown beside the model’s, such as a paper’s; 0 "
                             "for none.",
                             "모델과 나란히 보일 로그가능도(논문의 값 등)입니다. 0이면 없습니다."}),
                     "nats"),
           "model.name", {"nice"})));
  add(live(when(text("reference.label", {"its name", "그 이름"},
                     {"What that value is called.", "그 값의 이름입니다."}),
                "model.name", {"nice"})));

  add(integer("seed", 1, {0, 4294967295.0, 0, 100}, {"seed", "시드"},
              {"The same seed repeats the same run.", "같은 시드는 같은 실행을 반복합니다."}));
  Key views;
  views.path = "views";
  views.kind = Kind::choices;
  views.choices = {"posterior",       "log-density", "truth",         "difference", "samples",
                   "constant",        "objective",   "cross-section", "latent",     "manifold",
                   "reconstructions", "traversal",   "interpolation", "bound",      "kl-dimensions",
                   "aggregate",       "warp",        "likelihood",    "marginals",  "neighbours",
                   "sphere",          "inpainting",  "spectrum",      "runs"};
  views.fallback = names({"posterior", "log-density", "samples", "cross-section"});
  fit(views, {"posterior", "constant"}, "objective.name", {"nce"});
  fit(views, {"objective"}, "model.name", joined(energies, {"vae"}));
  fit(views, {"log-density", "truth", "difference", "cross-section", "warp"}, "data.name", plane);
  fit(views,
      {"manifold", "reconstructions", "traversal", "interpolation", "neighbours", "sphere",
       "inpainting"},
      "data.name", pictures);
  fit(views,
      {"latent", "manifold", "reconstructions", "traversal", "bound", "kl-dimensions", "aggregate"},
      "model.name", {"vae"});
  fit(views, {"interpolation"}, "model.name", {"vae", "nice"});
  fit(views, {"warp", "likelihood", "marginals", "neighbours", "sphere", "inpainting", "spectrum"},
      "model.name", {"nice"});
  otherwise(views, "model.name", {"nice"}, "data.name", pictures,
            names({"samples", "neighbours", "inpainting", "likelihood"}));
  otherwise(views, "model.name", {"nice"}, names({"warp", "log-density", "samples", "likelihood"}));
  otherwise(views, "data.name", pictures,
            names({"latent", "manifold", "reconstructions", "bound"}));
  otherwise(views, "model.name", {"vae"}, names({"log-density", "samples", "latent", "bound"}));
  views.label = {"views", "보기"};
  views.help = {"What is drawn; the first is large.", "그릴 것들입니다. 첫째가 크게 나옵니다."};
  add(std::move(views));
  add(live(with_unit(integer("stop.steps", 0, {0, 1e12, 0, 100000}, {"stop after", "멈출 단계"},
                             {"Steps after which training pauses; 0 for never.",
                              "학습을 멈출 단계입니다. 0이면 멈추지 않습니다."}),
                     "steps")));
  add(live(with_unit(number("stop.seconds", 0, {0, 1e9, 0, 600}, {"stop after", "멈출 시간"},
                            {"Seconds of training after which it pauses; 0 for never.",
                             "학습을 멈출 시간(초)입니다. 0이면 멈추지 않습니다."}),
                     "s")));
  add(live(
      when(with_unit(number("stop.kl", 0, {0, 100, 0, 1}, {"stop below KL", "멈출 KL"},
                            {"Pauses when the divergence to the truth falls below; 0 for never.",
                             "참값까지의 발산이 이보다 작아지면 멈춥니다. 0이면 멈추지 않습니다."}),
                     "nats"),
           "data.name", plane)));
  return keys;
}

}  // namespace

std::span<const Key> schema() {
  static const std::vector<Key> keys = make_schema();
  return keys;
}

}  // namespace lab::session
