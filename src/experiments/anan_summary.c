/* SPDX-License-Identifier: GPL-3.0-or-later */
/* /summary: a row for the network alone, and for each activity of its astrocytes; and what they do
 * to images. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/signed_rank.h"
#include "base/fail.h"
#include "experiments/anan_record.h"
#include "record/arrays.h"

typedef struct column {
    const char *name;
    size_t offset;
} column;
#define SCORE(member) offsetof(tp_classification, member)
static const column columns[] = {
    {"accuracy", SCORE(accuracy)}, {"f1", SCORE(f1)}, {"loss", SCORE(loss)}, {"auc", SCORE(auc)}};
enum { COLUMNS = 4, FACTS = 5 };
static const char *const facts[FACTS][2] = {
    {"", "mean of the folds"},
    {"_deviation", "standard deviation of the folds"},
    {"_difference", "mean difference from the network alone, fold by fold"},
    {"_p", "of the difference, two-sided, by Wilcoxon's signed-rank test of the folds, exactly"},
    {"_pairs", "folds that differ from the network alone"},
};

static void take_column(const tp_anan_results *r, const column *c, size_t model, double *values) {
    for (size_t i = 0; i < r->count; i++)
        memcpy(&values[i], (const char *)&r->folds[i]->tested[model] + c->offset, sizeof *values);
}

static tp_status find_facts(const tp_anan_results *r, const column *c, size_t model,
                            double out[FACTS], tp_error *error) {
    double own[128], alone[128], mean = 0, difference = 0, squares = 0;
    const double n = (double)r->count;
    tp_signed_rank test;
    take_column(r, c, model, own);
    take_column(r, c, 0, alone);
    for (size_t i = 0; i < r->count; i++) {
        mean += own[i] / n;
        difference += (own[i] - alone[i]) / n;
    }
    for (size_t i = 0; i < r->count; i++)
        squares += (own[i] - mean) * (own[i] - mean);
    out[0] = mean;
    out[1] = r->count > 1 ? sqrt(squares / (n - 1)) : NAN;
    out[2] = out[3] = out[4] = NAN;
    if (model == 0 || !isfinite(mean))
        return TP_OK;
    tp_status status = tp_signed_rank_test(r->count, alone, own, &test, error);
    out[2] = difference;
    out[3] = test.p;
    out[4] = (double)test.pairs;
    return status;
}

static tp_status record_names(const tp_anan_task *t, tp_writer *writer, tp_error *error) {
    const size_t models = t->activities + 1;
    const char *names[5] = {"cnn"};
    char made[4][40];
    for (size_t m = 1; m < models && m < 5; m++) {
        snprintf(made[m - 1], sizeof made[0], "anan %s",
                 tp_anan_activity_names[t->readings[m - 1].activity]);
        names[m] = made[m - 1];
    }
    const tp_layout layout = tp_layout_along(TP_UINT8, "model", models, "1", "what is tested");
    return tp_writer_strings(writer, "summary/name", &layout, names, error);
}

tp_status tp_anan_record_summary(const tp_anan_results *r, tp_writer *writer, tp_error *error) {
    const size_t models = r->task->activities + 1;
    const tp_anan_axis axis = {"model", models};
    double values[FACTS][5], found[FACTS];
    tp_status status = record_names(r->task, writer, error);
    for (size_t c = 0; status == TP_OK && c < COLUMNS; c++) {
        for (size_t m = 0; status == TP_OK && m < models; m++) {
            status = find_facts(r, &columns[c], m, found, error);
            for (size_t k = 0; k < FACTS; k++)
                values[k][m] = found[k];
        }
        for (size_t k = 0; status == TP_OK && k < FACTS; k++) {
            char name[40];
            snprintf(name, sizeof name, "%s%s", columns[c].name, facts[k][0]);
            status = tp_anan_put(writer, "summary", name, facts[k][1], &axis, 1, values[k], error);
        }
    }
    if (status == TP_OK && !r->task->may_act && r->task->activities > 0)
        status = tp_writer_text(writer, "summary", "warning",
                                "the astrocytes can never act: every k is below every mu, so that "
                                "they are the network alone",
                                error);
    return status;
}

/* The first images of each class of the test. */
static size_t choose_images(const tp_anan_task *t, size_t *images) {
    const size_t each = (size_t)t->description.record.images;
    size_t count = 0;
    for (size_t class = 0; class < t->sets.classes; class ++)
        for (size_t i = 0, taken = 0; i < t->sets.test.count && taken < each; i++)
            if (t->sets.test.labels[i] == class) {
                images[count++] = i;
                taken++;
            }
    return count;
}

typedef struct tracing {
    const tp_anan_results *r;
    size_t activity;
    const size_t *images;
    size_t count, size, kernels, weights;
    tp_anan_setting setting;
    double *pixels, *activities, *states, *all; /* of all images */
    int *r_of_one;
} tracing;

static tp_status follow_all(tracing *t, tp_error *error) {
    const tp_anan_task *task = t->r->task;
    const size_t steps = t->setting.k + 1, kernels = t->kernels;
    tp_anan *anan = NULL;
    tp_status status = tp_anan_make(task, t->r->folds[0]->stack, t->activity, &anan, error);
    if (status != TP_OK)
        return status;
    for (size_t i = 0; i < t->count; i++) {
        tp_anan_image(&task->sets.test, t->images[i], t->pixels + i * t->size);
        tp_anan_take(anan, 1, t->pixels + i * t->size);
        tp_anan_follow(anan, 0, &t->setting,
                       &(tp_anan_trace){t->activities + i * t->setting.k * kernels, t->r_of_one,
                                        t->all + i * steps * kernels * t->weights});
        for (size_t k = 0; k < steps * kernels; k++)
            t->states[i * steps * kernels + k] = t->r_of_one[k];
    }
    tp_anan_destroy(&anan);
    return TP_OK;
}

static tp_status put_trace(const tracing *t, const char *group, tp_writer *writer,
                           tp_error *error) {
    const tp_anan_task *task = t->r->task;
    const size_t k = t->setting.k;
    const tp_anan_axis image = {"image", t->count}, kernel = {"kernel", t->kernels};
    const tp_image_set *set = &task->sets.test;
    const tp_conv_setting *conv = task->network.layers[task->network.astrocytes].setting;
    const struct {
        const char *name;
        double number;
    } numbers[] = {{"k", (double)k},
                   {"mu", (double)t->setting.mu},
                   {"a", t->setting.a},
                   {"b", t->setting.b},
                   {"size", (double)conv->size}};
    double labels[4096];
    for (size_t i = 0; i < t->count; i++)
        labels[i] = set->labels[t->images[i]];
    tp_status status =
        tp_anan_put(writer, group, "class", "of the image", &image, 1, labels, error);
    if (status == TP_OK)
        status = tp_anan_put(
            writer, group, "pixels", "of the image",
            (tp_anan_axis[]){
                image, {"channel", set->channels}, {"row", set->rows}, {"column", set->columns}},
            4, t->pixels, error);
    if (status == TP_OK)
        status = tp_anan_put(writer, group, "activity", "of the kernel at each pass",
                             (tp_anan_axis[]){image, {"pass", k}, kernel}, 3, t->activities, error);
    if (status == TP_OK)
        status = tp_anan_put(writer, group, "r",
                             "state of the kernel's astrocyte before the first step and after each",
                             (tp_anan_axis[]){image, {"step", k + 1}, kernel}, 3, t->states, error);
    if (status == TP_OK)
        status = tp_anan_put(
            writer, group, "weight", "of the kernel before the first step and after each",
            (tp_anan_axis[]){image, {"step", k + 1}, kernel, {"weight_of_kernel", t->weights}}, 4,
            t->all, error);
    for (size_t i = 0; status == TP_OK && i < sizeof numbers / sizeof *numbers; i++)
        status = tp_writer_number(writer, group, numbers[i].name, numbers[i].number, error);
    return status;
}

static tp_status record_trace(tracing *t, tp_writer *writer, tp_error *error) {
    const size_t steps = t->setting.k + 1;
    const tp_anan_task *task = t->r->task;
    char group[60];
    t->pixels = malloc((t->count * t->size + 1) * sizeof *t->pixels);
    t->activities = malloc((t->count * steps * t->kernels + 1) * sizeof *t->activities);
    t->states = malloc((t->count * steps * t->kernels + 1) * sizeof *t->states);
    t->all = malloc((t->count * steps * t->kernels * t->weights + 1) * sizeof *t->all);
    t->r_of_one = malloc((steps * t->kernels + 1) * sizeof *t->r_of_one);
    tp_status status = t->pixels && t->activities && t->states && t->all && t->r_of_one
                           ? follow_all(t, error)
                           : tp_fail_memory(error, "recording kernels");
    snprintf(group, sizeof group, "kernels/%s",
             tp_anan_activity_names[task->readings[t->activity].activity]);
    if (status == TP_OK)
        status = put_trace(t, group, writer, error);
    free(t->pixels);
    free(t->activities);
    free(t->states);
    free(t->all);
    free(t->r_of_one);
    return status;
}

tp_status tp_anan_record_kernels(const tp_anan_results *r, tp_writer *writer, tp_error *error) {
    const tp_anan_task *t = r->task;
    const tp_conv_setting *s = t->network.layers[t->network.astrocytes].setting;
    const tp_image_set *set = &t->sets.test;
    size_t *images = malloc((set->count + 1) * sizeof *images);
    if (!images)
        return tp_fail_memory(error, "recording kernels");
    size_t count = choose_images(t, images);
    count = count < 4096 ? count : 4096;
    tp_status status = TP_OK;
    for (size_t m = 0; status == TP_OK && count > 0 && m < t->activities; m++) {
        tracing trace = {.r = r,
                         .activity = m,
                         .images = images,
                         .count = count,
                         .size = set->channels * set->rows * set->columns,
                         .kernels = s->kernels,
                         .weights = tp_conv_weights(s),
                         .setting = t->settings[r->folds[0]->chosen[m]]};
        status = record_trace(&trace, writer, error);
    }
    free(images);
    return status;
}
