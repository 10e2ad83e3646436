// The data of an experiment: what its specification names, drawn, loaded and prepared.
#pragma once

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/data/load.hpp"
#include "core/data/samples.hpp"
#include "core/data/truth.hpp"

namespace lab::data {

// Bundled data, as files that open() is asked for by these names.
inline constexpr const char* digits8_file = "digits8.csv.gz";

// Gives the files behind a name of a specification; throws MissingFile where it has none.
using Open = std::function<std::vector<File>(const std::string& name)>;

class MissingFile : public std::runtime_error {
 public:
  MissingFile(std::string name, const std::string& sentence)
      : std::runtime_error(sentence), name_(std::move(name)) {}
  const std::string& name() const { return name_; }

 private:
  std::string name_;
};

struct Dataset {
  Samples train, test;           // as models see them
  Samples validation;            // held out of the training data; may be empty
  Samples strange;               // test data of classes that 'data.normal' leaves out, or none
  std::size_t listed = 0;        // samples of the one list that train and test were taken
                                 // from; 0: they were drawn, or have lists of their own
  std::size_t cut_of = 0;        // pictures that samples are patches of; 0: they are whole
  std::unique_ptr<Truth> truth;  // where it is known; of the plane a PlaneTruth
  Box bounds;                    // where data of the plane lies
  // A value as models see it is `scale`·intensity + `shift` of its column; empty: 1 and 0.
  std::vector<float> scale, shift;
  // Makes pictures of chosen factors (Maker::painted); nullptr: these data cannot be made so.
  Samples (*painter)(std::span<const float> factor_values) = nullptr;
  double levels = 0;             // of grey, as found or given; 0: intensities have none
  bool on_levels = false;        // every intensity is one of them: ln p(x) has bits
  bool dequantised = false;      // models add uniform noise of one level (1/levels, scaled)
  bool black_or_white = false;   // many intensities are exactly 0 or 1
  bool bits = false;             // all numbers that models see are 0 or 1
  bool redrawn_bits = false;     // intensities are probabilities of bits that models draw each time
  std::string bits_by = "none";  // how others were made bits: threshold, static

  Domain domain() const { return train.shape.domain; }
  bool plane() const { return domain() == Domain::plane; }
  // Of data of the plane.
  const PlaneTruth& plane_truth() const { return dynamic_cast<const PlaneTruth&>(*truth); }
  std::size_t dimensions() const { return train.shape.size(); }
  // Whether ln p(x) of the truth can be told.
  bool knows_density() const;
  // The first `most` samples as evaluations see them: bits and noise drawn once, the same for every
  // run (count, D).
  std::vector<float> evaluated(const Samples& samples, std::size_t most) const;
  // Pictures of these factors (count, factors), made and prepared as the data are, as evaluations
  // see them (count, D). Where there is a painter.
  std::vector<float> painted(std::span<const float> factor_values) const;
  // Bits for each number of a picture whose ln p(x) is this many nats: log₂ levels − ln p/(D ln 2)
  // for intensities in [0, 1], less by what they were stretched; of bits −log₂ p/D, p their
  // probability. Of pictures that has_bits().
  double bits_per_dimension(double log_density) const;
  bool has_bits() const { return train.shape.picture() && (dequantised ? on_levels : bits); }
  // What was done with the data that a person should know, a sentence each, in English.
  std::vector<std::string> notes() const;
  // An intensity of one column as models see it.
  float to_model(float intensity, std::size_t column) const {
    return scale.empty() ? intensity : intensity * scale[column] + shift[column];
  }
  // Values as models see them back to intensities within [0, 1], in place.
  void to_intensities(std::vector<float>& values) const;
};

// From the "data" section of a completed specification. Throws LoadError, MissingFile, or
// keys::Unfit where the section asks for what there is not.
Dataset make_dataset(const nlohmann::json& data, const Open& open);

}  // namespace lab::data
