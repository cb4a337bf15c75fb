/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/classify_inputs.h"

#include <stdlib.h>

#include "base/fail.h"
#include "learning/blas.h"
#include "networks/projection.h"

enum { BLOCK = 256 };

static size_t room_of(const tp_classify_plan *p, size_t count) {
    return count * (p->features + p->outputs);
}

static double *lay_out(const tp_classify_plan *p, tp_part *part, size_t count, double *next) {
    *part = (tp_part){.count = count, .x = next, .y = next + count * p->features};
    return next + room_of(p, count);
}

static void project(const tp_classify_plan *p, bool test, const double *matrix, double *block,
                    tp_part *part) {
    for (size_t i = 0; i < part->count; i += BLOCK) {
        const size_t n = part->count - i < BLOCK ? part->count - i : BLOCK;
        tp_classify_samples(p, test, i, n, block);
        tp_product(n, p->features, p->pixels, (tp_matrix){block, p->pixels, TP_AS_IS},
                   (tp_matrix){matrix, p->pixels, TP_TRANSPOSED}, 0, part->x + i * p->features);
    }
}

static tp_status encode(tp_classify_inputs *in, tp_error *error) {
    const tp_classify_plan *p = in->plan;
    const int kind = p->description.encoder.kind;
    if (kind == TP_ENCODER_NONE) {
        tp_classify_samples(p, false, 0, in->train.count, in->train.x);
        tp_classify_samples(p, true, 0, in->test.count, in->test.x);
        return TP_OK;
    }
    if (kind == TP_ENCODER_VAE) /* drawn for each epoch */
        return TP_OK;
    double *matrix = malloc(p->features * p->pixels * sizeof *matrix);
    double *block = malloc(BLOCK * p->pixels * sizeof *block);
    tp_status status = TP_OK;
    if (matrix && block) {
        tp_projection_draw(kind == TP_ENCODER_SPARSE ? TP_PROJECTION_SPARSE
                                                     : TP_PROJECTION_GAUSSIAN,
                           p->pixels, p->features, p->seed, in->trial, matrix);
        project(p, false, matrix, block, &in->train);
        project(p, true, matrix, block, &in->test);
    } else {
        status = tp_fail_memory(error, "encoding images");
    }
    free(matrix);
    free(block);
    return status;
}

tp_status tp_classify_inputs_create(const tp_classify_plan *p, uint32_t trial,
                                    tp_classify_inputs *in, tp_error *error) {
    *in = (tp_classify_inputs){.plan = p, .trial = trial};
    in->memory = malloc((room_of(p, p->train_count) + room_of(p, p->test_count)) * sizeof(double));
    if (!in->memory)
        return tp_fail_memory(error, "encoding images");
    double *next = lay_out(p, &in->train, p->train_count, in->memory);
    lay_out(p, &in->test, p->test_count, next);
    tp_classify_targets(p, false, in->train.y);
    tp_classify_targets(p, true, in->test.y);
    return encode(in, error);
}

void tp_classify_inputs_free(tp_classify_inputs *in) {
    free(in->memory);
    *in = (tp_classify_inputs){0};
}

void tp_classify_inputs_draw(tp_classify_inputs *in, uint32_t epoch) {
    const tp_classify_plan *p = in->plan;
    for (int test = 0; test < 2 && p->moments[0]; test++) {
        tp_part *part = test ? &in->test : &in->train;
        const size_t numbers = part->count * p->features;
        const double *mean = p->moments[test], *spread = mean + numbers;
        const tp_pass pass = {
            .training = !test, .seed = p->seed, .trial = in->trial, .epoch = epoch};
        tp_autoencoder_noises(&pass, 0, numbers, part->x);
        for (size_t i = 0; i < numbers; i++)
            part->x[i] = mean[i] + spread[i] * part->x[i];
    }
}
