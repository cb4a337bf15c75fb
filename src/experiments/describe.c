/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record in words: what was run, and its summary table. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <tripartite/record.h>

#include "base/fail.h"

/* The columns of /summary that the table shows. */
typedef struct columns {
    tp_array pattern, noise, input, recall, hit, rejection, frame, frames;
} columns;

static tp_status read_columns(const tp_record *record, columns *c, tp_error *error) {
    const struct {
        const char *path;
        tp_array *array;
    } wanted[] = {
        {"summary/pattern", &c->pattern},
        {"summary/noise", &c->noise},
        {"summary/input_accuracy", &c->input},
        {"summary/accuracy", &c->recall},
        {"summary/hit", &c->hit},
        {"summary/correct_rejection", &c->rejection},
    };
    for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
        tp_status status = tp_record_array(record, wanted[i].path, wanted[i].array, error);
        if (status != TP_OK)
            return status;
    }
    if (!tp_record_has(record, "summary/frame"))
        return TP_OK;
    tp_status status = tp_record_array(record, "summary/frame", &c->frame, error);
    if (status == TP_OK)
        status = tp_record_array(record, "summary/frame_accuracy", &c->frames, error);
    return status;
}

static void free_columns(columns *c) {
    tp_array *all[] = {&c->pattern, &c->noise,     &c->input, &c->recall,
                       &c->hit,     &c->rejection, &c->frame, &c->frames};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        tp_array_free(all[i]);
}

static tp_status print_rows(const tp_record *record, const columns *c, FILE *stream,
                            tp_error *error) {
    const size_t tests = c->recall.dims[0], frames = c->frame.rank ? c->frame.dims[0] : 0;
    fprintf(stream, "\nBalanced accuracy (1 perfect, 0.5 chance)\n");
    fprintf(stream, "%4s  %-14s %5s  %7s  %7s  %7s  %9s", "test", "pattern", "noise", "input",
            "recall", "hits", "rejected");
    for (size_t f = 0; f < frames; f++)
        fprintf(stream, "  at %4.4g ms", c->frame.values[f]);
    fputc('\n', stream);
    for (size_t k = 0; k < tests; k++) {
        char *name;
        tp_status status = tp_record_string(record, "summary/pattern_name", k, &name, error);
        if (status != TP_OK)
            return status;
        fprintf(stream, "%4zu  %-14.14s %5.2f  %7.3f  %7.3f  %7.3f  %9.3f", k, name,
                c->noise.values[k], c->input.values[k], c->recall.values[k], c->hit.values[k],
                c->rejection.values[k]);
        free(name);
        for (size_t f = 0; f < frames; f++)
            fprintf(stream, "  %10.3f", c->frames.values[k * frames + f]);
        fputc('\n', stream);
    }
    return TP_OK;
}

static tp_status print_summary(const tp_record *record, FILE *stream, tp_error *error) {
    columns c;
    memset(&c, 0, sizeof c);
    tp_status status = read_columns(record, &c, error);
    if (status == TP_OK && c.recall.dims[0] > 0)
        status = print_rows(record, &c, stream, error);
    else if (status == TP_OK)
        fputs("\nNo test was finished.\n", stream);
    free_columns(&c);
    return status;
}

/* How long training and pause are, and the spikes in them. */
static tp_status print_training(const tp_record *record, FILE *stream, tp_error *error) {
    const char *path = "training/spikes/neurons/timestamps";
    double end;
    tp_status status = tp_record_number(record, "training", "end", &end, error);
    if (status != TP_OK)
        return status;
    fprintf(stream, "Training and pause: %.10g ms", end);
    if (tp_record_has(record, path)) {
        tp_array spikes;
        status = tp_record_array(record, path, &spikes, error);
        if (status != TP_OK)
            return status;
        fprintf(stream, ", %zu spikes", spikes.dims[0]);
        tp_array_free(&spikes);
    }
    fputc('\n', stream);
    return TP_OK;
}

/* The first numbers of a list, and how many there are. */
static void print_times(const char *what, const tp_array *times, FILE *stream) {
    enum { SHOWN = 8 };
    const size_t count = times->dims[0];
    fprintf(stream, "%zu %s%s", count, what, count ? " at" : "");
    for (size_t i = 0; i < count && i < SHOWN; i++)
        fprintf(stream, "%s %.4f", i ? "," : "", times->values[i]);
    fprintf(stream, "%s%s\n", count > SHOWN ? ", ..." : "", count ? " ms" : "");
}

static tp_status print_response(const tp_record *record, FILE *stream, tp_error *error) {
    const struct {
        const char *path, *what;
    } lists[] = {
        {"response/spikes/cells/timestamps", "spikes"},
        {"response/crossings/time", "crossings of a level"},
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        tp_array times;
        if (!tp_record_has(record, lists[i].path))
            continue;
        tp_status status = tp_record_array(record, lists[i].path, &times, error);
        if (status != TP_OK)
            return status;
        print_times(lists[i].what, &times, stream);
        tp_array_free(&times);
    }
    return TP_OK;
}

static tp_status print_comparison(const tp_record *record, FILE *stream, tp_error *error) {
    static const char *const names[] = {
        "spikes",         "reference_spikes", "neurons_with_another_count", "spike_shift_median",
        "spike_shift_99", "spike_shift_most", "calcium_difference",         "changed_pixels"};
    enum { COLUMNS = sizeof names / sizeof *names };
    tp_array numbers[COLUMNS] = {{0}};
    tp_status status = TP_OK;
    for (size_t c = 0; status == TP_OK && c < COLUMNS; c++) {
        char path[80];
        snprintf(path, sizeof path, "comparison/%s", names[c]);
        status = tp_record_array(record, path, &numbers[c], error);
    }
    if (status == TP_OK)
        fprintf(stream,
                "\n%-10s %9s %9s %8s  %27s  %9s %7s\n%-10s %9s %9s %8s  %8s %9s %8s  %9s %7s\n", "",
                "", "", "neurons", "spikes move by (ms)", "calcium", "pixels", "segment", "spikes",
                "reference", "with n'", "median", "99 %", "most", "by (uM)", "changed");
    for (size_t i = 0; status == TP_OK && i < numbers[0].dims[0]; i++) {
        char *name;
        status = tp_record_string(record, "comparison/segment", i, &name, error);
        if (status != TP_OK)
            break;
        fprintf(stream, "%-10s %9.0f %9.0f %8.0f  %8.2g %9.2g %8.2g  %9.2g %7.0f\n", name,
                numbers[0].values[i], numbers[1].values[i], numbers[2].values[i],
                numbers[3].values[i], numbers[4].values[i], numbers[5].values[i],
                numbers[6].values[i], numbers[7].values[i]);
        free(name);
    }
    for (size_t c = 0; c < COLUMNS; c++)
        tp_array_free(&numbers[c]);
    static const char *const texts[] = {"verdict", "first_difference"};
    for (size_t i = 0; status == TP_OK && i < 2; i++) {
        char *text;
        status = tp_record_text(record, "comparison", texts[i], &text, error);
        if (status == TP_OK) {
            fprintf(stream, "\n%s\n", text);
            free(text);
        }
    }
    return status;
}

/* Of each subject and integrator, what it reached at each setting. */
static tp_status print_work(const tp_record *record, FILE *stream, tp_error *error) {
    tp_array setting, seconds, wrong;
    tp_status status = tp_record_array(record, "work_precision/setting", &setting, error);
    if (status != TP_OK)
        return status;
    status = tp_record_array(record, "work_precision/seconds", &seconds, error);
    if (status != TP_OK) {
        tp_array_free(&setting);
        return status;
    }
    status = tp_record_array(record, "work_precision/error", &wrong, error);
    if (status == TP_OK)
        fprintf(stream, "\n%-10s %-12s %12s %12s %12s\n", "subject", "integrator", "step or rtol",
                "seconds", "error");
    for (size_t i = 0; status == TP_OK && i < setting.dims[0]; i++) {
        char *subject = NULL, *integrator = NULL;
        status = tp_record_string(record, "work_precision/subject", i, &subject, error);
        if (status == TP_OK)
            status = tp_record_string(record, "work_precision/integrator", i, &integrator, error);
        if (status == TP_OK)
            fprintf(stream, "%-10s %-12s %12g %12.3g %12.3g\n", subject, integrator,
                    setting.values[i], seconds.values[i], wrong.values[i]);
        free(subject);
        free(integrator);
    }
    tp_array_free(&setting);
    tp_array_free(&seconds);
    tp_array_free(&wrong);
    return status;
}

tp_status tp_record_describe(const tp_record *record, FILE *stream, tp_error *error) {
    static const char *const attributes[] = {"title", "experiment", "status", "source"};
    char *texts[4] = {NULL};
    uint64_t seed = 0;
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < 4; i++)
        status = tp_record_text(record, "/", attributes[i], &texts[i], error);
    if (status == TP_OK)
        status = tp_record_integer(record, "/", "seed", &seed, error);
    if (status == TP_OK)
        fprintf(stream, "%s%s%s experiment, seed %" PRIu64 ", %s, by %s\n", texts[0],
                *texts[0] ? "\n" : "", texts[1], seed,
                strcmp(texts[2], "complete") == 0 ? "complete"
                                                  : "PARTIAL (the run was not finished)",
                texts[3]);
    for (size_t i = 0; i < 4; i++)
        free(texts[i]);
    if (status == TP_OK && tp_record_has(record, "training"))
        status = print_training(record, stream, error);
    if (status == TP_OK && tp_record_has(record, "response"))
        status = print_response(record, stream, error);
    if (status == TP_OK && tp_record_has(record, "comparison"))
        status = print_comparison(record, stream, error);
    if (status == TP_OK && tp_record_has(record, "work_precision"))
        status = print_work(record, stream, error);
    if (status == TP_OK && tp_record_has(record, "summary"))
        status = print_summary(record, stream, error);
    if (status == TP_OK && ferror(stream))
        status =
            tp_fail(error, TP_FAILED, "", "the summary could not be printed: %s", strerror(errno));
    return status;
}
