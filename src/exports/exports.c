/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of formats, and how a record comes into one. */
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "exports/export_kind.h"
#include "record/hdf5_library.h"

static const tp_export_kind *const kinds[] = {
    &tp_export_csv,
    &tp_export_npz,
    &tp_export_nwb,
    &tp_export_sonata,
};
enum { KIND_COUNT = sizeof kinds / sizeof *kinds };

const tp_export_format *tp_export_format_at(size_t index) {
    return index < KIND_COUNT ? &kinds[index]->format : NULL;
}

static tp_status find_kind(const char *name, const tp_export_kind **kind, tp_error *error) {
    const char *names[KIND_COUNT + 1] = {NULL};
    for (size_t i = 0; i < KIND_COUNT; i++) {
        names[i] = kinds[i]->format.name;
        if (strcmp(names[i], name) == 0) {
            *kind = kinds[i];
            return TP_OK;
        }
    }
    char list[200];
    tp_text_join(names, list, sizeof list);
    return tp_fail(error, TP_INVALID, "", "there is no format '%.80s'; expected one of: %s", name,
                   list);
}

/* A group that is not there is told with the one that may be meant. */
static tp_status check_group(const tp_export_job *job, const tp_export_kind *kind) {
    if (!job->group)
        return TP_OK;
    if (!kind->format.groups)
        return tp_fail(job->error, TP_INVALID, job->path,
                       "cannot be exported to %s group by group; expected no group",
                       kind->format.name);
    for (size_t g = 0; g < job->listing.group_count; g++)
        if (strcmp(job->listing.groups[g], job->group) == 0)
            return TP_OK;
    tp_fail(job->error, TP_INVALID, job->path, "holds no group '%.200s'", job->group);
    const char *nearest = tp_text_nearest(job->group, (const char *const *)job->listing.groups);
    if (nearest)
        return tp_hint(job->error, "did you mean '%s'?", nearest);
    return tp_hint(job->error, "`tripartite export` without --group exports all that there are");
}

static tp_status write_output(tp_export_job *job, const tp_export_kind *kind, const char *output) {
    char *text = NULL;
    size_t length = 0;
    tp_status status = tp_output_begin(&job->output, kind->output, output, job->error);
    if (status != TP_OK)
        return status;
    job->told = open_memstream(&text, &length);
    status = job->told ? kind->write(job) : tp_fail_memory(job->error, "exporting");
    if (job->told && fclose(job->told) != 0 && status == TP_OK)
        status = tp_fail_memory(job->error, "exporting");
    if (status == TP_OK && job->arena.failed)
        status = tp_fail_memory(job->error, "exporting");
    if (status == TP_OK)
        status = tp_record_answered(job->record, job->error);
    if (status == TP_OK)
        status = tp_job_go_on(job);
    if (status == TP_OK)
        status = tp_output_finish(&job->output, job->error);
    tp_output_drop(&job->output);
    if (status == TP_OK && job->options->told)
        fwrite(text, 1, length, job->options->told);
    free(text);
    return status;
}

tp_status tp_export(const char *record, const char *format, const char *output,
                    const tp_export_options *options, tp_error *error) {
    const tp_export_options none = {0};
    tp_export_job job = {.path = record, .options = options ? options : &none, .error = error};
    const tp_export_kind *kind = NULL;
    tp_record *opened = NULL;
    char *group = NULL;
    tp_status status = find_kind(format, &kind, error);
    if (status == TP_OK)
        status = tp_record_open(record, &opened, error);
    job.record = opened;
    if (status == TP_OK && job.options->group) {
        job.group = group = tp_hdf5_path(job.options->group);
        status = group ? TP_OK : tp_fail_memory(error, "exporting");
    }
    if (status == TP_OK)
        status = tp_record_list(opened, &job.listing, error);
    if (status == TP_OK)
        status = check_group(&job, kind);
    if (status == TP_OK && kind->check)
        status = kind->check(&job);
    if (status == TP_OK)
        status = write_output(&job, kind, output);
    tp_listing_free(&job.listing);
    tp_arena_free(&job.arena);
    tp_record_close(&opened);
    free(group);
    return status;
}
