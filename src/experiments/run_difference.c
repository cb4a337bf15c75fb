/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/run_difference.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

/* Spikes sorted by neuron, then time: neuron i's are spikes[start[i]] ... spikes[start[i + 1] - 1].
 */
typedef struct trains {
    size_t *start;
    double *ms;
} trains;

static void free_trains(trains *t) {
    free(t->start);
    free(t->ms);
    *t = (trains){0};
}

static tp_status trains_of(const tp_segment_trace *trace, size_t neurons, trains *out,
                           tp_error *error) {
    trains t = {calloc(neurons + 2, sizeof *t.start),
                malloc((trace->spike_count + 1) * sizeof *t.ms)};
    if (!t.start || !t.ms) {
        free_trains(&t);
        return tp_fail_memory(error, "comparing spikes");
    }
    /* Counted one place further on, so that filling leaves each start where it belongs. */
    for (size_t k = 0; k < trace->spike_count; k++)
        t.start[trace->spikes[k].cell + 2]++;
    for (size_t i = 1; i < neurons + 2; i++)
        t.start[i] += t.start[i - 1];
    for (size_t k = 0; k < trace->spike_count; k++)
        t.ms[t.start[trace->spikes[k].cell + 1]++] = trace->spikes[k].ms;
    *out = t;
    return TP_OK;
}

static tp_status summarise_shifts(tp_segment_difference *d, tp_error *error) {
    double *sizes = malloc((d->pair_count + 1) * sizeof *sizes);
    if (!sizes)
        return tp_fail_memory(error, "comparing spikes");
    for (size_t k = 0; k < d->pair_count; k++)
        sizes[k] = fabs(d->pair_shift[k]);
    gsl_sort(sizes, 1, d->pair_count);
    if (d->pair_count > 0) {
        d->median = gsl_stats_quantile_from_sorted_data(sizes, 1, d->pair_count, 0.5);
        d->percentile_99 = gsl_stats_quantile_from_sorted_data(sizes, 1, d->pair_count, 0.99);
        d->most = sizes[d->pair_count - 1];
    }
    free(sizes);
    return TP_OK;
}

static tp_status compare_spikes(const tp_segment_trace *run, const tp_segment_trace *reference,
                                size_t neurons, tp_segment_difference *d, tp_error *error) {
    trains a = {0}, b = {0};
    tp_status status = trains_of(run, neurons, &a, error);
    if (status == TP_OK)
        status = trains_of(reference, neurons, &b, error);
    d->pair_ms = malloc((run->spike_count + 1) * sizeof *d->pair_ms);
    d->pair_shift = malloc((run->spike_count + 1) * sizeof *d->pair_shift);
    if (status == TP_OK && (!d->pair_ms || !d->pair_shift))
        status = tp_fail_memory(error, "comparing spikes");
    for (size_t i = 0; status == TP_OK && i < neurons; i++) {
        const size_t in_run = a.start[i + 1] - a.start[i];
        const size_t in_reference = b.start[i + 1] - b.start[i];
        d->other_counts += in_run != in_reference;
        d->lone_spikes += in_run > in_reference ? in_run - in_reference : in_reference - in_run;
        for (size_t k = 0; k < in_run && k < in_reference; k++) {
            d->pair_ms[d->pair_count] = b.ms[b.start[i] + k];
            d->pair_shift[d->pair_count++] = a.ms[a.start[i] + k] - b.ms[b.start[i] + k];
        }
    }
    free_trains(&a);
    free_trains(&b);
    return status == TP_OK ? summarise_shifts(d, error) : status;
}

/* The next crossing of the threshold by astrocyte j after instant *at, by linear interpolation;
 * false where there is none. */
static bool next_crossing(const tp_segment_trace *trace, size_t astrocytes, size_t j,
                          double threshold, size_t *at, double *ms) {
    for (size_t k = *at + 1; k < trace->instant_count; k++) {
        const double before = trace->calcium[(k - 1) * astrocytes + j];
        const double now = trace->calcium[k * astrocytes + j];
        if ((before > threshold) == (now > threshold))
            continue;
        const double start = trace->calcium_ms[k - 1], end = trace->calcium_ms[k];
        *ms = start + (threshold - before) / (now - before) * (end - start);
        *at = k;
        return true;
    }
    return false;
}

static void compare_calcium(const tp_segment_trace *run, const tp_segment_trace *reference,
                            const tp_tiled_grid *grid, tp_segment_difference *d) {
    const size_t n = grid->astrocyte_count;
    const double threshold = grid->description.feedback.calcium;
    const size_t instants = run->instant_count < reference->instant_count
                                ? run->instant_count
                                : reference->instant_count;
    for (size_t i = 0; i < instants * n; i++)
        d->calcium = fmax(d->calcium, fabs(run->calcium[i] - reference->calcium[i]));
    for (size_t j = 0; j < n; j++) {
        size_t at_run = 0, at_reference = 0;
        for (;;) {
            double ms, reference_ms;
            const bool one = next_crossing(run, n, j, threshold, &at_run, &ms);
            const bool other =
                next_crossing(reference, n, j, threshold, &at_reference, &reference_ms);
            if (!one && !other)
                break;
            d->crossings++;
            if (one && other)
                d->crossing_most = fmax(d->crossing_most, fabs(ms - reference_ms));
            else
                d->lone_crossings++;
        }
    }
}

tp_status tp_segment_difference_of(const tp_segment_trace *run, const tp_segment_trace *reference,
                                   const tp_tiled_grid *grid, tp_segment_difference *difference,
                                   tp_error *error) {
    tp_segment_difference d = {.accuracy = NAN,
                               .reference_accuracy = NAN,
                               .spikes = run->spike_count,
                               .reference_spikes = reference->spike_count};
    tp_status status = compare_spikes(run, reference, grid->neuron_count, &d, error);
    if (status != TP_OK) {
        tp_segment_difference_free(&d);
        return status;
    }
    compare_calcium(run, reference, grid, &d);
    if (run->tested && reference->tested) {
        for (size_t i = 0; i < grid->neuron_count; i++)
            d.pixels += run->recalled[i] != reference->recalled[i];
        d.accuracy = run->recall.accuracy;
        d.reference_accuracy = reference->recall.accuracy;
    }
    *difference = d;
    return TP_OK;
}

void tp_segment_difference_free(tp_segment_difference *difference) {
    free(difference->pair_ms);
    free(difference->pair_shift);
    *difference = (tp_segment_difference){0};
}

/* A spike that is elsewhere in the run than in the reference. */
typedef struct moved_spike {
    bool found;
    size_t neuron;
    double ms, shift;
} moved_spike;

/* The first of them, by its time in the reference. */
static tp_status first_spike(const tp_segment_trace *run, const tp_segment_trace *reference,
                             size_t neurons, double tolerance_ms, moved_spike *moved,
                             tp_error *error) {
    trains a = {0}, b = {0};
    *moved = (moved_spike){.ms = INFINITY};
    tp_status status = trains_of(run, neurons, &a, error);
    if (status == TP_OK)
        status = trains_of(reference, neurons, &b, error);
    if (status != TP_OK) {
        free_trains(&a);
        return status;
    }
    for (size_t i = 0; i < neurons; i++) {
        const size_t in_run = a.start[i + 1] - a.start[i];
        const size_t in_reference = b.start[i + 1] - b.start[i];
        for (size_t k = 0; k < in_run || k < in_reference; k++) {
            const double one = k < in_run ? a.ms[a.start[i] + k] : INFINITY;
            const double other = k < in_reference ? b.ms[b.start[i] + k] : INFINITY;
            if (fabs(one - other) <= tolerance_ms)
                continue;
            if (fmin(one, other) < moved->ms)
                *moved = (moved_spike){true, i, fmin(one, other), one - other};
            break;
        }
    }
    free_trains(&a);
    free_trains(&b);
    return TP_OK;
}

/* In the order in which a trace holds them. */
static int compare_switches(const tp_traced_switch *a, const tp_traced_switch *b) {
    if (a->tick != b->tick)
        return a->tick < b->tick ? -1 : 1;
    if (a->astrocyte != b->astrocyte)
        return a->astrocyte < b->astrocyte ? -1 : 1;
    return (a->kind > b->kind) - (a->kind < b->kind);
}

/* The first switch that only one of the two has at its tick. */
static const tp_traced_switch *first_switch(const tp_segment_trace *run,
                                            const tp_segment_trace *reference) {
    for (size_t k = 0;; k++) {
        const tp_traced_switch *one = k < run->switch_count ? &run->switches[k] : NULL;
        const tp_traced_switch *other =
            k < reference->switch_count ? &reference->switches[k] : NULL;
        if (!one || !other)
            return one ? one : other;
        const int order = compare_switches(one, other);
        if (order != 0)
            return order < 0 ? one : other;
    }
}

static size_t describe_spike(const tp_run_trace *run, const moved_spike *moved, size_t segment,
                             double tolerance_ms, char *out, size_t room) {
    const size_t columns = run->plan->grid->tiling.columns, neuron = moved->neuron;
    const double shift = moved->shift;
    char how[80];
    if (isinf(shift))
        snprintf(how, sizeof how, "is in the %s alone", shift > 0 ? "reference" : "scenario's run");
    else
        snprintf(how, sizeof how, "is %.4g ms too %s", fabs(shift), shift > 0 ? "late" : "early");
    int length = snprintf(out, room,
                          "The first spike that differs by more than %g ms is one of neuron "
                          "(%zu, %zu) at %.4f ms, in %s: it %s.",
                          tolerance_ms, neuron / columns, neuron % columns, moved->ms,
                          tp_segment_name(run->plan, run->segments[segment].segment), how);
    return length > 0 ? (size_t)length : 0;
}

static size_t describe_switch(const tp_run_trace *run, size_t segment,
                              const tp_traced_switch *turned, char *out, size_t room) {
    const tp_tiled_grid *grid = run->plan->grid;
    const size_t columns = grid->tiling.tile_columns;
    int length = snprintf(out, room,
                          "The first difference in coupling is %s of astrocyte "
                          "(%zu, %zu) at %g ms, in %s.",
                          turned->kind == TP_SWITCH_DRIVE ? "I_neuro" : "feedback",
                          turned->astrocyte / columns, turned->astrocyte % columns,
                          tp_clock_ms(&grid->clock, (double)turned->tick),
                          tp_segment_name(run->plan, run->segments[segment].segment));
    return length > 0 ? (size_t)length : 0;
}

tp_status tp_first_difference(const tp_run_trace *run, const tp_run_trace *reference,
                              double tolerance_ms, char *out, size_t room, tp_error *error) {
    const tp_clock *clock = &run->plan->grid->clock;
    const tp_traced_switch *turned = NULL;
    moved_spike moved = {.ms = INFINITY};
    size_t used = 0, spike_segment = 0, switch_segment = 0;
    out[0] = '\0';
    for (size_t s = 0; s < run->segment_count && !moved.found; s++) {
        tp_status status = first_spike(&run->segments[s], &reference->segments[s],
                                       run->plan->neuron_count, tolerance_ms, &moved, error);
        if (status != TP_OK)
            return status;
        spike_segment = s;
    }
    if (moved.found)
        used = describe_spike(run, &moved, spike_segment, tolerance_ms, out, room);
    for (size_t s = 0; s < run->segment_count && !turned; s++) {
        turned = first_switch(&run->segments[s], &reference->segments[s]);
        switch_segment = s;
    }
    /* Tests that branch off one state begin at the same time: their order decides before time. */
    const bool spike_first =
        !turned || (used > 0 && (spike_segment < switch_segment ||
                                 (spike_segment == switch_segment &&
                                  moved.ms <= tp_clock_ms(clock, (double)turned->tick))));
    if (used > 0 && turned && used + 1 < room)
        out[used++] = ' ';
    if (turned && used < room)
        used += describe_switch(run, switch_segment, turned, out + used, room - used);
    if (used == 0)
        snprintf(out, room,
                 "No spike differs by more than %g ms, and all astrocytes switch at "
                 "the same ticks.",
                 tolerance_ms);
    else if (used < room && spike_first)
        snprintf(out + used, room - used,
                 " All inputs were equal until that spike: it comes from the neurons' integrator.");
    else if (used < room)
        snprintf(out + used, room - used,
                 " All spikes agreed until that: it comes from the astrocytes' integrator, or "
                 "from a spike that moved within the tolerance to another tick.");
    return TP_OK;
}
