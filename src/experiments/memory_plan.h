/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A memory experiment before it runs: the network, the patterns, and what is shown when. */
#ifndef TP_EXPERIMENTS_MEMORY_PLAN_H
#define TP_EXPERIMENTS_MEMORY_PLAN_H

#include "experiments/memory_block.h"
#include "networks/channel.h"
#include "networks/tiled_grid.h"
#include "stimuli/pattern.h"

/* A noisy image, shown for onset <= t < onset + shown; in ticks. */
typedef struct tp_presentation {
    int64_t onset, shown;
    size_t pattern;
    double noise, current;
    uint8_t *image; /* [neuron] */
} tp_presentation;

/* A stretch of simulated time, from tick `start` up to tick `end`. */
typedef struct tp_segment {
    const char *name; /* "training", "recall/0", "repeat/1/training", with the plan's root before */
    tp_phase phase;
    int64_t start, end;
    tp_presentation *presentations;
    size_t presentation_count;
} tp_segment;

typedef struct tp_memory_plan {
    const char *root;                  /* of the record's groups: "", or "reference/" */
    tp_memory_description description; /* its lists live in the scenario */
    tp_clock clock;
    tp_tiled_grid *grid;
    size_t neuron_count;
    tp_pattern *patterns;
    size_t pattern_count;
    tp_segment training;
    tp_segment *later; /* [repeat - 1] the trainings when the protocol is gone through again */
    size_t repeat;
    tp_segment *tests; /* of all times, one after another */
    size_t test_count, tests_each;
    char *names;     /* of the segments */
    uint8_t *images; /* of all presentations */
    tp_presentation *presentations;
    int64_t every;    /* ticks from one recorded instant to the next */
    int64_t restart;  /* ticks from one restart of the solvers to the next */
    bool has_past;    /* a solver remembers more than the states: it can be restarted alone */
    bool trained;     /* the grid has been trained before the run... */
    char *trained_by; /* ... by this program; NULL: by this one */
    int64_t *frames;  /* [frame] ticks after onset */
    size_t frame_count;
    int64_t frame_window; /* ticks */
} tp_memory_plan;

/* The training of the time-th going through the protocol, from 0. */
const tp_segment *tp_memory_plan_training(const tp_memory_plan *plan, size_t time);

/* Which test segment number `segment` is, counting all segments in the order in which they are run.
 */
size_t tp_memory_test_of(const tp_memory_plan *plan, size_t segment);

/* The segment's name without the plan's root. */
const char *tp_segment_name(const tp_memory_plan *plan, const tp_segment *segment);

/* `root` is what the plan's groups in the record begin with: "" or, for one of several runs in one
 * record, "NAME/"; it must outlive the plan. */
tp_status tp_memory_prepare(const tp_memory_description *description, const tp_resolved *resolved,
                            const char *root, tp_memory_plan **plan, tp_error *error);

/* Draws the images of a trial: each is made by its own stream of random numbers, of which the seed,
 * the trial and its place in the protocol are the key. A new plan has those of the scenario's own
 * trial. */
void tp_memory_plan_draw_training(tp_memory_plan *plan, uint32_t trial);
void tp_memory_plan_draw_tests(tp_memory_plan *plan, uint32_t trial);

void tp_memory_discard(tp_memory_plan **plan);

#endif
