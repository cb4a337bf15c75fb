/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/autoencoder.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "learning/loss.h"

enum { ENCODER, DECODER };

/* Seeds of their own: encoder, decoder and classifier count their layers alike. */
static uint64_t seed_of(uint64_t seed, uint32_t trial, uint32_t which) {
    const tp_stream_key key = {seed, TP_PURPOSE_ENCODER, trial, which};
    uint32_t words[4];
    tp_random_words(&key, 0, words);
    return (uint64_t)words[0] << 32 | words[1];
}

tp_status tp_autoencoder_create(size_t inputs, size_t hidden, size_t latent, uint64_t seed,
                                uint32_t trial, tp_autoencoder **out, tp_error *error) {
    const tp_layer encoder[] = {{&tp_dense, inputs, hidden, NULL},
                                {&tp_relu, hidden, hidden, NULL},
                                {&tp_dense, hidden, 2 * latent, NULL}};
    const tp_layer decoder[] = {{&tp_dense, latent, hidden, NULL},
                                {&tp_relu, hidden, hidden, NULL},
                                {&tp_dense, hidden, inputs, NULL},
                                {&tp_sigmoid, inputs, inputs, NULL}};
    tp_autoencoder *a = calloc(1, sizeof *a);
    if (!a)
        return tp_fail_memory(error, "making an autoencoder");
    a->inputs = inputs;
    a->latent = latent;
    tp_status status =
        tp_stack_create(encoder, 3, seed_of(seed, trial, ENCODER), trial, &a->encoder, error);
    if (status == TP_OK)
        status =
            tp_stack_create(decoder, 4, seed_of(seed, trial, DECODER), trial, &a->decoder, error);
    if (status == TP_OK)
        *out = a;
    else
        tp_autoencoder_destroy(&a);
    return status;
}

void tp_autoencoder_destroy(tp_autoencoder **autoencoder) {
    if (!*autoencoder)
        return;
    tp_stack_destroy(&(*autoencoder)->encoder);
    tp_stack_destroy(&(*autoencoder)->decoder);
    free(*autoencoder);
    *autoencoder = NULL;
}

tp_status tp_autoencoder_work_create(tp_autoencoder *a, size_t room, double rate,
                                     tp_autoencoder_work **out, tp_error *error) {
    tp_autoencoder_work *w = calloc(1, sizeof *w);
    if (!w)
        return tp_fail_memory(error, "making an autoencoder");
    w->of = a;
    w->room = room;
    tp_status status = tp_workspace_create(a->encoder, room, &w->encoder, error);
    if (status == TP_OK)
        status = tp_workspace_create(a->decoder, room, &w->decoder, error);
    if (status == TP_OK)
        status = tp_adam_create(rate, a->encoder->parameter_count, &w->adam[ENCODER], error);
    if (status == TP_OK)
        status = tp_adam_create(rate, a->decoder->parameter_count, &w->adam[DECODER], error);
    if (status == TP_OK) {
        w->z = malloc(room * (5 * a->latent + a->inputs) * sizeof *w->z);
        status = w->z ? TP_OK : tp_fail_memory(error, "making an autoencoder");
    }
    if (status != TP_OK) {
        tp_autoencoder_work_destroy(&w);
        return status;
    }
    w->noise = w->z + room * a->latent;
    w->latent_slope = w->noise + room * a->latent;
    w->moment_slope = w->latent_slope + room * a->latent;
    w->slope = w->moment_slope + 2 * room * a->latent;
    *out = w;
    return TP_OK;
}

void tp_autoencoder_work_destroy(tp_autoencoder_work **work) {
    tp_autoencoder_work *w = *work;
    if (!w)
        return;
    tp_workspace_destroy(&w->encoder);
    tp_workspace_destroy(&w->decoder);
    tp_adam_free(&w->adam[ENCODER]);
    tp_adam_free(&w->adam[DECODER]);
    free(w->z);
    free(w);
    *work = NULL;
}

static const double *encode(tp_autoencoder_work *w, size_t n, const double *x) {
    static const tp_pass none = {.training = true};
    memcpy(tp_workspace_input(w->encoder), x, n * w->of->inputs * sizeof *x);
    tp_stack_forward(w->encoder, &none, n);
    return tp_workspace_output(w->encoder);
}

void tp_autoencoder_moments(tp_autoencoder_work *w, size_t n, const double *x, double *mean,
                            double *spread) {
    const size_t latent = w->of->latent;
    const double *out = encode(w, n, x);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < latent; k++) {
            if (mean)
                mean[i * latent + k] = out[2 * i * latent + k];
            if (spread)
                spread[i * latent + k] = exp(out[(2 * i + 1) * latent + k] / 2);
        }
}

static tp_stream_key noise_key(const tp_pass *pass) {
    return (tp_stream_key){pass->seed, pass->training ? TP_PURPOSE_LATENT : TP_PURPOSE_LATENT_TEST,
                           pass->trial, pass->epoch};
}

double tp_autoencoder_noise(const tp_pass *pass, size_t index) {
    const tp_stream_key key = noise_key(pass);
    return tp_random_normal(&key, (uint32_t)index);
}

void tp_autoencoder_noises(const tp_pass *pass, size_t first, size_t count, double *noise) {
    const tp_stream_key key = noise_key(pass);
    tp_random_normals(&key, (uint32_t)first, count, noise);
}

void tp_autoencoder_draw(tp_autoencoder_work *w, const tp_pass *pass, size_t first, size_t n,
                         const double *x) {
    const size_t latent = w->of->latent;
    const double *out = encode(w, n, x);
    tp_autoencoder_noises(pass, first * latent, n * latent, w->noise);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < latent; k++) {
            const size_t at = i * latent + k;
            w->z[at] =
                out[2 * i * latent + k] + exp(out[(2 * i + 1) * latent + k] / 2) * w->noise[at];
        }
}

void tp_autoencoder_decode(tp_autoencoder_work *w, size_t n, const double *z, double *y) {
    static const tp_pass none = {.training = true};
    memcpy(tp_workspace_input(w->decoder), z, n * w->of->latent * sizeof *z);
    tp_stack_forward(w->decoder, &none, n);
    if (y)
        memcpy(y, tp_workspace_output(w->decoder), n * w->of->inputs * sizeof *y);
}

/* The divergence -1/2 sum(1 + v - m^2 - exp v), and the way back through z = m + exp(v / 2) e. */
static double latent_slopes(tp_autoencoder_work *w, size_t n) {
    const size_t latent = w->of->latent;
    const double *out = tp_workspace_output(w->encoder), each = 1 / (double)n;
    double divergence = 0;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < latent; k++) {
            const size_t m = 2 * i * latent + k, v = m + latent, at = i * latent + k;
            const double variance = exp(out[v]);
            divergence -= 0.5 * (1 + out[v] - out[m] * out[m] - variance);
            w->moment_slope[m] = w->latent_slope[at] + each * out[m];
            w->moment_slope[v] = w->latent_slope[at] * w->noise[at] * 0.5 * exp(out[v] / 2) +
                                 each * 0.5 * (variance - 1);
        }
    return divergence * each;
}

double tp_autoencoder_slopes(tp_autoencoder_work *w, size_t n, const double *x,
                             const double *beside) {
    static const tp_pass none = {.training = true};
    tp_autoencoder_decode(w, n, w->z, NULL);
    const double reconstruction = tp_binary_cross_entropy.value(
        n, w->of->inputs, tp_workspace_output(w->decoder), x, w->slope);
    tp_stack_backward(w->decoder, &none, n, w->slope, w->latent_slope);
    for (size_t i = 0; beside && i < n * w->of->latent; i++)
        w->latent_slope[i] += beside[i];
    const double divergence = latent_slopes(w, n);
    tp_stack_backward(w->encoder, &none, n, w->moment_slope, NULL);
    return reconstruction + divergence;
}

void tp_autoencoder_step(tp_autoencoder_work *w) {
    tp_adam_step(&w->adam[ENCODER], w->encoder->gradient, w->of->encoder->parameters);
    tp_adam_step(&w->adam[DECODER], w->decoder->gradient, w->of->decoder->parameters);
}
