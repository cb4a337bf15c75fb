/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A folder for SONATA's readers: the circuit, and a simulation of it for each segment. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "base/json.h"
#include "base/text.h"
#include "exports/export_kind.h"
#include "exports/sonata_files.h"

tp_status tp_sonata_begin(tp_export_job *job, const char *name, tp_foreign *file,
                          const char **path) {
    const uint32_t magic = 0x0a7a, version[] = {0, 1};
    bool replaces;
    *file = (tp_foreign){.file = H5I_INVALID_HID, .job = job};
    tp_status status = tp_output_add(&job->output, name, path, &replaces, job->error);
    if (status == TP_OK)
        status = tp_foreign_create(job, *path, tp_output_name(&job->output, name), file);
    if (status == TP_OK)
        status = tp_foreign_attribute(file, "/", "magic", H5T_NATIVE_UINT32, &magic);
    return status == TP_OK
               ? tp_foreign_attribute_list(file, "/", "version", H5T_NATIVE_UINT32, 2, version)
               : status;
}

tp_status tp_sonata_end(tp_foreign *file, const char *path, tp_status status) {
    if (status == TP_OK)
        status = tp_foreign_finish(file, path);
    tp_foreign_abandon(file);
    return status;
}

tp_status tp_sonata_text(tp_export_job *job, const char *name,
                         void (*write)(FILE *file, const void *context), const void *context) {
    const char *path;
    bool replaces;
    tp_status status = tp_output_add(&job->output, name, &path, &replaces, job->error);
    if (status != TP_OK)
        return status;
    FILE *file = fopen(path, "wb");
    if (file)
        write(file, context);
    const bool written = file && fflush(file) == 0 && !ferror(file);
    const int reason = errno;
    if ((file && fclose(file) != 0) || !written)
        return tp_fail(job->error, TP_FAILED, tp_output_name(&job->output, name),
                       "cannot be written: %s", strerror(written ? errno : reason));
    return TP_OK;
}

typedef struct simulation {
    tp_export_job *job;
    const tp_recordings *recordings;
    const tp_recorded_segment *segment;
    const bool *written; /* which traces are reports */
    uint64_t seed;
} simulation;

static void write_number(FILE *file, const char *name, double number) {
    char text[40];
    if (!isfinite(number))
        return;
    tp_text_number(number, text, sizeof text);
    fprintf(file, ", \"%s\": %s", name, text);
}

static void write_report(FILE *file, const simulation *s, const tp_trace *trace,
                         const char *units) {
    const char *population = s->recordings->populations[trace->population].name;
    char name[2 * TP_LONGEST_NAME + 8];
    snprintf(name, sizeof name, "%s_%s", population, trace->array->name);
    fputs("\n    ", file);
    tp_json_write_text(file, name);
    fputs(": {\"cells\": ", file);
    tp_json_write_text(file, population);
    fputs(", \"variable_name\": ", file);
    tp_json_write_text(file, trace->array->name);
    fputs(", \"sections\": \"soma\", \"type\": \"compartment\", \"unit\": ", file);
    tp_json_write_text(file, units);
    write_number(file, "start_time", trace->first_ms);
    write_number(file, "end_time", trace->first_ms + (double)trace->instants * trace->step_ms);
    write_number(file, "dt", trace->step_ms);
    fputs(", \"file_name\": ", file);
    strcat(name, ".h5");
    tp_json_write_text(file, name);
    fputs("}", file);
}

static void write_simulation(FILE *file, const void *context) {
    const simulation *s = context;
    fputs("{\n  \"manifest\": {\"$CIRCUIT_DIR\": \"..\", \"$OUTPUT_DIR\": \".\"},\n"
          "  \"network\": \"$CIRCUIT_DIR/circuit_config.json\",\n"
          "  \"node_sets_file\": \"$CIRCUIT_DIR/node_sets.json\",\n"
          "  \"run\": {\"random_seed\": ",
          file);
    fprintf(file, "%" PRIu64, s->seed);
    write_number(file, "tstart", s->segment->start_ms);
    write_number(file, "tstop", s->segment->end_ms);
    write_number(file, "dt", s->recordings->tick_ms);
    fprintf(file, "},\n  \"output\": {\"output_dir\": \"$OUTPUT_DIR\"%s},\n  \"reports\": {",
            s->segment->spikes_count > 0 ? ", \"spikes_file\": \"spikes.h5\"" : "");
    bool first = true;
    for (size_t t = 0; t < s->segment->trace_count; t++) {
        if (!s->written[t])
            continue;
        const tp_trace *trace = &s->segment->traces[t];
        fputs(first ? "" : ",", file);
        write_report(file, s, trace, tp_job_text(s->job, trace->array->path, "units"));
        first = false;
    }
    fputs(first ? "}\n}\n" : "\n  }\n}\n", file);
}

static tp_status write_segment(tp_export_job *job, const tp_recordings *recordings,
                               const tp_recorded_segment *segment) {
    bool *written = tp_arena_alloc(&job->arena, segment->trace_count + 1);
    const char *name = tp_arena_format(&job->arena, "%s/simulation_config.json", segment->name);
    if (!written || !name)
        return tp_fail_memory(job->error, "exporting a segment");
    tp_status status = TP_OK;
    if (segment->spikes_count > 0)
        status = tp_sonata_spikes(job, recordings, segment);
    for (size_t t = 0; status == TP_OK && t < segment->trace_count; t++)
        status = tp_sonata_report(job, recordings, segment, &segment->traces[t], &written[t]);
    const simulation s = {job, recordings, segment, written, tp_job_seed(job)};
    return status == TP_OK ? tp_sonata_text(job, name, write_simulation, &s) : status;
}

static tp_status check(tp_export_job *job) {
    tp_recordings recordings;
    return tp_recordings_find(job, "SONATA", &recordings);
}

static tp_status write(tp_export_job *job) {
    tp_recordings recordings;
    tp_status status = tp_recordings_find(job, "SONATA", &recordings);
    if (status == TP_OK)
        status = tp_sonata_nodes(job, &recordings);
    for (size_t s = 0; status == TP_OK && s < recordings.segment_count; s++)
        status = write_segment(job, &recordings, &recordings.segments[s]);
    return status;
}

const tp_export_kind tp_export_sonata = {
    .format = {.name = "sonata",
               .summary = "spikes and traces of cells, for SONATA's readers",
               .folder = true},
    .output = TP_OUTPUT_FOLDER_ALONE,
    .check = check,
    .write = write,
};
