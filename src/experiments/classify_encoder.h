/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The variational autoencoder that is trained once, before all networks. */
#ifndef TP_EXPERIMENTS_CLASSIFY_ENCODER_H
#define TP_EXPERIMENTS_CLASSIFY_ENCODER_H

#include "experiments/classify_plan.h"
#include "record/state.h"

/* Whether the plan's encoder is one, and whether it is trained already. */
bool tp_classify_has_encoder(const tp_classify_plan *plan);

/* Makes it, drawn for the scenario's seed and trained by nothing yet. */
tp_status tp_classify_encoder_create(tp_classify_plan *plan, tp_error *error);

/* Trains it on the training part, and encodes both parts. */
tp_status tp_classify_encoder_train(tp_classify_plan *plan, const tp_observer *observer,
                                    tp_error *error);

/* Walks through the one that was trained; a visitor that sets also encodes both parts. */
tp_status tp_classify_encoder_visit(tp_classify_plan *plan, const tp_visitor *visitor,
                                    tp_error *error);

/* Takes the one that a record holds, and encodes both parts. */
tp_status tp_classify_encoder_take(tp_classify_plan *plan, const char *record, tp_error *error);

/* /trained/vae, and /test/reconstructions. */
tp_status tp_classify_encoder_record(const tp_classify_plan *plan, tp_writer *writer,
                                     tp_error *error);

#endif
