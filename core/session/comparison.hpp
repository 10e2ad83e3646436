// A comparison: one to four models on the same data, as one JSON document.
//
//   {"title": …, "data": {…}, "compare": [{"model": …, "objective": …, …}, …], "views": [rows],
//    "controls": [keys]}
//
// Every entry of "compare" is a specification (core/session/specification.hpp) without its data,
// which all share, and may have a title of its own. "views" are the rows that are shown under the
// names of the models, "controls" live keys that one slider each sets for all models that heed
// them.
#pragma once

#include <string>
#include <vector>

#include "core/session/specification.hpp"

namespace lab::session {

inline constexpr std::size_t most_members = 4;

struct Comparison {
  std::string title;
  Json data = Json::object();
  std::vector<Json> members;  // completed specifications, each with the shared data
  std::vector<std::string> views;
  std::vector<std::string> controls;
};

// Whether a document means a comparison, sound or not.
bool is_comparison(const Json& document);

// Checks `document` and completes what it holds. Throws SpecificationError; a mistake within an
// entry names the entry, and its key begins with "compare[1]." for the second.
Comparison complete_comparison(const Json& document);

// The keys of a sound document, a specification or a comparison, that have no effect in it.
std::vector<SpecificationError> unused(const Json& document);

// What goes into a link.
Json compact(const Comparison& comparison);

// The rows that can be shown of such data: the usual ones, then the views that any model fills
// there. A comparison may have those that none of its own fills: models come and go.
std::vector<std::string> usual_comparison_views(const Json& data);
std::vector<std::string> comparison_views(const Json& data);
// The latter, of those that one of its models fills.
std::vector<std::string> filled_views(const Comparison& comparison);

// The models that go with such data, those worth comparing first.
std::vector<std::string> fitting_models(const Json& data);

// A completed specification of a model with settings that learn such data well in a minute or two.
Json usual_member(const std::string& model, const Json& data);

// `spec`, completed, beside the other kinds of models on the same data: a flow, a model with
// latents and an energy model, where they fit.
Comparison comparison_of(const Json& spec);

// The same comparison on other data. Models that do not fit it give way to ones that do. Throws
// SpecificationError.
Comparison with_data(const Comparison& comparison, const Json& data);

}  // namespace lab::session
