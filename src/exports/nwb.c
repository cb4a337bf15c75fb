/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One NWB 2 file: units, traces as acquisition, images as stimuli, segments as epochs. */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "exports/export_kind.h"
#include "exports/nwb_object.h"

static const char version[] = "2.6.0";
/* A record tells no time of day, and the schema wants three. */
static const char no_date[] = "1970-01-01T00:00:00.000Z";
static const char notes[] =
    "A simulation. It has no date: session_start_time, timestamps_reference_time and "
    "file_create_date are 1970-01-01T00:00:00Z in the place of one, and stand for the start of the "
    "run, which all times are counted from. Segments are the epochs. Tests that branch off the "
    "same trained state overlap in time: they are alternatives, each with units and series of its "
    "own.";

/* --- series --------------------------------------------------------------------------------- */

static tp_status write_timestamps(tp_nwb *nwb, const char *series, const tp_listed *time,
                                  double first_ms, double step_ms, size_t count) {
    char path[300];
    const int32_t interval = 1;
    tp_array times = {0};
    tp_status status =
        time ? tp_record_array(nwb->job->record, time->path, &times, nwb->job->error) : TP_OK;
    if (status == TP_OK && !time) {
        times.values = malloc((count ? count : 1) * sizeof *times.values);
        if (!times.values)
            return tp_fail_memory(nwb->job->error, "exporting times");
    }
    for (size_t i = 0; status == TP_OK && i < count; i++)
        times.values[i] = (time ? times.values[i] : first_ms + (double)i * step_ms) / 1000;
    snprintf(path, sizeof path, "%s/timestamps", series);
    if (status == TP_OK)
        status = tp_foreign_array(&nwb->file, path, H5T_NATIVE_DOUBLE, 1, &count, times.values);
    tp_array_free(&times);
    if (status == TP_OK)
        status = tp_foreign_attribute(&nwb->file, path, "interval", H5T_NATIVE_INT32, &interval);
    return status == TP_OK ? tp_foreign_attribute_text(&nwb->file, path, "unit", "seconds")
                           : status;
}

/* Data in the record's own units, so that its numbers are the record's. */
static tp_status write_data(tp_nwb *nwb, const char *series, const tp_listed *array) {
    char path[300];
    const float one = 1, unknown = -1;
    snprintf(path, sizeof path, "%s/data", series);
    tp_status status =
        tp_foreign_copy(&nwb->file, path, array, tp_foreign_type(array), array->rank, array->dims);
    if (status == TP_OK)
        status = tp_foreign_attribute_text(&nwb->file, path, "unit",
                                           tp_job_text(nwb->job, array->path, "units"));
    if (status == TP_OK)
        status = tp_foreign_attribute(&nwb->file, path, "conversion", H5T_NATIVE_FLOAT, &one);
    return status == TP_OK
               ? tp_foreign_attribute(&nwb->file, path, "resolution", H5T_NATIVE_FLOAT, &unknown)
               : status;
}

static tp_status write_series(tp_nwb *nwb, const char *path, const tp_listed *array,
                              const char *comments) {
    tp_status status = tp_foreign_group(&nwb->file, path);
    if (status == TP_OK)
        status = tp_nwb_type(nwb, path, "TimeSeries", "core");
    if (status == TP_OK)
        status = tp_foreign_attribute_text(&nwb->file, path, "description",
                                           tp_job_text(nwb->job, array->path, "long_name"));
    if (status == TP_OK)
        status = tp_foreign_attribute_text(&nwb->file, path, "comments", comments);
    return status == TP_OK ? write_data(nwb, path, array) : status;
}

static tp_status write_trace(tp_nwb *nwb, const tp_recorded_segment *segment,
                             const tp_trace *trace) {
    const tp_population *p = &nwb->recordings.populations[trace->population];
    char path[4 * TP_LONGEST_NAME], comments[300];
    if (!trace->time && !(isfinite(trace->first_ms) && trace->step_ms > 0)) {
        fprintf(nwb->job->told, "left out: %s (it has no times)\n", trace->array->path);
        return TP_OK;
    }
    snprintf(path, sizeof path, "/acquisition/%s_%s_%s", segment->name, p->name,
             trace->array->name);
    if (trace->array->rank == 3)
        snprintf(comments, sizeof comments,
                 "%s of the segment %s: [time, row, column] from row %zu and column %zu on",
                 p->name, segment->path, trace->first_row, trace->first_column);
    else
        snprintf(comments, sizeof comments, "%s of the segment %s: [time%s]", p->name,
                 segment->path, trace->array->rank > 1 ? ", cell" : "");
    tp_status status = write_series(nwb, path, trace->array, comments);
    if (status == TP_OK)
        status = write_timestamps(nwb, path, trace->time, trace->first_ms, trace->step_ms,
                                  trace->instants);
    if (status == TP_OK)
        fprintf(nwb->job->told, "  %s: %zu instant%s of %zu cell%s\n", path, trace->instants,
                trace->instants == 1 ? "" : "s", trace->cells, trace->cells == 1 ? "" : "s");
    return status;
}

static tp_status write_images(tp_nwb *nwb, const tp_recorded_segment *segment) {
    char path[2 * TP_LONGEST_NAME], comments[300];
    if (!segment->images)
        return TP_OK;
    const size_t count = segment->images->dims[0];
    snprintf(path, sizeof path, "/stimulus/presentation/%s_image", segment->name);
    snprintf(comments, sizeof comments,
             "images of the segment %s, from when each was shown: [image, row, column]",
             segment->path);
    tp_status status = write_series(nwb, path, segment->images, comments);
    if (status == TP_OK)
        status = write_timestamps(nwb, path, segment->onsets, 0, 0, count);
    if (status == TP_OK)
        fprintf(nwb->job->told, "  %s: %zu image%s\n", path, count, count == 1 ? "" : "s");
    return status;
}

/* --- the rest ------------------------------------------------------------------------------- */

static tp_status write_epochs(tp_nwb *nwb) {
    static const char *const columns[] = {"start_time", "stop_time", "segment"};
    static const char table[] = "/intervals/epochs", names[] = "/intervals/epochs/segment";
    const tp_recordings *recordings = &nwb->recordings;
    const size_t count = recordings->segment_count;
    double *times = tp_arena_alloc(&nwb->job->arena, 2 * count * sizeof *times);
    const char **paths = tp_arena_alloc(&nwb->job->arena, count * sizeof *paths);
    if (!times || !paths)
        return tp_fail_memory(nwb->job->error, "exporting segments");
    nwb->epochs = true;
    for (size_t s = 0; s < count; s++) {
        times[s] = recordings->segments[s].start_ms / 1000;
        times[count + s] = recordings->segments[s].end_ms / 1000;
        paths[s] = recordings->segments[s].path + 1;
        nwb->epochs = nwb->epochs && isfinite(times[s]) && isfinite(times[count + s]);
    }
    if (!nwb->epochs)
        return TP_OK;
    tp_status status = tp_foreign_group(&nwb->file, "/intervals");
    if (status == TP_OK)
        status =
            tp_nwb_table(nwb, table, "TimeIntervals", "the segments of the run", columns, 3, count);
    if (status == TP_OK)
        status = tp_nwb_numbers(nwb, table, columns[0], H5T_NATIVE_DOUBLE, count, times,
                                "start of the segment (s)");
    if (status == TP_OK)
        status = tp_nwb_numbers(nwb, table, columns[1], H5T_NATIVE_DOUBLE, count, times + count,
                                "end of the segment (s)");
    if (status == TP_OK)
        status = tp_foreign_texts(&nwb->file, names, paths, count);
    return status == TP_OK ? tp_nwb_column(nwb, names, "name of the segment in the record")
                           : status;
}

static tp_status write_general(tp_nwb *nwb) {
    tp_export_job *job = nwb->job;
    tp_status status =
        tp_foreign_text(&nwb->file, "/general/source_script", tp_job_text(job, "/", "scenario"));
    if (status == TP_OK)
        status = tp_foreign_attribute_text(&nwb->file, "/general/source_script", "file_name",
                                           "scenario.yaml");
    if (status == TP_OK)
        status = tp_foreign_text(&nwb->file, "/general/protocol",
                                 tp_job_text(job, "/", "resolved_scenario"));
    if (status == TP_OK)
        status = tp_foreign_text(&nwb->file, "/general/data_collection",
                                 tp_job_text(job, "/", "source"));
    return status == TP_OK ? tp_foreign_text(&nwb->file, "/general/notes", notes) : status;
}

static tp_status write_root(tp_nwb *nwb) {
    static const char *const groups[] = {
        "/acquisition",           "/analysis",          "/general", "/processing", "/stimulus",
        "/stimulus/presentation", "/stimulus/templates"};
    tp_export_job *job = nwb->job;
    const char *const dates[] = {no_date};
    char uuid[TP_UUID_ROOM];
    tp_hash_uuid(&nwb->hash, uuid);
    const char *status_text = tp_job_text(job, "/", "status");
    const char *description = tp_arena_format(
        &job->arena, "%s (experiment %s, seed %" PRIu64 ", %s)", tp_job_text(job, "/", "title"),
        tp_job_text(job, "/", "experiment"), tp_job_seed(job),
        strcmp(status_text, "partial") == 0 ? "partial: ended before its end" : status_text);
    if (!description)
        return tp_fail_memory(job->error, "exporting");
    tp_status status = tp_nwb_type(nwb, "/", "NWBFile", "core");
    if (status == TP_OK)
        status = tp_foreign_attribute_text(&nwb->file, "/", "nwb_version", version);
    for (size_t g = 0; status == TP_OK && g < sizeof groups / sizeof *groups; g++)
        status = tp_foreign_group(&nwb->file, groups[g]);
    if (status == TP_OK)
        status = tp_foreign_text(&nwb->file, "/identifier", uuid);
    if (status == TP_OK)
        status = tp_foreign_text(&nwb->file, "/session_description", description);
    if (status == TP_OK)
        status = tp_foreign_text(&nwb->file, "/session_start_time", no_date);
    if (status == TP_OK)
        status = tp_foreign_text(&nwb->file, "/timestamps_reference_time", no_date);
    if (status == TP_OK)
        status = tp_foreign_texts(&nwb->file, "/file_create_date", dates, 1);
    return status == TP_OK ? write_general(nwb) : status;
}

static tp_status write_segments(tp_nwb *nwb) {
    tp_status status = TP_OK;
    for (size_t s = 0; status == TP_OK && s < nwb->recordings.segment_count; s++) {
        const tp_recorded_segment *segment = &nwb->recordings.segments[s];
        status = write_images(nwb, segment);
        for (size_t t = 0; status == TP_OK && t < segment->trace_count; t++)
            status = write_trace(nwb, segment, &segment->traces[t]);
    }
    return status;
}

static tp_status check(tp_export_job *job) {
    tp_recordings recordings;
    return tp_recordings_find(job, "NWB", &recordings);
}

static tp_status write(tp_export_job *job) {
    tp_nwb nwb = {.job = job, .hash = tp_hash_start(), .file.file = H5I_INVALID_HID};
    tp_status status = tp_hash_file(&nwb.hash, job->path, job->error);
    if (status == TP_OK)
        status = tp_recordings_find(job, "NWB", &nwb.recordings);
    if (status == TP_OK)
        status =
            tp_foreign_create(job, tp_output_file(&job->output), job->output.target, &nwb.file);
    fprintf(job->told, "%s:%s\n", job->output.target, job->output.existed ? " (replaced)" : "");
    if (status == TP_OK)
        status = write_root(&nwb);
    if (status == TP_OK)
        status = write_epochs(&nwb);
    if (status == TP_OK)
        status = tp_nwb_units(&nwb);
    if (status == TP_OK)
        status = write_segments(&nwb);
    if (status == TP_OK)
        status = tp_foreign_finish(&nwb.file, tp_output_file(&job->output));
    tp_foreign_abandon(&nwb.file);
    return status;
}

const tp_export_kind tp_export_nwb = {
    .format = {.name = "nwb", .summary = "spikes, traces and stimuli as one NWB 2 file"},
    .output = TP_OUTPUT_FILE,
    .check = check,
    .write = write,
};
