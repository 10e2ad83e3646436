// The table of structured ops: all ops but the elementwise ones (elementwise.hpp).
//
// To add one, add
//   a row here, and its builder's declaration in graph.hpp
//   a file of core/graph/ops/: its builder with the checks of shapes, and NAME_rules (rules.hpp):
//   its gradient and its plain evaluation
//   the file of the same name of core/compile/ops/: NAME_lowering (core/compile/lowering.hpp)
//   a case in tests/core/op_cases.cpp
// An op and its reverse share a file. A row without its rules or its lowering does not link.
#pragma once

#include <array>
#include <string_view>

// clang-format off
#define LAB_STRUCTURED_OPS(ROW)                                                                    \
  ROW(constant)           /* `numbers`: one for all elements, or one each */                       \
  ROW(variable)           /* lives in the executor; `name`, `initial` */                           \
  ROW(iota)               /* 0, 1, 2, … (index) */                                                 \
  ROW(stop_gradient)                                                                               \
  ROW(broadcast)          /* extents of 1 repeated; leading axes added */                          \
  ROW(reshape)            /* same elements in row-major order */                                   \
  ROW(transpose)          /* axis i of the result is axis `axes[i]` of the operand */              \
  ROW(slice)              /* element i is element starts + i·steps of the operand */               \
  ROW(embed)              /* the reverse of slice: zeros around it */                              \
  ROW(windows)            /* patches of images, `steps` apart */                                   \
  ROW(overlap_add)        /* the reverse of windows: patches added where they lay */               \
  ROW(concatenate)        /* along axes[0] */                                                      \
  ROW(matmul)             /* (…, m, k)·(…, k, n); `transpose_a`, `transpose_b` */                  \
  ROW(sum)                /* over `axes`, which vanish */                                          \
  ROW(max)                /* over `axes`, which vanish */                                          \
  ROW(argmax)             /* over axes[0], which vanishes; the first where several are largest */  \
  ROW(cumulative_sum)     /* along axes[0]; from the end where `reverse` */                        \
  ROW(gather)             /* rows of operand 0 chosen by operand 1 */                              \
  ROW(scatter_add)        /* rows of operand 1 added into zeros at rows operand 0 */               \
  ROW(random_uniform)     /* open interval (0, 1); operands seed, counter */                       \
  ROW(random_normal)      /* mean 0, variance 1; operands seed, counter */                         \
  ROW(random_permutation) /* operands position, seed: see the builder */
// clang-format on

namespace lab {

inline constexpr std::array structured_names{
#define LAB_ROW(name) std::string_view(#name),
    LAB_STRUCTURED_OPS(LAB_ROW)
#undef LAB_ROW
};

}  // namespace lab
