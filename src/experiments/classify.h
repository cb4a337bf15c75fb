/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The classification experiment: what its files share. */
#ifndef TP_EXPERIMENTS_CLASSIFY_H
#define TP_EXPERIMENTS_CLASSIFY_H

#include "experiments/classify_network.h"
#include "record/state.h"

extern const tp_trials tp_classify_trials;

/* What has come of a network in a trial. */
typedef enum tp_classify_progress {
    TP_CLASSIFY_NOT_DONE,
    TP_CLASSIFY_DONE,
    TP_CLASSIFY_COMMITTED /* done, and in a part */
} tp_classify_progress;

/* All that a run comes to: outcomes[trial * networks + network], and how far each is. */
typedef struct tp_classify_results {
    tp_classify_plan *plan;
    size_t trials;
    tp_classified *outcomes;
    tp_classify_progress *progress;
} tp_classify_results;

/* Walks through the outcomes numbered fresh[count], which are done, and the autoencoder with them
 * unless it is in a part already; one that sets finds the numbers itself, and marks what it has set
 * as committed. */
typedef struct tp_classify_state {
    tp_classify_results *results;
    const size_t *fresh;
    size_t count;
    bool encoder_committed;
} tp_classify_state;
tp_status tp_classify_visit(tp_classify_state *state, const tp_visitor *visitor, tp_error *error);

/* What could be finished is recorded, whole trials of all networks alone. */
tp_status tp_classify_record(const tp_classify_results *results, tp_writer *writer,
                             tp_error *error);

/* Takes over the networks that a record's run trained. */
tp_status tp_classify_take(void *plan, const tp_scenario *scenario, const char *record,
                           tp_error *error);

#endif
