/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/anan_task.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "experiments/enough_memory.h"

enum { MOST_FOLDS = 128, MOST_SETTINGS = 100000 };

void tp_anan_task_destroy(tp_anan_task **task) {
    tp_anan_task *t = *task;
    if (!t)
        return;
    for (size_t i = 0; i < t->running; i++) {
        if (t->trained)
            free(t->trained[i]);
        if (t->trained_losses)
            free(t->trained_losses[i]);
    }
    free(t->trained);
    free(t->trained_losses);
    free(t->trained_epochs);
    free(t->trained_by);
    tp_image_sets_free(&t->sets);
    tp_anan_network_free(&t->network);
    free(t->fold);
    free(t->readings);
    free(t->settings);
    free(t);
    *task = NULL;
}

uint32_t tp_anan_fold_trial(const tp_anan_task *task, size_t fold) {
    return (uint32_t)task->description.heading.trial * MOST_FOLDS + (uint32_t)fold;
}

void tp_anan_image(const tp_image_set *set, size_t image, double *x) {
    const size_t size = set->channels * set->rows * set->columns;
    for (size_t i = 0; i < size; i++)
        x[i] = set->pixels[image * size + i] / 255.0;
}

void tp_anan_noisy_image(const tp_anan_task *task, size_t image, double level, double *x) {
    const tp_image_set *set = &task->sets.test;
    const size_t pixels = set->rows * set->columns;
    const tp_stream_key key = {(uint64_t)task->description.heading.seed, TP_PURPOSE_IMAGE_NOISE,
                               (uint32_t)task->description.heading.trial, (uint32_t)image};
    tp_anan_image(set, image, x);
    for (size_t i = 0; i < pixels; i++) {
        uint32_t words[4];
        tp_random_words(&key, (uint32_t)i, words);
        if (tp_random_unit(words[0], words[1]) < level)
            for (size_t c = 0; c < set->channels; c++)
                x[c * pixels + i] = words[2] >> 31;
    }
}

typedef struct drawn {
    uint64_t number;
    size_t image;
} drawn;

static int by_number(const void *a, const void *b) {
    const drawn *x = a, *y = b;
    return x->number != y->number ? (x->number > y->number) - (x->number < y->number)
                                  : (x->image > y->image) - (x->image < y->image);
}

/* Deals the images out class by class, in an order that is drawn, and goes on where the class
 * before has ended. */
static tp_status deal_folds(tp_anan_task *t, const tp_resolved *resolved, tp_error *error) {
    const tp_image_set *set = &t->sets.train;
    drawn *order = malloc((set->count + 1) * sizeof *order);
    size_t next = 0;
    t->fold = malloc(set->count + 1);
    if (!order || !t->fold) {
        free(order);
        return tp_fail_memory(error, "dealing out folds");
    }
    tp_status status = TP_OK;
    for (size_t class = 0; status == TP_OK && class < t->sets.classes; class ++) {
        const tp_stream_key key = {(uint64_t)t->description.heading.seed, TP_PURPOSE_IMAGE_FOLDS,
                                   (uint32_t)t->description.heading.trial, (uint32_t) class};
        size_t n = 0;
        for (size_t i = 0; i < set->count; i++) {
            uint32_t words[4];
            if (set->labels[i] != class)
                continue;
            tp_random_words(&key, (uint32_t)i, words);
            order[n++] = (drawn){(uint64_t)words[0] << 32 | words[1], i};
        }
        if (n < t->folds)
            status = tp_resolved_fail(resolved, error, "folds.count",
                                      "the class '%.60s' has %zu images to learn from, expected "
                                      "at least one for each of %zu folds",
                                      t->sets.class_names[class], n, t->folds);
        qsort(order, n, sizeof *order, by_number);
        for (size_t i = 0; i < n; i++) {
            t->fold[order[i].image] = (uint8_t)next;
            next = next + 1 < t->folds ? next + 1 : 0;
        }
    }
    free(order);
    return status;
}

static tp_status check_whole(const tp_real_list *list, const char *path,
                             const tp_resolved *resolved, tp_error *error) {
    if (list->count == 0)
        return tp_resolved_fail(resolved, error, path, "expected at least one number");
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] != floor(list->items[i]))
            return tp_resolved_fail(resolved, error, path, "found %g, expected whole numbers",
                                    list->items[i]);
    return TP_OK;
}

static tp_status lay_grid(tp_anan_task *t, const tp_resolved *resolved, tp_error *error) {
    const struct tp_anan_astrocytes *d = &t->description.astrocytes;
    tp_status status = check_whole(&d->k, "astrocytes.k", resolved, error);
    if (status == TP_OK)
        status = check_whole(&d->mu, "astrocytes.mu", resolved, error);
    if (status != TP_OK)
        return status;
    const double all =
        (double)d->k.count * (double)d->mu.count * (double)d->a.count * (double)d->b.count;
    if (all < 1 || all > MOST_SETTINGS)
        return tp_resolved_fail(resolved, error, "astrocytes",
                                "k, mu, a and b make %.0f settings, expected from 1 to %d", all,
                                (int)MOST_SETTINGS);
    t->settings = malloc((size_t)all * sizeof *t->settings);
    if (!t->settings)
        return tp_fail_memory(error, "laying the grid");
    for (size_t k = 0; k < d->k.count; k++)
        for (size_t mu = 0; mu < d->mu.count; mu++)
            for (size_t a = 0; a < d->a.count; a++)
                for (size_t b = 0; b < d->b.count; b++)
                    t->settings[t->setting_count++] =
                        (tp_anan_setting){(size_t)d->k.items[k], (size_t)d->mu.items[mu],
                                          d->a.items[a], d->b.items[b]};
    return TP_OK;
}

static tp_status take_readings(tp_anan_task *t, const tp_resolved *resolved, tp_error *error) {
    const struct tp_anan_astrocytes *d = &t->description.astrocytes;
    t->activities = d->activities.count;
    t->readings = calloc(t->activities + 1, sizeof *t->readings);
    if (!t->readings)
        return tp_fail_memory(error, "planning astrocytes");
    for (size_t i = 0; i < t->activities; i++) {
        int at = 0;
        while (tp_anan_activity_names[at] &&
               strcmp(tp_anan_activity_names[at], d->activities.items[i]) != 0)
            at++;
        if (!tp_anan_activity_names[at])
            return tp_resolved_fail(resolved, error, "astrocytes.activity",
                                    "found '%.60s'; expected pre_mean, post_mean or "
                                    "fraction_active",
                                    d->activities.items[i]);
        for (size_t k = 0; k < i; k++)
            if (t->readings[k].activity == (tp_anan_activity)at)
                return tp_resolved_fail(resolved, error, "astrocytes.activity",
                                        "'%s' stands there twice", d->activities.items[i]);
        t->readings[i] = (tp_anan_reading){.activity = (tp_anan_activity)at,
                                           .threshold = d->threshold,
                                           .literal = d->literal == 1,
                                           .a_is_increment = d->increment == 1,
                                           .last_pass = d->last_pass == 1};
    }
    for (size_t i = 0; t->activities > 0 && i < t->setting_count; i++)
        t->may_act = t->may_act || tp_anan_can_act(&t->readings[0], &t->settings[i]);
    return TP_OK;
}

/* The images that a fold learns from, as numbers; there may be several folds at a time. */
static tp_status check_memory(const tp_anan_task *t, const tp_resolved *resolved, tp_error *error) {
    const tp_image_set *set = &t->sets.train;
    const double images = (double)set->count * (1 - 1 / (double)t->folds);
    return tp_enough_memory(
        resolved, sizeof(double) * images * (double)(set->channels * set->rows * set->columns),
        t->description.data.per_class > 0 ? "data.per_class" : "data", error);
}

static tp_status fill(tp_anan_task *t, const tp_resolved *resolved, tp_error *error) {
    const tp_anan_description *d = &t->description;
    t->folds = (size_t)d->folds.count;
    t->running = d->folds.run > 0 && d->folds.run < d->folds.count ? (size_t)d->folds.run
                                                                   : (size_t)d->folds.count;
    tp_status status = tp_image_sets_load(&d->data, resolved, "data", (uint64_t)d->heading.seed,
                                          (uint32_t)d->heading.trial, &t->sets, error);
    if (status == TP_OK)
        status = tp_anan_network_plan(d, &t->sets, resolved, &t->network, error);
    if (status == TP_OK)
        status = lay_grid(t, resolved, error);
    if (status == TP_OK)
        status = take_readings(t, resolved, error);
    if (status == TP_OK)
        status = deal_folds(t, resolved, error);
    return status == TP_OK ? check_memory(t, resolved, error) : status;
}

tp_status tp_anan_task_create(const tp_anan_description *description, const tp_resolved *resolved,
                              tp_anan_task **out, tp_error *error) {
    tp_anan_task *task = calloc(1, sizeof *task);
    if (!task)
        return tp_fail_memory(error, "planning the experiment");
    task->description = *description;
    tp_status status = fill(task, resolved, error);
    if (status == TP_OK)
        *out = task;
    else
        tp_anan_task_destroy(&task);
    return status;
}
