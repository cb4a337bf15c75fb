/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The classification experiment: what its files share. */
#ifndef TP_EXPERIMENTS_CLASSIFY_H
#define TP_EXPERIMENTS_CLASSIFY_H

#include "experiments/classify_network.h"
#include "record/writer.h"

extern const tp_trials tp_classify_trials;

/* All that a run comes to: outcomes[trial * networks + network], of which `done` says which are. */
typedef struct tp_classify_results {
    const tp_classify_plan *plan;
    size_t trials;
    tp_classified *outcomes;
    bool *done;
} tp_classify_results;

/* What could be finished is recorded, whole trials of all networks alone. */
tp_status tp_classify_record(const tp_classify_results *results, tp_writer *writer,
                             tp_error *error);

/* Takes over the networks that a record's run trained. */
tp_status tp_classify_take(void *plan, const tp_scenario *scenario, const char *record,
                           tp_error *error);

#endif
