/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/reservoir.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/random.h"
#include "models/models.h"

static const char *const blocks[] = {"network.neurons", "network.astrocytes"};

static const struct tp_reservoir_units *units_of(const tp_reservoir_description *d, int which) {
    return which == 0 ? &d->neurons : &d->astrocytes;
}

/* That one of the units can be made and advanced. */
static tp_status try_unit(const tp_population_description *cells, const char *block,
                          const tp_resolved *resolved, tp_error *error) {
    tp_error reason = {.status = TP_OK};
    tp_population *population = NULL;
    tp_integration *integration = NULL;
    const tp_method method = tp_method_from(cells);
    char path[80];
    snprintf(path, sizeof path, "%s.initial", block);
    tp_status status = tp_population_from(cells, 1, &population, &reason);
    if (status == TP_OK) {
        snprintf(path, sizeof path, "%s.integrator", block);
        status = tp_integration_create(&method, population, &integration, &reason);
    }
    tp_integration_destroy(&integration);
    tp_population_destroy(&population);
    if (status == TP_INVALID) {
        tp_resolved_fail(resolved, error, path, "%s", reason.message);
        return tp_hint(error, "%s", reason.hint);
    }
    if (status != TP_OK && error)
        *error = reason;
    return status;
}

static tp_status check_units(const tp_population_description *cells, const char *block,
                             double tick_ms, const tp_resolved *resolved, tp_error *error) {
    const tp_model *model = tp_model_at((size_t)cells->model);
    char path[80];
    snprintf(path, sizeof path, "%s.model", block);
    if ((!model->event && !model->jump) || model->input_count != 1)
        return tp_resolved_fail(resolved, error, path,
                                "%s cannot be a unit of a reservoir: it needs spikes and one input",
                                model->name);
    int64_t exchange;
    tp_status status = tp_population_timing(cells, block, tick_ms, resolved, &exchange, error);
    if (status == TP_OK && exchange != 1) {
        snprintf(path, sizeof path, "%s.exchange", block);
        tp_resolved_fail(resolved, error, path, "the units exchange signals at each step of %g ms",
                         tick_ms);
        return tp_hint(error, "set tick and both exchange intervals to the same");
    }
    return status == TP_OK ? try_unit(cells, block, resolved, error) : status;
}

tp_status tp_reservoir_check(const tp_reservoir_description *d, double tick_ms,
                             const tp_resolved *resolved, tp_error *error) {
    if (d->neurons.count + d->astrocytes.count == 0) {
        tp_resolved_fail(resolved, error, "network", "a reservoir without any units");
        return tp_hint(error, "give neurons.count or astrocytes.count a number above 0");
    }
    tp_status status = TP_OK;
    for (int which = 0; status == TP_OK && which < TP_RESERVOIR_POPULATIONS; which++)
        status = check_units(&units_of(d, which)->cells, blocks[which], tick_ms, resolved, error);
    return status;
}

/* One over what a constant input is multiplied by in the long run. */
static double inverse_gain(const tp_population_description *cells) {
    const tp_model *model = tp_model_at((size_t)cells->model);
    if (model != &tp_astrocyte_unit)
        return 1;
    const double *p = cells->setting.parameter;
    return (1 - p[tp_model_parameter_index(model, "alpha")]) *
           (1 - p[tp_model_parameter_index(model, "beta")]);
}

/* Uniform in +-1 / sqrt(inputs), times the gain. */
static void draw_input_weights(tp_reservoir *r, const tp_reservoir_description *d, uint64_t seed,
                               uint32_t trial) {
    const double scale = inverse_gain(&d->astrocytes.cells);
    const double gains[] = {d->input.neurons,
                            d->input.astrocytes * (d->input.gain == TP_GAIN_UNIT ? 1 : scale)};
    const double bound = 1 / sqrt((double)r->inputs);
    r->spike_gain[0] = 1;
    r->spike_gain[1] = d->input.gain == TP_GAIN_SCALED_ALL ? scale : 1;
    for (size_t i = 0; i < r->wiring.units; i++)
        for (size_t k = 0; k < r->inputs; k++) {
            const tp_stream_key key = {seed, TP_PURPOSE_INPUT_WEIGHT, trial, (uint32_t)i};
            uint32_t words[4];
            tp_random_words(&key, (uint32_t)k, words);
            r->input_weight[i * r->inputs + k] = gains[i >= r->wiring.neurons] * bound *
                                                 (2 * tp_random_unit(words[0], words[1]) - 1);
        }
}

static tp_status allocate(tp_reservoir *r, const tp_reservoir_description *d, tp_error *error) {
    const size_t units = r->wiring.units;
    r->input_weight = calloc(units * r->inputs + 1, sizeof(double));
    r->arriving = calloc(units + 1, sizeof(double));
    r->trace = calloc(units + 1, sizeof(double));
    r->spiked = calloc(units + 1, 1);
    if (!r->input_weight || !r->arriving || !r->trace || !r->spiked)
        return tp_fail_memory(error, "making a reservoir");
    tp_status status = TP_OK;
    for (int which = 0; status == TP_OK && which < TP_RESERVOIR_POPULATIONS; which++) {
        const struct tp_reservoir_units *units_here = units_of(d, which);
        const tp_method method = tp_method_from(&units_here->cells);
        status = tp_population_from(&units_here->cells, (size_t)units_here->count,
                                    &r->populations[which], error);
        if (status == TP_OK)
            status = tp_integration_create(&method, r->populations[which], &r->integrations[which],
                                           error);
    }
    return status;
}

tp_status tp_reservoir_create(const tp_reservoir_description *d, double tick_ms, size_t inputs,
                              uint64_t seed, uint32_t trial, tp_reservoir **out, tp_error *error) {
    tp_reservoir *r = calloc(1, sizeof *r);
    if (!r)
        return tp_fail_memory(error, "making a reservoir");
    r->inputs = inputs;
    r->tick_ms = tick_ms;
    r->low_pass = d->low_pass;
    tp_status status =
        tp_wiring_create(&d->wiring, (size_t)d->neurons.count, (size_t)d->astrocytes.count, seed,
                         trial, &r->wiring, error);
    if (status == TP_OK)
        status = allocate(r, d, error);
    if (status != TP_OK) {
        tp_reservoir_destroy(&r);
        return status;
    }
    draw_input_weights(r, d, seed, trial);
    *out = r;
    return TP_OK;
}

void tp_reservoir_destroy(tp_reservoir **reservoir) {
    tp_reservoir *r = *reservoir;
    if (!r)
        return;
    for (int which = 0; which < TP_RESERVOIR_POPULATIONS; which++) {
        tp_integration_destroy(&r->integrations[which]);
        tp_population_destroy(&r->populations[which]);
    }
    tp_spikes_free(&r->spikes);
    tp_wiring_free(&r->wiring);
    free(r->input_weight);
    free(r->arriving);
    free(r->trace);
    free(r->spiked);
    free(r);
    *reservoir = NULL;
}

void tp_reservoir_copy(tp_reservoir *to, const tp_reservoir *from) {
    const size_t units = from->wiring.units;
    for (int which = 0; which < TP_RESERVOIR_POPULATIONS; which++) {
        tp_population_copy(to->populations[which], from->populations[which]);
        tp_integration_restart(to->integrations[which]);
    }
    memcpy(to->arriving, from->arriving, units * sizeof(double));
    memcpy(to->trace, from->trace, units * sizeof(double));
    memcpy(to->spiked, from->spiked, units);
    to->spike_count = from->spike_count;
    to->step_count = from->step_count;
}

/* Exchange and interval of one population, whose first unit is `first`. */
static tp_status advance(tp_reservoir *r, int which, size_t first, const double *sample,
                         tp_error *error) {
    tp_population *population = r->populations[which];
    double *input = population->input[0];
    for (size_t i = 0; i < population->n; i++) {
        const double *weight = r->input_weight + (first + i) * r->inputs;
        double sum = 0;
        for (size_t k = 0; k < r->inputs; k++)
            sum += weight[k] * sample[k];
        input[i] = sum + r->spike_gain[which] * r->arriving[first + i];
    }
    r->spikes.count = 0;
    tp_status status = tp_integration_exchange(r->integrations[which], &r->spikes, error);
    if (status == TP_OK)
        status = tp_integration_advance(r->integrations[which], r->tick_ms, &r->spikes, error);
    if (status == TP_OK)
        status = tp_population_check(population, (double)r->step_count * r->tick_ms, error);
    for (size_t k = 0; status == TP_OK && k < r->spikes.count; k++)
        r->spiked[first + r->spikes.items[k].cell] = 1;
    return status;
}

/* Sends the spikes along the links, in order of the senders. */
static void send(tp_reservoir *r) {
    const tp_wiring *w = &r->wiring;
    memset(r->arriving, 0, w->units * sizeof(double));
    r->spike_count = 0;
    for (size_t i = 0; i < w->units; i++) {
        r->trace[i] = r->low_pass * r->trace[i] + (1 - r->low_pass) * r->spiked[i];
        if (!r->spiked[i])
            continue;
        r->spike_count++;
        for (uint64_t k = w->first[i]; k < w->first[i + 1]; k++)
            r->arriving[w->target[k]] += w->weight[k];
    }
}

tp_status tp_reservoir_step(tp_reservoir *r, const double *sample, tp_error *error) {
    memset(r->spiked, 0, r->wiring.units);
    tp_status status = advance(r, 0, 0, sample, error);
    if (status == TP_OK)
        status = advance(r, 1, r->wiring.neurons, sample, error);
    if (status != TP_OK)
        return status;
    send(r);
    r->step_count++;
    return TP_OK;
}
