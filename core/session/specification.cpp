#include "core/session/specification.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>

namespace lab::session {

namespace {

Json names(std::initializer_list<const char*> list) {
  Json array = Json::array();
  for (const char* name : list) array.push_back(name);
  return array;
}

// Shorthands for the kinds of row below.
Key choice(std::string path, std::vector<std::string> choices, Text label, Text help) {
  Key key;
  key.path = std::move(path);
  key.kind = Kind::choice;
  key.fallback = choices.front();
  key.choices = std::move(choices);
  key.label = label;
  key.help = help;
  return key;
}

struct Range {
  double low, high, slider_low, slider_high;
  bool logarithmic = false;
};

Key number(std::string path, double fallback, Range range, Text label, Text help) {
  Key key;
  key.path = std::move(path);
  key.kind = Kind::number;
  key.fallback = fallback;
  key.low = range.low;
  key.high = range.high;
  key.slider_low = range.slider_low;
  key.slider_high = range.slider_high;
  key.logarithmic = range.logarithmic;
  key.label = label;
  key.help = help;
  return key;
}

Key integer(std::string path, std::int64_t fallback, Range range, Text label, Text help) {
  Key key = number(std::move(path), 0, range, label, help);
  key.kind = Kind::integer;
  key.fallback = fallback;
  return key;
}

Key text(std::string path, Text label, Text help) {
  Key key;
  key.path = std::move(path);
  key.kind = Kind::text;
  key.fallback = "";
  key.label = label;
  key.help = help;
  return key;
}

Key rows(std::string path, std::size_t columns, Json fallback, Text label, Text help) {
  Key key;
  key.path = std::move(path);
  key.kind = Kind::rows;
  key.columns = columns;
  key.fallback = std::move(fallback);
  key.label = label;
  key.help = help;
  return key;
}

Key when(Key key, std::string path, std::vector<std::string> values) {
  key.when_path = std::move(path);
  key.when = std::move(values);
  return key;
}

Key live(Key key) {
  key.live = true;
  return key;
}

Key with_unit(Key key, std::string unit) {
  key.unit = std::move(unit);
  return key;
}

std::vector<Key> make_schema() {
  std::vector<Key> keys;
  const auto add = [&keys](Key key) { keys.push_back(std::move(key)); };
  const double huge = 1e6;

  add(integer("version", 1, {1, 1, 1, 1}, {"version", "버전"},
              {"The version of this format.", "이 형식의 버전입니다."}));
  add(text("title", {"title", "제목"}, {"What the experiment is called.", "실험의 이름입니다."}));

  add(choice("data.name",
             {"eight-gaussians", "ring", "mixture", "moons", "pinwheel", "checkerboard", "spirals",
              "swiss-roll", "points"},
             {"data", "데이터"},
             {"The density that points are drawn from.", "점을 뽑는 확률밀도입니다."}));
  add(with_unit(
      integer("data.train", 8000, {16, 200000, 100, 20000, true}, {"training points", "학습 점"},
              {"Fewer points are learnt by heart sooner; more show the density better.",
               "적으면 외우기 쉽고, 많으면 밀도를 더 잘 드러냅니다."}),
      "points"));
  add(with_unit(
      integer("data.test", 2000, {16, 200000, 100, 20000, true}, {"test points", "시험 점"},
              {"Points that are never trained on; more make the test curve smoother.",
               "학습에 쓰지 않는 점입니다. 많을수록 시험 곡선이 매끄럽습니다."}),
      "points"));
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

  add(choice("model.name", {"energy-mlp", "gaussian", "mixture", "ring"}, {"model", "모델"},
             {"The unnormalised density that is learnt.", "학습할 정규화되지 않은 밀도입니다."}));
  add(when(integer("model.width", 64, {1, 1024, 4, 128, true}, {"width", "너비"},
                   {"Units of each hidden layer: wider networks bend more, and cost more.",
                    "은닉층의 유닛 수입니다. 넓을수록 더 휘고 더 느립니다."}),
           "model.name", {"energy-mlp"}));
  add(when(integer("model.depth", 2, {1, 8, 1, 4}, {"depth", "깊이"},
                   {"Hidden layers: deeper networks make sharper shapes and are harder to train.",
                    "은닉층 수입니다. 깊을수록 날카롭지만 학습이 어렵습니다."}),
           "model.name", {"energy-mlp"}));
  add(when(choice("model.activation", {"tanh", "relu", "softplus", "elu", "swish"},
                  {"activation", "활성화"},
                  {"tanh and swish give smooth densities, relu gives facets.",
                   "tanh와 swish는 매끄러운 밀도를, relu는 각진 밀도를 만듭니다."}),
           "model.name", {"energy-mlp"}));
  add(when(integer("model.components", 8, {1, 64, 1, 16}, {"components", "성분 수"},
                   {"Gaussian bumps whose places, widths and weights are learnt.",
                    "위치, 너비, 가중치를 학습하는 가우스 봉우리의 수입니다."}),
           "model.name", {"mixture"}));

  add(choice("objective.name", {"nce"}, {"objective", "목적함수"},
             {"Noise-contrastive estimation: tell data from noise.",
              "잡음 대조 추정: 데이터와 잡음을 구별합니다."}));
  add(choice("objective.noise", {"gaussian", "standard", "uniform", "mixture"},
             {"noise pₙ", "잡음 pₙ"},
             {"What data is told from: the closer to the data, the more is learnt from each point.",
              "데이터와 구별할 대상입니다. 데이터와 가까울수록 점마다 더 많이 배웁니다."}));
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
  add(number("objective.ratio", 1, {0.1, 64, 1, 16, true}, {"noise ratio ν", "잡음 비율 ν"},
             {"Noise points for each data point: more bring NCE nearer to maximum likelihood.",
              "데이터 점마다의 잡음 점 수입니다. 많을수록 최대가능도에 가까워집니다."}));
  add(with_unit(integer("objective.batch", 512, {1, 16384, 32, 2048, true}, {"batch", "배치"},
                        {"Data points in a step: larger batches are steadier and slower.",
                         "한 단계의 데이터 점 수입니다. 크면 안정적이고 느립니다."}),
                "points"));

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
                  {"Pulls parameters towards zero: smoother densities, slower fits.",
                   "매개변수를 0으로 당깁니다. 매끄럽지만 느리게 맞춥니다."})));
  add(live(number("optimiser.clip", 0, {0, huge, 0, 10}, {"gradient clip", "기울기 제한"},
                  {"Longest gradient that is followed whole; 0 for none.",
                   "그대로 따르는 가장 긴 기울기입니다. 0이면 제한이 없습니다."})));
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

  add(choice("sampler.name", {"hmc", "langevin"}, {"sampler", "표본기"},
             {"How samples are drawn from the learnt density.",
              "학습한 밀도에서 표본을 뽑는 방법입니다."}));
  add(integer("sampler.chains", 512, {1, 8192, 64, 2048, true}, {"chains", "사슬"},
              {"Samples that move side by side.", "나란히 움직이는 표본의 수입니다."}));
  add(when(integer("sampler.steps", 10, {1, 50, 1, 20}, {"leapfrog steps", "도약 단계"},
                   {"Longer paths mix better and cost more.", "길수록 잘 섞이고 비쌉니다."}),
           "sampler.name", {"hmc"}));
  add(live(number("sampler.step_size", 0.15, {1e-5, 10, 0.01, 1, true}, {"step size", "걸음 크기"},
                  {"Larger steps move further and are refused more often.",
                   "크면 멀리 가지만 더 자주 거절됩니다."})));

  add(integer("seed", 1, {0, 4294967295.0, 0, 100}, {"seed", "시드"},
              {"The same seed repeats the same run.", "같은 시드는 같은 실행을 반복합니다."}));
  Key views;
  views.path = "views";
  views.kind = Kind::choices;
  views.choices = {"posterior", "log-density", "truth",     "difference",
                   "samples",   "constant",    "objective", "cross-section"};
  views.fallback = names({"posterior", "log-density", "samples", "cross-section"});
  views.label = {"views", "보기"};
  views.help = {"What is drawn; the first is large.", "그릴 것들입니다. 첫째가 크게 나옵니다."};
  add(views);
  add(live(with_unit(integer("stop.steps", 0, {0, 1e12, 0, 100000}, {"stop after", "멈출 단계"},
                             {"Steps after which training pauses; 0 for never.",
                              "학습을 멈출 단계입니다. 0이면 멈추지 않습니다."}),
                     "steps")));
  add(live(with_unit(number("stop.seconds", 0, {0, 1e9, 0, 600}, {"stop after", "멈출 시간"},
                            {"Seconds of training after which it pauses; 0 for never.",
                             "학습을 멈출 시간(초)입니다. 0이면 멈추지 않습니다."}),
                     "s")));
  add(live(with_unit(number("stop.kl", 0, {0, 100, 0, 1}, {"stop below KL", "멈출 KL"},
                            {"Pauses when the divergence to the truth falls below; 0 for never.",
                             "참값까지의 발산이 이보다 작아지면 멈춥니다. 0이면 멈추지 않습니다."}),
                     "nats")));
  return keys;
}

std::string shown(const Json& value) {
  std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
  if (text.size() > 60) text = text.substr(0, 57) + "…";
  return text;
}

std::string shown(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.10g", number);
  return text;
}

// Edits that turn a into b (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j < row.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = std::exchange(row[j], std::min({row[j] + 1, row[j - 1] + 1, replaced}));
    }
  }
  return row.back();
}

// " Did you mean 'x'?" where one of the candidates is near.
std::string suggestion(std::string_view given, const std::vector<std::string>& candidates) {
  const std::string* nearest = nullptr;
  std::size_t least = given.size() / 2 + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t edits = distance(given, candidate);
    if (edits < least) {
      least = edits;
      nearest = &candidate;
    }
  }
  return nearest ? " Did you mean '" + *nearest + "'?" : "";
}

std::string listed(const std::vector<std::string>& choices) {
  std::string text;
  for (const std::string& each : choices) text += (text.empty() ? "" : ", ") + each;
  return text;
}

[[noreturn]] void reject(const Key& key, const Json& value, const std::string& would_do) {
  throw SpecificationError(
      key.path, "'" + key.path + "' is " + shown(value) + ", but it must be " + would_do + ".");
}

void check_choice(const Key& key, const Json& value) {
  if (!value.is_string()) reject(key, value, "one of " + listed(key.choices));
  const auto& name = value.get_ref<const std::string&>();
  if (std::find(key.choices.begin(), key.choices.end(), name) == key.choices.end()) {
    throw SpecificationError(key.path, "'" + key.path + "' is " + shown(value) +
                                           ", but it must be one of " + listed(key.choices) + "." +
                                           suggestion(name, key.choices));
  }
}

// The value in its canonical form; throws where it will not do.
Json checked(const Key& key, const Json& value) {
  const auto between = [&] { return "from " + shown(key.low) + " to " + shown(key.high); };
  switch (key.kind) {
    case Kind::text:
      if (!value.is_string()) reject(key, value, "a text in quotes");
      return value;
    case Kind::boolean:
      if (!value.is_boolean()) reject(key, value, "true or false");
      return value;
    case Kind::choice: check_choice(key, value); return value;
    case Kind::choices: {
      if (!value.is_array() || value.empty())
        reject(key, value, "a list of " + listed(key.choices));
      Json distinct = Json::array();
      for (const Json& each : value) {
        check_choice(key, each);
        if (std::find(distinct.begin(), distinct.end(), each) == distinct.end()) {
          distinct.push_back(each);
        }
      }
      return distinct;
    }
    case Kind::integer: {
      const bool whole = value.is_number() && std::isfinite(value.get<double>()) &&
                         value.get<double>() == std::floor(value.get<double>());
      if (!whole) reject(key, value, "a whole number " + between());
      const double given = value.get<double>();
      if (given < key.low || given > key.high) reject(key, value, "a whole number " + between());
      return static_cast<std::int64_t>(given);
    }
    case Kind::number: {
      if (!value.is_number() || !std::isfinite(value.get<double>())) {
        reject(key, value, "a number " + between());
      }
      const double given = value.get<double>();
      if (given < key.low || given > key.high) reject(key, value, "a number " + between());
      return value;
    }
    case Kind::rows: {
      const std::string form = "a list of rows of " + std::to_string(key.columns) + " numbers";
      if (!value.is_array()) reject(key, value, form);
      if (value.size() > 20000) reject(key, value.size(), "at most 20000 rows");
      for (const Json& row : value) {
        if (!row.is_array() || row.size() != key.columns) reject(key, row, form);
        for (const Json& each : row) {
          if (!each.is_number() || !(std::abs(each.get<double>()) <= 1e6)) reject(key, row, form);
        }
      }
      return value;
    }
  }
  return value;
}

// Rows whose meaning the schema's kinds do not say.
void check_meaning(const Json& spec) {
  const Json* name = find(spec, "data.name");
  if (*name == "mixture") {
    const Json& components = *find(spec, "data.components");
    const Key& key = *find_key("data.components");
    if (components.empty()) reject(key, components, "at least one row");
    for (const Json& row : components) {
      const bool sound = row[0].get<double>() > 0 && row[3].get<double>() > 0 &&
                         row[4].get<double>() > 0 && std::abs(row[5].get<double>()) < 1;
      if (!sound) {
        reject(key, row,
               "a row with weight and deviations above 0 and a correlation between -1 and 1");
      }
    }
  }
}

// Every leaf of the specification is a key of the schema.
void check_known(const Json& node, const std::string& prefix) {
  for (const auto& [name, value] : node.items()) {
    const std::string path = prefix.empty() ? name : prefix + "." + name;
    if (find_key(path)) continue;
    const bool section = std::any_of(schema().begin(), schema().end(), [&](const Key& key) {
      return key.path.size() > path.size() && key.path.compare(0, path.size() + 1, path + ".") == 0;
    });
    if (section && value.is_object()) {
      check_known(value, path);
      continue;
    }
    if (section) {
      throw SpecificationError(path, "'" + path + "' is " + shown(value) +
                                         ", but it must be an object with keys of its own, such "
                                         "as {\"name\": …}.");
    }
    std::vector<std::string> paths;
    for (const Key& key : schema()) paths.push_back(key.path);
    throw SpecificationError(path, "There is no key '" + path + "'." + suggestion(path, paths));
  }
}

}  // namespace

std::span<const Key> schema() {
  static const std::vector<Key> keys = make_schema();
  return keys;
}

const Key* find_key(std::string_view path) {
  for (const Key& key : schema()) {
    if (key.path == path) return &key;
  }
  return nullptr;
}

bool applies(const Key& key, const Json& spec) {
  if (key.when.empty()) return true;
  const Json* value = find(spec, key.when_path);
  const Key* condition = find_key(key.when_path);
  const Json& actual = value ? *value : condition->fallback;
  return actual.is_string() &&
         std::find(key.when.begin(), key.when.end(), actual.get<std::string>()) != key.when.end();
}

const Json* find(const Json& spec, std::string_view path) {
  const Json* at = &spec;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    const std::string name(path.substr(0, dot));
    if (!at->is_object() || !at->contains(name)) return nullptr;
    at = &(*at)[name];
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  return at;
}

void assign(Json& spec, std::string_view path, Json value) {
  Json* at = &spec;
  while (!path.empty()) {
    const std::size_t dot = path.find('.');
    if (!at->is_object()) *at = Json::object();
    at = &(*at)[std::string(path.substr(0, dot))];
    path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
  }
  *at = std::move(value);
}

Json complete(const Json& spec) {
  if (!spec.is_object()) {
    throw SpecificationError("", "The specification is " + shown(spec) +
                                     ", but it must be a JSON object such as {\"data\": {\"name\": "
                                     "\"moons\"}}.");
  }
  check_known(spec, "");
  Json result = Json::object();
  // Conditions first: the keys that they are about come earlier in the schema.
  for (const Key& key : schema()) {
    const Json* given = find(spec, key.path);
    if (!applies(key, result)) continue;
    assign(result, key.path, given ? checked(key, *given) : key.fallback);
  }
  check_meaning(result);
  return result;
}

Json parse(std::string_view text) {
  try {
    return complete(Json::parse(text));
  } catch (const Json::parse_error& error) {
    std::size_t line = 1, column = 1;
    for (std::size_t i = 0; i + 1 < error.byte && i < text.size(); ++i) {
      column = text[i] == '\n' ? 1 : column + 1;
      line += text[i] == '\n';
    }
    throw SpecificationError("", "The specification is no JSON: something is wrong at line " +
                                     std::to_string(line) + ", column " + std::to_string(column) +
                                     ".");
  } catch (const Json::out_of_range&) {
    throw SpecificationError("",
                             "The specification is no JSON that can be read: it holds a number "
                             "beyond 1.8e308, the largest there is.");
  }
}

Json read_value(std::string_view path, std::string_view text) {
  const Key* key = find_key(path);
  if (!key) {
    std::vector<std::string> paths;
    for (const Key& each : schema()) paths.push_back(each.path);
    throw SpecificationError(std::string(path), "There is no key '" + std::string(path) + "'." +
                                                    suggestion(path, paths));
  }
  Json value = Json::parse(text, nullptr, false);
  const bool wants_text = key->kind == Kind::text || key->kind == Kind::choice;
  if (value.is_discarded() || (wants_text && !value.is_string())) value = std::string(text);
  if (key->kind == Kind::choices && value.is_string()) value = Json::array({value});
  return checked(*key, value);
}

Json compact(const Json& spec) {
  Json result = Json::object();
  for (const Key& key : schema()) {
    const Json* value = find(spec, key.path);
    if (value && *value != key.fallback && applies(key, spec)) assign(result, key.path, *value);
  }
  return result;
}

}  // namespace lab::session
