/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/memory_plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "experiments/enough_memory.h"

enum { NAME_ROOM = 64 };

/* Each segment restarts its solvers that often, so that a run can be taken up there. */
static const double RESTART_MS = 100;

/* All that a plan says in ticks; the scenario says it in ms. */
typedef struct protocol {
    int64_t shown, every, pause, test_shown, test_after, test_between;
} protocol;

static tp_status read_frames(tp_memory_plan *plan, const tp_resolved *resolved, const protocol *p,
                             tp_error *error) {
    const tp_memory_description *d = &plan->description;
    const tp_real_list *frames = &d->recall.readout.frames_ms;
    const char *path = "recall.readout.frames";
    plan->frame_count = frames->count;
    plan->frames = calloc(frames->count + 1, sizeof *plan->frames);
    if (!plan->frames)
        return tp_fail_memory(error, "planning the experiment");
    for (size_t i = 0; i < frames->count; i++) {
        tp_status status = tp_resolved_ticks(resolved, path, frames->items[i], d->tick_ms,
                                             &plan->frames[i], error);
        if (status != TP_OK)
            return status;
        if (plan->frames[i] >= p->test_shown + p->test_after) {
            tp_resolved_fail(resolved, error, path,
                             "a test ends %g ms after onset, before the frame at %g ms",
                             d->recall.shown_ms + d->recall.after_ms, frames->items[i]);
            return tp_hint(error, "leave the frame out, or make recall.after longer");
        }
        if (i > 0 && plan->frames[i] <= plan->frames[i - 1]) {
            tp_resolved_fail(resolved, error, path, "frames must be in order of time");
            return tp_hint(error, "%g ms stands behind %g ms", frames->items[i],
                           frames->items[i - 1]);
        }
    }
    return TP_OK;
}

static tp_status read_protocol(tp_memory_plan *plan, const tp_resolved *resolved, protocol *p,
                               tp_error *error) {
    const tp_memory_description *d = &plan->description;
    const struct {
        const char *path;
        double ms;
        int64_t *count;
    } durations[] = {
        {"training.shown", d->training.shown_ms, &p->shown},
        {"training.every", d->training.every_ms, &p->every},
        {"pause", d->pause_ms, &p->pause},
        {"recall.shown", d->recall.shown_ms, &p->test_shown},
        {"recall.after", d->recall.after_ms, &p->test_after},
        {"recall.between", d->recall.between_ms, &p->test_between},
        {"recall.readout.window", d->recall.readout.window_ms, &plan->frame_window},
        {"record.every", d->record.every_ms, &plan->every},
    };
    for (size_t i = 0; i < sizeof durations / sizeof *durations; i++) {
        tp_status status = tp_resolved_ticks(resolved, durations[i].path, durations[i].ms,
                                             d->tick_ms, durations[i].count, error);
        if (status != TP_OK)
            return status;
    }
    if (plan->every < 1)
        return tp_resolved_fail(resolved, error, "record.every", "%g ms is shorter than the tick",
                                d->record.every_ms);
    if (p->shown > p->every) {
        tp_resolved_fail(resolved, error, "training.shown",
                         "a sample is shown for %g ms, but the next one comes after %g ms",
                         d->training.shown_ms, d->training.every_ms);
        return tp_hint(error, "choose training.every at least as long");
    }
    const double samples = (double)d->training.samples * (double)d->patterns.count;
    const double tests = (double)d->recall.samples * (double)d->patterns.count;
    const double once = samples * (double)p->every + (double)p->pause +
                        tests * (double)(p->test_shown + p->test_after + p->test_between);
    const double total = once * (double)d->repeat;
    if (total > 1e15)
        return tp_resolved_fail(resolved, error, "training",
                                "the whole run is %g ticks long; expected at most 1e15", total);
    return read_frames(plan, resolved, p, error);
}

static void plan_restarts(tp_memory_plan *plan) {
    plan->restart = (int64_t)ceil(RESTART_MS / plan->description.tick_ms);
    plan->has_past = tp_integration_has_past(plan->grid->neuron_integration) ||
                     tp_integration_has_past(plan->grid->astrocyte_integration);
}

static tp_status load_patterns(tp_memory_plan *plan, const tp_resolved *resolved, tp_error *error) {
    const tp_memory_description *d = &plan->description;
    const tp_pattern_description *items = d->patterns.items;
    plan->patterns = calloc(d->patterns.count, sizeof *plan->patterns);
    if (!plan->patterns)
        return tp_fail_memory(error, "loading patterns");
    for (size_t i = 0; i < d->patterns.count; i++) {
        char path[40];
        snprintf(path, sizeof path, "patterns.%zu", i);
        tp_status status =
            tp_pattern_load(&items[i], resolved, path, (size_t)d->network.neurons.rows,
                            (size_t)d->network.neurons.columns, &plan->patterns[i], error);
        if (status != TP_OK)
            return status;
        plan->pattern_count = i + 1;
    }
    return TP_OK;
}

/* The next presentation of the plan; its image is drawn by tp_memory_plan_draw. */
static void present(tp_memory_plan *plan, tp_presentation *to, tp_presentation what) {
    *to = what;
    to->image = plan->images + (size_t)(to - plan->presentations) * plan->neuron_count;
}

const tp_segment *tp_memory_plan_training(const tp_memory_plan *plan, size_t time) {
    return time == 0 ? &plan->training : &plan->later[time - 1];
}

size_t tp_memory_test_of(const tp_memory_plan *plan, size_t segment) {
    const size_t each = 1 + plan->tests_each;
    return segment / each * plan->tests_each + segment % each - 1;
}

static void plan_training(tp_memory_plan *plan, const protocol *p, size_t time, int64_t start) {
    const struct tp_memory_training *training = &plan->description.training;
    const size_t samples = (size_t)training->samples, count = plan->pattern_count * samples;
    tp_presentation *presentations = plan->presentations + time * (count + plan->tests_each);
    for (size_t i = 0; i < count; i++)
        present(plan, &presentations[i],
                (tp_presentation){.onset = start + (int64_t)i * p->every,
                                  .shown = p->shown,
                                  .pattern = i / samples,
                                  .noise = training->noise,
                                  .current = training->current});
    char *name = plan->names + (plan->test_count + time) * NAME_ROOM;
    if (time == 0)
        snprintf(name, NAME_ROOM, "%straining", plan->root);
    else
        snprintf(name, NAME_ROOM, "%srepeat/%zu/training", plan->root, time);
    *(time == 0 ? &plan->training : &plan->later[time - 1]) = (tp_segment){
        .name = name,
        .phase = TP_PHASE_TRAINING,
        .start = start,
        .end = start + (int64_t)count * p->every + p->pause,
        .presentations = presentations,
        .presentation_count = count,
    };
}

/* Returns the tick at which the protocol is over. */
static int64_t plan_tests(tp_memory_plan *plan, const protocol *p, size_t time) {
    const struct tp_memory_recall *recall = &plan->description.recall;
    const tp_segment *training = tp_memory_plan_training(plan, time);
    const bool sequential = recall->tests == TP_TESTS_SEQUENTIAL;
    const int64_t length = p->test_shown + p->test_after;
    int64_t start = training->end;
    for (size_t j = 0; j < plan->tests_each; j++) {
        const size_t k = time * plan->tests_each + j;
        tp_presentation *shown = training->presentations + training->presentation_count + j;
        present(plan, shown,
                (tp_presentation){.onset = start,
                                  .shown = p->test_shown,
                                  .pattern = j / (size_t)recall->samples,
                                  .noise = recall->noise,
                                  .current = recall->current});
        char *name = plan->names + k * NAME_ROOM;
        snprintf(name, NAME_ROOM, "%srecall/%zu", plan->root, k);
        const bool gap = sequential && j + 1 < plan->tests_each;
        plan->tests[k] = (tp_segment){
            .name = name,
            .phase = TP_PHASE_RECALL,
            .start = start,
            .end = start + length + (gap ? p->test_between : 0),
            .presentations = shown,
            .presentation_count = 1,
        };
        if (sequential)
            start = plan->tests[k].end;
    }
    return start;
}

static tp_status allocate(tp_memory_plan *plan, tp_error *error) {
    const tp_memory_description *d = &plan->description;
    const size_t training = plan->pattern_count * (size_t)d->training.samples;
    plan->repeat = (size_t)d->repeat;
    plan->tests_each = plan->pattern_count * (size_t)d->recall.samples;
    plan->test_count = plan->repeat * plan->tests_each;
    plan->neuron_count = plan->grid->neuron_count;
    const size_t shown = plan->repeat * (training + plan->tests_each);
    plan->presentations = calloc(shown, sizeof *plan->presentations);
    if (shown <= SIZE_MAX / plan->neuron_count)
        plan->images = malloc(shown * plan->neuron_count);
    plan->tests = calloc(plan->test_count, sizeof *plan->tests);
    plan->later = calloc(plan->repeat, sizeof *plan->later);
    plan->names = calloc(plan->test_count + plan->repeat, NAME_ROOM);
    if (!plan->presentations || !plan->images || !plan->tests || !plan->later || !plan->names)
        return tp_fail_memory(error, "planning the experiment");
    return TP_OK;
}

static tp_status check_channels(const tp_memory_plan *plan, tp_cells cells,
                                const tp_text_list *names, const char *path,
                                const tp_resolved *resolved, tp_error *error) {
    const char *known[TP_MAX_STATES + 3] = {NULL};
    tp_channel channel;
    for (size_t i = 0; tp_channel_at(plan->grid, cells, i, &channel); i++)
        known[i] = channel.name;
    for (size_t k = 0; k < names->count; k++) {
        for (size_t j = 0; j < k; j++)
            if (strcmp(names->items[j], names->items[k]) == 0) {
                tp_resolved_fail(resolved, error, path, "'%s' is named twice", names->items[k]);
                return tp_hint(error, "remove one of the two");
            }
        bool found = false;
        for (size_t i = 0; known[i] && !found; i++)
            found = strcmp(known[i], names->items[k]) == 0;
        if (found)
            continue;
        char list[300];
        tp_text_join(known, list, sizeof list);
        tp_resolved_fail(resolved, error, path,
                         "'%.60s' is nothing that can be recorded here; "
                         "expected one of: %s",
                         names->items[k], list);
        const char *nearest = tp_text_nearest(names->items[k], known);
        return nearest ? tp_hint(error, "did you mean '%s'?", nearest) : TP_INVALID;
    }
    return TP_OK;
}

static tp_status check_region(const tp_region *region, size_t rows, size_t columns,
                              const char *path, const tp_resolved *resolved, tp_error *error) {
    bool fits = region->first_row < (int64_t)rows && region->first_column < (int64_t)columns &&
                region->rows <= (int64_t)rows - region->first_row &&
                region->columns <= (int64_t)columns - region->first_column;
    if (fits)
        return TP_OK;
    tp_resolved_fail(resolved, error, path,
                     "the region does not lie within the %zu rows and %zu columns", rows, columns);
    return tp_hint(error, "rows and columns are counted from 0; 0 of them: all from the first on");
}

static tp_status check_recording(const tp_memory_plan *plan, const tp_resolved *resolved,
                                 tp_error *error) {
    const struct tp_memory_recording *record = &plan->description.record;
    const tp_tiling *tiling = &plan->grid->tiling;
    tp_status status =
        check_channels(plan, TP_CELLS_NEURONS, &record->neurons, "record.neurons", resolved, error);
    if (status == TP_OK)
        status = check_channels(plan, TP_CELLS_ASTROCYTES, &record->astrocytes, "record.astrocytes",
                                resolved, error);
    if (status == TP_OK)
        status = check_region(&record->neuron_region, tiling->rows, tiling->columns,
                              "record.neuron_region", resolved, error);
    if (status == TP_OK)
        status = check_region(&record->astrocyte_region, tiling->tile_rows, tiling->tile_columns,
                              "record.astrocyte_region", resolved, error);
    return status;
}

/* What each neuron takes at least: states, inputs and what an integrator keeps of them, currents,
 * windows of spikes, and a byte for each image that it is shown. */
static tp_status check_memory(const tp_memory_description *d, const tp_resolved *resolved,
                              tp_error *error) {
    const double of_cells = 120, patterns = (double)d->patterns.count * (double)d->repeat;
    const double training = patterns * (double)d->training.samples;
    const double tests = patterns * (double)d->recall.samples;
    const double neurons = (double)d->network.neurons.rows * (double)d->network.neurons.columns;
    const char *const largest = training + tests < of_cells ? "network.neurons.rows"
                                : training > tests          ? "training.samples"
                                                            : "recall.samples";
    return tp_enough_memory(resolved, neurons * (of_cells + training + tests), largest, error);
}

tp_status tp_memory_prepare(const tp_memory_description *d, const tp_resolved *resolved,
                            const char *root, tp_memory_plan **out, tp_error *error) {
    tp_memory_plan *plan = calloc(1, sizeof *plan);
    if (!plan)
        return tp_fail_memory(error, "planning the experiment");
    protocol p = {0};
    plan->root = root;
    plan->description = *d;
    plan->clock = tp_clock_from(d->tick_ms);
    tp_status status = check_memory(d, resolved, error);
    if (status == TP_OK)
        status = read_protocol(plan, resolved, &p, error);
    if (status == TP_OK)
        status = tp_tiled_grid_create(&d->network, d->tick_ms, resolved, &plan->grid, error);
    if (status == TP_OK)
        status = tp_tiled_grid_look_every(plan->grid, d->record.neurons.count > 0 ? plan->every : 0,
                                          error);
    if (status == TP_OK)
        status = load_patterns(plan, resolved, error);
    if (status == TP_OK)
        status = allocate(plan, error);
    if (status == TP_OK)
        status = check_recording(plan, resolved, error);
    if (status == TP_OK) {
        plan_restarts(plan);
        int64_t start = 0;
        for (size_t time = 0; time < plan->repeat; time++) {
            plan_training(plan, &p, time, start);
            start = plan_tests(plan, &p, time);
        }
        tp_memory_plan_draw_training(plan, (uint32_t)d->heading.trial);
        tp_memory_plan_draw_tests(plan, (uint32_t)d->heading.trial);
        *out = plan;
        return TP_OK;
    }
    tp_memory_discard(&plan);
    return status;
}

static void draw(tp_memory_plan *plan, tp_presentation *shown, tp_noise_kind kind,
                 tp_purpose purpose, uint32_t trial, uint32_t sample) {
    const tp_stream_key key = {(uint64_t)plan->description.heading.seed, purpose, trial, sample};
    tp_noise_apply(kind, shown->noise, &key, plan->patterns[shown->pattern].pixels,
                   plan->neuron_count, shown->image);
}

void tp_memory_plan_draw_training(tp_memory_plan *plan, uint32_t trial) {
    const tp_noise_kind kind = (tp_noise_kind)plan->description.training.noise_kind;
    uint32_t sample = 0;
    for (size_t time = 0; time < plan->repeat; time++) {
        const tp_segment *training = tp_memory_plan_training(plan, time);
        for (size_t i = 0; i < training->presentation_count; i++)
            draw(plan, &training->presentations[i], kind, TP_PURPOSE_TRAINING_NOISE, trial,
                 sample++);
    }
}

void tp_memory_plan_draw_tests(tp_memory_plan *plan, uint32_t trial) {
    const tp_noise_kind kind = (tp_noise_kind)plan->description.recall.noise_kind;
    for (size_t k = 0; k < plan->test_count; k++)
        draw(plan, plan->tests[k].presentations, kind, TP_PURPOSE_RECALL_NOISE, trial, (uint32_t)k);
}

const char *tp_segment_name(const tp_memory_plan *plan, const tp_segment *segment) {
    const size_t length = plan->root ? strlen(plan->root) : 0;
    const bool rooted = length > 0 && strncmp(segment->name, plan->root, length) == 0;
    return rooted ? segment->name + length : segment->name;
}

void tp_memory_discard(tp_memory_plan **out) {
    tp_memory_plan *plan = *out;
    if (!plan)
        return;
    for (size_t i = 0; i < plan->pattern_count; i++)
        tp_pattern_free(&plan->patterns[i]);
    free(plan->patterns);
    tp_tiled_grid_destroy(&plan->grid);
    free(plan->tests);
    free(plan->later);
    free(plan->names);
    free(plan->images);
    free(plan->presentations);
    free(plan->frames);
    free(plan->trained_by);
    free(plan);
    *out = NULL;
}
