/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Shorthands for arrays that are written whole. */
#ifndef TP_RECORD_ARRAYS_H
#define TP_RECORD_ARRAYS_H

#include "record/writer.h"

/* Writes GROUP/NAME; `values` are of the layout's type. */
tp_status tp_record_put(tp_writer *writer, const char *group, const char *name, tp_layout layout,
                        const void *values, tp_error *error);

/* The layout of an array along one axis. */
tp_layout tp_layout_along(tp_type type, const char *axis, size_t count, const char *units,
                          const char *long_name);

/* first, first + 1, ... along an axis, as its scale. */
tp_status tp_record_index(tp_writer *writer, const char *group, const char *axis, size_t first,
                          size_t count, tp_error *error);

/* How spikes can be sorted, by the number of it; ends in NULL. */
extern const char *const tp_spike_sortings[];

/* Opens the streams of a group of spikes in SONATA's layout: timestamps (float64, ms) and node_ids
 * (uint64), appended to in order of time. `node` says what a node id is. */
tp_status tp_record_open_spikes(tp_writer *writer, const char *group, const char *node,
                                tp_writer_stream **timestamps, tp_writer_stream **node_ids,
                                tp_error *error);

#endif
