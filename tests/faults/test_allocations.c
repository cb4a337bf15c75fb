/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An allocation fails, each one in turn, under every function of the public headers that takes
 * memory: an error comes back, nothing is lost and nothing crashes. Linked with --wrap, which sees
 * the library's own calls alone: those below it (HDF5, UDUNITS) do not survive all of their own.
 * TRIPARTITE_LONG=1 tries every one, else there is a sample. */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS */
#include "../folder.h"

#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <tripartite/tripartite.h>

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
/* Where there is a leak checker. */
__attribute__((weak)) int __lsan_do_recoverable_leak_check(void);

/* Which allocation is to fail, counted from 1; 0: none. One count for all processes: records are
 * read in one of their own. */
static struct counts {
    atomic_long failing, allocations;
    atomic_bool counting;
} none, *counts = &none;

static bool share_counts(void) {
    counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    return counts != MAP_FAILED;
}

static bool fails(void) {
    return atomic_load(&counts->counting) &&
           atomic_fetch_add(&counts->allocations, 1) + 1 == atomic_load(&counts->failing);
}

void *__wrap_malloc(size_t size) {
    return fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
    return fails() ? NULL : __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
    return fails() ? NULL : __real_aligned_alloc(alignment, size);
}

char *__wrap_strdup(const char *text) {
    return fails() ? NULL : __real_strdup(text);
}

static const char memory_yaml[] = "experiment: memory\n"
                                  "patterns: [one, {digit: two, name: mine}]\n"
                                  "network: {neurons: {rows: 7, columns: 7}}\n"
                                  "training: {samples: 1}\n"
                                  "pause: 5 ms\n"
                                  "recall: {after: 5 ms, readout: {frames: [1 ms, 4 ms]}}\n"
                                  "sweep: {over: {recall.noise: [0.1, 0.3]}, trials: 2}\n";
static const char cell_yaml[] = "experiment: cell\n"
                                "cell: {model: izhikevich}\n"
                                "duration: 20 ms\n"
                                "inputs: {current: [{value: 5}]}\n";
static const char forecast_yaml[] = "experiment: forecast\n"
                                    "network: {neurons: {count: 10}, astrocytes: {count: 10}}\n"
                                    "samples: {drop: 10, train: 60, test: 20}\n"
                                    "readout: {hidden: [4], epochs: 2, batch: 8}\n"
                                    "free_run: {samples: 10}\n"
                                    "sweep: {over: {readout.batch: [8, 16]}, trials: 2}\n";
static const char classification_yaml[] =
    "experiment: classification\n"
    "data: xor\n"
    "networks: [{name: n, layers: [{kind: dense, outputs: 3}, softmax, {kind: dense, outputs: "
    "1}]},\n"
    "           {name: g, bias: none, layers: [spread, slide, softmax, gather, softmax, gather]}]\n"
    "training: {epochs: 3, batch: 4}\n"
    "trials: 2\n";

static char scenario_path[700]; /* of the entry that is tried */
static FILE *sink;

static tp_status with_scenario(tp_status (*work)(const tp_scenario *scenario, tp_error *error),
                               tp_error *error) {
    static const char *const sets[] = {"title=mine", "seed=1"};
    tp_scenario *scenario = NULL;
    tp_status status = tp_scenario_read(scenario_path, sets, 2, &scenario, error);
    if (status == TP_OK)
        status = work(scenario, error);
    tp_scenario_destroy(&scenario);
    return status;
}

static tp_status run_scenario(const tp_scenario *scenario, tp_error *error) {
    const tp_run_options often = {.start = TP_RUN_FRESH, .commit_seconds = -1, .jobs = 2};
    return tp_run_with(scenario, in_folder("out.h5"), &often, NULL, error);
}

static tp_status print_scenario(const tp_scenario *scenario, tp_error *error) {
    return tp_scenario_print(scenario, 1, sink, error);
}

static tp_status verify_scenario(const tp_scenario *scenario, tp_error *error) {
    return tp_verify(scenario, in_folder("out.h5"), NULL, error);
}

static tp_status sweep_scenario(const tp_scenario *scenario, tp_error *error) {
    const tp_sweep_options options = {.jobs = 2, .leftover = TP_LEFTOVER_FRESH};
    return tp_sweep(scenario, in_folder("out.h5"), &options, NULL, NULL, error);
}

static tp_status run(tp_error *error) {
    return with_scenario(run_scenario, error);
}
static tp_status check(tp_error *error) {
    return with_scenario(tp_run_check, error);
}
static tp_status print(tp_error *error) {
    return with_scenario(print_scenario, error);
}
static tp_status verify(tp_error *error) {
    return with_scenario(verify_scenario, error);
}
static tp_status sweep(tp_error *error) {
    return with_scenario(sweep_scenario, error);
}

static tp_status print_keys(tp_error *error) {
    return tp_scenario_print_keys("memory", sink, error);
}

static tp_status merge(tp_error *error) {
    const char *const shards[] = {in_folder("shard1.h5"), in_folder("shard2.h5")};
    return tp_merge(shards, 2, in_folder("out.h5"), error);
}

static tp_status run_from_record(const tp_scenario *scenario, tp_error *error) {
    const tp_run_options from = {.from = in_folder("memory.h5")};
    return tp_run_with(scenario, in_folder("out.h5"), &from, NULL, error);
}

static tp_status run_from(tp_error *error) {
    (void)tp_run_has_parts(in_folder("out.h5"));
    return with_scenario(run_from_record, error);
}

static tp_status read_record(tp_error *error) {
    const size_t start[] = {0, 0, 0}, count[] = {1, 2, 2};
    tp_record *record;
    tp_array array;
    char *text;
    double number;
    tp_status status = tp_record_open(in_folder("memory.h5"), &record, error);
    if (status != TP_OK)
        return status;
    status = tp_record_array(record, "training/astrocytes/Ca", &array, error);
    if (status == TP_OK)
        tp_array_free(&array);
    if (status == TP_OK)
        status = tp_record_slice(record, "training/astrocytes/Ca", start, count, &array, error);
    if (status == TP_OK)
        tp_array_free(&array);
    if (status == TP_OK)
        status = tp_record_text(record, "/", "title", &text, error);
    if (status == TP_OK)
        free(text);
    if (status == TP_OK)
        status = tp_record_string(record, "patterns/name", 0, &text, error);
    if (status == TP_OK)
        free(text);
    if (status == TP_OK)
        status = tp_record_number(record, "training", "end", &number, error);
    tp_record_close(&record);
    return status;
}

static tp_status with_record(tp_status (*work)(const tp_record *record, tp_error *error),
                             tp_error *error) {
    tp_record *record;
    tp_status status = tp_record_open(in_folder("memory.h5"), &record, error);
    if (status == TP_OK)
        status = work(record, error);
    tp_record_close(&record);
    return status;
}

static tp_status describe_record(const tp_record *record, tp_error *error) {
    return tp_record_describe(record, sink, error);
}
static tp_status describe(tp_error *error) {
    return with_record(describe_record, error);
}
static tp_status draw(tp_error *error) {
    return tp_figure_draw(in_folder("memory.h5"), NULL, in_folder("out.svg"), error);
}

typedef struct entry {
    const char *name, *scenario;
    tp_status (*call)(tp_error *error);
} entry;

static void clean_up(void) {
    static const char *const names[] = {"out.h5",         "out.h5.log.json",
                                        "out.partial.h5", "out.partial.h5.log.json",
                                        "out.svg",        "summary.csv"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(in_folder(names[i]));
    /* What a run that failed had committed. */
    empty_folder(in_folder("out.h5.parts"), false);
    rmdir(in_folder("out.h5.parts"));
}

/* Lets allocation number n fail; whether there was one. */
static bool try(const entry *e, long n, size_t *survived) {
    tp_error error = {.status = TP_OK};
    atomic_store(&counts->allocations, 0);
    atomic_store(&counts->failing, n);
    atomic_store(&counts->counting, true);
    const tp_status status = e->call(&error);
    atomic_store(&counts->counting, false);
    clean_up();
    const bool happened = n > 0 && atomic_load(&counts->allocations) >= n;
    if (!happened && status != TP_OK)
        fail_msg("%s: %s: %s", e->name, error.where, error.message);
    if (status != TP_OK && (error.status != status || !*error.message))
        fail_msg("%s, allocation %ld: status %d without an error", e->name, n, status);
    *survived += happened && status == TP_OK;
    return happened;
}

static void fail_in_turn(const entry *e) {
    const bool all = getenv("TRIPARTITE_LONG") != NULL;
    const long sample = 12;
    size_t survived = 0, tried = 0;
    snprintf(scenario_path, sizeof scenario_path, "%s", in_folder(e->scenario ? e->scenario : ""));
    try(e, 0, &survived);
    const long count = atomic_load(&counts->allocations);
    /* Threads share allocations out anew each time: a few more than were counted. */
    for (long n = 1; n <= count + 3; n += all || count < sample ? 1 : count / sample) {
        tried += try(e, n, &survived);
    }
    assert_true(count == 0 || tried > 0);
    assert_int_equal(count_files(folder), 8);
    if (__lsan_do_recoverable_leak_check)
        assert_int_equal(__lsan_do_recoverable_leak_check(), 0);
    print_message("%s: %ld allocations, %zu failed, %zu of them did no harm\n", e->name, count,
                  tried, survived);
}

static void allocations_fail(void **state) {
    static const entry entries[] = {
        {"run memory", "memory.yaml", run},
        {"run cell", "cell.yaml", run},
        {"run forecast", "forecast.yaml", run},
        {"run classification", "classification.yaml", run},
        {"check", "memory.yaml", check},
        {"print", "memory.yaml", print},
        {"keys", NULL, print_keys},
        {"verify", "memory.yaml", verify},
        {"sweep memory", "memory.yaml", sweep},
        {"sweep forecast", "forecast.yaml", sweep},
        {"run --from", "memory.yaml", run_from},
        {"merge", NULL, merge},
        {"read", NULL, read_record},
        {"describe", NULL, describe},
        {"draw", NULL, draw},
    };
    (void)state;
    for (size_t i = 0; i < sizeof entries / sizeof *entries; i++)
        fail_in_turn(&entries[i]);
}

static void spill_text(const char *name, const char *text) {
    spill(in_folder(name), text, strlen(text));
}

/* The scenarios and records that the entries read. */
static int prepare(void **state) {
    (void)state;
    tp_error error;
    tp_scenario *scenario;
    snprintf(folder, sizeof folder, "/tmp/test_allocations.XXXXXX");
    sink = fopen("/dev/null", "w");
    if (!sink || !share_counts() || !mkdtemp(folder))
        return 1;
    spill_text("memory.yaml", memory_yaml);
    spill_text("cell.yaml", cell_yaml);
    spill_text("forecast.yaml", forecast_yaml);
    spill_text("classification.yaml", classification_yaml);
    if (tp_scenario_read(in_folder("memory.yaml"), NULL, 0, &scenario, &error) != TP_OK ||
        tp_run(scenario, in_folder("memory.h5"), NULL, &error) != TP_OK) {
        print_error("%s: %s\n", error.where, error.message);
        return 1;
    }
    for (size_t shard = 1; shard <= 2; shard++) {
        const tp_sweep_options options = {.jobs = 1, .shard = shard, .shards = 2};
        const char *const record = in_folder(shard == 1 ? "shard1.h5" : "shard2.h5");
        if (tp_sweep(scenario, record, &options, NULL, NULL, &error) != TP_OK)
            return 1;
    }
    tp_scenario_destroy(&scenario);
    unlink(in_folder("shard1.h5.log.json"));
    unlink(in_folder("shard2.h5.log.json"));
    return 0;
}

static int tidy(void **state) {
    (void)state;
    fclose(sink);
    empty_folder(folder, true);
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(allocations_fail)};
    return cmocka_run_group_tests(tests, prepare, tidy);
}
