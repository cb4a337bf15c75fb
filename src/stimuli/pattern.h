/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Patterns to be learned: binary images that fit the grid of neurons. */
#ifndef TP_STIMULI_PATTERN_H
#define TP_STIMULI_PATTERN_H

#include <stdbool.h>

#include "scenario/schema.h"

/* One item of a scenario's `patterns:`. */
typedef struct tp_pattern_description {
    const char *digit, *image, *idx, *name;
    int64_t index;
    double threshold;
    bool invert;
    int rescale;
} tp_pattern_description;

extern const tp_block tp_pattern_block;

typedef struct tp_pattern {
    char *name;
    uint8_t *pixels; /* [row][column], 1 = on */
    size_t on_count;
} tp_pattern;

/* Loads the pattern that the scenario describes at `path` ("patterns.0") for a grid of rows x
 * columns. A relative file name starts at the folder of the scenario file (at the current folder
 * for --set), then at each folder of the environment variable TRIPARTITE_DATA. */
tp_status tp_pattern_load(const tp_pattern_description *description, const tp_resolved *resolved,
                          const char *path, size_t rows, size_t columns, tp_pattern *pattern,
                          tp_error *error);
void tp_pattern_free(tp_pattern *pattern);

#endif
