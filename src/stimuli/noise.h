/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Noise on binary images, as a pure function of its key. */
#ifndef TP_STIMULI_NOISE_H
#define TP_STIMULI_NOISE_H

#include <stddef.h>
#include <stdint.h>

#include "base/random.h"

typedef enum tp_noise_kind { TP_NOISE_SALT_PEPPER, TP_NOISE_FLIP } tp_noise_kind;
extern const char *const tp_noise_names[];

/* Writes the noisy image to `out`; n pixels, each 0 or 1.
 * Salt-and-pepper: each pixel is, with probability `level`, replaced by 0 or 1 with equal chance
 * (so level / 2 of the pixels are inverted in the mean).
 * Flip: exactly round(level n) pixels (halves up), chosen without replacement, are inverted. */
void tp_noise_apply(tp_noise_kind kind, double level, const tp_stream_key *key,
                    const uint8_t *pixels, size_t n, uint8_t *out);

#endif
