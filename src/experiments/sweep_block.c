/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/sweep_block.h"

#include <math.h>

const char *const tp_interval_names[] = {"student", "bootstrap", NULL};

#define SWEEP(member) offsetof(tp_sweep_description, member)
static const tp_field fields[] = {
    {.key = "over",
     .kind = TP_TREE,
     .offset = SWEEP(over),
     .help = "PATH: levels, a list or from:to:step; several paths are a grid; a level that is a "
             "block ties its keys"},
    {.key = "leave_out",
     .kind = TP_TREE,
     .offset = SWEEP(leave_out),
     .help = "blocks of PATH: level, as `over` has them; where they meet, the grid has no level"},
    {.key = "control",
     .kind = TP_TREE,
     .offset = SWEEP(control),
     .help = "PATH: value; each level is also run with these, on the same random numbers"},
    {.key = "trials",
     .kind = TP_INTEGER,
     .offset = SWEEP(trials),
     .fallback = "20",
     .lower = 1,
     .upper = 1e8,
     .help = "training and recall with random numbers of their own, at each level"},
    {.key = "interval",
     .kind = TP_CHOICE,
     .offset = SWEEP(interval),
     .fallback = "student",
     .values = tp_interval_names,
     .help = "of a mean over trials: by Student's t, or by resampling them"},
    {.key = "confidence",
     .kind = TP_REAL,
     .offset = SWEEP(confidence),
     .unit = "1",
     .fallback = "0.95",
     .lower = 0.5,
     .upper = 0.9999,
     .help = "of the intervals"},
    {.key = "resamples",
     .kind = TP_INTEGER,
     .offset = SWEEP(resamples),
     .fallback = "2000",
     .lower = 100,
     .upper = 1000000,
     .help = "of the bootstrap"},
    {.key = "below",
     .kind = TP_REAL,
     .offset = SWEEP(below),
     .unit = "1",
     .lower = -INFINITY,
     .upper = INFINITY,
     .help = "the level is told at which the first measure falls below this"},
    {0},
};

const tp_block tp_sweep_block = {sizeof(tp_sweep_description), fields, NULL, NULL};
