/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of a memory experiment under way, piece by piece. */
#include <stdlib.h>
#include <zlib.h>

#include "base/fail.h"
#include "experiments/memory.h"

enum { AGREEMENT = sizeof(tp_agreement) / sizeof(double) };
_Static_assert(sizeof(tp_agreement) == AGREEMENT * sizeof(double), "an agreement is four doubles");

/* A sum over all images: those of files can have changed meanwhile. */
static uint64_t sum_of_images(const tp_memory_plan *plan) {
    const size_t shown = plan->repeat * plan->training.presentation_count + plan->test_count;
    uLong sum = crc32(0, NULL, 0);
    for (size_t i = 0; i < plan->pattern_count; i++)
        sum = crc32(sum, plan->patterns[i].pixels, (uInt)plan->neuron_count);
    for (size_t i = 0; i < shown; i++)
        sum = crc32(sum, plan->presentations[i].image, (uInt)plan->neuron_count);
    return sum;
}

static tp_status visit_images(const tp_memory_run_state *run, const tp_visitor *visitor,
                              tp_error *error) {
    const uint64_t sum = sum_of_images(run->plan);
    uint64_t kept = sum;
    tp_status status = tp_visit_value(visitor, "images", TP_UINT64, &kept, error);
    if (status == TP_OK && kept != sum)
        return tp_fail(error, TP_INVALID, "", "the images of its patterns were others");
    return status;
}

static tp_status visit_trained(tp_memory_run_state *run, const tp_visitor *visitor,
                               tp_error *error) {
    size_t size = run->trained.size;
    tp_status status = visitor->length(visitor->context, "trained", &size, error);
    if (status == TP_OK && visitor->sets) {
        run->trained.size = run->trained.at = 0;
        if (!tp_bytes_reserve(&run->trained, size))
            status = tp_fail_memory(error, "taking up a run");
    }
    return status == TP_OK
               ? tp_visit_list(visitor, "trained", TP_UINT8, run->trained.data, size, error)
               : status;
}

static tp_status visit_readouts(tp_test_result *result, size_t readouts, const tp_visitor *visitor,
                                tp_error *error) {
    tp_status status =
        tp_visit_list(visitor, "input", TP_FLOAT64, &result->input, AGREEMENT, error);
    return status == TP_OK ? tp_visit_list(visitor, "readouts", TP_FLOAT64, result->readouts,
                                           AGREEMENT * readouts, error)
                           : status;
}

/* Those of the tests that were finished since the last commit. */
static tp_status visit_results(tp_memory_run_state *run, const tp_visitor *visitor,
                               tp_error *error) {
    const tp_memory_plan *plan = run->plan;
    uint64_t first = run->committed_tests, end = run->finished_tests;
    tp_status status = tp_visit_value(visitor, "first_result", TP_UINT64, &first, error);
    if (status == TP_OK)
        status = tp_visit_value(visitor, "finished_tests", TP_UINT64, &end, error);
    if (status == TP_OK && (first > end || end > plan->test_count))
        return tp_fail(error, TP_INVALID, "", "its tests are others");
    for (uint64_t k = first; status == TP_OK && k < end; k++) {
        tp_test_result *result = &run->results[k];
        if (visitor->sets) {
            tp_test_result_free(result);
            result->readouts = calloc(1 + plan->frame_count, sizeof *result->readouts);
            if (!result->readouts)
                return tp_fail_memory(error, "taking up a run");
        }
        status = visit_readouts(result, 1 + plan->frame_count, visitor, error);
    }
    if (visitor->sets)
        run->finished_tests = run->committed_tests = end;
    return status;
}

static tp_status visit_course(tp_test_result *result, size_t instants, const tp_visitor *visitor,
                              tp_error *error) {
    size_t count = result->course_count;
    tp_status status = visitor->length(visitor->context, "course", &count, error);
    if (status == TP_OK && count > instants)
        return tp_fail(error, TP_INVALID, "", "its tests are others");
    result->course_count = count;
    double *const columns[] = {result->course_time, result->course_accuracy,
                               result->course_pixel_accuracy};
    for (int i = 0; status == TP_OK && i < 3; i++)
        status = tp_visit_list(visitor, "course", TP_FLOAT64, columns[i], count, error);
    return status;
}

/* What has been read of the test that runs. */
static tp_status visit_reading(tp_memory_run_state *run, const tp_visitor *visitor,
                               tp_error *error) {
    const tp_memory_plan *plan = run->plan;
    const size_t k = tp_memory_test_of(plan, (size_t)run->segment);
    const tp_segment *test = &plan->tests[k];
    tp_test_result *result = &run->results[k];
    const size_t n = plan->neuron_count, frames = plan->frame_count;
    tp_status status = TP_OK;
    if (visitor->sets) {
        tp_test_result_free(result);
        status = tp_test_result_create(plan, test, false, result, error);
        if (status != TP_OK)
            return status;
        tp_test_reading_begin(&run->reading, test, result);
    }
    const struct {
        const char *name;
        tp_type type;
        void *values;
        size_t count;
    } lists[] = {
        {"last_spike", TP_FLOAT64, run->reading.response.last, n},
        {"spike_count", TP_INT32, run->reading.response.count, n},
        {"responses", TP_UINT8, result->responses, (1 + frames) * n},
        {"frame_potential", TP_FLOAT64, result->frame_potential, frames * n},
        {"frame_calcium", TP_FLOAT64, result->frame_calcium, frames * plan->grid->astrocyte_count},
    };
    for (size_t i = 0; status == TP_OK && i < sizeof lists / sizeof *lists; i++)
        status = tp_visit_list(visitor, lists[i].name, lists[i].type, lists[i].values,
                               lists[i].count, error);
    if (status == TP_OK)
        status = visit_readouts(result, 1 + frames, visitor, error);
    return status == TP_OK
               ? visit_course(result, (size_t)((test->end - test->start) / plan->every) + 1,
                              visitor, error)
               : status;
}

tp_status tp_memory_run_visit(tp_memory_run_state *run, const tp_visitor *visitor,
                              tp_error *error) {
    tp_status status = visit_images(run, visitor, error);
    if (status == TP_OK)
        status = tp_visit_value(visitor, "segment", TP_UINT64, &run->segment, error);
    const uint64_t each = 1 + run->plan->tests_each;
    if (status == TP_OK && run->segment >= run->plan->repeat * each)
        return tp_fail(error, TP_INVALID, "", "its tests are others");
    if (status == TP_OK)
        status = tp_visit_value(visitor, "shown", TP_UINT64, &run->shown, error);
    if (status == TP_OK)
        status = tp_visit_value(visitor, "done", TP_UINT64, &run->done, error);
    if (status == TP_OK)
        status = tp_tiled_grid_visit(run->plan->grid, visitor, error);
    if (status == TP_OK)
        status = visit_trained(run, visitor, error);
    if (status == TP_OK)
        status = visit_results(run, visitor, error);
    if (status == TP_OK && run->segment % each != 0)
        status = visit_reading(run, visitor, error);
    return status;
}
