/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/readout.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

tp_agreement tp_agreement_of(const tp_pattern *pattern, const uint8_t *set, size_t n) {
    size_t hits = 0, rejections = 0;
    for (size_t i = 0; i < n; i++) {
        hits += pattern->pixels[i] && set[i];
        rejections += !pattern->pixels[i] && !set[i];
    }
    tp_agreement agreement = {
        .hit = (double)hits / (double)pattern->on_count,
        .correct_rejection = (double)rejections / (double)(n - pattern->on_count),
        .pixel_accuracy = (double)(hits + rejections) / (double)n,
    };
    agreement.accuracy = (agreement.hit + agreement.correct_rejection) / 2;
    return agreement;
}

tp_status tp_test_response_create(size_t n, tp_test_response *response, tp_error *error) {
    tp_test_response r = {.n = n};
    r.last = calloc(n, sizeof *r.last);
    r.count = calloc(n, sizeof *r.count);
    if (!r.last || !r.count) {
        tp_test_response_free(&r);
        return tp_fail_memory(error, "following a test");
    }
    *response = r;
    return TP_OK;
}

void tp_test_response_free(tp_test_response *response) {
    free(response->last);
    free(response->count);
    *response = (tp_test_response){0};
}

void tp_test_response_begin(tp_test_response *response, double onset, double input_end) {
    response->onset = onset;
    response->input_end = input_end;
    for (size_t i = 0; i < response->n; i++)
        response->last[i] = -INFINITY;
    memset(response->count, 0, response->n * sizeof *response->count);
}

void tp_test_response_spike(tp_test_response *response, size_t neuron, double when) {
    response->last[neuron] = when;
    response->count[neuron] += when > response->onset && when <= response->input_end;
}

void tp_test_response_frame(const tp_test_response *response, double now, double window,
                            uint8_t *set) {
    for (size_t i = 0; i < response->n; i++)
        set[i] = response->last[i] > now - window;
}

void tp_test_response_count(const tp_test_response *response, uint32_t count, uint8_t *set) {
    for (size_t i = 0; i < response->n; i++)
        set[i] = response->count[i] >= count;
}
