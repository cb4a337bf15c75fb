/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The scenario's `network:` block of a reservoir, and the struct it fills. */
#ifndef TP_NETWORKS_RESERVOIR_BLOCK_H
#define TP_NETWORKS_RESERVOIR_BLOCK_H

#include "networks/population_block.h"
#include "networks/wiring.h"

/* What reaches an astrocyte-like unit is divided by its direct-current gain: the series alone, all,
 * or nothing. */
typedef enum tp_gain { TP_GAIN_SCALED, TP_GAIN_SCALED_ALL, TP_GAIN_UNIT } tp_gain;

typedef struct tp_reservoir_description {
    struct tp_reservoir_units {
        int64_t count;
        tp_population_description cells;
    } neurons, astrocytes;
    tp_wiring_description wiring;
    struct tp_reservoir_input {
        int gain;       /* tp_gain */
        double neurons; /* factors of the series */
        double astrocytes;
    } input;
    double low_pass; /* what a unit's trace keeps of itself in a step */
} tp_reservoir_description;

extern const tp_block tp_reservoir_block;

#endif
