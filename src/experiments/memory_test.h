/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One test of a memory experiment: what is read from the network while it is under way. */
#ifndef TP_EXPERIMENTS_MEMORY_TEST_H
#define TP_EXPERIMENTS_MEMORY_TEST_H

#include "experiments/memory_plan.h"
#include "experiments/readout.h"

/* What one test gave. Its readouts are the count, then the frames. */
typedef struct tp_test_result {
    tp_agreement input;
    tp_agreement *readouts;  /* [1 + frame] */
    uint8_t *responses;      /* [1 + frame][neuron] */
    double *frame_potential; /* [frame][neuron] first state of the neurons */
    double *frame_calcium;   /* [frame][astrocyte] */
    double *course_time;     /* [instant] ms after onset */
    double *course_accuracy; /* [instant] by frames */
    double *course_pixel_accuracy;
    size_t course_count;
} tp_test_result;

/* Room for the result of a test; without_course: its accuracy over time is not wanted. */
tp_status tp_test_result_create(const tp_memory_plan *plan, const tp_segment *test,
                                bool without_course, tp_test_result *result, tp_error *error);
void tp_test_result_free(tp_test_result *result);

/* Frees all but what the summary needs: the input's agreement and those of the readouts. */
void tp_test_result_thin(tp_test_result *result);

/* A test that is being read. */
typedef struct tp_test_reading {
    const tp_memory_plan *plan;
    const tp_segment *test;
    tp_test_response response;
    tp_test_result *result;
    uint8_t *set; /* [neuron] */
} tp_test_reading;

/* To be begun anew for each test. */
tp_status tp_test_reading_create(const tp_memory_plan *plan, tp_test_reading *reading,
                                 tp_error *error);
void tp_test_reading_free(tp_test_reading *reading);
void tp_test_reading_begin(tp_test_reading *reading, const tp_segment *test,
                           tp_test_result *result);

/* At each tick, after the signals' exchange: the frame that is due, and the course. */
tp_status tp_test_reading_look(tp_test_reading *reading, tp_tiled_grid *grid, tp_error *error);

/* After each step: the spikes of the grid's last interval. */
void tp_test_reading_follow(tp_test_reading *reading, const tp_tiled_grid *grid);

/* At the end: the count readout, and the input's own agreement. */
void tp_test_reading_conclude(tp_test_reading *reading);

/* The tick from which on nothing is read any more but the course. */
int64_t tp_test_read_until(const tp_memory_plan *plan, const tp_segment *test);

#endif
