/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of single cells, of verify and of work and precision, to draw from. */
#ifndef TP_TESTS_FIGURES_RECORDS_H
#define TP_TESTS_FIGURES_RECORDS_H

#include "figures_folder.h"

#include "record/arrays.h"

static inline tp_scenario *read_scenario(const char *yaml, const char *const *overrides) {
    spill(in_folder("scenario.yaml"), yaml, strlen(yaml));
    size_t count = 0;
    while (overrides && overrides[count])
        count++;
    tp_error error = {0};
    tp_scenario *read = NULL;
    if (tp_scenario_read(in_folder("scenario.yaml"), overrides, count, &read, &error) != TP_OK)
        fail_msg("%s: %s", error.where, error.message);
    unlink(in_folder("scenario.yaml"));
    return read;
}

typedef tp_status runner(const tp_scenario *scenario, const char *record,
                         const tp_observer *observer, tp_error *error);

/* Makes folder/NAME.h5; with `ticks` above 0 it is interrupted. */
static inline void make_record(const char *name, runner *run, const char *yaml,
                               const char *const *overrides, int ticks) {
    char file[80], log[80];
    snprintf(file, sizeof file, "%s.h5", name);
    snprintf(log, sizeof log, "%s.log.json", name);
    tp_scenario *scenario = read_scenario(yaml, overrides);
    const tp_observer observer = {.context = &ticks, .stopped = stops};
    const bool interrupted = ticks > 0;
    tp_error error = {0};
    const tp_status status = run(scenario, in_folder(file), interrupted ? &observer : NULL, &error);
    tp_scenario_destroy(&scenario);
    if (status != (interrupted ? TP_INTERRUPTED : TP_OK))
        fail_msg("%s: %s", error.where, error.message);
    unlink(in_folder(log));
}

/* One measured run. */
typedef struct worked {
    const char *subject, *integrator;
    double setting, seconds, error;
    uint8_t adaptive;
    int32_t changed_pixels;
} worked;

static inline tp_writer *begin_record(const char *name, const char *experiment) {
    tp_writer *writer = NULL;
    tp_error error = {0};
    const char *const texts[][2] = {{"source", "tripartite 0.1.0"},
                                    {"title", "Two digits"},
                                    {"status", "complete"},
                                    {"experiment", experiment}};
    assert_int_equal(tp_writer_create(in_folder(name), &writer, &error), TP_OK);
    assert_int_equal(tp_writer_integer(writer, "/", "format_version", 1, &error), TP_OK);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_int_equal(tp_writer_text(writer, "/", texts[i][0], texts[i][1], &error), TP_OK);
    return writer;
}

enum { MOST_WORKED = 64 };

static inline void put_strings(tp_writer *writer, const char *name, const worked *runs,
                               size_t count, bool subjects) {
    const char *texts[MOST_WORKED];
    for (size_t i = 0; i < count; i++)
        texts[i] = subjects ? runs[i].subject : runs[i].integrator;
    char path[80];
    snprintf(path, sizeof path, "work_precision/%s", name);
    const tp_layout layout = tp_layout_along(TP_UINT8, "run", count, "1", name);
    tp_error error = {0};
    assert_int_equal(tp_writer_strings(writer, path, &layout, texts, &error), TP_OK);
}

/* A record with these runs; `short_by` of the errors are missing. */
static inline void work_record(const char *name, const worked *runs, size_t count,
                               size_t short_by) {
    double columns[3][MOST_WORKED];
    uint8_t adaptive[MOST_WORKED];
    int32_t changed[MOST_WORKED];
    assert_true(count <= MOST_WORKED);
    for (size_t i = 0; i < count; i++) {
        columns[0][i] = runs[i].setting;
        columns[1][i] = runs[i].seconds;
        columns[2][i] = runs[i].error;
        adaptive[i] = runs[i].adaptive;
        changed[i] = runs[i].changed_pixels;
    }
    tp_writer *writer = begin_record(name, "work-precision");
    const struct {
        const char *name;
        tp_type type;
        const void *values;
        size_t count;
    } arrays[] = {{"setting", TP_FLOAT64, columns[0], count},
                  {"seconds", TP_FLOAT64, columns[1], count},
                  {"error", TP_FLOAT64, columns[2], count - short_by},
                  {"adaptive", TP_UINT8, adaptive, count},
                  {"changed_pixels", TP_INT32, changed, count}};
    tp_error error = {0};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        if (tp_record_put(writer, "work_precision", arrays[i].name,
                          tp_layout_along(arrays[i].type, i == 2 && short_by ? "other" : "run",
                                          arrays[i].count, "1", arrays[i].name),
                          arrays[i].values, &error) != TP_OK)
            fail_msg("%s: %s", error.where, error.message);
    put_strings(writer, "subject", runs, count, true);
    put_strings(writer, "integrator", runs, count, false);
    assert_int_equal(tp_writer_finish(&writer, &error), TP_OK);
}

#endif
