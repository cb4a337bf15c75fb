/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a memory experiment writes into its record. */
#ifndef TP_EXPERIMENTS_MEMORY_RECORD_H
#define TP_EXPERIMENTS_MEMORY_RECORD_H

#include "experiments/memory_test.h"
#include "record/arrays.h"

/* The streams of the segment that runs. */
typedef struct tp_segment_recorder tp_segment_recorder;

/* resumed: the writer has the streams already. */
tp_status tp_segment_recorder_create(const tp_memory_plan *plan, const tp_segment *segment,
                                     bool resumed, tp_writer *writer,
                                     tp_segment_recorder **recorder, tp_error *error);

/* Closes the streams: the segment is over. */
tp_status tp_segment_recorder_close(tp_segment_recorder *recorder, tp_error *error);
void tp_segment_recorder_destroy(tp_segment_recorder **recorder);

/* The states and signals of the grid at its present tick. */
tp_status tp_segment_recorder_sample(tp_segment_recorder *recorder, tp_error *error);

/* The spikes of the grid's last interval. */
tp_status tp_segment_recorder_spikes(tp_segment_recorder *recorder, tp_error *error);

/* /patterns, and SEGMENT/stimulus. */
tp_status tp_record_patterns(const tp_memory_plan *plan, tp_writer *writer, tp_error *error);
tp_status tp_record_stimulus(const tp_memory_plan *plan, const tp_segment *segment,
                             tp_writer *writer, tp_error *error);

/* The members of `count` agreements, an array each, named PREFIXaccuracy and so on. */
tp_status tp_record_agreements(tp_writer *writer, const char *group, const char *axis,
                               const char *prefix, const tp_agreement *agreements, size_t count,
                               tp_error *error);

tp_status tp_record_test(const tp_memory_plan *plan, const tp_segment *segment,
                         const tp_test_result *result, tp_writer *writer, tp_error *error);

/* /summary: one row for each of the first `count` tests. */
tp_status tp_record_summary(const tp_memory_plan *plan, const tp_test_result *results, size_t count,
                            tp_writer *writer, tp_error *error);

#endif
