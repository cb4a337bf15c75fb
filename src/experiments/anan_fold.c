/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/anan_fold.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "learning/training.h"

/* Numbers of patches that are in hand at a time, about. */
enum { PATCHES = 1 << 18, MOST_ROOM = 64 };
/* Parts of a fold's time, for those who wait. */
static const double TRAINED = 0.8;

typedef struct folding {
    const tp_anan_task *task;
    size_t fold;
    const tp_anan_watcher *watcher;
    tp_anan_fold *result;
    tp_error *error;
    bool settled;    /* the training has ended by the stopping rule */
    double *outputs; /* [setting][image][column] */
} folding;

static bool stopped(const folding *f) {
    return f->watcher && f->watcher->stopped && f->watcher->stopped(f->watcher->context);
}

static tp_status go_on(const folding *f, double part) {
    if (f->watcher && f->watcher->progressed)
        f->watcher->progressed(f->watcher->context, f->fold, part);
    return stopped(f) ? tp_fail(f->error, TP_INTERRUPTED, "", "interrupted") : TP_OK;
}

/* The paper's stopping rule. */
static tp_status epoch_ended(void *context, size_t epoch, double loss, tp_error *error) {
    folding *f = context;
    const struct tp_anan_training *d = &f->task->description.training;
    const double *losses = f->result->losses;
    double low = loss, high = loss;
    (void)error;
    f->result->epochs = epoch + 1;
    for (size_t i = 0; epoch + 1 >= (size_t)d->window && i < (size_t)d->window; i++) {
        low = fmin(low, losses[epoch - i]);
        high = fmax(high, losses[epoch - i]);
    }
    if (epoch + 1 >= (size_t)d->window && high - low < d->range) {
        f->settled = true;
        return TP_INTERRUPTED;
    }
    return go_on(f, TRAINED * (double)(epoch + 1) / (double)d->epochs);
}

static void set_target(const tp_anan_network *network, size_t label, double *y) {
    for (size_t k = 0; k < network->columns; k++)
        y[k] = network->columns == 1 ? (double)label : k == label;
}

static tp_status train(folding *f) {
    const tp_anan_task *t = f->task;
    const struct tp_anan_training *d = &t->description.training;
    const tp_image_set *set = &t->sets.train;
    tp_samples samples = {.inputs = set->channels * set->rows * set->columns,
                          .outputs = t->network.columns};
    double *x = malloc((set->count * samples.inputs + 1) * sizeof *x);
    double *y = malloc((set->count * samples.outputs + 1) * sizeof *y);
    tp_status status = x && y ? TP_OK : tp_fail_memory(f->error, "training");
    for (size_t i = 0; status == TP_OK && i < set->count; i++) {
        if (t->fold[i] == f->fold)
            continue;
        tp_anan_image(set, i, x + samples.count * samples.inputs);
        set_target(&t->network, set->labels[i], y + samples.count++ * samples.outputs);
    }
    samples.x = x;
    samples.y = y;
    const tp_training training = {.epochs = (size_t)d->epochs,
                                  .batch = (size_t)d->batch,
                                  .rate = d->rate,
                                  .seed = (uint64_t)t->description.heading.seed,
                                  .trial = tp_anan_fold_trial(t, f->fold),
                                  .loss = t->network.loss,
                                  .ended = epoch_ended,
                                  .context = f};
    if (status == TP_OK)
        status = tp_train(&training, &samples, f->result->stack, f->result->losses, f->error);
    free(x);
    free(y);
    return f->settled ? TP_OK : status;
}

static tp_status take_trained(folding *f) {
    const tp_anan_task *t = f->task;
    tp_anan_fold *r = f->result;
    memcpy(r->stack->parameters, t->trained[f->fold],
           r->stack->parameter_count * sizeof *r->stack->parameters);
    r->epochs = t->trained_epochs[f->fold];
    memcpy(r->losses, t->trained_losses[f->fold], r->epochs * sizeof *r->losses);
    return TP_OK;
}

tp_status tp_anan_make_stack(const tp_anan_task *task, size_t fold, tp_stack **stack,
                             tp_error *error) {
    return tp_stack_create(task->network.layers, task->network.count,
                           (uint64_t)task->description.heading.seed, tp_anan_fold_trial(task, fold),
                           stack, error);
}

tp_status tp_anan_make(const tp_anan_task *task, const tp_stack *stack, size_t activity,
                       tp_anan **anan, tp_error *error) {
    const tp_conv_setting *s = task->network.layers[task->network.astrocytes].setting;
    const size_t patches = tp_conv_weights(s) * tp_conv_rows(s) * tp_conv_columns(s);
    const size_t room = PATCHES / patches + 1;
    static const tp_anan_reading none = {0};
    return tp_anan_create(stack, task->network.astrocytes,
                          activity < task->activities ? &task->readings[activity] : &none,
                          room < MOST_ROOM ? room : MOST_ROOM, anan, error);
}

/* Which images are shown: of the validation part, or of the test with noise. */
typedef struct showing {
    const tp_image_set *set;
    const uint8_t *fold; /* NULL: all */
    double noise;
    size_t count, next;
    uint8_t *labels; /* [shown] */
} showing;

static size_t show(const folding *f, showing *s, size_t most, double *x) {
    const size_t size = s->set->channels * s->set->rows * s->set->columns;
    size_t n = 0;
    for (; s->next < s->set->count && n < most; s->next++) {
        if (s->fold && s->fold[s->next] != f->fold)
            continue;
        s->labels[s->count++] = s->set->labels[s->next];
        if (s->noise > 0)
            tp_anan_noisy_image(f->task, s->next, s->noise, x + n++ * size);
        else
            tp_anan_image(s->set, s->next, x + n++ * size);
    }
    return n;
}

/* The first setting that is the same as this one. */
static size_t first_same(const tp_anan_task *t, size_t activity, const size_t *settings,
                         size_t at) {
    for (size_t i = 0; i < at; i++)
        if (tp_anan_same(&t->readings[activity], &t->settings[settings[i]],
                         &t->settings[settings[at]]))
            return i;
    return at;
}

typedef struct scoring {
    size_t activity;        /* as the readings count; of the plain network it does not matter */
    bool plain;             /* the network alone, and no settings */
    const size_t *settings; /* [count] */
    size_t count;
} scoring;

/* Outputs of all settings for all images, what is common to them computed once. */
static tp_status compute(folding *f, const scoring *what, showing *s, const size_t *same) {
    const tp_anan_task *t = f->task;
    const size_t columns = t->network.columns;
    const size_t size = s->set->channels * s->set->rows * s->set->columns;
    tp_anan *anan = NULL;
    tp_status status = tp_anan_make(t, f->result->stack, what->activity, &anan, f->error);
    if (status != TP_OK)
        return status;
    const size_t room = anan->workspace->room;
    double *x = malloc(room * size * sizeof *x);
    if (!x)
        status = tp_fail_memory(f->error, "testing");
    while (status == TP_OK) {
        const size_t before = s->count, n = show(f, s, room, x);
        if (n == 0)
            break;
        tp_anan_take(anan, n, x);
        for (size_t i = 0; i < what->count; i++) {
            if (same[i] != i)
                continue;
            const tp_anan_setting *setting = what->plain ? NULL : &t->settings[what->settings[i]];
            tp_anan_probabilities(&t->network, n, tp_anan_outputs(anan, setting),
                                  f->outputs + (i * s->set->count + before) * columns);
        }
        if (stopped(f))
            status = tp_fail(f->error, TP_INTERRUPTED, "", "interrupted");
    }
    free(x);
    tp_anan_destroy(&anan);
    return status;
}

/* scores[count]; confusion, of the first of them, may be NULL. */
static tp_status score(folding *f, const scoring *what, showing s, tp_classification *scores,
                       uint32_t *confusion) {
    const tp_anan_task *t = f->task;
    const size_t columns = t->network.columns;
    size_t *same = malloc((what->count + 1) * sizeof *same);
    s.labels = malloc(s.set->count + 1);
    f->outputs = malloc((what->count * s.set->count * columns + 1) * sizeof *f->outputs);
    tp_status status = same && s.labels && f->outputs ? TP_OK : tp_fail_memory(f->error, "testing");
    for (size_t i = 0; status == TP_OK && i < what->count; i++)
        same[i] = what->plain ? i : first_same(t, what->activity, what->settings, i);
    if (status == TP_OK)
        status = compute(f, what, &s, same);
    for (size_t i = 0; status == TP_OK && i < what->count; i++)
        if (same[i] == i)
            status = tp_classify(s.count, columns, f->outputs + i * s.set->count * columns,
                                 s.labels, &scores[i], i == 0 ? confusion : NULL, f->error);
        else
            scores[i] = scores[same[i]];
    free(same);
    free(s.labels);
    free(f->outputs);
    f->outputs = NULL;
    return status;
}

/* By F1, then by the loss; of equal ones the first. */
static size_t best_of(const tp_classification *scores, size_t count) {
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (scores[i].f1 > scores[best].f1 ||
            (scores[i].f1 == scores[best].f1 && scores[i].loss < scores[best].loss))
            best = i;
    return best;
}

static tp_status choose(folding *f) {
    const tp_anan_task *t = f->task;
    tp_anan_fold *r = f->result;
    const showing valid = {.set = &t->sets.train, .fold = t->fold};
    size_t *all = malloc((t->setting_count + 1) * sizeof *all);
    if (!all)
        return tp_fail_memory(f->error, "searching the grid");
    for (size_t i = 0; i < t->setting_count; i++)
        all[i] = i;
    tp_status status = score(f, &(scoring){.plain = true, .count = 1}, valid, &r->valid[0], NULL);
    for (size_t k = 0; status == TP_OK && k < t->activities; k++) {
        tp_classification *grid = r->grid + k * t->setting_count;
        status = score(f, &(scoring){k, false, all, t->setting_count}, valid, grid, NULL);
        r->chosen[k] = status == TP_OK ? best_of(grid, t->setting_count) : 0;
        r->valid[k + 1] = grid[r->chosen[k]];
        if (status == TP_OK)
            status = go_on(f, TRAINED + (0.95 - TRAINED) * (double)(k + 1) / (double)t->activities);
    }
    free(all);
    return status;
}

static tp_status test(folding *f, double noise, tp_classification *scores, uint32_t *confusion) {
    const tp_anan_task *t = f->task;
    const showing shown = {.set = &t->sets.test, .noise = noise};
    const size_t squares = t->sets.classes * t->sets.classes;
    tp_status status = TP_OK;
    for (size_t m = 0; status == TP_OK && m <= t->activities; m++) {
        const scoring what = {.activity = m > 0 ? m - 1 : 0,
                              .plain = m == 0,
                              .settings = m > 0 ? &f->result->chosen[m - 1] : NULL,
                              .count = 1};
        status = score(f, &what, shown, &scores[m], confusion ? confusion + m * squares : NULL);
    }
    return status;
}

static tp_status make_room(folding *f) {
    const tp_anan_task *t = f->task;
    tp_anan_fold *r = f->result;
    const size_t models = t->activities + 1;
    r->losses = calloc((size_t)t->description.training.epochs, sizeof *r->losses);
    r->grid = calloc(t->activities * t->setting_count + 1, sizeof *r->grid);
    r->chosen = calloc(models, sizeof *r->chosen);
    r->valid = calloc(models, sizeof *r->valid);
    r->tested = calloc(models, sizeof *r->tested);
    r->confusion = calloc(models * t->sets.classes * t->sets.classes, sizeof *r->confusion);
    r->noisy = calloc(models * t->description.robustness.noise.count + 1, sizeof *r->noisy);
    return r->losses && r->grid && r->chosen && r->valid && r->tested && r->confusion && r->noisy
               ? TP_OK
               : tp_fail_memory(f->error, "running a fold");
}

tp_status tp_anan_fold_run(const tp_anan_task *task, size_t fold, const tp_anan_watcher *watcher,
                           tp_anan_fold *result, tp_error *error) {
    folding f = {.task = task, .fold = fold, .watcher = watcher, .result = result, .error = error};
    const tp_real_list *noise = &task->description.robustness.noise;
    *result = (tp_anan_fold){0};
    tp_status status = make_room(&f);
    if (status == TP_OK)
        status = tp_anan_make_stack(task, fold, &result->stack, error);
    if (status == TP_OK)
        status = task->trained ? take_trained(&f) : train(&f);
    if (status == TP_OK)
        status = choose(&f);
    if (status == TP_OK)
        status = test(&f, 0, result->tested, result->confusion);
    for (size_t i = 0; status == TP_OK && i < noise->count; i++)
        status = test(&f, noise->items[i], result->noisy + i * (task->activities + 1), NULL);
    if (status == TP_OK)
        status = go_on(&f, 1);
    return status;
}

enum { SCORES = sizeof(tp_classification) / sizeof(double) };
_Static_assert(sizeof(tp_classification) == SCORES * sizeof(double), "scores are doubles");

tp_status tp_anan_fold_visit(const tp_anan_task *task, size_t fold, tp_anan_fold *r,
                             const tp_visitor *visitor, tp_error *error) {
    folding f = {.task = task, .fold = fold, .result = r, .error = error};
    const size_t models = task->activities + 1, classes = task->sets.classes;
    const size_t noises = task->description.robustness.noise.count;
    tp_status status = visitor->sets ? make_room(&f) : TP_OK;
    if (status == TP_OK && visitor->sets)
        status = tp_anan_make_stack(task, fold, &r->stack, error);
    if (status != TP_OK)
        return status;
    uint64_t epochs = r->epochs;
    const struct {
        const char *name;
        tp_type type;
        void *values;
        size_t count;
    } lists[] = {
        {"epochs", TP_UINT64, &epochs, 1},
        {"parameters", TP_FLOAT64, r->stack->parameters, r->stack->parameter_count},
        {"losses", TP_FLOAT64, r->losses, (size_t)task->description.training.epochs},
        {"grid", TP_FLOAT64, r->grid, SCORES * task->activities * task->setting_count},
        {"chosen", TP_UINT64, r->chosen, models},
        {"valid", TP_FLOAT64, r->valid, SCORES * models},
        {"tested", TP_FLOAT64, r->tested, SCORES * models},
        {"confusion", TP_INT32, r->confusion, models * classes * classes},
        {"noisy", TP_FLOAT64, r->noisy, SCORES * models * noises},
    };
    for (size_t i = 0; status == TP_OK && i < sizeof lists / sizeof *lists; i++)
        status = tp_visit_list(visitor, lists[i].name, lists[i].type, lists[i].values,
                               lists[i].count, error);
    if (status != TP_OK || !visitor->sets)
        return status;
    bool fits = epochs >= 1 && epochs <= (uint64_t)task->description.training.epochs;
    for (size_t m = 0; m < task->activities; m++)
        fits = fits && r->chosen[m] < task->setting_count;
    r->epochs = (size_t)epochs;
    return fits ? TP_OK : tp_fail(error, TP_INVALID, "", "its folds are others");
}

void tp_anan_fold_free(tp_anan_fold *r) {
    tp_stack_destroy(&r->stack);
    free(r->losses);
    free(r->grid);
    free(r->chosen);
    free(r->valid);
    free(r->tested);
    free(r->confusion);
    free(r->noisy);
    *r = (tp_anan_fold){0};
}
