/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of figures, and how one comes from a record to a file. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/fail.h"
#include "base/text.h"
#include "figures/figure_bytes.h"
#include "figures/figure_kind.h"
#include "figures/gnuplot.h"
#include "record/reader_private.h"
#include "record/temporary.h"

static const tp_figure_kind *const kinds[] = {
    &tp_figure_accuracy,       &tp_figure_cell,
    &tp_figure_confusion,      &tp_figure_folds,
    &tp_figure_forecast,       &tp_figure_grid,
    &tp_figure_kernels,        &tp_figure_learning,
    &tp_figure_movie,          &tp_figure_perturbation,
    &tp_figure_raster,         &tp_figure_ratio,
    &tp_figure_recall,         &tp_figure_reconstructions,
    &tp_figure_robustness,     &tp_figure_traces,
    &tp_figure_training,       &tp_figure_verify,
    &tp_figure_work_precision,
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

const tp_figure *tp_figure_at(size_t index) {
    return index < KIND_COUNT ? &kinds[index]->figure : NULL;
}

static tp_status find_kind(const char *name, const tp_figure_kind **kind, tp_error *error) {
    const char *names[KIND_COUNT + 1] = {NULL};
    for (size_t i = 0; i < KIND_COUNT; i++) {
        names[i] = kinds[i]->figure.name;
        if (strcmp(names[i], name) == 0) {
            *kind = kinds[i];
            return TP_OK;
        }
    }
    char list[400];
    tp_text_join(names, list, sizeof list);
    tp_fail(error, TP_INVALID, "", "there is no figure '%.80s'; expected one of: %s", name, list);
    const char *nearest = tp_text_nearest(name, names);
    return nearest ? tp_hint(error, "did you mean '%s'?", nearest) : TP_INVALID;
}

static tp_status find_format(const tp_figure_kind *kind, const char *output, tp_format *format,
                             tp_error *error) {
    static const char *const endings[] = {[TP_FORMAT_PNG] = ".png",
                                          [TP_FORMAT_SVG] = ".svg",
                                          [TP_FORMAT_PDF] = ".pdf",
                                          [TP_FORMAT_GIF] = ".gif"};
    const char *slash = strrchr(output, '/'), *dot = strrchr(slash ? slash : output, '.');
    for (int i = 0; dot && i < 4; i++)
        if (strcasecmp(dot, endings[i]) == 0 && kind->film == (i == TP_FORMAT_GIF)) {
            *format = (tp_format)i;
            return TP_OK;
        }
    const char *expected = kind->film ? ".gif" : ".png, .svg or .pdf";
    tp_fail(error, TP_INVALID, output, "the figure '%s' cannot be drawn as '%s'; expected %s",
            kind->figure.name, dot ? dot : "a file without an ending", expected);
    if (dot && strcasecmp(dot, ".gif") == 0)
        return tp_hint(error, "a .gif is for the figure 'movie'; name the file .png, .svg or .pdf");
    return tp_hint(error, "name the file so that it ends in %s", expected);
}

static bool suits(const tp_figure_kind *kind, const tp_record *record, const char *experiment) {
    return (!kind->experiment || strcmp(kind->experiment, experiment) == 0) &&
           (!kind->group || tp_record_has(record, kind->group));
}

/* What the figure lacks, and which figures the record can have. */
static tp_status tell_unsuited(const tp_figure_kind *kind, const tp_record *record,
                               const char *path, const char *experiment, tp_error *error) {
    const char *names[KIND_COUNT + 1] = {NULL};
    int count = 0;
    for (int i = 0; i < KIND_COUNT; i++)
        if (suits(kinds[i], record, experiment))
            names[count++] = kinds[i]->figure.name;
    char list[400];
    tp_text_join(names, list, sizeof list);
    if (kind->experiment && strcmp(kind->experiment, experiment) != 0)
        tp_fail(error, TP_INVALID, path,
                "is the record of the experiment '%.60s'; the figure '%s' shows experiment '%s'",
                experiment, kind->figure.name, kind->experiment);
    else
        tp_fail(error, TP_INVALID, path, "holds no '%s', which the figure '%s' needs", kind->group,
                kind->figure.name);
    if (count > 0)
        return tp_hint(error, "this record can have: %s", list);
    if (!kind->experiment)
        return tp_hint(error, "make one with `tripartite verify --work-precision`");
    if (strcmp(kind->experiment, experiment) == 0)
        return tp_hint(error, "run it to its end");
    return tp_hint(error, "give the record of experiment '%s'", kind->experiment);
}

/* What is drawn of a record where no figure is named. */
static tp_status find_default(const tp_record *record, const char *path,
                              const tp_figure_kind **kind, tp_error *error) {
    static const tp_figure_kind *const defaults[] = {
        &tp_figure_recall,    &tp_figure_ratio,  &tp_figure_robustness,     &tp_figure_cell,
        &tp_figure_forecast,  &tp_figure_verify, &tp_figure_work_precision, &tp_figure_learning,
        &tp_figure_confusion, &tp_figure_folds};
    char *experiment = NULL;
    tp_status status = tp_record_text(record, "/", "experiment", &experiment, error);
    *kind = NULL;
    for (size_t i = 0; status == TP_OK && !*kind && i < sizeof defaults / sizeof *defaults; i++)
        if (suits(defaults[i], record, experiment))
            *kind = defaults[i];
    if (status == TP_OK && !*kind) {
        tp_fail(error, TP_INVALID, path, "no figure shows a record of experiment '%.60s' as it is",
                experiment);
        status = tp_hint(error, "where it is not whole, run it to its end");
    }
    free(experiment);
    return status;
}

/* That the record is one that the figure shows. */
static tp_status check_record(const tp_figure_kind *kind, const tp_record *record, const char *path,
                              tp_error *error) {
    char *experiment = NULL;
    tp_status status = tp_record_text(record, "/", "experiment", &experiment, error);
    if (status != TP_OK)
        return status;
    if (!suits(kind, record, experiment))
        status = tell_unsuited(kind, record, path, experiment, error);
    free(experiment);
    return status;
}

/* Before the work, not after it. */
static tp_status check_output(const char *output, tp_error *error) {
    tp_temporary temporary;
    tp_status status = tp_temporary_create(&temporary, output, error);
    if (status == TP_OK)
        tp_temporary_drop(&temporary);
    return status;
}

static tp_status write_script(const tp_figure_kind *kind, const tp_figure_source *source,
                              tp_format format, char **script, size_t *length, tp_error *error) {
    tp_page page = {.format = format};
    page.script = open_memstream(script, length);
    if (!page.script)
        return tp_fail_memory(error, "drawing a figure");
    tp_status status = kind->draw(source, &page, error);
    tp_page_drop(&page);
    page.failed = page.failed || ferror(page.script);
    if ((fclose(page.script) != 0 || page.failed) && status == TP_OK)
        status = tp_fail_memory(error, "drawing a figure");
    return status;
}

static tp_status draw_opened(const tp_figure_kind *kind, const tp_record *record, const char *path,
                             tp_format format, FILE **picture, tp_error *error) {
    char *script = NULL;
    size_t length = 0;
    const tp_figure_source source = {record, path, kind->figure.name};
    tp_status status = write_script(kind, &source, format, &script, &length, error);
    if (status == TP_OK)
        status = tp_record_answered(record, error);
    if (status == TP_OK)
        status = tp_gnuplot_run(script, length, picture, error);
    free(script);
    return status;
}

tp_status tp_figure_suits(const tp_record *record, size_t index, bool *suited, tp_error *error) {
    char *experiment = NULL;
    tp_status status = tp_record_text(record, "/", "experiment", &experiment, error);
    *suited = status == TP_OK && suits(kinds[index], record, experiment);
    free(experiment);
    return status;
}

bool tp_figure_is_film(size_t index) {
    return kinds[index]->film;
}

tp_status tp_figure_bytes(const tp_record *record, const char *path, size_t index, tp_format format,
                          char **bytes, size_t *length, tp_error *error) {
    FILE *picture = NULL;
    *bytes = NULL;
    tp_status status = draw_opened(kinds[index], record, path,
                                   kinds[index]->film ? TP_FORMAT_GIF : format, &picture, error);
    if (status == TP_OK)
        status = tp_gnuplot_bytes(picture, bytes, length, error);
    if (picture)
        (void)fclose(picture);
    return status;
}

tp_status tp_figure_draw(const char *record, const char *figure, const char *output,
                         tp_error *error) {
    const tp_figure_kind *kind = NULL;
    tp_format format = TP_FORMAT_PNG;
    tp_record *opened = NULL;
    tp_status status = TP_OK;
    if (figure)
        status = find_kind(figure, &kind, error);
    if (status == TP_OK && figure)
        status = find_format(kind, output, &format, error);
    if (status == TP_OK)
        status = tp_record_open(record, &opened, error);
    if (status == TP_OK && !figure)
        status = find_default(opened, record, &kind, error);
    if (status == TP_OK && !figure)
        status = find_format(kind, output, &format, error);
    if (status != TP_OK) {
        tp_record_close(&opened);
        return status;
    }
    FILE *picture = NULL;
    status = check_record(kind, opened, record, error);
    if (status == TP_OK)
        status = check_output(output, error);
    if (status == TP_OK)
        status = draw_opened(kind, opened, record, format, &picture, error);
    tp_record_close(&opened);
    if (status == TP_OK)
        status = tp_gnuplot_publish(picture, output, error);
    if (picture)
        (void)fclose(picture);
    return status;
}
