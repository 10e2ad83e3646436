// Layers of which a fixed mask keeps a part, so that what comes out knows nothing of what comes
// later: every input and output has a degree, and a weight is there where that of its input is not
// above that of its output (Germain et al. 2015, section 3).
#pragma once

#include <string>
#include <vector>

#include "core/nn/mlp.hpp"

namespace lab::nn {

using Degrees = std::vector<double>;

// x·(W∘M) + b: (B, in) → (B, out). W starts from N(0, gain²/n), n the inputs that the mask leaves
// an output on average; b from 0.
class MaskedLinear {
 public:
  MaskedLinear(Parameters& parameters, const std::string& name, const Degrees& in,
               const Degrees& out, double gain);
  Value operator()(Value x) const;

 private:
  Value weight_, bias_;  // (in, out), masked; (out)
};

// Convolutions of images (B, H, W, in) → (B, H, W, out) that see pixels before a pixel in reading
// order, and of the pixel itself the channels that their degrees allow. The kernel holds only the
// rows that are seen.
class CausalConvolution {
 public:
  // Rows −above … 0, or … −1 where it is not `here`; columns −left … right, of row 0 those up to
  // the pixel alone, unless that row holds nothing of its own pixels and may be seen `whole`.
  struct Reach {
    Extent above = 0, left = 0, right = 0;
    bool here = true, whole = false;
  };
  CausalConvolution(Parameters& parameters, const std::string& name, const Reach& reach,
                    const Degrees& in, const Degrees& out, double gain);
  Value operator()(Value x) const;

 private:
  Reach reach_;
  MaskedLinear product_;
};

}  // namespace lab::nn
