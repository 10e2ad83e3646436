// The standard normal distribution as numbers.
#pragma once

namespace lab::dist {

// The inverse of the cumulative distribution of N(0, 1), for 0 < p < 1; relative error below 1e-12.
double normal_quantile(double p);

}  // namespace lab::dist
