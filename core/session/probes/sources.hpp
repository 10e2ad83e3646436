// What a model of independent components (core/models/ica.cpp) has found of the sources. Arrays:
//   unmixing         (D, D): B. Where the mixing A of the data is known, its rows stand in the
//                    order of the sources that they are nearest to, and with their sign
//   mixing           (D, D): A⁻¹ of the model: what its sources are in the data, a column each
//   true_mixing      (D, D): A, where it is known
//   unmixed_mixture  (D, D): B A, where A is known: what each found source has of each true one;
//                    the identity were best
// Head, where A is known: true_c, the constant of its sources.
#pragma once

#include "core/session/probes/probe.hpp"

namespace lab::session {

class SourcesProbe : public Probe {
 public:
  Task<> add(Message& snapshot, Experiment& experiment, const std::set<std::string>& views,
             bool training) override;
};

}  // namespace lab::session
