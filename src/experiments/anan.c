/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A convolutional network, trained fold by fold, and the same with astrocytes that modulate it
 * (ANAN; Ribas-Rodriguez, Cedron & Aguiar-Pulido). Threads share the folds out. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "experiments/anan_record.h"
#include "experiments/run_course.h"

enum { WAIT_NS = 100000000, MOST_THREADS = 64 };

typedef struct crew {
    const tp_anan_task *task;
    tp_run_course *course;
    const tp_observer *observer;
    tp_anan_fold *folds; /* [fold] */
    double *parts;       /* [fold] of it that is done */
    bool *committed;     /* [fold] it is in a part; whoever waits for the threads uses it */
    size_t *fresh;       /* [fresh_count] folds that are finished, and in no part */
    size_t fresh_count;
    bool *done; /* [fold] finished */
    pthread_mutex_t lock;
    pthread_cond_t changed;
    size_t next, running;
    bool stop;
    tp_status status; /* the first that was not TP_OK */
    tp_error error;
} crew;

static void progressed(void *context, size_t fold, double part) {
    crew *c = context;
    pthread_mutex_lock(&c->lock);
    c->parts[fold] = part;
    pthread_mutex_unlock(&c->lock);
}

static bool stopped(void *context) {
    crew *c = context;
    pthread_mutex_lock(&c->lock);
    const bool stop = c->stop;
    pthread_mutex_unlock(&c->lock);
    return stop;
}

/* Called with the lock held. */
static void stop(crew *c, tp_status status, const tp_error *error) {
    if (c->status == TP_OK) {
        c->status = status;
        c->error = *error;
    }
    c->stop = true;
}

/* Runs folds until there are no more. */
static void *work(void *context) {
    crew *c = context;
    const tp_anan_watcher watcher = {c, progressed, stopped};
    pthread_mutex_lock(&c->lock);
    while (!c->stop && c->next < c->task->running) {
        const size_t fold = c->next++;
        tp_error error = {0};
        if (c->done[fold])
            continue;
        pthread_mutex_unlock(&c->lock);
        tp_status status = tp_anan_fold_run(c->task, fold, &watcher, &c->folds[fold], &error);
        pthread_mutex_lock(&c->lock);
        c->done[fold] = status == TP_OK;
        if (status != TP_OK)
            stop(c, status, &error);
    }
    c->running--;
    pthread_cond_signal(&c->changed);
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

/* Called with the lock held. */
static void tell(crew *c) {
    const tp_observer *observer = c->observer;
    double done = 0;
    char stage[40];
    for (size_t i = 0; i < c->task->running; i++)
        done += c->parts[i];
    snprintf(stage, sizeof stage, "fold %zu of %zu", c->next, c->task->running);
    if (observer && observer->progress)
        observer->progress(observer->context, stage, done, (double)c->task->running);
    if (observer && observer->stopped && observer->stopped(observer->context))
        c->stop = true;
}

/* The folds that are in no part yet; one that sets takes in those of a part. */
static tp_status visit_run(void *context, const tp_visitor *visitor, tp_error *error) {
    crew *c = context;
    const tp_image_sets *sets = &c->task->sets;
    const uint64_t sum = (uint64_t)tp_anan_sum_of(&sets->train) << 32 | tp_anan_sum_of(&sets->test);
    uint64_t kept = sum;
    size_t count = c->fresh_count;
    tp_status status = tp_visit_value(visitor, "images", TP_UINT64, &kept, error);
    if (status == TP_OK && kept != sum)
        return tp_fail(error, TP_INVALID, "", "its images were others");
    if (status == TP_OK)
        status = visitor->length(visitor->context, "folds", &count, error);
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        uint64_t fold = visitor->sets ? 0 : c->fresh[i];
        status = tp_visit_value(visitor, "fold", TP_UINT64, &fold, error);
        if (status == TP_OK && (fold >= c->task->running || (visitor->sets && c->done[fold])))
            return tp_fail(error, TP_INVALID, "", "its folds are others");
        if (status == TP_OK)
            status = tp_anan_fold_visit(c->task, (size_t)fold, &c->folds[fold], visitor, error);
        if (status == TP_OK && visitor->sets) {
            c->done[fold] = c->committed[fold] = true;
            c->parts[fold] = 1;
        }
    }
    return status;
}

/* Lists the folds that are finished, and in no part. Called with the lock held, or alone. */
static bool look(crew *c) {
    c->fresh_count = 0;
    for (size_t fold = 0; fold < c->task->running; fold++)
        if (c->done[fold] && !c->committed[fold])
            c->fresh[c->fresh_count++] = fold;
    return c->fresh_count > 0;
}

/* Called with the lock held, which it gives back while it writes. */
static void commit_if_due(crew *c) {
    tp_error error;
    if (c->stop || !tp_run_course_due(c->course) || !look(c))
        return;
    pthread_mutex_unlock(&c->lock);
    const tp_status status = tp_run_course_commit(c->course, visit_run, c, &error);
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; status == TP_OK && i < c->fresh_count; i++)
        c->committed[c->fresh[i]] = true;
    if (status != TP_OK)
        stop(c, status, &error);
}

static void look_after(crew *c) {
    pthread_mutex_lock(&c->lock);
    while (c->running > 0) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += WAIT_NS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&c->changed, &c->lock, &until);
        tell(c);
        commit_if_due(c);
    }
    pthread_mutex_unlock(&c->lock);
}

static void run_crew(crew *c) {
    pthread_t threads[MOST_THREADS];
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t wanted = cores > 0 ? (size_t)cores : 1, started = 0;
    wanted = wanted < c->task->running ? wanted : c->task->running;
    wanted = wanted < MOST_THREADS ? wanted : MOST_THREADS;
    pthread_mutex_lock(&c->lock);
    for (; started < wanted; started++) {
        if (pthread_create(&threads[started], NULL, work, c) != 0)
            break;
        c->running++;
    }
    pthread_mutex_unlock(&c->lock);
    if (started == 0) {
        c->running = 1;
        work(c);
    }
    look_after(c);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
}

/* Whatever ended the run, folds that were finished are told. */
static tp_status record(const crew *c, tp_writer *writer, tp_error *error) {
    const tp_anan_fold *folds[128];
    size_t numbers[128];
    tp_anan_results results = {c->task, folds, numbers, 0};
    for (size_t i = 0; i < c->task->running; i++)
        if (c->done[i]) {
            folds[results.count] = &c->folds[i];
            numbers[results.count++] = i;
        }
    return tp_anan_record(&results, writer, error);
}

static tp_status run_folds(crew *c, tp_writer *writer, tp_error *error) {
    c->status = tp_run_course_take_up(c->course, visit_run, c, error);
    if (c->status != TP_OK)
        return c->status;
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->changed, NULL);
    run_crew(c);
    pthread_cond_destroy(&c->changed);
    pthread_mutex_destroy(&c->lock);
    size_t finished = 0;
    for (size_t i = 0; i < c->task->running; i++)
        finished += c->done[i];
    if (c->status == TP_OK && finished < c->task->running)
        c->status = tp_fail(&c->error, TP_INTERRUPTED, "", "interrupted");
    if (c->status == TP_INTERRUPTED) {
        tp_fail(&c->error, TP_INTERRUPTED, "", "interrupted after %zu of %zu folds", finished,
                c->task->running);
        tp_run_course_leave(c->course, look(c) ? visit_run : NULL, c, &c->error);
    }
    tp_status told = record(c, writer, error);
    if (c->status == TP_OK)
        return told;
    if (error)
        *error = c->error;
    return c->status;
}

static tp_status run_in_parts(void *plan, tp_writer *writer, tp_run_course *course,
                              const tp_observer *observer, tp_error *error) {
    const tp_anan_task *task = plan;
    crew c = {.task = task, .course = course, .observer = observer};
    c.folds = calloc(task->running, sizeof *c.folds);
    c.parts = calloc(task->running, sizeof *c.parts);
    c.done = calloc(task->running, sizeof *c.done);
    c.committed = calloc(task->running, sizeof *c.committed);
    c.fresh = calloc(task->running, sizeof *c.fresh);
    const bool made = c.folds && c.parts && c.done && c.committed && c.fresh;
    tp_status status = made ? run_folds(&c, writer, error) : tp_fail_memory(error, "running folds");
    for (size_t i = 0; c.folds && i < task->running; i++)
        tp_anan_fold_free(&c.folds[i]);
    free(c.folds);
    free(c.parts);
    free(c.done);
    free(c.committed);
    free(c.fresh);
    return status;
}

static tp_status anan_prepare(const void *description, const tp_resolved *resolved, void **plan,
                              tp_error *error) {
    tp_anan_task *task;
    tp_status status = tp_anan_task_create(description, resolved, &task, error);
    if (status == TP_OK)
        *plan = task;
    return status;
}

static void anan_discard(void **plan) {
    tp_anan_task *gone = *plan;
    tp_anan_task_destroy(&gone);
    *plan = NULL;
}

static tp_status anan_take_trained(void *plan, const tp_scenario *scenario, const char *from,
                                   tp_error *error) {
    return tp_anan_take_trained(plan, scenario, from, error);
}

const tp_experiment tp_anan_experiment = {
    .name = "anan",
    .summary = "astrocytes modulate a trained convolutional network, image by image",
    .block = &tp_anan_block,
    .prepare = anan_prepare,
    .discard = anan_discard,
    .run_in_parts = run_in_parts,
    .take_trained = anan_take_trained,
    .trials = &tp_anan_trials,
};
