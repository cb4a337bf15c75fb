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

double tp_random_normal(const tp_stream_key *key, uint32_t index) {
    const double turn = 6.283185307179586;
    uint32_t words[4];
    tp_random_words(key, index / 2, words);
    const double radius = sqrt(-2 * log(1 - tp_random_unit(words[0], words[1])));
    const double angle = turn * tp_random_unit(words[2], words[3]);
    return radius * (index % 2 ? sin(angle) : cos(angle));
}
