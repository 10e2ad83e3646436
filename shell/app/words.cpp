#include "shell/app/words.hpp"

#include <cmath>
#include <cstdio>

#include "core/session/specification.hpp"
#include "shell/plot/numbers.hpp"
#include "shell/words/text.hpp"

namespace lab::app {

namespace {

using session::Json;
using views::Store;
using words::Text;

std::string said(bool korean, const Text& words) { return words.in(korean); }

std::string number(double value) { return plot::brief(value, 6); }

const Text of_data{" ± is the standard error over the data.", " ±는 데이터에 걸친 표준오차입니다."};

// What latents say of the factors of data whose factors are known.
void add_factors(const Store& store, bool korean, std::vector<Measured>& rows) {
  const auto add = [&](const char* name, const Text& words, const Text& help) {
    if (store.metrics.count(name) == 0) return;
    rows.push_back({said(korean, words), said(korean, help), store.metric(name), Measured::none,
                    store.metric(std::string(name) + "_se")});
    if (std::isfinite(rows.back().error)) rows.back().help += said(korean, of_data);
  };
  add("mig_sampled", {"MIG, z drawn", "MIG, 뽑은 z"},
      {"The mutual information gap: how much more of a factor the latent that says most says than "
       "the next, for z drawn from q(z|x), as a share of the log of its number of values; the mean "
       "over factors without the class.",
       "상호정보 간격: q(z|x)에서 뽑은 z로, 요인을 가장 많이 말하는 잠재변수가 그다음보다 더 "
       "말하는 양을 요인의 값 개수의 로그로 나눈 것입니다. 클래스를 뺀 요인들의 평균입니다."});
  add("mig_mean", {"MIG, means", "MIG, 평균"},
      {"The mutual information gap of the means of codes, in 20 bins, as a share of each factor's "
       "entropy; the mean over all factors.",
       "코드의 평균을 20칸으로 나눈 상호정보 간격을 요인의 엔트로피로 나눈 것입니다. 모든 요인의 "
       "평균입니다."});
}

void add_bound(const Store& store, bool korean, std::vector<Measured>& rows) {
  const auto add = [&](const char* name, const Text& words, const Text& help, double truth) {
    rows.push_back({said(korean, words), said(korean, help), store.metric(name), truth,
                    store.metric(std::string(name) + "_se")});
    if (std::isfinite(rows.back().error)) rows.back().help += said(korean, of_data);
  };
  constexpr double none = Measured::none;
  const bool grey = store.cross_entropy;
  const double most = store.metric("elbo_optimum");
  const Text bound =
      grey ? Text{"Minus the cross-entropy of x and p(x|z), less the KL: what is maximised. x has "
                  "grey levels, so it is no bound on ln p(x).",
                  "x와 p(x|z)의 교차 엔트로피의 음수에서 KL을 뺀 값으로, 최대화되는 값입니다. x가 "
                  "회색 단계라 ln p(x)의 하한이 아닙니다."}
           : Text{"The evidence lower bound: ln p(x) is higher.",
                  "증거 하한: ln p(x)는 이보다 높습니다."};
  add("elbo_train",
      grey ? Text{"−CE − KL, train", "−CE − KL, 학습"} : Text{"bound, train", "하한, 학습"}, bound,
      most);
  add("elbo_test",
      grey ? Text{"−CE − KL, test", "−CE − KL, 시험"} : Text{"bound, test", "하한, 시험"}, bound,
      most);
  rows.back().truth_error = store.metric("log_likelihood_optimum_error");
  add("reconstruction", grey ? Text{"−CE, test", "−CE, 시험"} : Text{"reconstruction", "복원 항"},
      grey ? Text{"Minus the cross-entropy −Σ [x ln p + (1 − x) ln (1 − p)] of grey levels x and "
                  "the decoder’s p. Its best value is not 0.",
                  "회색 단계 x와 디코더의 p의 교차 엔트로피 −Σ [x ln p + (1 − x) ln (1 − p)]의 "
                  "음수입니다. 최고값은 0이 아닙니다."}
           : Text{"The mean of ln p(x|z) over codes of the encoder.",
                  "인코더가 준 잠재 표현에 대한 ln p(x|z)의 평균입니다."},
      none);
  add("kl", {"KL to prior", "사전분포까지 KL"},
      {"What the codes say of the data: KL(q(z|x) ‖ p(z)).",
       "잠재 표현이 데이터에 관해 담은 양: KL(q(z|x) ‖ p(z))."},
      none);
  if (store.metrics.count("kl_weights") > 0) {
    add("kl_weights", {"KL of weights", "가중치 KL"},
        {"A datum’s share of KL(q(θ) ‖ p(θ)), which the bound pays for.",
         "하한이 치르는 KL(q(θ) ‖ p(θ))의 데이터 한 개 몫입니다."},
        none);
  }
  add("log_marginal", grey ? Text{"−CE, marginal", "−CE, 주변"} : Text{"ln p(x)", "ln p(x)"},
      grey
          ? Text{"ln ∫ p(z) exp(−CE) dz of test data, estimated when asked: no ln p(x), as x has "
                 "grey levels.",
                 "시험 데이터의 ln ∫ p(z) exp(−CE) dz를 요청할 때 추정합니다. x가 회색 단계라 "
                 "ln p(x)가 아닙니다."}
          : Text{"Of test data, estimated when asked.", "시험 데이터의 값을 요청할 때 추정합니다."},
      most);
  if (store.metrics.count("elbo_gap") > 0) {
    add("elbo_gap", {"gap", "간격"},
        {"How far the bound lies below that, on the very same data: ",
         "같은 데이터에서 하한이 그보다 낮은 정도: "},
        none);
    rows.back().help += plot::brief(store.metric("log_marginal"), 5) + " − (" +
                        plot::brief(store.metric("elbo_marginal"), 5) + ")." +
                        said(korean, of_data);
  }
  add_factors(store, korean, rows);
}

void add_exact(const Store& store, bool korean, std::vector<Measured>& rows) {
  const double most = store.metric("log_likelihood_optimum");
  const auto add = [&](const char* name, const Text& words, const Text& help, double truth) {
    if (truth != truth && store.metrics.count(name) == 0) return;
    rows.push_back({said(korean, words), said(korean, help), store.metric(name), truth,
                    store.metric(std::string(name) + "_se")});
    if (std::isfinite(rows.back().error)) rows.back().help += said(korean, of_data);
    if (std::isfinite(truth))
      rows.back().truth_error = store.metric("log_likelihood_optimum_error");
  };
  constexpr double none = Measured::none;
  const Text exact{"Computed exactly: neither a bound nor an estimate.",
                   "하한이나 추정이 아닌 정확한 값입니다."};
  add("log_likelihood_train", {"ln p(x), train", "ln p(x), 학습"}, exact, most);
  add("log_likelihood_test", {"ln p(x), test", "ln p(x), 시험"}, exact, most);
  add("log_likelihood_validation", {"ln p(x), valid.", "ln p(x), 검증"}, exact, none);
  add("log_likelihood_whitened", {"less whitening", "백색화 제외"},
      {"ln p(x) of test data without the whitening’s log-determinant, as papers give it.",
       "백색화의 log-det을 뺀 시험 데이터의 ln p(x)로, 논문이 적는 값입니다."},
      none);
  add("bits_per_dim", {"bits/dim, test", "비트/차원, 시험"},
      {"Bits to name one grey level of one pixel.", "픽셀 하나의 밝기를 적는 데 드는 비트입니다."},
      none);
}

void add_contrast(const Store& store, bool korean, std::vector<Measured>& rows) {
  const double most = store.metric("objective_optimum");
  const Text j{"The objective: how well data is told from noise.",
               "목적함수: 데이터를 잡음과 얼마나 잘 구별하는지입니다."};
  rows.push_back({said(korean, {"J, train", "J, 학습"}), said(korean, j),
                  store.metric("objective_train"), most});
  rows.push_back({said(korean, {"J, test", "J, 시험"}), said(korean, j),
                  store.metric("objective_test"), most});
  rows.push_back({said(korean, {"constant c", "상수 c"}),
                  said(korean, {"Learnt; −ln Z makes the density integrate to 1, and is integrated "
                                "over cells of the plane.",
                                "배우는 값입니다. −ln Z여야 밀도의 적분이 1이며, 평면의 칸들로 "
                                "적분합니다."}),
                  store.metric("c"), store.metric("minus_log_z"), Measured::none,
                  store.metric("minus_log_z_error")});
  if (store.metrics.count("z_outside") > 0) {
    rows.push_back({said(korean, {"Z outside, %", "바깥의 Z, %"}),
                    said(korean, {"The share of Z that lies outside the box around the data.",
                                  "데이터를 둘러싼 상자 바깥에 있는 Z의 몫입니다."}),
                    100 * store.metric("z_outside"), Measured::none,
                    100 * store.metric("z_outside_error")});
  }
}

void add_information(const Store& store, bool korean, std::vector<Measured>& rows) {
  const auto add = [&](const std::string& name, const Text& words, const Text& help,
                       const std::string& truth) {
    if (store.metrics.count(name) == 0) return;
    rows.push_back({said(korean, words), said(korean, help), store.metric(name),
                    truth.empty() ? Measured::none : store.metric(truth),
                    store.metric(name + "_se")});
    if (std::isfinite(rows.back().error)) rows.back().help += said(korean, of_data);
  };
  const Text j{"The objective: how well what belongs together is told from what does not.",
               "목적함수: 함께 온 것을 그렇지 않은 것과 얼마나 잘 구별하는지입니다."};
  add("objective_train", {"J, train", "J, 학습"}, j, "");
  add("objective_test", {"J, test", "J, 시험"}, j, "");
  add("mutual_information", {"I(u; v), test", "I(u; v), 시험"},
      {"Mutual information of the two halves of a test datum, as the model says; the truth is "
       "exact.",
       "시험 데이터의 두 반쪽의 상호정보를 모델이 추정한 값입니다. 참값은 정확합니다."},
      "mutual_information_truth");
  add("information_ceiling", {"ceiling ln N", "상한 ln N"},
      {"No bound from N data at a time can say more.",
       "N개씩 견주는 하한은 이보다 많이 말할 수 없습니다."},
      "");
  add("divergence", {"KL(p ‖ q), test", "KL(p ‖ q), 시험"},
      {"How far test data is from the noise N(0, I), as the model says.",
       "시험 데이터가 잡음 N(0, I)에서 먼 정도를 모델이 추정한 값입니다."},
      "divergence_truth");
  add("theta", {"θ", "θ"},
      {"Half the log of the precision that all bridges add up to.",
       "모든 다리를 더한 정밀도의 로그의 반입니다."},
      "theta_truth");
}

// How far a model of independent components is from the sources of the data.
void add_unmixing(const Store& store, bool korean, std::vector<Measured>& rows) {
  const auto add = [&](const char* name, const Text& words, const Text& help) {
    if (store.metrics.count(name) == 0) return;
    rows.push_back({said(korean, words), said(korean, help), store.metric(name), 0});
  };
  add("squared_error_b", {"error² of B", "B의 오차²"},
      {"Of the unmixing matrix against the true one, its rows matched up to order and sign.",
       "섞임을 푸는 행렬이 참 행렬과 다른 정도입니다. 행의 순서와 부호는 맞추어 봅니다."});
  add("squared_error_c", {"error² of c", "c의 오차²"},
      {"Of the constant against that of the true sources.",
       "상수가 참 신호원의 상수와 다른 정도입니다."});
}

void add_errors(const Store& store, bool korean, std::vector<Measured>& rows) {
  const auto add = [&](const char* name, const Text& words, const Text& help) {
    if (store.metrics.count(name) == 0) return;
    rows.push_back({said(korean, words), said(korean, help), store.metric(name), Measured::none,
                    store.metric(std::string(name) + "_se")});
    if (std::isfinite(rows.back().error)) rows.back().help += said(korean, of_data);
  };
  const Text squared{"Mean squared error of a number of a datum that went through its code.",
                     "코드를 거쳐 돌아온 데이터의 수 하나당 평균 제곱 오차입니다."};
  add("mse_train", {"MSE, train", "MSE, 학습"}, squared);
  add("mse_test", {"MSE, test", "MSE, 시험"}, squared);
  add("mse_corrupted", {"MSE, corrupted", "MSE, 손상"},
      {"Of the corrupted data that is to be repaired, against the clean.",
       "고쳐야 할 손상된 데이터가 깨끗한 데이터와 다른 정도입니다."});
  add("mse_over_variance", {"MSE / variance", "MSE / 분산"},
      {"Of test data, in units of the variance of all numbers of the training data: 1 is no better "
       "than their mean.",
       "시험 데이터의 오차를 학습 데이터 분산으로 나눈 값입니다. 1이면 평균을 답하는 것과 "
       "같습니다."});
  const Text varied{
      "How many codes, used alike, would be as varied as those of test data: exp of their entropy.",
      "시험 데이터의 코드만큼 다양하려면 고르게 쓰여야 할 코드의 수, 엔트로피의 exp입니다."},
      there{"Codes that test data has at all.",
            "시험 데이터에 한 번이라도 나오는 코드의 수입니다."};
  if (store.metrics.count("perplexity_2") == 0) {
    add("perplexity", {"perplexity", "혼잡도"}, varied);
    add("codes_used", {"codes used", "쓰인 코드"}, there);
  } else {
    add("perplexity", {"perplexity, top", "혼잡도, 위층"}, varied);
    add("perplexity_2", {"perplexity, level 2", "혼잡도, 둘째 층"}, varied);
    add("perplexity_3", {"perplexity, level 3", "혼잡도, 셋째 층"}, varied);
    add("codes_used", {"codes used, top", "쓰인 코드, 위층"}, there);
    add("codes_used_2", {"codes used, level 2", "쓰인 코드, 둘째 층"}, there);
    add("codes_used_3", {"codes used, level 3", "쓰인 코드, 셋째 층"}, there);
  }
  add("log_prior_test", {"ln p(codes)", "ln p(코드)"},
      {"Of a test datum's map of codes, exactly, by the prior that learns beside.",
       "곁에서 배우는 사전분포가 시험 데이터의 코드 지도에 주는 정확한 값입니다."});
  add_factors(store, korean, rows);
}

}  // namespace

std::vector<Measured> measured(const Store& store, bool korean) {
  std::vector<Measured> rows;
  if (store.can("bound")) add_bound(store, korean, rows);
  else if (store.can("exact")) add_exact(store, korean, rows);
  else if (store.can("errors")) add_errors(store, korean, rows);
  else if (store.can("information")) add_information(store, korean, rows);
  else add_contrast(store, korean, rows);
  add_unmixing(store, korean, rows);
  if (store.metrics.count("auc") > 0) {
    rows.push_back({said(korean, {"AUC, strange", "AUC, 이상"}),
                    said(korean, {"The chance that a datum of a class that is not normal looks "
                                  "stranger to the model than a test datum: 1 tells all apart, 0.5 "
                                  "none. ± is its standard error after DeLong.",
                                  "정상이 아닌 부류의 데이터가 시험 데이터보다 더 이상해 보일 "
                                  "확률입니다. 1이면 모두 가려내고 0.5면 전혀 못 가려냅니다. ±는 "
                                  "DeLong의 표준 오차입니다."}),
                    store.metric("auc"), Measured::none, store.metric("auc_se")});
  }
  if (!store.has_truth || !store.can("plane")) return rows;
  Measured kl{said(korean, {"KL to truth", "참값까지 KL"}),
              said(korean, {"Nats lost by believing the model, integrated over cells of the plane; "
                            "± is the integral’s error.",
                            "모델을 믿어서 잃는 nats로, 평면의 칸들로 적분합니다. ±는 적분의 "
                            "오차입니다."}),
              store.metric("kl_to_truth"), 0, store.metric("kl_to_truth_error")};
  kl.help += truth_words(store, korean);
  rows.push_back(std::move(kl));
  if (store.metrics.count("kl_flow") > 0) {
    rows.push_back({said(korean, {"KL, the flow", "KL, 흐름"}),
                    said(korean, {"The same of the flow that is the noise: its own answer.",
                                  "잡음이 되는 흐름 자신의 답이 잃는 nats입니다."}),
                    store.metric("kl_flow"), 0, store.metric("kl_flow_error")});
  }
  return rows;
}

std::string truth_words(const Store& store, bool korean) {
  if (!std::isfinite(store.truth_integral)) return {};
  return said(korean, {" The truth itself integrates to ", " 참 밀도의 적분은 "}) +
         number(store.truth_integral) + said(korean, {" there.", "입니다."});
}

std::string unit_words(const Store& store, bool korean) {
  if (store.cross_entropy) {
    return said(korean, {"in nats a datum; CE is the cross-entropy of grey levels, no −ln p(x)",
                         "데이터당 nats. CE는 회색 단계의 교차 엔트로피이며 −ln p(x)가 아닙니다"});
  }
  if (store.can("bound")) return said(korean, {"in nats a datum", "데이터당 nats"});
  if (store.can("exact"))
    return said(korean, {"in nats a datum, exact", "데이터당 nats, 정확한 값"});
  if (store.can("errors")) {
    return said(korean, {"no ln p(x) is claimed; errors are of a number of a datum",
                         "ln p(x)를 주장하지 않으며, 오차는 수 하나당 값입니다"});
  }
  if (store.can("information"))
    return said(korean,
                {"in nats; no ln p(x) is claimed", "단위 nats; ln p(x)를 주장하지 않습니다"});
  if (!store.on_plane()) return said(korean, {"in nats", "단위 nats"});
  return said(korean, {"in nats; c is compared with −ln Z", "단위 nats; c는 −ln Z와 비교"});
}

std::string prepared_words(const Store& store, bool korean) {
  const Store::Prepared& data = store.prepared;
  const bool file = store.loaded_spec.at("data").at("name") == "file";
  const auto count = [](std::int64_t samples) { return std::to_string(samples); };
  std::string words;
  const auto add = [&words](const std::string& sentence) {
    words += (words.empty() ? "" : " ") + sentence;
  };
  if (data.listed > 0) {
    const bool own = store.loaded_spec.at("data").at("name") == "points";
    add(korean ? std::string(own ? "점 " : "표본 ") + count(data.listed) + "개 중 " +
                     count(data.test) + "개는 시험용으로 떼어 두고 학습하지 않습니다."
               : "Of " + count(data.listed) + (own ? " points " : " samples ") + count(data.test) +
                     " are held out for testing and never trained on.");
  } else if (file) {
    add(korean ? "학습 " + count(data.train) + "개, 시험 " + count(data.test) + "개."
               : count(data.train) + " training and " + count(data.test) + " test data.");
  }
  if (data.dequantised) {
    std::string sentence =
        korean ? "회색 " + count(data.levels) + "단계 중 한 단계의 균등 잡음을 더했습니다"
               : "Uniform noise of one of " + count(data.levels) + " grey levels is added";
    if (!data.on_levels) {
      sentence += said(korean, {", as asked, though the values are no such levels",
                                "(요청한 대로이나 값이 그 단계들은 아닙니다)"});
    }
    add(sentence + ".");
  } else if (store.sample_shape.picture() && data.levels == 0) {
    add(said(korean,
             {"No equally spaced grey levels: no noise is added, and there are no bits/dim.",
              "고른 회색 단계가 없어 잡음을 더하지 않고 bits/dim도 없습니다."}));
  } else if (file && data.levels > 0) {
    add(korean ? "회색 " + count(data.levels) + "단계, 잡음 없음."
               : count(data.levels) + " grey levels, no noise added.");
  }
  return words;
}

std::string stopped_words(const Store& store, bool korean) {
  if (store.stopped.empty() || store.playing) return {};
  const Json* limit = session::find(store.loaded_spec, "stop." + store.stopped);
  const std::string at = limit ? plot::brief(limit->get<double>(), 6) : "";
  if (store.stopped == "steps") {
    return korean
               ? "정해 둔 " + at + "단계에 이르러 멈췄습니다. 시작을 누르면 이어서 학습합니다."
               : "Training stopped after " + at + " steps, as it was to. Play goes on from here.";
  }
  if (store.stopped == "seconds") {
    return korean
               ? "정해 둔 " + at + "초가 지나 멈췄습니다. 시작을 누르면 이어서 학습합니다."
               : "Training stopped after " + at + " seconds, as it was to. Play goes on from here.";
  }
  return korean ? "KL이 정해 둔 " + at +
                      " nats보다 작아져 멈췄습니다. 시작을 누르면 이어서 학습합니다."
                : "Training stopped where the KL fell below " + at +
                      " nats, as it was to. Play goes on from here.";
}

std::string ruined_words(const Store& store, bool korean) {
  if (!korean || !store.ruin.is_object()) return store.warning;
  const auto at = [&](const char* name) {
    return plot::brief(store.ruin.at(name).get<double>(), 4);
  };
  const bool kl = store.ruin.at("measure") == "kl_to_truth";
  return std::string("학습이 시작할 때보다 훨씬 나빠졌습니다. ") +
         (kl ? "참값까지 KL이 " : "시험 데이터의 목적함수가 ") + at("first") + "에서 " + at("now") +
         "(으)로 바뀌었습니다. 학습률 " + at("rate") +
         "이(가) 너무 큰 듯하니 낮추고 처음으로 되감으세요.";
}

}  // namespace lab::app
