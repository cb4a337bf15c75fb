/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a comparison needs to know of a memory run: its spikes, its calcium, who switched when. */
#ifndef TP_EXPERIMENTS_RUN_TRACE_H
#define TP_EXPERIMENTS_RUN_TRACE_H

#include "experiments/memory.h"

typedef struct tp_traced_spike {
    uint32_t cell;
    double ms;
} tp_traced_spike;

typedef enum tp_switch_kind { TP_SWITCH_DRIVE, TP_SWITCH_FEEDBACK } tp_switch_kind;

/* An astrocyte's I_neuro or feedback went on or off. */
typedef struct tp_traced_switch {
    int64_t tick;
    uint32_t astrocyte;
    tp_switch_kind kind;
} tp_traced_switch;

typedef struct tp_segment_trace {
    const tp_segment *segment;
    tp_traced_spike *spikes; /* in order of time */
    size_t spike_count, spike_room;
    tp_traced_switch *switches; /* in order of time, then of astrocyte */
    size_t switch_count, switch_room;
    double *calcium;    /* [instant][astrocyte], at each of the astrocytes' exchanges */
    double *calcium_ms; /* [instant] */
    size_t instant_count, instant_room;
    bool tested;
    uint8_t *recalled; /* [neuron], by the count readout */
    tp_agreement recall, input;
} tp_segment_trace;

typedef struct tp_run_trace {
    tp_memory_plan *plan;
    tp_segment_trace *segments; /* training, then the tests */
    size_t segment_count;       /* those that have begun */
    uint8_t *driven, *feeding;  /* [astrocyte] as they were last */
} tp_run_trace;

tp_status tp_run_trace_create(tp_memory_plan *plan, tp_run_trace *trace, tp_error *error);
void tp_run_trace_free(tp_run_trace *trace);

/* A watcher that fills the trace. */
tp_memory_watcher tp_run_trace_watcher(tp_run_trace *trace);

#endif
