/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From records to all that is made of them; and what takes no memory. */
#include "entries.h"

#include <stdlib.h>

#include "record/reader_attributes.h"
#include "record/reader_list.h"
#include "record/reader_private.h"

static tp_status read_numbers(const tp_record *record, tp_error *error) {
    const size_t start[] = {0, 0, 0}, count[] = {1, 2, 2};
    static const char calcium[] = "training/astrocytes/Ca";
    tp_array array;
    double number;
    uint64_t integer;
    tp_status status = tp_record_array(record, calcium, &array, error);
    if (status == TP_OK)
        tp_array_free(&array);
    if (status == TP_OK)
        status = tp_record_slice(record, calcium, start, count, &array, error);
    if (status == TP_OK)
        tp_array_free(&array);
    if (status == TP_OK)
        status = tp_record_number(record, "training", "end", &number, error);
    if (status == TP_OK)
        status = tp_record_integer(record, "/", "seed", &integer, error);
    return status;
}

/* What the library's own readers take whole. */
static tp_status read_lists(const tp_record *record, tp_error *error) {
    char **texts;
    size_t count;
    tp_listing listing;
    tp_attributes attributes = {0};
    tp_status status = tp_record_list(record, &listing, error);
    tp_listing_free(&listing);
    if (status == TP_OK)
        status = tp_record_attributes(record, "training", &attributes, error);
    tp_attributes_free(&attributes);
    if (status == TP_OK)
        status = tp_record_strings(record, "patterns/name", &texts, &count, error);
    for (size_t i = 0; status == TP_OK && i < count; i++)
        free(texts[i]);
    if (status == TP_OK)
        free(texts);
    return status;
}

static tp_status read_record(const entry *e, tp_error *error) {
    tp_record *record;
    char *text;
    tp_status status = tp_record_open(e->input, &record, error);
    if (status != TP_OK)
        return status;
    (void)tp_record_has(record, "training");
    status = read_numbers(record, error);
    if (status == TP_OK)
        status = tp_record_text(record, "/", "title", &text, error);
    if (status == TP_OK)
        free(text);
    if (status == TP_OK)
        status = tp_record_string(record, "patterns/name", 0, &text, error);
    if (status == TP_OK)
        free(text);
    if (status == TP_OK)
        status = read_lists(record, error);
    /* Whoever has gone on must be able to ask: that it was not is a complaint. */
    const bool answered = tp_record_answered(record, NULL) == TP_OK;
    tp_record_close(&record);
    return status == TP_FAILED && answered ? TP_INVALID : status;
}

static tp_status describe(const entry *e, tp_error *error) {
    FILE *sink = fopen("out/told", "w");
    tp_record *record;
    tp_status status = sink ? tp_record_open(e->input, &record, error) : TP_FAILED;
    if (status == TP_OK) {
        status = tp_record_describe(record, sink, error);
        tp_record_close(&record);
    }
    if (sink)
        fclose(sink);
    return status;
}

static tp_status draw(const entry *e, tp_error *error) {
    return tp_figure_draw(e->input, e->what, "out/picture.svg", error);
}

static tp_status draw_movie(const entry *e, tp_error *error) {
    return tp_figure_draw(e->input, e->what, "out/picture.gif", error);
}

static tp_status export(const entry *e, tp_error *error) {
    FILE *told = fopen("out/told", "w");
    const tp_export_options options = {.told = told};
    tp_status status = tp_export(e->input, e->what, "out/exported", &options, error);
    if (told)
        fclose(told);
    return status;
}

static tp_status export_group(const entry *e, tp_error *error) {
    const tp_export_options options = {.group = "/summary"};
    return tp_export(e->input, e->what, "out/exported", &options, error);
}

static tp_status report(const entry *e, tp_error *error) {
    const tp_report_options options = {.limit = 40000};
    return tp_report_write(e->input, "report.html", "out/report.html", &options, error);
}

static tp_status view(const entry *e, tp_error *error) {
    FILE *sink = fopen("out/told", "w");
    tp_status status = sink ? tp_report_viewer(e->input, "index.html", sink, error) : TP_FAILED;
    if (sink)
        fclose(sink);
    return status;
}

const entry record_entries[] = {
    {.name = "read", .input = "memory.h5", .call = read_record},
    {.name = "describe memory", .input = "memory.h5", .call = describe},
    {.name = "describe cell", .input = "cell.h5", .call = describe},
    {.name = "describe forecast", .input = "forecast.h5", .call = describe},
    {.name = "describe classification", .input = "encoded.h5", .call = describe},
    {.name = "describe anan", .input = "anan.h5", .call = describe},
    {.name = "describe sweep", .input = "swept.h5", .call = describe},
    {.name = "describe ratio", .input = "ratio.h5", .call = describe},
    {.name = "describe measured", .input = "measured.h5", .call = describe},
    {.name = "describe verified", .input = "verified.h5", .call = describe},
    {.name = "draw what it is of", .input = "memory.h5", .call = draw},
    {.name = "draw accuracy", .input = "memory.h5", .call = draw, .what = "accuracy"},
    {.name = "draw cell", .input = "cell.h5", .call = draw, .what = "cell"},
    {.name = "draw confusion", .input = "encoded.h5", .call = draw, .what = "confusion"},
    {.name = "draw folds", .input = "anan.h5", .call = draw, .what = "folds"},
    {.name = "draw forecast", .input = "forecast.h5", .call = draw, .what = "forecast"},
    {.name = "draw grid", .input = "anan.h5", .call = draw, .what = "grid"},
    {.name = "draw kernels", .input = "anan.h5", .call = draw, .what = "kernels"},
    {.name = "draw learning", .input = "encoded.h5", .call = draw, .what = "learning"},
    {.name = "draw movie", .input = "memory.h5", .call = draw_movie, .what = "movie"},
    {.name = "draw perturbation", .input = "stuck.h5", .call = draw, .what = "perturbation"},
    {.name = "draw raster", .input = "memory.h5", .call = draw, .what = "raster"},
    {.name = "draw ratio", .input = "ratio.h5", .call = draw, .what = "ratio"},
    {.name = "draw recall", .input = "memory.h5", .call = draw, .what = "recall"},
    {.name = "draw reconstructions",
     .input = "encoded.h5",
     .call = draw,
     .what = "reconstructions"},
    {.name = "draw robustness", .input = "swept.h5", .call = draw, .what = "robustness"},
    {.name = "draw traces", .input = "memory.h5", .call = draw, .what = "traces"},
    {.name = "draw training", .input = "memory.h5", .call = draw, .what = "training"},
    {.name = "draw work-precision", .input = "measured.h5", .call = draw, .what = "work-precision"},
    {.name = "draw verify", .input = "verified.h5", .call = draw, .what = "verify"},
    {.name = "export csv", .input = "small.h5", .call = export, .what = "csv"},
    {.name = "export npz", .input = "small.h5", .call = export, .what = "npz"},
    {.name = "export nwb", .input = "small.h5", .call = export, .what = "nwb"},
    {.name = "export sonata", .input = "small.h5", .call = export, .what = "sonata"},
    {.name = "export nwb of a cell", .input = "cell.h5", .call = export, .what = "nwb"},
    {.name = "export sonata of a forecast",
     .input = "forecast.h5",
     .call = export,
     .what = "sonata"},
    {.name = "export csv of a group", .input = "swept.h5", .call = export_group, .what = "csv"},
    {.name = "report", .input = "small.h5", .call = report},
    {.name = "view", .input = "memory.h5", .call = view},
    {0},
};

void call_without_memory(void) {
    static const tp_model empty = {0};
    tp_record *record = NULL;
    tp_scenario *scenario = NULL;
    tp_array array = {0};
    (void)tp_version();
    for (size_t i = 0; tp_model_at(i); i++)
        (void)tp_model_named(tp_model_at(i)->name);
    for (size_t i = 0; tp_integrator_at(i); i++) {
        (void)tp_integrator_summary(tp_integrator_at(i));
        (void)tp_integrator_named(tp_integrator_name(tp_integrator_at(i)));
    }
    for (size_t i = 0; tp_figure_at(i); i++)
        ;
    for (size_t i = 0; tp_export_format_at(i); i++)
        ;
    (void)tp_model_register(&empty, NULL);
    tp_record_close(&record);
    tp_scenario_destroy(&scenario);
    tp_array_free(&array);
}
