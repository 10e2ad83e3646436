#include "core/session/comparison.hpp"

#include <algorithm>
#include <utility>

#include "core/models/family.hpp"
#include "core/session/views.hpp"

namespace lab::session {

namespace {

std::string model_of(const Json& spec) { return spec.at("model").at("name").get<std::string>(); }

std::string name_of(const Json& data) {
  return data.value("name", find_key("data.name")->fallback).get<std::string>();
}

bool on_plane(const Json& data) { return data::row_of(name_of(data)).plane; }

Json with_shared_data(Json member, const Json& data) {
  member["data"] = data;
  return member;
}

// Densities of real numbers on grey levels grow without bound, so pictures of levels get the noise
// of one; and a density of bits is none, so they are not made into bits.
Json comparable(Json data) {
  if (data::row_of(name_of(data)).drawn()) return data;
  data.erase("binarise");
  data["dequantise"] = "auto";
  return data;
}

// A completed specification as a member on `data`, or nothing where its model does not fit.
bool fits(const std::string& model, const Json& data) {
  const std::vector<std::string> models = fitting_models(data);
  return std::find(models.begin(), models.end(), model) != models.end();
}

void add_others(Comparison& comparison, std::size_t most) {
  // The others are for who asks for them.
  constexpr int unasked = 3;
  for (const std::string& model : fitting_models(comparison.data)) {
    if (comparison.members.size() >= most || models::family_of(model).place > unasked) return;
    const bool there = std::any_of(comparison.members.begin(), comparison.members.end(),
                                   [&](const Json& member) { return model_of(member) == model; });
    if (!there) comparison.members.push_back(usual_member(model, comparison.data));
  }
}

// The usual rows, and the views that one of the models fills on such data. A row is neither of what
// has a column of its own, nor of the runs that went before.
std::vector<std::string> rows_of(const std::vector<std::string>& models, const Json& data) {
  const Key& key = *find_key("views");
  std::vector<std::string> rows = usual_comparison_views(data);
  for (const ViewNeeds& view : views()) {
    const std::string name = view.name;
    if (name == "truth" || name == "runs") continue;
    if (std::find(rows.begin(), rows.end(), name) != rows.end()) continue;
    const bool filled = std::any_of(models.begin(), models.end(), [&](const std::string& model) {
      return session::fits(key, name,
                           {{"data", {{"name", name_of(data)}}}, {"model", {{"name", model}}}});
    });
    if (filled) rows.push_back(name);
  }
  return rows;
}

// What a link says of a member: its differences from what is usual of its keys, and its model.
Json compact_member(const Json& member) {
  Json result = compact(member);
  result["model"]["name"] = member.at("model").at("name");
  for (const char* shared : {"data", "version", "title"}) result.erase(shared);
  return result;
}

}  // namespace

bool is_comparison(const Json& document) {
  return document.is_object() && document.contains("compare");
}

Comparison complete_comparison(const Json& document) {
  for (const auto& [key, value] : document.items()) {
    constexpr std::string_view known[] = {"version", "title", "data",
                                          "compare", "views", "controls"};
    if (std::ranges::find(known, key) != std::end(known)) continue;
    throw SpecificationError(key, "There is no key '" + key +
                                      "' in a comparison. It has title, data, compare, views and "
                                      "controls; what is of one model goes into its entry of "
                                      "'compare'.");
  }
  if (document.contains("version")) (void)complete({{"version", document["version"]}});
  Comparison result;
  const Json title = document.value("title", Json(""));
  if (!title.is_string()) throw SpecificationError("title", "'title' must be a text.");
  result.title = title.get<std::string>();
  result.data = document.value("data", Json::object());
  if (!result.data.is_object()) {
    throw SpecificationError("data", "'data' must be an object such as {\"name\": \"moons\"}.");
  }
  const Json& entries = document.at("compare");
  if (!entries.is_array()) {
    throw SpecificationError("compare",
                             "'compare' must be an array of the models to compare, such as "
                             "[{\"model\": {\"name\": \"vae\"}}, {\"model\": {\"name\": "
                             "\"energy-mlp\"}}].");
  }
  if (entries.empty() || entries.size() > most_members) {
    throw SpecificationError("compare", "'compare' holds " + std::to_string(entries.size()) +
                                            " models, but it must hold 1 to " +
                                            std::to_string(most_members) + ".");
  }
  for (std::size_t i = 0; i < entries.size(); ++i) {
    const std::string where = "compare[" + std::to_string(i) + "]",
                      words = "In model " + std::to_string(i + 1) + " of the comparison: ";
    if (!entries[i].is_object()) {
      throw SpecificationError(where, words +
                                          "it must be an object such as {\"model\": {\"name\": "
                                          "\"vae\"}}.");
    }
    if (entries[i].contains("data")) {
      throw SpecificationError(
          where + ".data",
          words + "it has data of its own, but all share the 'data' of the comparison.");
    }
    try {
      result.members.push_back(complete(with_shared_data(entries[i], result.data)));
    } catch (const SpecificationError& error) {
      throw SpecificationError(error.key().empty() ? where : where + "." + error.key(),
                               words + error.what());
    }
  }
  const std::vector<std::string> rows = comparison_views(result.data);
  for (const Json& view : document.value("views", Json::array())) {
    const bool known = view.is_string() &&
                       std::find(rows.begin(), rows.end(), view.get<std::string>()) != rows.end();
    if (!known) {
      std::string all;
      for (const std::string& row : rows) all += (all.empty() ? "" : ", ") + row;
      throw SpecificationError("views", "'views' of a comparison holds " + view.dump() +
                                            "; of such data it can show " + all + ".");
    }
    result.views.push_back(view.get<std::string>());
  }
  if (result.views.empty()) result.views = {rows.begin(), rows.begin() + 2};
  const Json controls = document.value("controls", Json::array());
  if (!controls.is_array()) {
    throw SpecificationError("controls",
                             "'controls' must be an array of keys such as "
                             "[\"objective.noise_shift\"].");
  }
  for (const Json& control : controls) {
    const Key* const key = control.is_string() ? find_key(control.get<std::string>()) : nullptr;
    const bool slides =
        key && key->live && (key->kind == Kind::number || key->kind == Kind::integer);
    const bool heeded = slides && std::ranges::any_of(result.members, [&](const Json& member) {
                          return find(member, key->path) != nullptr;
                        });
    if (!heeded) {
      throw SpecificationError("controls", "'controls' of a comparison holds " + control.dump() +
                                               ", but it must hold numbers that can change while "
                                               "models train and that one of them heeds, such as "
                                               "\"optimiser.rate\".");
    }
    result.controls.push_back(key->path);
  }
  return result;
}

Json compact(const Comparison& comparison) {
  Json result{{"data", comparison.data}, {"compare", Json::array()}, {"views", comparison.views}};
  if (!comparison.title.empty()) result["title"] = comparison.title;
  if (!comparison.controls.empty()) result["controls"] = comparison.controls;
  for (const Json& member : comparison.members) {
    Json compacted = compact_member(member);
    const auto& title = member.at("title").get_ref<const std::string&>();
    if (!title.empty()) compacted["title"] = title;
    result["compare"].push_back(std::move(compacted));
  }
  return result;
}

std::vector<SpecificationError> unused(const Json& document) {
  if (!is_comparison(document)) return unused(document, complete(document));
  const Comparison comparison = complete_comparison(document);
  std::vector<SpecificationError> result;
  // Of the shared data, what no member uses.
  const Json shared = {{"data", comparison.data}};
  for (const SpecificationError& each : unused(shared, comparison.members.front())) {
    const bool used =
        std::any_of(comparison.members.begin(), comparison.members.end(),
                    [&](const Json& member) { return find(member, each.key()) != nullptr; });
    if (!used) result.push_back(each);
  }
  for (std::size_t i = 0; i < comparison.members.size(); ++i) {
    for (const SpecificationError& each :
         unused(document.at("compare")[i], comparison.members[i])) {
      result.emplace_back(
          "compare[" + std::to_string(i) + "]." + each.key(),
          "In model " + std::to_string(i + 1) + " of the comparison: " + each.what());
    }
  }
  return result;
}

std::vector<std::string> usual_comparison_views(const Json& data) {
  if (on_plane(data)) return {"log-density", "samples", "difference", "learning"};
  return {"samples", "learning", "trade-off"};
}

std::vector<std::string> comparison_views(const Json& data) {
  return rows_of(fitting_models(data), data);
}

std::vector<std::string> filled_views(const Comparison& comparison) {
  std::vector<std::string> models;
  for (const Json& member : comparison.members) models.push_back(model_of(member));
  return rows_of(models, comparison.data);
}

std::vector<std::string> fitting_models(const Json& data) {
  const bool plane = on_plane(data);
  // Those that say something of p(x): it is what is compared.
  constexpr std::string_view answers[] = {"log_density", "forward", "elbo"};
  std::vector<std::string> fit = models::families_where([&](const models::Family& family) {
    return std::ranges::any_of(family.use(plane).abilities, [&](const char* ability) {
      return std::ranges::find(answers, ability) != std::end(answers);
    });
  });
  std::stable_sort(fit.begin(), fit.end(), [](const std::string& a, const std::string& b) {
    return models::family_of(a).place < models::family_of(b).place;
  });
  return fit;
}

Json usual_member(const std::string& model, const Json& data) {
  if (!fits(model, data)) {
    throw SpecificationError("model.name",
                             "The model '" + model +
                                 "' does not go with this data, or says nothing of p(x), which is "
                                 "what is compared.");
  }
  return complete(
      with_shared_data(read_json(models::family_of(model).use(on_plane(data)).usual, model), data));
}

Comparison comparison_of(const Json& spec) {
  Comparison result;
  result.data = comparable(compact(spec).value("data", Json::object()));
  result.data["name"] = spec.at("data").at("name");
  result.views = usual_comparison_views(result.data);
  result.views.resize(2);
  const std::string own = model_of(spec);
  if (fits(own, result.data)) {
    Json member = compact_member(spec);
    member["data"] = result.data;
    member.erase("views");
    const models::Family& family = models::family_of(own);
    if (family.compare && !on_plane(result.data)) family.compare(member["model"]);
    result.members.push_back(adapted(member, {"data.name", "data.dequantise"}));
  }
  add_others(result, 3);
  return result;
}

Comparison with_data(const Comparison& comparison, const Json& data) {
  Comparison result = comparison;
  result.data = comparable(data);
  const bool same_kind = on_plane(data) == on_plane(comparison.data);
  result.members.clear();
  for (const Json& member : comparison.members) {
    const std::string model = model_of(member);
    if (!fits(model, result.data)) continue;
    if (!same_kind) {
      result.members.push_back(usual_member(model, result.data));
      continue;
    }
    Json next = with_shared_data(compact_member(member), result.data);
    next["title"] = member.at("title");
    next.erase("views");
    result.members.push_back(adapted(next, {"data.name"}));
  }
  add_others(result, 2);
  if (!same_kind) {
    result.views = usual_comparison_views(result.data);
    result.views.resize(2);
  }
  return result;
}

}  // namespace lab::session
