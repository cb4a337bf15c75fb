/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/anan_record.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "record/arrays.h"

tp_status tp_anan_put(tp_writer *writer, const char *group, const char *name, const char *long_name,
                      const tp_anan_axis *axes, size_t rank, const double *values,
                      tp_error *error) {
    tp_layout layout = {.type = TP_FLOAT64, .rank = rank, .units = "1", .long_name = long_name};
    for (size_t i = 0; i < rank; i++) {
        layout.dims[i] = axes[i].size;
        layout.axes[i] = axes[i].name;
    }
    return tp_record_put(writer, group, name, layout, values, error);
}

typedef struct scored {
    const char *name, *long_name;
    size_t offset;
} scored;

#define SCORE(member) offsetof(tp_classification, member)
static const scored scores[] = {
    {"accuracy", "part of the images that are taken for what they are", SCORE(accuracy)},
    {"f1", "F1 of class 1, or the mean of all classes' where there are more than two", SCORE(f1)},
    {"loss", "mean cross-entropy", SCORE(loss)},
    {"auc", "area under the ROC curve; of more than two classes the mean", SCORE(auc)},
};
enum { SCORES = sizeof scores / sizeof *scores };

static double score_of(const tp_classification *of, const scored *which) {
    double value;
    memcpy(&value, (const char *)of + which->offset, sizeof value);
    return value;
}

static tp_status record_data(const tp_anan_results *r, tp_writer *writer, tp_error *error) {
    const tp_image_sets *sets = &r->task->sets;
    const tp_layout layout = tp_layout_along(TP_UINT8, "class", sets->classes, "1", "its name");
    const struct {
        const char *name;
        uint64_t number;
    } numbers[] = {{"images_to_learn_from", sets->train.count},
                   {"images_to_test_on", sets->test.count},
                   {"channels", sets->train.channels},
                   {"rows", sets->train.rows},
                   {"columns", sets->train.columns},
                   {"checksum", tp_anan_sum_of(&r->task->sets.train)}};
    tp_status status = tp_writer_strings(writer, "data/class_name", &layout,
                                         (const char *const *)sets->class_names, error);
    for (size_t i = 0; status == TP_OK && i < sizeof numbers / sizeof *numbers; i++)
        status = tp_writer_integer(writer, "data", numbers[i].name, numbers[i].number, error);
    return status;
}

static tp_status record_folds_axis(const tp_anan_results *r, const char *group, tp_writer *writer,
                                   tp_error *error) {
    int32_t numbers[128];
    for (size_t i = 0; i < r->count; i++)
        numbers[i] = (int32_t)r->numbers[i];
    return tp_record_put(writer, group, "fold",
                         tp_layout_along(TP_INT32, "fold", r->count, "1", "fold"), numbers, error);
}

static tp_status record_training(const tp_anan_results *r, tp_writer *writer, tp_error *error) {
    const size_t epochs = (size_t)r->task->description.training.epochs;
    double *losses = malloc((r->count * epochs + 1) * sizeof *losses);
    int32_t ran[128];
    if (!losses)
        return tp_fail_memory(error, "recording the training");
    for (size_t i = 0; i < r->count; i++) {
        ran[i] = (int32_t)r->folds[i]->epochs;
        for (size_t k = 0; k < epochs; k++)
            losses[i * epochs + k] = k < r->folds[i]->epochs ? r->folds[i]->losses[k] : NAN;
    }
    tp_status status = record_folds_axis(r, "training", writer, error);
    if (status == TP_OK)
        status = tp_record_index(writer, "training", "epoch", 1, epochs, error);
    if (status == TP_OK)
        status = tp_record_put(
            writer, "training", "epochs",
            tp_layout_along(TP_INT32, "fold", r->count, "1", "epochs until the training ended"),
            ran, error);
    if (status == TP_OK)
        status =
            tp_anan_put(writer, "training", "loss",
                        "mean loss of the epoch; no number after the training's end",
                        (tp_anan_axis[]){{"fold", r->count}, {"epoch", epochs}}, 2, losses, error);
    free(losses);
    return status;
}

/* [model][fold] of the test, and of the validation part. */
static tp_status record_scores(const tp_anan_results *r, tp_writer *writer, tp_error *error) {
    const size_t models = r->task->activities + 1;
    const tp_anan_axis axes[] = {{"model", models}, {"fold", r->count}};
    double *values = malloc((models * r->count + 1) * sizeof *values);
    tp_status status = values ? TP_OK : tp_fail_memory(error, "recording scores");
    for (size_t k = 0; status == TP_OK && k < 2 * SCORES; k++) {
        const scored *which = &scores[k % SCORES];
        char name[60];
        for (size_t m = 0; m < models; m++)
            for (size_t i = 0; i < r->count; i++)
                values[m * r->count + i] =
                    score_of(k < SCORES ? &r->folds[i]->tested[m] : &r->folds[i]->valid[m], which);
        snprintf(name, sizeof name, "%s%s", k < SCORES ? "" : "validation_", which->name);
        status = tp_anan_put(writer, "folds", name, which->long_name, axes, 2, values, error);
    }
    free(values);
    return status;
}

static tp_status record_chosen(const tp_anan_results *r, tp_writer *writer, tp_error *error) {
    static const char *const names[] = {"k", "mu", "a", "b"};
    const size_t activities = r->task->activities;
    const tp_anan_axis axes[] = {{"activity", activities}, {"fold", r->count}};
    double *values = malloc((activities * r->count + 1) * sizeof *values);
    tp_status status = values ? TP_OK : tp_fail_memory(error, "recording settings");
    for (int n = 0; status == TP_OK && activities > 0 && n < 4; n++) {
        for (size_t m = 0; m < activities; m++)
            for (size_t i = 0; i < r->count; i++) {
                const tp_anan_setting *s = &r->task->settings[r->folds[i]->chosen[m]];
                const double numbers[] = {(double)s->k, (double)s->mu, s->a, s->b};
                values[m * r->count + i] = numbers[n];
            }
        status = tp_anan_put(writer, "folds", names[n], "chosen by the validation part", axes, 2,
                             values, error);
    }
    free(values);
    return status;
}

static tp_status record_confusion(const tp_anan_results *r, tp_writer *writer, tp_error *error) {
    const size_t models = r->task->activities + 1, classes = r->task->sets.classes;
    const size_t squares = classes * classes;
    int32_t *values = malloc((models * r->count * squares + 1) * sizeof *values);
    if (!values)
        return tp_fail_memory(error, "recording scores");
    for (size_t m = 0; m < models; m++)
        for (size_t i = 0; i < r->count; i++)
            for (size_t k = 0; k < squares; k++)
                values[(m * r->count + i) * squares + k] =
                    (int32_t)r->folds[i]->confusion[m * squares + k];
    const tp_layout layout = {.type = TP_INT32,
                              .rank = 4,
                              .dims = {models, r->count, classes, classes},
                              .axes = {"model", "fold", "class", "taken_for"},
                              .units = "1",
                              .long_name = "images of the test of a class, and what they are "
                                           "taken for"};
    tp_status status = tp_record_put(writer, "folds", "confusion", layout, values, error);
    free(values);
    return status;
}

static tp_status record_grid_axes(const tp_anan_task *t, tp_writer *writer, tp_error *error) {
    static const char *const names[] = {"k", "mu", "a", "b"};
    const tp_anan_axis axis = {"setting", t->setting_count};
    double *values = malloc((t->setting_count + 1) * sizeof *values);
    tp_status status = values ? TP_OK : tp_fail_memory(error, "recording the grid");
    for (int n = 0; status == TP_OK && n < 4; n++) {
        for (size_t i = 0; i < t->setting_count; i++) {
            const tp_anan_setting *s = &t->settings[i];
            const double numbers[] = {(double)s->k, (double)s->mu, s->a, s->b};
            values[i] = numbers[n];
        }
        status = tp_anan_put(writer, "grid", names[n], "of the setting", &axis, 1, values, error);
    }
    free(values);
    return status;
}

static tp_status record_grid(const tp_anan_results *r, tp_writer *writer, tp_error *error) {
    const tp_anan_task *t = r->task;
    const size_t all = t->activities * r->count * t->setting_count;
    const tp_anan_axis axes[] = {
        {"activity", t->activities}, {"fold", r->count}, {"setting", t->setting_count}};
    if (!t->description.record.grid || t->activities == 0)
        return TP_OK;
    double *values = malloc((all + 1) * sizeof *values);
    tp_status status =
        values ? record_grid_axes(t, writer, error) : tp_fail_memory(error, "recording the grid");
    for (size_t k = 0; status == TP_OK && k < 3; k++) {
        double *to = values;
        for (size_t m = 0; m < t->activities; m++)
            for (size_t i = 0; i < r->count; i++)
                for (size_t s = 0; s < t->setting_count; s++)
                    *to++ = score_of(&r->folds[i]->grid[m * t->setting_count + s], &scores[k]);
        status = tp_anan_put(writer, "grid", scores[k].name, "on the validation part", axes, 3,
                             values, error);
    }
    free(values);
    return status;
}

static tp_status record_robustness(const tp_anan_results *r, tp_writer *writer, tp_error *error) {
    const tp_real_list *noise = &r->task->description.robustness.noise;
    const size_t models = r->task->activities + 1;
    const tp_anan_axis axes[] = {{"noise", noise->count}, {"model", models}, {"fold", r->count}};
    if (noise->count == 0)
        return TP_OK;
    double *values = malloc((noise->count * models * r->count + 1) * sizeof *values);
    tp_status status = values ? tp_anan_put(writer, "robustness", "noise",
                                            "part of the pixels that are black or white", axes, 1,
                                            noise->items, error)
                              : tp_fail_memory(error, "recording scores");
    for (size_t k = 0; status == TP_OK && k < SCORES; k++) {
        double *to = values;
        for (size_t n = 0; n < noise->count; n++)
            for (size_t m = 0; m < models; m++)
                for (size_t i = 0; i < r->count; i++)
                    *to++ = score_of(&r->folds[i]->noisy[n * models + m], &scores[k]);
        status = tp_anan_put(writer, "robustness", scores[k].name, scores[k].long_name, axes, 3,
                             values, error);
    }
    free(values);
    return status;
}

tp_status tp_anan_record(const tp_anan_results *r, tp_writer *writer, tp_error *error) {
    tp_status status = record_data(r, writer, error);
    if (status == TP_OK && r->count == 0)
        return TP_OK;
    tp_status (*const parts[])(const tp_anan_results *, tp_writer *, tp_error *) = {
        record_training,   tp_anan_record_networks, record_scores,
        record_chosen,     record_confusion,        record_grid,
        record_robustness, tp_anan_record_kernels,  tp_anan_record_summary};
    if (status == TP_OK)
        status = record_folds_axis(r, "folds", writer, error);
    for (size_t i = 0; status == TP_OK && i < sizeof parts / sizeof *parts; i++)
        status = parts[i](r, writer, error);
    return status;
}
