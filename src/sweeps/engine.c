/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sweeps/engine.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/fail.h"

/* Finished trials are kept soon after the start, so that short sweeps can be resumed too, and then
 * more and more seldom. */
static const double FIRST_COMMIT_S = 0.25, LONGEST_COMMIT_S = 30;
enum { WAIT_NS = 50000000, LABEL_ROOM = 200 };

typedef struct engine {
    const tp_sweep_work *work;
    void *shared;         /* by all groups */
    pthread_mutex_t lock; /* of all below, and of the table */
    pthread_cond_t changed;
    size_t started, running; /* threads */
    bool stop;
    tp_status status;
    tp_error error;
    size_t *finished; /* [task] since the last commit */
    size_t finished_count;
    size_t found;
    tp_level_progress *levels;
    double *sums; /* [level] of the first measure */
    char (*labels)[LABEL_ROOM];
} engine;

/* What a thread keeps from one task to the next. */
typedef struct worker {
    engine *engine;
    void *group; /* of number `number`, or NULL */
    size_t number;
    size_t *members; /* scenarios of the group */
    size_t member_count;
    const tp_scenario **scenarios;
    double *values; /* [member][measure] */
    tp_observer observer;
} worker;

static double now_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static bool asked_to_stop(void *context) {
    engine *e = context;
    const tp_sweep_observer *observer = e->work->observer;
    return observer && observer->stopped && observer->stopped(observer->context);
}

static bool task_done(const tp_sweep_work *work, size_t task) {
    const size_t group = task / work->table->trials, trial = task % work->table->trials;
    for (size_t s = 0; s < work->levels->scenario_count; s++)
        if (work->levels->group[s] == group && !tp_trial_done(work->table, s, trial))
            return false;
    return true;
}

/* The next task; false where there is none left. */
static bool take(engine *e, size_t *task) {
    const tp_sweep_work *work = e->work;
    const size_t all = work->levels->group_count * work->table->trials;
    bool found = false;
    pthread_mutex_lock(&e->lock);
    while (!found && !e->stop) {
        size_t next = tp_ranks_next(work->ranks);
        if (work->shards > 0)
            next = next * work->shards + work->shard - 1;
        if (next >= all)
            break;
        *task = next;
        found = !task_done(work, next);
    }
    pthread_mutex_unlock(&e->lock);
    return found;
}

static tp_status change_group(worker *w, size_t number, tp_error *error) {
    const tp_levels *levels = w->engine->work->levels;
    if (w->group && w->number == number)
        return TP_OK;
    levels->trials->destroy(&w->group);
    w->number = number;
    w->member_count = 0;
    for (size_t s = 0; s < levels->scenario_count; s++)
        if (levels->group[s] == number) {
            w->scenarios[w->member_count] = levels->scenarios[s];
            w->members[w->member_count++] = s;
        }
    return levels->trials->create(w->scenarios, w->member_count, w->engine->shared, &w->group,
                                  error);
}

static void put(engine *e, const worker *w, size_t task) {
    const tp_sweep_work *work = e->work;
    const size_t trial = task % work->table->trials;
    for (size_t i = 0; i < w->member_count; i++) {
        const size_t s = w->members[i];
        tp_trial_put(work->table, s, trial, w->values + i * work->table->measures);
        if (s >= work->levels->count)
            continue;
        e->levels[s].trials++;
        e->sums[s] += w->values[i * work->table->measures];
        e->levels[s].mean = e->sums[s] / (double)e->levels[s].trials;
    }
    e->finished[e->finished_count++] = task;
}

static tp_status do_task(worker *w, size_t task, tp_error *error) {
    const tp_sweep_work *work = w->engine->work;
    const tp_experiment_heading *heading = tp_scenario_heading(work->levels->base);
    const size_t trial = task % work->table->trials + (size_t)heading->trial;
    tp_status status = change_group(w, task / work->table->trials, error);
    if (status == TP_OK)
        status =
            work->levels->trials->run(w->group, (uint32_t)trial, &w->observer, w->values, error);
    if (status == TP_FAILED) {
        const size_t length = strlen(error->message);
        snprintf(error->message + length, sizeof error->message - length, " (trial %zu)", trial);
    }
    return status;
}

static void *work_on(void *context) {
    worker *w = context;
    engine *e = w->engine;
    size_t task;
    while (take(e, &task)) {
        tp_error error;
        const tp_status status = do_task(w, task, &error);
        pthread_mutex_lock(&e->lock);
        if (status == TP_OK) {
            put(e, w, task);
        } else {
            /* What went wrong is told before what was interrupted by it. */
            if (e->status == TP_OK) {
                e->status = status;
                e->error = error;
            }
            e->stop = true;
        }
        pthread_mutex_unlock(&e->lock);
    }
    pthread_mutex_lock(&e->lock);
    e->running--;
    pthread_cond_signal(&e->changed);
    pthread_mutex_unlock(&e->lock);
    return NULL;
}

/* Called with the lock held, which it gives back while it writes. */
static void commit(engine *e, size_t *scratch) {
    const size_t count = e->finished_count;
    tp_error error;
    if (count == 0)
        return;
    memcpy(scratch, e->finished, count * sizeof *scratch);
    e->finished_count = 0;
    pthread_mutex_unlock(&e->lock);
    const tp_status status = e->work->commit(e->work->context, scratch, count, &error);
    pthread_mutex_lock(&e->lock);
    if (status != TP_OK) {
        e->stop = true;
        if (e->status == TP_OK || e->status == TP_INTERRUPTED) {
            e->status = status;
            e->error = error;
        }
    }
}

/* Called with the lock held. */
static void tell(const engine *e) {
    const tp_sweep_observer *observer = e->work->observer;
    const tp_levels *levels = e->work->levels;
    if (!observer || !observer->progress || e->work->ranks->rank > 0)
        return;
    tp_sweep_progress progress = {.measure = levels->measures[0].name,
                                  .total = levels->count * e->work->table->trials,
                                  .found = e->found,
                                  .levels = e->levels,
                                  .level_count = levels->count};
    for (size_t level = 0; level < levels->count; level++)
        progress.done += e->levels[level].trials;
    observer->progress(observer->context, &progress);
}

/* Tells, and keeps, until all threads have ended. */
static void look_after(engine *e, size_t *scratch) {
    double commit_after = FIRST_COMMIT_S, committed = now_s();
    pthread_mutex_lock(&e->lock);
    while (e->running > 0) {
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += WAIT_NS;
        until.tv_sec += until.tv_nsec / 1000000000;
        until.tv_nsec %= 1000000000;
        pthread_cond_timedwait(&e->changed, &e->lock, &until);
        tp_ranks_serve(e->work->ranks);
        tell(e);
        if (asked_to_stop(e) && !e->stop) {
            e->stop = true;
            if (e->status == TP_OK)
                e->status = tp_fail(&e->error, TP_INTERRUPTED, "", "interrupted");
        }
        if (now_s() - committed < commit_after)
            continue;
        commit(e, scratch);
        committed = now_s();
        commit_after = fmin(2 * commit_after, LONGEST_COMMIT_S);
    }
    commit(e, scratch);
    tell(e);
    pthread_mutex_unlock(&e->lock);
}

static void free_worker(worker *w) {
    w->engine->work->levels->trials->destroy(&w->group);
    free(w->members);
    free(w->scenarios);
    free(w->values);
}

static tp_status make_worker(engine *e, worker *w) {
    const tp_levels *levels = e->work->levels;
    const size_t n = levels->scenario_count;
    *w = (worker){.engine = e, .observer = {.context = e, .stopped = asked_to_stop}};
    w->members = calloc(n, sizeof *w->members);
    w->scenarios = calloc(n, sizeof *w->scenarios);
    w->values = calloc(n * levels->measure_count, sizeof *w->values);
    if (w->members && w->scenarios && w->values)
        return TP_OK;
    return tp_fail_memory(&e->error, "starting the sweep");
}

static tp_status start(engine *e, worker *workers, pthread_t *threads, size_t jobs) {
    for (size_t i = 0; i < jobs; i++) {
        tp_status status = make_worker(e, &workers[i]);
        if (status != TP_OK)
            return status;
    }
    pthread_mutex_lock(&e->lock);
    tp_status status = TP_OK;
    for (size_t i = 0; i < jobs; i++) {
        const int reason = pthread_create(&threads[i], NULL, work_on, &workers[i]);
        if (reason != 0 && i == 0)
            status =
                tp_fail(&e->error, TP_FAILED, "", "no thread can be started: %s", strerror(reason));
        if (reason != 0) /* fewer do it as well */
            break;
        e->started++;
        e->running++;
    }
    pthread_mutex_unlock(&e->lock);
    return status;
}

/* What the table holds already. */
static void count_found(engine *e) {
    const tp_trial_table *table = e->work->table;
    for (size_t level = 0; level < e->work->levels->count; level++) {
        tp_level_progress *progress = &e->levels[level];
        tp_levels_label(e->work->levels, level, e->labels[level], LABEL_ROOM);
        *progress = (tp_level_progress){.label = e->labels[level], .mean = NAN};
        for (size_t t = 0; t < table->trials; t++) {
            if (!tp_trial_done(table, level, t))
                continue;
            progress->trials++;
            e->sums[level] += tp_trial_values(table, level, t)[0];
            progress->mean = e->sums[level] / (double)progress->trials;
        }
        e->found += progress->trials;
    }
}

tp_status tp_sweep_work_do(const tp_sweep_work *work, tp_error *error) {
    const size_t level_count = work->levels->count;
    const size_t tasks = work->levels->group_count * work->table->trials;
    const size_t jobs = work->jobs < tasks ? work->jobs : tasks;
    engine e = {
        .work = work, .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER};
    e.finished = calloc(tasks, sizeof *e.finished);
    e.levels = calloc(level_count, sizeof *e.levels);
    e.sums = calloc(level_count, sizeof *e.sums);
    e.labels = calloc(level_count, LABEL_ROOM);
    size_t *scratch = calloc(tasks, sizeof *scratch);
    worker *workers = calloc(jobs, sizeof *workers);
    pthread_t *threads = calloc(jobs, sizeof *threads);
    if (!e.finished || !e.levels || !e.sums || !e.labels || !scratch || !workers || !threads)
        e.status = tp_fail_memory(&e.error, "starting the sweep");
    if (e.status == TP_OK && tasks > 0 && work->levels->trials->share)
        e.status = work->levels->trials->share((const tp_scenario *const *)work->levels->scenarios,
                                               work->levels->scenario_count, &e.shared, &e.error);
    if (e.status == TP_OK) {
        count_found(&e);
        /* Once there are threads, what became of the sweep is theirs to say. */
        const tp_status started = start(&e, workers, threads, jobs);
        if (started == TP_OK)
            look_after(&e, scratch);
        else
            e.status = started;
    }
    for (size_t i = 0; threads && i < e.started; i++)
        pthread_join(threads[i], NULL);
    for (size_t i = 0; workers && i < jobs && workers[i].engine; i++)
        free_worker(&workers[i]);
    if (e.shared)
        work->levels->trials->unshare(&e.shared);
    free(workers);
    free(threads);
    free(scratch);
    free(e.finished);
    free(e.levels);
    free(e.sums);
    free(e.labels);
    if (e.status != TP_OK && error)
        *error = e.error;
    return e.status;
}
