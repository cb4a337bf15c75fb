/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of a classification under way: the networks that are done. */
#include <stdlib.h>
#include <zlib.h>

#include "base/fail.h"
#include "experiments/classify.h"
#include "experiments/classify_encoder.h"

static uint64_t sum_of_set(uint64_t sum, const tp_labelled *set) {
    const uLong pixels =
        crc32_z((uLong)sum, set->pixels, set->pixels ? set->count * set->rows * set->columns : 0);
    return crc32_z(pixels, set->labels, set->labels ? set->count : 0);
}

/* A sum over all images: those of files can have changed meanwhile. */
static tp_status visit_images(const tp_classify_plan *p, const tp_visitor *visitor,
                              tp_error *error) {
    const uint64_t sum = sum_of_set(sum_of_set(0, &p->train), &p->test);
    uint64_t kept = sum;
    tp_status status = tp_visit_value(visitor, "images", TP_UINT64, &kept, error);
    if (status == TP_OK && kept != sum)
        return tp_fail(error, TP_INVALID, "", "its images were others");
    return status;
}

/* One that was trained by this run. */
static tp_status visit_encoder(tp_classify_state *s, const tp_visitor *visitor, tp_error *error) {
    tp_classify_plan *p = s->results->plan;
    uint64_t there = p->vae_losses && !s->encoder_committed;
    tp_status status = tp_visit_value(visitor, "encoder", TP_UINT64, &there, error);
    if (status != TP_OK || !there)
        return status;
    if (visitor->sets && (!p->vae || p->vae_losses))
        return tp_fail(error, TP_INVALID, "", "its encoder is another");
    s->encoder_committed = s->encoder_committed || visitor->sets;
    return tp_classify_encoder_visit(p, visitor, error);
}

static tp_status make_outcome(const tp_classify_state *s, size_t job, tp_error *error) {
    const tp_classify_plan *p = s->results->plan;
    tp_classified *o = &s->results->outcomes[job];
    tp_status status = tp_classified_create(p, o, error);
    return status == TP_OK ? tp_layered_stack(&p->networks[job % p->network_count], p->seed,
                                              p->first_trial + (uint32_t)(job / p->network_count),
                                              &o->stack, error)
                           : status;
}

static tp_status visit_outcome(const tp_classify_state *s, size_t job, const tp_visitor *visitor,
                               tp_error *error) {
    const tp_classify_plan *p = s->results->plan;
    tp_classified *o = &s->results->outcomes[job];
    tp_status status = visitor->sets ? make_outcome(s, job, error) : TP_OK;
    if (status != TP_OK)
        return status;
    const size_t epochs = (size_t)p->description.training.epochs;
    const size_t answers = tp_classify_answers(p);
    uint64_t stuck = o->test.stuck;
    const struct {
        const char *name;
        tp_type type;
        void *values;
        size_t count;
    } lists[] = {
        {"parameters", TP_FLOAT64, o->stack->parameters, o->stack->parameter_count},
        {"loss", TP_FLOAT64, o->loss, epochs},
        {"accuracy", TP_FLOAT64, o->accuracy, epochs},
        {"confusion", TP_FLOAT64, o->confusion, answers * answers},
        {"train_accuracy", TP_FLOAT64, &o->train_accuracy, 1},
        {"test_accuracy", TP_FLOAT64, &o->test.accuracy, 1},
        {"stuck", TP_UINT64, &stuck, 1},
    };
    for (size_t i = 0; status == TP_OK && i < sizeof lists / sizeof *lists; i++)
        status = tp_visit_list(visitor, lists[i].name, lists[i].type, lists[i].values,
                               lists[i].count, error);
    o->test.stuck = stuck != 0;
    return status;
}

tp_status tp_classify_visit(tp_classify_state *s, const tp_visitor *visitor, tp_error *error) {
    const tp_classify_results *r = s->results;
    const size_t jobs = r->trials * r->plan->network_count;
    size_t count = s->count;
    tp_status status = visit_images(r->plan, visitor, error);
    if (status == TP_OK)
        status = visit_encoder(s, visitor, error);
    if (status == TP_OK)
        status = visitor->length(visitor->context, "networks", &count, error);
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        uint64_t job = visitor->sets ? 0 : s->fresh[i];
        status = tp_visit_value(visitor, "network", TP_UINT64, &job, error);
        if (status == TP_OK && (job >= jobs || (visitor->sets && r->progress[job])))
            return tp_fail(error, TP_INVALID, "", "its networks are others");
        if (status == TP_OK)
            status = visit_outcome(s, (size_t)job, visitor, error);
        if (status == TP_OK && visitor->sets)
            r->progress[job] = TP_CLASSIFY_COMMITTED;
    }
    return status;
}
