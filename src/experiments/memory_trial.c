/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A trial trains one network and pauses; each level then goes on from a copy of its state. That
 * gives the numbers of a run of its own to the bit, since training does not depend on what the
 * levels of a group differ in, and random numbers not on the order in which they are drawn. */
#include "experiments/memory_trial.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/memory_segment.h"
#include "experiments/scenario_difference.h"

enum { TICKS_BETWEEN_QUESTIONS = 100, NAME_ROOM = 64 };

/* One level of a group. */
typedef struct branch {
    tp_memory_plan *plan;
    tp_test_reading reading;
    tp_test_result result;
    tp_agreement *sums; /* [input, count, frame ...] over the trial's tests */
    size_t index;       /* among the group's scenarios */
} branch;

typedef struct trial_group {
    branch *branches; /* in order of the pause's end */
    size_t count;
    tp_tiled_grid *pristine; /* at tick 0 */
    tp_tiled_grid *trained;
    const tp_observer *observer;
} trial_group;

/* What a level may change without changing the trained network; a group goes through the longest
 * pause, and runs trial after trial. */
static bool after_training(const char *path, const void *feedback_in_training) {
    return strcmp(path, "pause") == 0 || strcmp(path, "trial") == 0 ||
           tp_memory_matters_later(path, *(const bool *)feedback_in_training);
}

static bool feeds_back_in_training(const tp_scenario *scenario) {
    const tp_memory_description *d = scenario->description;
    return d->network.feedback.during == TP_DURING_ALWAYS;
}

static bool alike(const tp_scenario *a, const tp_scenario *b) {
    const bool feedback = feeds_back_in_training(a) || feeds_back_in_training(b);
    return tp_scenarios_alike(a, b, after_training, &feedback);
}

static tp_status measures(const tp_scenario *scenario, tp_arena *arena, const tp_measure **list,
                          size_t *count, tp_error *error) {
    static const tp_measure fixed[] = {
        {"accuracy", "1", "mean of hit and correct rejection, by count", "input_accuracy"},
        {"pixel_accuracy", "1", "part of all pixels that are right, by count",
         "input_pixel_accuracy"},
        {"hit", "1", "part of the pattern's pixels that are on, by count", NULL},
        {"correct_rejection", "1", "part of the other pixels that are off, by count", NULL},
        {"input_accuracy", "1", "accuracy of the noisy input itself", NULL},
        {"input_pixel_accuracy", "1", "part of the noisy input's pixels that are right", NULL},
    };
    enum { FIXED = sizeof fixed / sizeof *fixed };
    const tp_memory_description *d = scenario->description;
    const tp_real_list *frames = &d->recall.readout.frames_ms;
    if (d->repeat != 1)
        return tp_resolved_fail(&scenario->resolved, error, "repeat",
                                "a sweep's trial is one training and its tests, not %lld",
                                (long long)d->repeat);
    tp_measure *all = tp_arena_alloc(arena, (FIXED + frames->count) * sizeof *all);
    if (!all)
        return tp_fail_memory(error, "planning the sweep");
    memcpy(all, fixed, sizeof fixed);
    for (size_t f = 0; f < frames->count; f++) {
        tp_measure *frame = &all[FIXED + f];
        frame->name = tp_arena_format(arena, "accuracy_at_%.10g_ms", frames->items[f]);
        frame->long_name = tp_arena_format(arena,
                                           "accuracy of the neurons that spiked just before "
                                           "%.10g ms after onset",
                                           frames->items[f]);
        frame->unit = "1";
        frame->baseline = "input_accuracy";
        if (!frame->name || !frame->long_name)
            return tp_fail_memory(error, "planning the sweep");
    }
    *list = all;
    *count = FIXED + frames->count;
    return TP_OK;
}

static void destroy(void **out) {
    trial_group *group = *out;
    if (!group)
        return;
    for (size_t i = 0; group->branches && i < group->count; i++) {
        branch *b = &group->branches[i];
        tp_test_reading_free(&b->reading);
        tp_test_result_free(&b->result);
        free(b->sums);
        tp_memory_discard(&b->plan);
    }
    free(group->branches);
    tp_tiled_grid_destroy(&group->pristine);
    tp_tiled_grid_destroy(&group->trained);
    free(group);
    *out = NULL;
}

static tp_status create_branch(branch *b, const tp_scenario *scenario, size_t index,
                               tp_error *error) {
    b->index = index;
    tp_status status =
        tp_memory_prepare(scenario->description, &scenario->resolved, "", &b->plan, error);
    if (status == TP_OK)
        status = tp_test_reading_create(b->plan, &b->reading, error);
    if (status == TP_OK)
        status = tp_test_result_create(b->plan, &b->plan->tests[0], true, &b->result, error);
    if (status != TP_OK)
        return status;
    b->sums = calloc(2 + b->plan->frame_count, sizeof *b->sums);
    return b->sums ? TP_OK : tp_fail_memory(error, "planning a trial");
}

static int by_pause(const void *a, const void *b) {
    const branch *one = a, *other = b;
    const int64_t end = one->plan->training.end, other_end = other->plan->training.end;
    if (end != other_end)
        return end < other_end ? -1 : 1;
    return one->index < other->index ? -1 : 1;
}

static tp_status create(const tp_scenario *const *scenarios, size_t count, const void *shared,
                        void **out, tp_error *error) {
    (void)shared;
    trial_group *group = calloc(1, sizeof *group);
    void *unfinished = group;
    if (!group)
        return tp_fail_memory(error, "planning a trial");
    tp_status status = TP_OK;
    group->branches = calloc(count, sizeof *group->branches);
    if (!group->branches)
        status = tp_fail_memory(error, "planning a trial");
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        group->count = i + 1;
        status = create_branch(&group->branches[i], scenarios[i], i, error);
    }
    for (int i = 0; status == TP_OK && i < 2; i++) {
        const tp_memory_description *d = scenarios[0]->description;
        status = tp_tiled_grid_create(&d->network, d->tick_ms, &scenarios[0]->resolved,
                                      i == 0 ? &group->pristine : &group->trained, error);
    }
    if (status == TP_OK)
        status = tp_tiled_grid_look_every(group->trained, 0, error);
    if (status != TP_OK) {
        destroy(&unfinished);
        return status;
    }
    qsort(group->branches, count, sizeof *group->branches, by_pause);
    *out = group;
    return TP_OK;
}

static tp_status go_on(trial_group *group, tp_segment_run *run, int64_t until, tp_error *error) {
    const tp_observer *observer = group->observer;
    tp_status status = TP_OK;
    while (status == TP_OK && run->grid->tick < until) {
        status = tp_segment_run_tick(run, error);
        if (run->grid->tick % TICKS_BETWEEN_QUESTIONS == 0 && observer && observer->stopped &&
            observer->stopped(observer->context) && status == TP_OK)
            status = tp_fail(error, TP_INTERRUPTED, "", "interrupted");
    }
    return status;
}

static void add(tp_agreement *sum, const tp_agreement *agreement) {
    sum->hit += agreement->hit;
    sum->correct_rejection += agreement->correct_rejection;
    sum->accuracy += agreement->accuracy;
    sum->pixel_accuracy += agreement->pixel_accuracy;
}

/* The tests of a branch, off the state that its grid is in. */
static tp_status recall(trial_group *group, branch *b, tp_error *error) {
    tp_memory_plan *plan = b->plan;
    const bool branches = plan->description.recall.tests == TP_TESTS_BRANCH;
    tp_status status = TP_OK;
    memset(b->sums, 0, (2 + plan->frame_count) * sizeof *b->sums);
    for (size_t k = 0; status == TP_OK && k < plan->test_count; k++) {
        const tp_segment *test = &plan->tests[k];
        if (k == 0 || branches)
            status = tp_tiled_grid_copy(plan->grid, group->trained, error);
        if (status != TP_OK)
            return status;
        const bool last = branches || k + 1 == plan->test_count;
        tp_segment_run run = {
            .grid = plan->grid, .segment = test, .reading = &b->reading, .restart = plan->restart};
        tp_test_reading_begin(&b->reading, test, &b->result);
        tp_segment_run_begin(&run);
        status = go_on(group, &run, last ? tp_test_read_until(plan, test) : test->end, error);
        tp_test_reading_conclude(&b->reading);
        add(&b->sums[0], &b->result.input);
        for (size_t i = 0; i <= plan->frame_count; i++)
            add(&b->sums[1 + i], &b->result.readouts[i]);
    }
    return status;
}

/* Means over the tests, in the order of `measures`. */
static void tell(const branch *b, double *values) {
    const double tests = (double)b->plan->test_count;
    const tp_agreement *input = &b->sums[0], *count = &b->sums[1];
    *values++ = count->accuracy / tests;
    *values++ = count->pixel_accuracy / tests;
    *values++ = count->hit / tests;
    *values++ = count->correct_rejection / tests;
    *values++ = input->accuracy / tests;
    *values++ = input->pixel_accuracy / tests;
    for (size_t f = 0; f < b->plan->frame_count; f++)
        *values++ = b->sums[2 + f].accuracy / tests;
}

static tp_status run(void *context, uint32_t trial, const tp_observer *observer, double *values,
                     tp_error *error) {
    trial_group *group = context;
    tp_memory_plan *first = group->branches[0].plan;
    group->observer = observer;
    tp_memory_plan_draw_training(first, trial);
    tp_segment_run training = {
        .grid = group->trained, .segment = &first->training, .restart = first->restart};
    tp_status status = tp_tiled_grid_copy(group->trained, group->pristine, error);
    if (status == TP_OK)
        tp_segment_run_begin(&training);
    for (size_t i = 0; status == TP_OK && i < group->count; i++) {
        branch *b = &group->branches[i];
        const size_t measure_count = 6 + b->plan->frame_count;
        /* Branches come in order of their pause: one network serves them all. */
        status = go_on(group, &training, b->plan->training.end, error);
        if (status != TP_OK)
            break;
        tp_memory_plan_draw_tests(b->plan, trial);
        status = recall(group, b, error);
        tell(b, values + b->index * measure_count);
    }
    return status;
}

const tp_trials tp_memory_trials = {
    .measures = measures, .alike = alike, .create = create, .run = run, .destroy = destroy};
