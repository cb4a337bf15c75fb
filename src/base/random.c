/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/random.h"

#include <Random123/philox.h>

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
