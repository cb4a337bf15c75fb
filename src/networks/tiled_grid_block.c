/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Defaults are those of Gordleeva et al. 2019; where the paper is silent, docs/deviations.md says
 * what was chosen. */
#include "networks/tiled_grid_block.h"

#include <math.h>

enum { LONGEST_SIDE = 10000 };

static tp_status extend_neurons(const void *block, tp_arena *arena, const tp_field **fields,
                                tp_error *error) {
    const struct tp_grid_neurons *neurons = block;
    return tp_population_extend(&neurons->cells, offsetof(struct tp_grid_neurons, cells), arena,
                                fields, error);
}

static tp_status extend_astrocytes(const void *block, tp_arena *arena, const tp_field **fields,
                                   tp_error *error) {
    const struct tp_grid_astrocytes *astrocytes = block;
    return tp_population_extend(&astrocytes->cells, offsetof(struct tp_grid_astrocytes, cells),
                                arena, fields, error);
}

#define NEURONS(member) offsetof(struct tp_grid_neurons, member)
static const tp_field neuron_fields[] = {
    {.key = "rows",
     .kind = TP_INTEGER,
     .offset = NEURONS(rows),
     .fallback = "40",
     .lower = 1,
     .upper = LONGEST_SIDE,
     .help = "rows of neurons"},
    {.key = "columns",
     .kind = TP_INTEGER,
     .offset = NEURONS(columns),
     .fallback = "40",
     .lower = 1,
     .upper = LONGEST_SIDE,
     .help = "columns of neurons"},
    TP_POPULATION_FIELDS(struct tp_grid_neurons, cells, "izhikevich", "rk4", "0.1 ms"),
    {0},
};

#define ASTROCYTES(member) offsetof(struct tp_grid_astrocytes, member)
static const tp_field astrocyte_fields[] = {
    {.key = "tile",
     .kind = TP_INTEGER,
     .offset = ASTROCYTES(tile),
     .fallback = "4",
     .lower = 1,
     .upper = LONGEST_SIDE,
     .help = "side of the square of neurons under one astrocyte"},
    {.key = "stride",
     .kind = TP_INTEGER,
     .offset = ASTROCYTES(stride),
     .fallback = "3",
     .lower = 1,
     .upper = LONGEST_SIDE,
     .help = "neurons from one tile to the next"},
    TP_POPULATION_FIELDS(struct tp_grid_astrocytes, cells, "li_rinzel", "rk4", "1 ms"),
    {0},
};

static const char *const retrigger_names[] = {"extend", "once", NULL};
static const char *const monitor_names[] = {"training", "always", NULL};
#define DRIVE(member) offsetof(struct tp_grid_drive, member)
static const tp_field drive_fields[] = {
    {.key = "rate",
     .kind = TP_REAL,
     .offset = DRIVE(rate_hz),
     .unit = "Hz",
     .fallback = "17.5 Hz",
     .lower = 0,
     .upper = INFINITY,
     .help = "a neuron that spikes at more than this rate is driven"},
    {.key = "window",
     .kind = TP_REAL,
     .offset = DRIVE(window_ms),
     .unit = "ms",
     .fallback = "400 ms",
     .lower = 0,
     .above = 1,
     .upper = INFINITY,
     .help = "trailing window in which spikes are counted for that rate"},
    {.key = "more_than",
     .kind = TP_REAL,
     .offset = DRIVE(more_than),
     .unit = "1",
     .fallback = "50 %",
     .lower = 0,
     .upper = 1,
     .help = "part of a tile's neurons; while more are driven, the astrocyte gets IP3"},
    {.key = "ip3_rate",
     .kind = TP_REAL,
     .offset = DRIVE(ip3_rate),
     .unit = "uM/s",
     .fallback = "5 uM/s",
     .lower = 0,
     .upper = INFINITY,
     .help = "IP3 production in a driven astrocyte, I_neuro"},
    {.key = "pulse",
     .kind = TP_REAL,
     .offset = DRIVE(pulse_ms),
     .unit = "ms",
     .fallback = "60 ms",
     .lower = 0,
     .upper = INFINITY,
     .help = "length of an I_neuro pulse"},
    {.key = "retrigger",
     .kind = TP_CHOICE,
     .offset = DRIVE(retrigger),
     .fallback = "extend",
     .values = retrigger_names,
     .help = "extend: I_neuro while driven and for one pulse after; once: one pulse when the "
             "driving starts"},
    {.key = "monitor",
     .kind = TP_CHOICE,
     .offset = DRIVE(monitor),
     .fallback = "training",
     .values = monitor_names,
     .help = "when neurons can drive astrocytes: in training and pause, or always"},
    {0},
};

static const char *const overlap_names[] = {"any", "sum", "last", NULL};
static const char *const during_names[] = {"recall", "always", "input", NULL};
#define FEEDBACK(member) offsetof(struct tp_grid_feedback, member)
static const tp_field feedback_fields[] = {
    {.key = "calcium",
     .kind = TP_REAL,
     .offset = FEEDBACK(calcium),
     .unit = "uM",
     .fallback = "0.15 uM",
     .lower = 0,
     .upper = INFINITY,
     .help = "calcium above which an astrocyte can feed back"},
    {.key = "more_than",
     .kind = TP_REAL,
     .offset = FEEDBACK(more_than),
     .unit = "1",
     .fallback = "50 %",
     .lower = 0,
     .upper = 1,
     .help = "part of a tile's neurons; feedback needs more than this to be active"},
    {.key = "activity_window",
     .kind = TP_REAL,
     .offset = FEEDBACK(activity_window_ms),
     .unit = "ms",
     .fallback = "10 ms",
     .lower = 0,
     .above = 1,
     .upper = INFINITY,
     .help = "a neuron that has spiked in this trailing window is active"},
    {.key = "current",
     .kind = TP_REAL,
     .offset = FEEDBACK(current),
     .unit = "1",
     .fallback = "30",
     .lower = -INFINITY,
     .upper = INFINITY,
     .help = "current fed back to each neuron of the tile, I_astro"},
    {.key = "overlap",
     .kind = TP_CHOICE,
     .offset = FEEDBACK(overlap),
     .fallback = "any",
     .values = overlap_names,
     .help = "a neuron under several astrocytes: current once, once for each, or as the last of "
             "them in row order says"},
    {.key = "during",
     .kind = TP_CHOICE,
     .offset = FEEDBACK(during),
     .fallback = "recall",
     .values = during_names,
     .help = "when astrocytes feed back: in the recall, always, or in the recall while the image "
             "is shown"},
    {0},
};

static const tp_block neurons_block = {sizeof(struct tp_grid_neurons), neuron_fields, NULL,
                                       extend_neurons};
static const tp_block astrocytes_block = {sizeof(struct tp_grid_astrocytes), astrocyte_fields, NULL,
                                          extend_astrocytes};
static const tp_block drive_block = {sizeof(struct tp_grid_drive), drive_fields, NULL, NULL};
static const tp_block feedback_block = {sizeof(struct tp_grid_feedback), feedback_fields, NULL,
                                        NULL};

#define GRID(member) offsetof(tp_tiled_grid_description, member)
static const tp_field grid_fields[] = {
    {.key = "neurons",
     .kind = TP_BLOCK,
     .offset = GRID(neurons),
     .block = &neurons_block,
     .help = "the neurons, not connected to each other"},
    {.key = "astrocytes",
     .kind = TP_BLOCK,
     .offset = GRID(astrocytes),
     .block = &astrocytes_block,
     .help = "the astrocytes, each over a tile of neurons"},
    {.key = "drive",
     .kind = TP_BLOCK,
     .offset = GRID(drive),
     .block = &drive_block,
     .help = "how neurons drive astrocytes"},
    {.key = "feedback",
     .kind = TP_BLOCK,
     .offset = GRID(feedback),
     .block = &feedback_block,
     .help = "how astrocytes feed back to neurons"},
    {0},
};

const tp_block tp_tiled_grid_block = {sizeof(tp_tiled_grid_description), grid_fields, NULL, NULL};
