/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <tripartite/report.h>

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tripartite/tripartite.h>

#include "base/fail.h"
#include "base/json.h"
#include "record/reader_private.h"
#include "record/temporary.h"
#include "report/embed.h"
#include "report/pictures.h"
#include "report/template.h"

enum {
    DEFAULT_LIMIT = 5000000,
    LEAST_DATA = 500000, /* however large the figures are */
    LARGEST_LOG = 1 << 16
};
/* What a browser unpacks without trouble. */
#define LARGEST_UNPACKED 4e8
/* What is written has come out smaller than the record by this much, or more. */
#define SHRINKS_BY 4.0

/* Text that grows in memory. */
typedef struct text {
    FILE *file;
    char *bytes;
    size_t length;
} text;

static tp_status text_open(text *t, tp_error *error) {
    *t = (text){0};
    t->file = open_memstream(&t->bytes, &t->length);
    return t->file ? TP_OK : tp_fail_memory(error, "writing a page");
}

static tp_status text_close(text *t, tp_status status, tp_error *error) {
    const bool failed = !t->file || ferror(t->file);
    const bool closed = t->file && fclose(t->file) == 0;
    t->file = NULL;
    return status == TP_OK && (failed || !closed) ? tp_fail_memory(error, "writing a page")
                                                  : status;
}

/* --- what stands at the head of the data ------------------------------------------------------ */

/* The log that a run leaves beside its record, as it is; whoever reads it looks what it says. One
 * that is not there, or is no log, is left out. */
static tp_status put_log(FILE *file, const char *record, tp_error *error) {
    struct stat found;
    const size_t room = strlen(record) + sizeof ".log.json";
    char *path = malloc(room), *log = NULL;
    size_t length;
    if (!path)
        return tp_fail_memory(error, "writing a page");
    snprintf(path, room, "%s.log.json", record);
    tp_status status = TP_OK;
    if (stat(path, &found) == 0 && S_ISREG(found.st_mode) && found.st_size <= LARGEST_LOG)
        status = tp_template_read_file(path, LARGEST_LOG, &log, &length, error);
    if (status == TP_OK && log)
        tp_json_write_text(file, log);
    else if (status == TP_OK)
        fputs("null", file);
    free(log);
    free(path);
    return status;
}

static tp_status put_head(FILE *file, const char *record, tp_error *error) {
    const char *slash = strrchr(record, '/');
    fputs("<script type=\"application/json\" id=\"record\">{\"format\":1,\"name\":", file);
    tp_json_write_text(file, slash ? slash + 1 : record);
    fputs(",\"program\":", file);
    tp_json_write_text(file, tp_version());
    fputs(",\"log\":", file);
    return put_log(file, record, error);
}

static void put_tail(FILE *file) {
    fputs("}</script>\n", file);
}

/* --- the record's arrays, as many as there is room for --------------------------------------- */

static double stored_bytes(const tp_listing *listing, const tp_embedded *plan) {
    double bytes = 0;
    for (size_t i = 0; i < listing->count; i++)
        if (!plan[i].omitted)
            bytes += (double)listing->arrays[i].stored / (double)plan[i].every;
    return bytes;
}

/* Before anything is read: a record may be larger than memory. */
static void plan_roughly(const tp_listing *listing, tp_embedded *plan, double room) {
    bool more = true;
    while (more) {
        const double factor = fmax(stored_bytes(listing, plan) / (SHRINKS_BY * room),
                                   tp_embed_unpacked(listing, plan) / LARGEST_UNPACKED);
        more = factor > 1 && tp_embed_thin(listing, plan, factor);
    }
    for (size_t i = 0; i < listing->count; i++)
        plan[i].length = plan[i].omitted ? 0 : listing->arrays[i].stored / plan[i].every;
    const double most = 8 * SHRINKS_BY * room, stored = stored_bytes(listing, plan);
    if (stored > most)
        tp_embed_omit(listing, plan, (size_t)(stored - most));
}

static tp_status write_objects(const tp_record *record, const tp_listing *listing,
                               tp_embedded *plan, text *objects, tp_error *error) {
    tp_status status = text_open(objects, error);
    if (status != TP_OK)
        return status;
    for (size_t i = 0; i < listing->count; i++)
        plan[i].length = 0;
    status = tp_embed_objects(record, listing, plan, objects->file, error);
    return text_close(objects, status, error);
}

static tp_status fit_objects(const tp_record *record, const tp_listing *listing, tp_embedded *plan,
                             size_t room, text *objects, tp_error *error) {
    plan_roughly(listing, plan, (double)room);
    tp_status status = write_objects(record, listing, plan, objects, error);
    while (status == TP_OK && objects->length > room) {
        const size_t length = objects->length;
        if (!tp_embed_thin(listing, plan, (double)length / (double)room)) {
            bool any = false;
            for (size_t i = 0; i < listing->count; i++)
                any = any || plan[i].length > 0;
            if (!any)
                break;
            tp_embed_omit(listing, plan, length - room);
        }
        free(objects->bytes);
        status = write_objects(record, listing, plan, objects, error);
    }
    return status;
}

static tp_status put_record(const tp_record *record, size_t room, FILE *file, tp_error *error) {
    tp_listing listing;
    text objects = {0};
    tp_status status = tp_record_list(record, &listing, error);
    tp_embedded *plan = status == TP_OK ? calloc(listing.count + 1, sizeof *plan) : NULL;
    if (status == TP_OK && !plan)
        status = tp_fail_memory(error, "writing a page");
    if (status == TP_OK) {
        tp_embed_plan(&listing, plan);
        status = fit_objects(record, &listing, plan, room, &objects, error);
    }
    if (status == TP_OK) {
        fputs(",\"omitted\":", file);
        tp_embed_omitted(&listing, plan, file);
        fputs(",\"objects\":", file);
        fwrite(objects.bytes, 1, objects.length, file);
    }
    free(objects.bytes);
    free(plan);
    tp_listing_free(&listing);
    return status;
}

/* --- pages ------------------------------------------------------------------------------------ */

static tp_status write_page(const tp_record *record, const char *path, const tp_template *viewer,
                            size_t limit, FILE *file, tp_error *error) {
    fwrite(viewer->text, 1, viewer->before, file);
    tp_status status = tp_report_pictures(record, path, file, error);
    if (status == TP_OK)
        status = put_head(file, path, error);
    if (status != TP_OK)
        return status;
    const size_t taken = (size_t)ftell(file) + viewer->length - viewer->after;
    const size_t room = taken + LEAST_DATA < limit ? limit - taken : LEAST_DATA;
    status = put_record(record, room, file, error);
    if (status == TP_OK)
        status = tp_record_answered(record, error);
    put_tail(file);
    fwrite(viewer->text + viewer->after, 1, viewer->length - viewer->after, file);
    return status;
}

tp_status tp_report_write(const char *record, const char *viewer, const char *output,
                          const tp_report_options *options, tp_error *error) {
    const size_t limit = options && options->limit > 0 ? options->limit : DEFAULT_LIMIT;
    tp_record *opened = NULL;
    tp_template from = {0};
    text page = {0};
    tp_status status = tp_record_open(record, &opened, error);
    if (status == TP_OK)
        status = tp_template_read(viewer, &from, error);
    if (status == TP_OK)
        status = text_open(&page, error);
    if (status == TP_OK) {
        status = write_page(opened, record, &from, limit, page.file, error);
        status = text_close(&page, status, error);
    }
    if (status == TP_OK)
        status = tp_temporary_write(output, page.bytes, page.length, error);
    free(page.bytes);
    free(from.text);
    tp_record_close(&opened);
    return status;
}

tp_status tp_report_viewer(const char *record, const char *viewer, FILE *page, tp_error *error) {
    tp_template from;
    tp_status status = tp_template_read(viewer, &from, error);
    if (status != TP_OK)
        return status;
    fwrite(from.text, 1, from.before, page);
    status = put_head(page, record, error);
    fputs(",\"address\":\"record\"", page);
    put_tail(page);
    fwrite(from.text + from.after, 1, from.length - from.after, page);
    free(from.text);
    if (status != TP_OK)
        return status;
    return ferror(page) ? tp_fail(error, TP_FAILED, "", "the page cannot be written") : TP_OK;
}
