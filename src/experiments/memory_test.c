/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/memory_test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

void tp_test_result_free(tp_test_result *result) {
    free(result->readouts);
    free(result->responses);
    free(result->frame_potential);
    free(result->frame_calcium);
    free(result->course_time);
    *result = (tp_test_result){0};
}

void tp_test_result_thin(tp_test_result *result) {
    const tp_test_result kept = {.input = result->input, .readouts = result->readouts};
    result->readouts = NULL;
    tp_test_result_free(result);
    *result = kept;
}

tp_status tp_test_result_create(const tp_memory_plan *plan, const tp_segment *test,
                                bool without_course, tp_test_result *result, tp_error *error) {
    const size_t frames = plan->frame_count, n = plan->neuron_count;
    const size_t instants = (size_t)((test->end - test->start) / plan->every) + 1;
    result->readouts = calloc(1 + frames, sizeof *result->readouts);
    result->responses = calloc((1 + frames) * n, 1);
    result->frame_potential = calloc(frames * n + 1, sizeof(double));
    result->frame_calcium = calloc(frames * plan->grid->astrocyte_count + 1, sizeof(double));
    if (!without_course)
        result->course_time = calloc(3 * instants, sizeof(double));
    if (!result->readouts || !result->responses || !result->frame_potential ||
        !result->frame_calcium || (!result->course_time && !without_course))
        return tp_fail_memory(error, "reading a test");
    if (!without_course) {
        result->course_accuracy = result->course_time + instants;
        result->course_pixel_accuracy = result->course_time + 2 * instants;
    }
    return TP_OK;
}

tp_status tp_test_reading_create(const tp_memory_plan *plan, tp_test_reading *reading,
                                 tp_error *error) {
    *reading = (tp_test_reading){.plan = plan};
    tp_status status = tp_test_response_create(plan->neuron_count, &reading->response, error);
    reading->set = malloc(plan->neuron_count);
    if (status == TP_OK && !reading->set)
        status = tp_fail_memory(error, "reading a test");
    if (status != TP_OK)
        tp_test_reading_free(reading);
    return status;
}

void tp_test_reading_free(tp_test_reading *reading) {
    tp_test_response_free(&reading->response);
    free(reading->set);
    *reading = (tp_test_reading){0};
}

void tp_test_reading_begin(tp_test_reading *reading, const tp_segment *test,
                           tp_test_result *result) {
    reading->test = test;
    reading->result = result;
    tp_test_response_begin(&reading->response, (double)test->start,
                           (double)(test->start + test->presentations[0].shown));
}

static const tp_pattern *shown_pattern(const tp_test_reading *reading) {
    return &reading->plan->patterns[reading->test->presentations[0].pattern];
}

static tp_status read_frame(tp_test_reading *reading, tp_tiled_grid *grid, tp_error *error) {
    const tp_memory_plan *plan = reading->plan;
    tp_test_result *result = reading->result;
    const size_t n = plan->neuron_count, astrocytes = grid->astrocyte_count;
    for (size_t f = 0; f < plan->frame_count; f++) {
        if (grid->tick != reading->test->start + plan->frames[f])
            continue;
        tp_status status = tp_tiled_grid_settle(grid, error);
        if (status != TP_OK)
            return status;
        uint8_t *set = result->responses + (1 + f) * n;
        tp_test_response_frame(&reading->response, (double)grid->tick, (double)plan->frame_window,
                               set);
        result->readouts[1 + f] = tp_agreement_of(shown_pattern(reading), set, n);
        memcpy(result->frame_potential + f * n, grid->neurons->state[0], n * sizeof(double));
        memcpy(result->frame_calcium + f * astrocytes, grid->astrocytes->state[grid->calcium],
               astrocytes * sizeof(double));
    }
    return TP_OK;
}

static void read_course(tp_test_reading *reading, int64_t now) {
    const tp_memory_plan *plan = reading->plan;
    tp_test_result *result = reading->result;
    const size_t k = result->course_count++;
    tp_test_response_frame(&reading->response, (double)now, (double)plan->frame_window,
                           reading->set);
    const tp_agreement agreement =
        tp_agreement_of(shown_pattern(reading), reading->set, plan->neuron_count);
    result->course_time[k] = tp_clock_ms(&plan->clock, (double)(now - reading->test->start));
    result->course_accuracy[k] = agreement.accuracy;
    result->course_pixel_accuracy[k] = agreement.pixel_accuracy;
}

tp_status tp_test_reading_look(tp_test_reading *reading, tp_tiled_grid *grid, tp_error *error) {
    tp_status status = read_frame(reading, grid, error);
    if (reading->result->course_time &&
        (grid->tick - reading->test->start) % reading->plan->every == 0)
        read_course(reading, grid->tick);
    return status;
}

void tp_test_reading_follow(tp_test_reading *reading, const tp_tiled_grid *grid) {
    const double start = (double)(grid->tick - grid->neuron_exchange);
    for (size_t k = 0; k < grid->interval.count; k++)
        tp_test_response_spike(&reading->response, grid->interval.items[k].cell,
                               start +
                                   grid->interval.items[k].when * (double)grid->neuron_exchange);
}

void tp_test_reading_conclude(tp_test_reading *reading) {
    const tp_memory_plan *plan = reading->plan;
    const tp_pattern *pattern = shown_pattern(reading);
    tp_test_result *result = reading->result;
    const double most = 4e9;
    const double count = fmin((double)plan->description.recall.readout.count, most);
    tp_test_response_count(&reading->response, (uint32_t)count, result->responses);
    result->readouts[0] = tp_agreement_of(pattern, result->responses, plan->neuron_count);
    result->input =
        tp_agreement_of(pattern, reading->test->presentations[0].image, plan->neuron_count);
}

int64_t tp_test_read_until(const tp_memory_plan *plan, const tp_segment *test) {
    const tp_presentation *shown = &test->presentations[0];
    int64_t until = shown->onset + shown->shown;
    /* A frame is read between its tick's exchange and the step that follows. */
    for (size_t f = 0; f < plan->frame_count; f++)
        if (shown->onset + plan->frames[f] + 1 > until)
            until = shown->onset + plan->frames[f] + 1;
    return until;
}
