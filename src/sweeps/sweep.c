/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a scenario's block `sweep` to the record of all its trials. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tripartite/tripartite.h>
#include <unistd.h>

#include "base/fail.h"
#include "experiments/enough_memory.h"
#include "experiments/record_heading.h"
#include "record/parts.h"
#include "sweeps/engine.h"
#include "sweeps/sweep_record.h"

typedef struct sweep {
    const tp_scenario *scenario;
    const char *record;
    const tp_sweep_options *options;
    const tp_sweep_observer *observer;
    tp_levels *levels;
    tp_trial_table table;
    tp_parts parts;
    tp_lock lock;
    tp_ranks ranks;
    tp_run_log log;
    bool stuck; /* parts cannot be removed, and the error says what then helps */
} sweep;

static tp_status check_shard(const tp_sweep_options *options, tp_error *error) {
    if (options->shards == 0 || (options->shard >= 1 && options->shard <= options->shards))
        return TP_OK;
    char where[80];
    snprintf(where, sizeof where, "--shard %zu/%zu", options->shard, options->shards);
    return tp_fail(error, TP_INVALID, where, "shards are counted from 1 to %zu", options->shards);
}

/* For its own trials: those of other shards have a place in the table too, never written. */
static tp_status check_memory(const sweep *s, tp_error *error) {
    const double trials = (double)s->levels->scenario_count * (double)s->levels->sweep->trials,
                 shards = s->options->shards > 0 ? (double)s->options->shards : 1;
    return tp_enough_memory(&s->scenario->resolved,
                            trials / shards * (double)tp_trial_table_row(s->levels), "sweep.trials",
                            error);
}

static tp_status commit(void *context, const size_t *tasks, size_t count, tp_error *error) {
    const sweep *s = context;
    tp_writer *writer = NULL;
    /* Each task is finished once, so that its number names no part twice. */
    size_t least = tasks[0];
    for (size_t k = 1; k < count; k++)
        least = tasks[k] < least ? tasks[k] : least;
    char *path = tp_parts_path(&s->parts, least);
    tp_status status = path ? tp_parts_make_folder(&s->parts, error)
                            : tp_fail_memory(error, "keeping finished trials");
    if (status == TP_OK)
        status = tp_record_open_run(s->scenario, "sweep", path, &writer, error);
    if (status == TP_OK)
        status = tp_sweep_write_done(s->levels, &s->table, tasks, count, writer, error);
    if (status == TP_OK)
        status = tp_record_close_as(&writer, NULL, path, false, error);
    tp_writer_discard(&writer);
    free(path);
    return status;
}

/* What an unfinished sweep has left under this name. */
static tp_status deal_with_leftovers(sweep *s, tp_error *error) {
    if (s->parts.count == 0)
        return TP_OK;
    if (s->options->leftover == TP_LEFTOVER_REFUSE) {
        tp_fail(error, TP_INVALID, s->parts.folder,
                "an unfinished sweep of this record has left its trials here");
        return tp_hint(error, "--resume goes on with them, --fresh throws them away");
    }
    if (s->options->leftover == TP_LEFTOVER_RESUME)
        return TP_OK;
    tp_status status = tp_parts_remove(&s->parts, error);
    s->stuck = status != TP_OK;
    tp_parts_free(&s->parts);
    return status == TP_OK ? tp_parts_find(s->record, &s->parts, error) : status;
}

/* The record and its parts, for this sweep alone. */
static tp_status claim(sweep *s, tp_error *error) {
    tp_status status = tp_record_claim(s->record, &s->lock, error);
    if (status == TP_OK)
        status = tp_parts_find(s->record, &s->parts, error);
    if (status == TP_OK)
        status = deal_with_leftovers(s, error);
    if (status == TP_OK)
        status = tp_parts_make_folder(&s->parts, error);
    return status;
}

static tp_status read_parts(sweep *s, tp_error *error) {
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < s->parts.count; i++)
        status = tp_sweep_read_done(s->levels, s->parts.paths[i], &s->table, error);
    return status;
}

static size_t jobs_of(const sweep *s) {
    if (s->options->jobs > 0)
        return s->options->jobs;
    const long cores = s->ranks.count > 1 ? 1 : sysconf(_SC_NPROCESSORS_ONLN);
    return cores > 0 ? (size_t)cores : 1;
}

static bool mine(const sweep *s, size_t task) {
    return s->options->shards == 0 || task % s->options->shards == s->options->shard - 1;
}

/* Whether the trials that were this process's, or its ranks', are all there. */
static tp_status check_all_there(const sweep *s, tp_error *error) {
    size_t missing = 0;
    for (size_t scenario = 0; scenario < s->table.scenarios; scenario++)
        for (size_t t = 0; t < s->table.trials; t++)
            missing += mine(s, s->levels->group[scenario] * s->table.trials + t) &&
                       !tp_trial_done(&s->table, scenario, t);
    if (missing == 0)
        return TP_OK;
    tp_fail(error, TP_FAILED, s->parts.folder, "%zu trials of other ranks are missing here",
            missing);
    return tp_hint(error, "all ranks must see the same folder; is it on a shared file system?");
}

/* Rank 0 reads what the others have kept. */
static tp_status finish(sweep *s, tp_error *error) {
    tp_status status = TP_OK;
    if (s->ranks.count > 1) {
        tp_parts_free(&s->parts);
        status = tp_parts_find(s->record, &s->parts, error);
        if (status == TP_OK)
            status = read_parts(s, error);
        if (status == TP_OK)
            status = check_all_there(s, error);
    }
    if (status == TP_OK)
        status = tp_sweep_write_record(s->levels, &s->table, s->record, &s->log, error);
    if (status != TP_OK)
        return status;
    status = tp_parts_done(&s->parts, error);
    s->stuck = status != TP_OK;
    return status;
}

/* Adds to the error what is kept, and how to go on. */
static void tell_what_is_kept(sweep *s, tp_error *error) {
    tp_parts_free(&s->parts);
    if (!error || tp_parts_find(s->record, &s->parts, NULL) != TP_OK || s->parts.count == 0)
        return;
    if (error->status == TP_INTERRUPTED)
        tp_fail(error, TP_INTERRUPTED, "", "interrupted with %zu of %zu trials done",
                tp_trials_whole(&s->table, s->levels), s->levels->count * s->table.trials);
    tp_hint(error, "finished trials are kept in %.300s; the same command with --resume goes on",
            s->parts.folder);
}

static tp_status run(sweep *s, tp_error *error) {
    tp_status status = TP_OK;
    if (s->ranks.rank == 0) {
        status = tp_record_may_replace(s->record, s->options->shards == 0, error);
        if (status == TP_OK)
            status = claim(s, error);
    }
    tp_status all = tp_ranks_agree(&s->ranks, status);
    if (all == TP_OK && s->ranks.rank > 0)
        status = tp_parts_find(s->record, &s->parts, error);
    if (all == TP_OK && status == TP_OK)
        status = read_parts(s, error);
    all = tp_ranks_agree(&s->ranks, all == TP_OK ? status : all);
    if (all != TP_OK)
        return status == TP_OK ? all : status;
    const tp_sweep_work work = {
        .levels = s->levels,
        .table = &s->table,
        .jobs = jobs_of(s),
        .shard = s->options->shard,
        .shards = s->options->shards,
        .ranks = &s->ranks,
        .observer = s->observer,
        .context = s,
        .commit = commit,
    };
    status = tp_sweep_work_do(&work, error);
    all = tp_ranks_agree(&s->ranks, status);
    if (all == TP_OK && s->ranks.rank == 0)
        status = finish(s, error);
    return tp_ranks_agree(&s->ranks, status) == TP_OK || status != TP_OK
               ? status
               : tp_fail(error, TP_FAILED, "", "another rank has failed");
}

tp_status tp_sweep(const tp_scenario *scenario, const char *record, const tp_sweep_options *options,
                   const tp_sweep_observer *observer, bool *told, tp_error *error) {
    sweep s = {.scenario = scenario,
               .record = record,
               .options = options,
               .observer = observer,
               .lock = TP_LOCK_NONE};
    tp_run_log_start(&s.log);
    tp_status status = check_shard(options, error);
    if (told)
        *told = true;
    if (status == TP_OK)
        status = tp_levels_create(scenario, &s.levels, error);
    if (status == TP_OK)
        status = check_memory(&s, error);
    if (status == TP_OK)
        status = tp_trial_table_create(s.levels, &s.table, error);
    const tp_status joined = tp_ranks_join(&s.ranks, status == TP_OK ? error : NULL);
    if (status == TP_OK)
        status = joined;
    if (told)
        *told = s.ranks.rank == 0;
    /* One may have less memory than the others, who would wait for it. */
    const tp_status all = tp_ranks_agree(&s.ranks, status);
    if (all != TP_OK && status == TP_OK)
        status = tp_fail(error, all, "", "another rank has failed");
    if (status == TP_OK) {
        status = run(&s, error);
        if (status == TP_INTERRUPTED || (status == TP_FAILED && !s.stuck))
            tell_what_is_kept(&s, error);
        if (status == TP_INVALID || s.parts.count == 0)
            rmdir(s.parts.folder ? s.parts.folder : "");
    }
    tp_lock_release(&s.lock);
    tp_ranks_leave(&s.ranks);
    tp_parts_free(&s.parts);
    tp_trial_table_free(&s.table);
    tp_levels_destroy(&s.levels);
    return status;
}
