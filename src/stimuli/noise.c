/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stimuli/noise.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

const char *const tp_noise_names[] = {"salt_pepper", "flip", NULL};

static void salt_pepper(double level, const tp_stream_key *key, const uint8_t *pixels, size_t n,
                        uint8_t *out) {
    for (size_t i = 0; i < n; i++) {
        uint32_t words[4];
        tp_random_words(key, (uint32_t)i, words);
        bool replaced = tp_random_unit(words[0], words[1]) < level;
        out[i] = replaced ? (uint8_t)(words[2] >> 31) : pixels[i];
    }
}

/* Selection sampling (Knuth, Algorithm S): pixel i is taken with probability wanted / left, which
 * takes every set of `wanted` pixels with equal chance. */
static void flip(double level, const tp_stream_key *key, const uint8_t *pixels, size_t n,
                 uint8_t *out) {
    double wanted = floor(level * (double)n + 0.5);
    memcpy(out, pixels, n);
    for (size_t i = 0; i < n && wanted > 0; i++) {
        uint32_t words[4];
        tp_random_words(key, (uint32_t)i, words);
        if (tp_random_unit(words[0], words[1]) * (double)(n - i) < wanted) {
            out[i] = !pixels[i];
            wanted -= 1;
        }
    }
}

void tp_noise_apply(tp_noise_kind kind, double level, const tp_stream_key *key,
                    const uint8_t *pixels, size_t n, uint8_t *out) {
    if (kind == TP_NOISE_FLIP)
        flip(level, key, pixels, n, out);
    else
        salt_pepper(level, key, pixels, n, out);
}
