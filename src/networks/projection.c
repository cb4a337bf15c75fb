/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/projection.h"

#include <math.h>

#include "base/random.h"

/* Li, Hastie & Church 2006, as scikit-learn has it: of 784 inputs each 28th, +-sqrt(28 / 20). */
static double sparse(const tp_stream_key *key, uint32_t index, size_t inputs, size_t outputs) {
    const double root = sqrt((double)inputs);
    uint32_t words[4];
    tp_random_words(key, index, words);
    if (!(tp_random_unit(words[0], words[1]) * root < 1))
        return 0;
    return (words[2] & 1 ? 1 : -1) * sqrt(root / (double)outputs);
}

void tp_projection_draw(tp_projection_kind kind, size_t inputs, size_t outputs, uint64_t seed,
                        uint32_t trial, double *matrix) {
    const tp_stream_key key = {seed, TP_PURPOSE_PROJECTION, trial, (uint32_t)kind};
    for (size_t i = 0; i < inputs * outputs; i++)
        matrix[i] = kind == TP_PROJECTION_SPARSE
                        ? sparse(&key, (uint32_t)i, inputs, outputs)
                        : tp_random_normal(&key, (uint32_t)i) / sqrt((double)outputs);
}
