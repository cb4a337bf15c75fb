/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From scenarios to records. */
#include "entries.h"
#include "failing.h"
#include "inputs.h"

#include <string.h>

static const char RECORD[] = "out/r.h5";

static tp_status with_scenario(const entry *e,
                               tp_status (*work)(const entry *e, const tp_scenario *scenario,
                                                 tp_error *error),
                               tp_error *error) {
    static const char *const sets[] = {"title=mine", "seed=1"};
    const bool changed = strcmp(e->input, "memory.yaml") == 0 && !e->before;
    tp_scenario *scenario = NULL;
    tp_status status = tp_scenario_read(e->input, sets, changed ? 2 : 0, &scenario, error);
    if (status == TP_OK)
        status = work(e, scenario, error);
    tp_scenario_destroy(&scenario);
    return status;
}

/* A function that has the scenario, and how it is called with one. */
#define ENTRY(name, ...)                                                                           \
    static tp_status name##_of(const entry *e, const tp_scenario *scenario, tp_error *error) {     \
        (void)e;                                                                                   \
        __VA_ARGS__                                                                                \
    }                                                                                              \
    static tp_status name(const entry *e, tp_error *error) {                                       \
        return with_scenario(e, name##_of, error);                                                 \
    }

static bool never(void *unused) {
    (void)unused;
    return false;
}

/* A short way into the measurements. */
static bool after_three(void *asked) {
    return ++*(int *)asked > 3;
}

static void ignore(void *unused, const char *stage, double done, double total) {
    (void)unused;
    (void)stage;
    (void)done;
    (void)total;
}

static void ignore_sweep(void *unused, const tp_sweep_progress *progress) {
    (void)unused;
    (void)progress;
}

static const tp_observer quiet = {.progress = ignore, .stopped = never};

ENTRY(run, return tp_run(scenario, RECORD, &quiet, error);)
ENTRY(run_often, {
    const tp_run_options often = {.start = TP_RUN_FRESH, .commit_seconds = -1, .jobs = 2};
    return tp_run_with(scenario, RECORD, &often, NULL, error);
})
ENTRY(resume, {
    const tp_run_options resumed = {.start = TP_RUN_RESUME, .jobs = 2};
    (void)tp_run_has_parts(RECORD);
    return tp_run_with(scenario, RECORD, &resumed, NULL, error);
})
ENTRY(run_from, {
    const tp_run_options from = {.from = e->what};
    return tp_run_with(scenario, RECORD, &from, NULL, error);
})
ENTRY(check, return tp_run_check(scenario, error);)
ENTRY(verify, return tp_verify(scenario, RECORD, &quiet, error);)
ENTRY(sweep, {
    const tp_sweep_options options = {.jobs = 2, .leftover = TP_LEFTOVER_FRESH};
    const tp_sweep_observer observer = {.progress = ignore_sweep, .stopped = never};
    bool told;
    return tp_sweep(scenario, RECORD, &options, &observer, &told, error);
})
ENTRY(resume_sweep, {
    const tp_sweep_options options = {.jobs = 2, .leftover = TP_LEFTOVER_RESUME};
    return tp_sweep(scenario, RECORD, &options, NULL, NULL, error);
})
ENTRY(measure, {
    failing_hurry(true);
    const tp_status status = tp_work_precision(scenario, RECORD, NULL, error);
    failing_hurry(false);
    return status;
})
ENTRY(measure_some, {
    int asked = 0;
    const tp_observer observer = {.context = &asked, .stopped = after_three};
    failing_hurry(true);
    const tp_status status = tp_work_precision(scenario, RECORD, &observer, error);
    failing_hurry(false);
    return status;
})
ENTRY(print, {
    FILE *sink = fopen("out/told", "w");
    (void)tp_scenario_title(scenario);
    tp_status status = sink ? tp_scenario_print(scenario, 1, sink, error) : TP_FAILED;
    if (sink)
        fclose(sink);
    return status;
})

static tp_status print_keys(const entry *e, tp_error *error) {
    FILE *sink = fopen("out/told", "w");
    tp_status status = sink ? tp_scenario_print_keys(e->input, sink, error) : TP_FAILED;
    if (sink)
        fclose(sink);
    return status;
}

static tp_status merge(const entry *e, tp_error *error) {
    static const char *const shards[] = {"shard1.h5", "shard2.h5"};
    (void)e;
    return tp_merge(shards, 2, RECORD, error);
}

const entry run_entries[] = {
    {.name = "keys of memory", .input = "memory", .call = print_keys},
    {.name = "keys of anan", .input = "anan", .call = print_keys},
    {.name = "print", .input = "memory.yaml", .call = print},
    {.name = "check memory", .input = "memory.yaml", .call = check},
    {.name = "check images", .input = "images.yaml", .call = check},
    {.name = "check folders", .input = "folders.yaml", .call = check},
    {.name = "check series", .input = "series.yaml", .call = check},
    {.name = "run memory", .input = "memory.yaml", .call = run_often},
    {.name = "run with commits", .input = "unfinished-memory.yaml", .call = run_often},
    {.name = "run adaptive", .input = "adaptive.yaml", .call = run},
    {.name = "run cell", .input = "cell.yaml", .call = run},
    {.name = "run stiff", .input = "stiff.yaml", .call = run},
    {.name = "run forecast", .input = "forecast.yaml", .call = run_often},
    {.name = "run maass", .input = "maass.yaml", .call = run},
    {.name = "run xor", .input = "xor.yaml", .call = run_often},
    {.name = "run encoded", .input = "encoded.yaml", .call = run_often},
    {.name = "run jointly", .input = "jointly.yaml", .call = run},
    {.name = "run taken", .input = "taken.yaml", .call = run},
    {.name = "run projected", .input = "projected.yaml", .call = run},
    {.name = "run anan", .input = "anan.yaml", .call = run_often},
    {.name = "run --from memory", .input = "memory.yaml", .call = run_from, .what = "memory.h5"},
    {.name = "run --from classification", .input = "xor.yaml", .call = run_from, .what = "xor.h5"},
    {.name = "run --from anan", .input = "anan.yaml", .call = run_from, .what = "anan.h5"},
    {.name = "run --resume memory",
     .input = "unfinished-memory.yaml",
     .call = resume,
     .before = leave_parts},
    {.name = "run --resume forecast",
     .input = "forecast.yaml",
     .call = resume,
     .before = leave_parts},
    {.name = "run --resume classification",
     .input = "unfinished-xor.yaml",
     .call = resume,
     .before = leave_parts},
    {.name = "run --resume anan",
     .input = "unfinished-anan.yaml",
     .call = resume,
     .before = leave_parts},
    {.name = "sweep memory", .input = "memory.yaml", .call = sweep},
    {.name = "sweep cell", .input = "cell.yaml", .call = sweep},
    {.name = "sweep forecast", .input = "forecast.yaml", .call = sweep},
    {.name = "sweep ratio", .input = "ratio.yaml", .call = sweep},
    {.name = "sweep classification", .input = "xor.yaml", .call = sweep},
    {.name = "sweep anan", .input = "anan.yaml", .call = sweep},
    {.name = "sweep --resume", .input = "ratio.yaml", .call = resume_sweep, .before = leave_parts},
    {.name = "merge", .input = NULL, .call = merge},
    {.name = "verify", .input = "verify.yaml", .call = verify},
    {.name = "some work and precision",
     .input = "verify.yaml",
     .call = measure_some,
     .expected = TP_INTERRUPTED,
     .measures = true},
    {.name = "work and precision",
     .input = "verify.yaml",
     .call = measure,
     .measures = true,
     .late = true},
    {0},
};
