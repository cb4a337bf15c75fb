/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"

#include <Random123/philox.h>
#include <math.h>

void tp_random_words(const tp_stream_key *key, uint32_t index, uint32_t words[4]) {
    philox4x32_ctr_t counter = {{index, key->sample, key->trial, (uint32_t)key->purpose}};
    philox4x32_key_t seed = {{(uint32_t)key->seed, (uint32_t)(key->seed >> 32)}};
    philox4x32_ctr_t drawn = philox4x32(counter, seed);
    for (int i = 0; i < 4; i++)
        words[i] = drawn.v[i];
}

double tp_random_unit(uint32_t high, uint32_t low) {
    uint64_t bits = ((uint64_t)high << 32 | low) >> 11;
    return (double)bits * 0x1p-53;
}

static void normal_pair(const tp_stream_key *key, uint32_t pair, double out[2]) {
    const double turn = 6.283185307179586;
    uint32_t words[4];
    tp_random_words(key, pair, words);
    const double radius = sqrt(-2 * log(1 - tp_random_unit(words[0], words[1])));
    const double angle = turn * tp_random_unit(words[2], words[3]);
    out[0] = radius * cos(angle);
    out[1] = radius * sin(angle);
}

double tp_random_normal(const tp_stream_key *key, uint32_t index) {
    double pair[2];
    normal_pair(key, index / 2, pair);
    return pair[index % 2];
}

void tp_random_normals(const tp_stream_key *key, uint32_t first, size_t count, double *out) {
    double pair[2];
    for (size_t i = 0; i < count; i++) {
        const uint32_t index = first + (uint32_t)i;
        if (i == 0 || index % 2 == 0)
            normal_pair(key, index / 2, pair);
        out[i] = pair[index % 2];
    }
}
