/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Networks learn to classify: each is drawn and trained in many trials, side by side with others on
 * the same inputs. */
#include "experiments/classify.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/fail.h"
#include "experiments/classify_encoder.h"
#include "experiments/run_course.h"

enum { MOST_THREADS = 256, WAIT_NS = 50000000 };

/* Threads take (trial, network) after (trial, network); what comes of one depends on no other. */
typedef struct crew {
    const tp_classify_plan *plan;
    tp_run_course *course;
    tp_classify_results results;
    tp_classify_state state; /* of what is committed; whoever waits for the threads uses it */
    size_t *fresh;           /* [job] */
    size_t jobs;
    atomic_size_t next, epochs_done;
    atomic_bool stop;
    atomic_size_t running;
    pthread_mutex_t lock; /* of what is below, and of the progress in the results */
    tp_status status;
    tp_error error;
} crew;

static tp_status epoch_ended(void *context, size_t epoch, double loss, double accuracy,
                             tp_error *error) {
    crew *c = context;
    (void)epoch;
    (void)loss;
    (void)accuracy;
    atomic_fetch_add(&c->epochs_done, 1);
    return atomic_load(&c->stop) ? tp_fail(error, TP_INTERRUPTED, "", "interrupted") : TP_OK;
}

static tp_status do_job(crew *c, size_t job, tp_error *error) {
    const tp_classify_plan *p = c->plan;
    const size_t trial = job / p->network_count, network = job % p->network_count;
    const tp_classify_watcher watcher = {c, epoch_ended};
    tp_classified *outcome = &c->results.outcomes[job];
    tp_classify_inputs inputs;
    tp_status status =
        tp_classify_inputs_create(p, p->first_trial + (uint32_t)trial, &inputs, error);
    if (status == TP_OK)
        status = tp_classified_create(p, outcome, error);
    if (status == TP_OK)
        status = tp_classify_train(&inputs, network, &watcher, outcome, error);
    if (status == TP_OK)
        status = tp_classify_test(p, &inputs, outcome, error);
    tp_classify_inputs_free(&inputs);
    pthread_mutex_lock(&c->lock);
    if (status == TP_OK)
        c->results.progress[job] = TP_CLASSIFY_DONE;
    pthread_mutex_unlock(&c->lock);
    return status;
}

static void stop(crew *c, tp_status status, const tp_error *error) {
    pthread_mutex_lock(&c->lock);
    /* What went wrong is told before what was interrupted by it. */
    if (c->status == TP_OK || (c->status == TP_INTERRUPTED && status != TP_INTERRUPTED)) {
        c->status = status;
        c->error = *error;
    }
    pthread_mutex_unlock(&c->lock);
    atomic_store(&c->stop, true);
}

static void *work(void *context) {
    crew *c = context;
    size_t job;
    while (!atomic_load(&c->stop) && (job = atomic_fetch_add(&c->next, 1)) < c->jobs) {
        tp_error error = {0};
        if (c->results.progress[job] == TP_CLASSIFY_COMMITTED)
            continue;
        const tp_status status = do_job(c, job, &error);
        if (status != TP_OK)
            stop(c, status, &error);
    }
    atomic_fetch_sub(&c->running, 1);
    return NULL;
}

static tp_status visit_run(void *state, const tp_visitor *visitor, tp_error *error) {
    return tp_classify_visit(state, visitor, error);
}

/* Whether there is anything to commit: lists what has been done since the last time. */
static bool look(crew *c) {
    size_t count = 0;
    pthread_mutex_lock(&c->lock);
    for (size_t job = 0; job < c->jobs; job++)
        if (c->results.progress[job] == TP_CLASSIFY_DONE)
            c->fresh[count++] = job;
    pthread_mutex_unlock(&c->lock);
    c->state.fresh = c->fresh;
    c->state.count = count;
    return count > 0 || (c->plan->vae_losses && !c->state.encoder_committed);
}

static void commit_if_due(crew *c) {
    tp_error error;
    if (!tp_run_course_due(c->course) || !look(c))
        return;
    const tp_status status = tp_run_course_commit(c->course, visit_run, &c->state, &error);
    if (status != TP_OK) {
        stop(c, status, &error);
        return;
    }
    c->state.encoder_committed = true;
    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < c->state.count; i++)
        c->results.progress[c->fresh[i]] = TP_CLASSIFY_COMMITTED;
    pthread_mutex_unlock(&c->lock);
}

/* Until all threads are done. */
static void watch(crew *c, const tp_observer *observer) {
    const double all = (double)c->jobs * (double)c->plan->description.training.epochs;
    while (atomic_load(&c->running) > 0) {
        const struct timespec pause = {.tv_nsec = WAIT_NS};
        nanosleep(&pause, NULL);
        if (observer && observer->stopped && observer->stopped(observer->context))
            atomic_store(&c->stop, true);
        if (!atomic_load(&c->stop))
            commit_if_due(c);
        if (observer && observer->progress) {
            const double done = (double)atomic_load(&c->epochs_done);
            observer->progress(observer->context, "training", c->plan->trained ? all : done, all);
        }
    }
}

static tp_status run_crew(crew *c, const tp_observer *observer, tp_error *error) {
    pthread_t threads[MOST_THREADS];
    const long cores = sysconf(_SC_NPROCESSORS_ONLN);
    size_t count = cores > 0 ? (size_t)cores : 1, started = 0;
    count = count < c->jobs ? count : c->jobs;
    count = count < MOST_THREADS ? count : MOST_THREADS;
    while (started < count) {
        atomic_fetch_add(&c->running, 1);
        if (pthread_create(&threads[started], NULL, work, c) != 0) {
            atomic_fetch_sub(&c->running, 1);
            break;
        }
        started++;
    }
    if (started == 0)
        return tp_fail(error, TP_FAILED, "", "no thread could be started");
    watch(c, observer);
    for (size_t i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    if (c->status != TP_OK && error)
        *error = c->error;
    if (c->status == TP_OK && atomic_load(&c->next) < c->jobs)
        return tp_fail(error, TP_INTERRUPTED, "", "interrupted");
    return c->status;
}

/* Whether there is nothing to wait for before the networks. */
static bool encoded(const tp_classify_plan *p) {
    return !p->vae || p->moments[0];
}

/* What was committed, the encoder, and the rest. */
static tp_status run_all(crew *c, tp_classify_plan *p, const tp_observer *observer,
                         tp_error *error) {
    tp_status status = tp_run_course_take_up(c->course, visit_run, &c->state, error);
    if (status == TP_OK && !encoded(p))
        status = tp_classify_encoder_train(p, observer, error);
    for (size_t job = 0; job < c->jobs; job++)
        if (c->results.progress[job])
            c->epochs_done += (size_t)p->description.training.epochs;
    if (status == TP_OK)
        status = run_crew(c, observer, error);
    if (status == TP_INTERRUPTED)
        tp_run_course_leave(c->course, encoded(p) && look(c) ? visit_run : NULL, &c->state, error);
    return status;
}

static tp_status run_in_parts(void *plan, tp_writer *writer, tp_run_course *course,
                              const tp_observer *observer, tp_error *error) {
    tp_classify_plan *p = plan;
    crew c = {.plan = p, .course = course, .lock = PTHREAD_MUTEX_INITIALIZER};
    c.results = (tp_classify_results){.plan = p, .trials = (size_t)p->description.trials};
    c.state.results = &c.results;
    c.jobs = c.results.trials * p->network_count;
    c.results.outcomes = calloc(c.jobs, sizeof *c.results.outcomes);
    c.results.progress = calloc(c.jobs, sizeof *c.results.progress);
    c.fresh = calloc(c.jobs, sizeof *c.fresh);
    const bool made = c.results.outcomes && c.results.progress && c.fresh;
    tp_status status =
        made ? run_all(&c, p, observer, error) : tp_fail_memory(error, "training networks");
    if (made && encoded(p)) {
        tp_status told = tp_classify_record(&c.results, writer, status == TP_OK ? error : NULL);
        if (told == TP_OK && p->vae)
            told = tp_classify_encoder_record(p, writer, status == TP_OK ? error : NULL);
        status = status == TP_OK ? told : status;
    }
    for (size_t i = 0; c.results.outcomes && i < c.jobs; i++)
        tp_classified_free(&c.results.outcomes[i]);
    free(c.results.outcomes);
    free(c.results.progress);
    free(c.fresh);
    return status;
}

static tp_status prepare(const void *description, const tp_resolved *resolved, void **plan,
                         tp_error *error) {
    tp_classify_plan *made;
    tp_status status = tp_classify_plan_create(description, resolved, &made, error);
    if (status == TP_OK)
        *plan = made;
    return status;
}

static void discard(void **plan) {
    tp_classify_plan *gone = *plan;
    tp_classify_plan_destroy(&gone);
    *plan = NULL;
}

const tp_experiment tp_classification_experiment = {
    .name = "classification",
    .summary = "networks of astrocyte layers, and of neurons, learn to tell images apart",
    .block = &tp_classify_block,
    .prepare = prepare,
    .discard = discard,
    .run_in_parts = run_in_parts,
    .take_trained = tp_classify_take,
    .trials = &tp_classify_trials,
};
