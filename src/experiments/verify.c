/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario with its own integrators against a tight reference over the same stimulus. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/criteria.h"
#include "base/fail.h"
#include "experiments/record_heading.h"
#include "experiments/reference.h"
#include "experiments/run_difference.h"
#include "experiments/run_log.h"
#include "experiments/scenario.h"

typedef struct verification {
    const tp_scenario *scenario;
    tp_memory_plan *plans[2]; /* the scenario's, the reference's */
    tp_run_trace traces[2];
    tp_segment_difference *differences; /* [segment] */
    size_t segment_count;
    char verdict[800], first[600];
} verification;

static void free_verification(verification *v) {
    for (size_t i = 0; v->differences && i < v->segment_count; i++)
        tp_segment_difference_free(&v->differences[i]);
    free(v->differences);
    for (int i = 0; i < 2; i++) {
        tp_run_trace_free(&v->traces[i]);
        if (v->plans[i])
            tp_memory_discard(&v->plans[i]);
    }
}

static tp_status prepare(verification *v, tp_error *error) {
    const tp_scenario *scenario = v->scenario;
    tp_status status = tp_reference_check(scenario, error);
    if (status != TP_OK)
        return status;
    tp_memory_description description = *(const tp_memory_description *)scenario->description;
    /* Differences can be far below what single precision can tell. */
    description.record.precision = TP_PRECISION_DOUBLE;
    status = tp_memory_prepare(&description, &scenario->resolved, "scenario/", &v->plans[0], error);
    tp_reference_method(&description.network.neurons.cells);
    tp_reference_method(&description.network.astrocytes.cells);
    if (status == TP_OK)
        status =
            tp_memory_prepare(&description, &scenario->resolved, "reference/", &v->plans[1], error);
    for (int i = 0; status == TP_OK && i < 2; i++)
        status = tp_run_trace_create(v->plans[i], &v->traces[i], error);
    return status;
}

static tp_status compare(verification *v, tp_error *error) {
    v->segment_count = v->traces[0].segment_count;
    v->differences = calloc(v->segment_count, sizeof *v->differences);
    if (!v->differences)
        return tp_fail_memory(error, "comparing the runs");
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < v->segment_count; i++)
        status = tp_segment_difference_of(&v->traces[0].segments[i], &v->traces[1].segments[i],
                                          v->plans[0]->grid, &v->differences[i], error);
    return status;
}

/* "euler at 0.1 ms" or "cvode:bdf at rtol 1e-6" */
static void describe_method(const tp_population_description *cells, char *out, size_t room) {
    const tp_integrator *integrator = tp_integrator_at((size_t)cells->integrator);
    if (integrator->adaptive)
        snprintf(out, room, "%s at rtol %g", integrator->name, cells->rtol);
    else
        snprintf(out, room, "%s at %g ms", integrator->name, cells->step_ms);
}

static tp_status judge(verification *v, tp_error *error) {
    const tp_memory_description *d = v->scenario->description;
    char neurons[80], astrocytes[80];
    size_t pixels = 0, others = 0, lone = 0, spikes = 0;
    double most = 0, percentile_99 = 0;
    for (size_t i = 1; i < v->segment_count; i++) {
        const tp_segment_difference *difference = &v->differences[i];
        pixels += difference->pixels;
        others += difference->other_counts;
        lone += difference->lone_spikes;
        spikes += difference->reference_spikes;
        most = fmax(most, difference->most);
        percentile_99 = fmax(percentile_99, difference->percentile_99);
    }
    describe_method(&d->network.neurons.cells, neurons, sizeof neurons);
    describe_method(&d->network.astrocytes.cells, astrocytes, sizeof astrocytes);
    /* A spike without a partner has moved, however far that is. */
    const bool good = pixels == 0 && percentile_99 < TP_ACCEPTED_SHIFT_MS && 100 * lone <= spikes;
    char changed[40];
    if (pixels == 0)
        snprintf(changed, sizeof changed, "no pixel");
    else
        snprintf(changed, sizeof changed, "%zu pixel%s", pixels, pixels == 1 ? "" : "s");
    snprintf(v->verdict, sizeof v->verdict,
             "%s: neurons by %s, astrocytes by %s change %s of %zu recalled; in the recall, "
             "%zu neurons spike another number of times, and spikes move by at most %.3g ms "
             "(99 %%: %.3g ms).",
             good ? "Good enough" : "Not good enough", neurons, astrocytes, changed,
             (v->segment_count - 1) * v->plans[0]->neuron_count, others, most, percentile_99);
    return tp_first_difference(&v->traces[0], &v->traces[1], TP_ACCEPTED_SHIFT_MS, v->first,
                               sizeof v->first, error);
}

/* One number of each segment's difference, as a column of /comparison. */
static tp_status put_column(const verification *v, tp_writer *writer, const char *name,
                            const char *units, const char *long_name, size_t offset, bool whole,
                            tp_error *error) {
    double *values = malloc((v->segment_count + 1) * sizeof *values);
    if (!values)
        return tp_fail_memory(error, "writing the comparison");
    for (size_t i = 0; i < v->segment_count; i++) {
        const char *member = (const char *)&v->differences[i] + offset;
        size_t count;
        if (whole) {
            memcpy(&count, member, sizeof count);
            values[i] = (double)count;
        } else {
            memcpy(&values[i], member, sizeof values[i]);
        }
    }
    tp_status status = tp_record_put(
        writer, "comparison", name,
        tp_layout_along(TP_FLOAT64, "segment", v->segment_count, units, long_name), values, error);
    free(values);
    return status;
}

#define WHOLE(member) offsetof(tp_segment_difference, member), true
#define REAL(member) offsetof(tp_segment_difference, member), false
static const struct column {
    const char *name, *units, *long_name;
    size_t offset;
    bool whole;
} columns[] = {
    {"spikes", "1", "spikes of the scenario's run", WHOLE(spikes)},
    {"reference_spikes", "1", "spikes of the reference", WHOLE(reference_spikes)},
    {"neurons_with_another_count", "1", "neurons whose numbers of spikes differ",
     WHOLE(other_counts)},
    {"lone_spikes", "1", "spikes that the other run has no partner for", WHOLE(lone_spikes)},
    {"spike_shift_median", "ms", "median of |scenario - reference| of a spike", REAL(median)},
    {"spike_shift_99", "ms", "99 % of the spikes move by less", REAL(percentile_99)},
    {"spike_shift_most", "ms", "largest shift of a spike", REAL(most)},
    {"calcium_difference", "uM", "largest difference of calcium", REAL(calcium)},
    {"crossings", "1", "crossings of the feedback's calcium threshold", WHOLE(crossings)},
    {"lone_crossings", "1", "crossings in one run alone", WHOLE(lone_crossings)},
    {"crossing_shift_most", "ms", "largest shift of a crossing", REAL(crossing_most)},
    {"changed_pixels", "1", "pixels of the count readout that differ", WHOLE(pixels)},
    {"accuracy", "1", "accuracy of the scenario's recall", REAL(accuracy)},
    {"reference_accuracy", "1", "accuracy of the reference's recall", REAL(reference_accuracy)},
};

static tp_status put_shifts(const verification *v, size_t i, tp_writer *writer, tp_error *error) {
    const tp_segment_difference *d = &v->differences[i];
    char group[64];
    snprintf(group, sizeof group, "comparison/shifts/%zu", i);
    tp_status status = tp_record_put(writer, group, "time",
                                     tp_layout_along(TP_FLOAT64, "pair", d->pair_count, "ms",
                                                     "time of the spike in the reference"),
                                     d->pair_ms, error);
    if (status == TP_OK)
        status = tp_record_put(
            writer, group, "shift",
            tp_layout_along(TP_FLOAT64, "pair", d->pair_count, "ms", "scenario - reference"),
            d->pair_shift, error);
    return status;
}

static tp_status write_comparison(const verification *v, tp_writer *writer, tp_error *error) {
    const char **names = calloc(v->segment_count + 1, sizeof *names);
    if (!names)
        return tp_fail_memory(error, "writing the comparison");
    for (size_t i = 0; i < v->segment_count; i++)
        names[i] = tp_segment_name(v->plans[0], v->traces[0].segments[i].segment);
    const tp_layout layout =
        tp_layout_along(TP_UINT8, "segment", v->segment_count, "1", "stretch of simulated time");
    tp_status status = tp_writer_strings(writer, "comparison/segment", &layout, names, error);
    for (size_t c = 0; status == TP_OK && c < sizeof columns / sizeof *columns; c++)
        status = put_column(v, writer, columns[c].name, columns[c].units, columns[c].long_name,
                            columns[c].offset, columns[c].whole, error);
    for (size_t i = 0; status == TP_OK && i < v->segment_count; i++)
        status = put_shifts(v, i, writer, error);
    if (status == TP_OK)
        status = tp_writer_text(writer, "comparison", "verdict", v->verdict, error);
    if (status == TP_OK)
        status = tp_writer_text(writer, "comparison", "first_difference", v->first, error);
    free(names);
    return status;
}

/* Both runs into the record, and what they differ by. */
static tp_status run_both(verification *v, tp_writer *writer, const tp_observer *observer,
                          tp_error *error) {
    tp_status status = TP_OK;
    for (int i = 0; status == TP_OK && i < 2; i++) {
        const tp_memory_watcher watcher = tp_run_trace_watcher(&v->traces[i]);
        status = tp_memory_run(v->plans[i], writer, &watcher, observer, error);
    }
    if (status == TP_OK)
        status = compare(v, error);
    if (status != TP_OK)
        return status;
    status = judge(v, error);
    return status == TP_OK ? write_comparison(v, writer, error) : status;
}

tp_status tp_verify(const tp_scenario *scenario, const char *record, const tp_observer *observer,
                    tp_error *error) {
    verification v = {.scenario = scenario};
    tp_run_log log;
    tp_lock lock = TP_LOCK_NONE;
    tp_run_log_start(&log);
    tp_writer *writer = NULL;
    tp_status status = prepare(&v, error);
    if (status == TP_OK)
        status = tp_record_claim(record, &lock, error);
    if (status == TP_OK)
        status = tp_record_open_run(scenario, "verify", record, &writer, error);
    if (status == TP_OK)
        status = run_both(&v, writer, observer, error);
    free_verification(&v);
    status = tp_record_close_run(&writer, &log, record, status, error);
    tp_lock_release(&lock);
    return status;
}
