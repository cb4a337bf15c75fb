/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The spikes and reports of one segment of a SONATA folder. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "exports/sonata_files.h"
#include "record/arrays.h"
#include "record/writer_private.h"

/* --- spikes --------------------------------------------------------------------------------- */

static tp_status write_sorting(tp_foreign *file, const char *group, double sorting) {
    const unsigned char value = sorting >= 0 && sorting <= 2 ? (unsigned char)sorting : 0;
    hid_t type = tp_enumeration_type(tp_spike_sortings);
    if (type < 0)
        return tp_fail_memory(file->job->error, "exporting spikes");
    tp_status status = tp_foreign_attribute(file, group, "sorting", type, &value);
    (void)H5Tclose(type);
    return status;
}

static tp_status write_spikes(tp_foreign *file, const tp_recorded_spikes *spikes,
                              const char *population) {
    char group[300], path[320], source[512];
    snprintf(group, sizeof group, "/spikes/%s", population);
    snprintf(path, sizeof path, "%s/timestamps", group);
    snprintf(source, sizeof source, "%.*s",
             (int)(spikes->timestamps->name - spikes->timestamps->path - 1),
             spikes->timestamps->path);
    tp_status status = tp_foreign_group(file, group);
    if (status == TP_OK)
        status = tp_foreign_copy(file, path, spikes->timestamps, H5T_NATIVE_DOUBLE, 1,
                                 spikes->timestamps->dims);
    if (status == TP_OK)
        status = tp_foreign_attribute_text(file, path, "units", "ms");
    snprintf(path, sizeof path, "%s/node_ids", group);
    if (status == TP_OK)
        status = tp_foreign_copy(file, path, spikes->node_ids, H5T_NATIVE_UINT64, 1,
                                 spikes->node_ids->dims);
    return status == TP_OK ? write_sorting(file, group, tp_job_number(file->job, source, "sorting"))
                           : status;
}

tp_status tp_sonata_spikes(tp_export_job *job, const tp_recordings *recordings,
                           const tp_recorded_segment *segment) {
    tp_foreign file;
    const char *path = NULL, *name = tp_arena_format(&job->arena, "%s/spikes.h5", segment->name);
    if (!name)
        return tp_fail_memory(job->error, "exporting spikes");
    size_t count = 0;
    tp_status status = tp_sonata_begin(job, name, &file, &path);
    if (status == TP_OK)
        status = tp_foreign_group(&file, "/spikes");
    for (size_t k = 0; status == TP_OK && k < segment->spikes_count; k++) {
        const tp_recorded_spikes *spikes = &segment->spikes[k];
        status = write_spikes(&file, spikes, recordings->populations[spikes->population].name);
        count += spikes->timestamps->dims[0];
    }
    status = tp_sonata_end(&file, path, status);
    if (status == TP_OK)
        fprintf(job->told, "%s/%s: %zu spike%s\n", job->output.target, name, count,
                count == 1 ? "" : "s");
    return status;
}

/* --- reports -------------------------------------------------------------------------------- */

/* Which columns are which cell's: one each, in the order of the nodes. */
static tp_status write_cells(tp_foreign *file, const tp_recordings *recordings,
                             const tp_trace *trace, const char *mapping) {
    const size_t cells = trace->cells, ends = cells + 1;
    char path[400], link[400];
    uint64_t *numbers = malloc(ends * sizeof *numbers);
    uint32_t *ones = malloc(ends * sizeof *ones);
    float *positions = malloc(ends * sizeof *positions);
    tp_status status = numbers && ones && positions
                           ? TP_OK
                           : tp_fail_memory(file->job->error, "exporting a report");
    const unsigned char sorted = 1;
    for (size_t i = 0; status == TP_OK && i < cells; i++) {
        numbers[i] = tp_trace_node(recordings, trace, i);
        ones[i] = 1;
        positions[i] = 1;
    }
    snprintf(path, sizeof path, "%s/node_ids", mapping);
    if (status == TP_OK)
        status = tp_foreign_array(file, path, H5T_NATIVE_UINT64, 1, &cells, numbers);
    if (status == TP_OK)
        status = tp_foreign_attribute(file, path, "sorted", H5T_NATIVE_UINT8, &sorted);
    for (size_t i = 0; status == TP_OK && i < ends; i++)
        numbers[i] = i;
    snprintf(path, sizeof path, "%s/index_pointers", mapping);
    snprintf(link, sizeof link, "%s/index_pointer", mapping);
    if (status == TP_OK)
        status = tp_foreign_array(file, path, H5T_NATIVE_UINT64, 1, &ends, numbers);
    /* The guide and its readers have it by two names. */
    if (status == TP_OK)
        status = tp_foreign_link(file, path, link);
    snprintf(path, sizeof path, "%s/element_ids", mapping);
    if (status == TP_OK)
        status = tp_foreign_array(file, path, H5T_NATIVE_UINT32, 1, &cells, ones);
    snprintf(path, sizeof path, "%s/element_pos", mapping);
    if (status == TP_OK)
        status = tp_foreign_array(file, path, H5T_NATIVE_FLOAT, 1, &cells, positions);
    free(numbers);
    free(ones);
    free(positions);
    return status;
}

static tp_status write_report(tp_foreign *file, const tp_recordings *recordings,
                              const tp_trace *trace) {
    char group[300], path[320];
    const double time[] = {trace->first_ms,
                           trace->first_ms + (double)trace->instants * trace->step_ms,
                           trace->step_ms};
    const size_t shape[] = {trace->instants, trace->cells}, three = 3;
    const bool is_double = trace->array->kind == TP_LISTED_FLOAT && trace->array->bytes > 4;
    tp_status status = tp_foreign_group(file, "/report");
    snprintf(group, sizeof group, "/report/%s", recordings->populations[trace->population].name);
    if (status == TP_OK)
        status = tp_foreign_group(file, group);
    snprintf(path, sizeof path, "%s/data", group);
    if (status == TP_OK)
        status = tp_foreign_copy(file, path, trace->array,
                                 is_double ? H5T_NATIVE_DOUBLE : H5T_NATIVE_FLOAT, 2, shape);
    if (status == TP_OK)
        status = tp_foreign_attribute_text(file, path, "units",
                                           tp_job_text(file->job, trace->array->path, "units"));
    snprintf(path, sizeof path, "%s/mapping", group);
    if (status == TP_OK)
        status = tp_foreign_group(file, path);
    if (status == TP_OK)
        status = write_cells(file, recordings, trace, path);
    strcat(path, "/time");
    if (status == TP_OK)
        status = tp_foreign_array(file, path, H5T_NATIVE_DOUBLE, 1, &three, time);
    return status == TP_OK ? tp_foreign_attribute_text(file, path, "units", "ms") : status;
}

tp_status tp_sonata_report(tp_export_job *job, const tp_recordings *recordings,
                           const tp_recorded_segment *segment, const tp_trace *trace,
                           bool *written) {
    const char *path = NULL;
    tp_foreign file;
    *written = isfinite(trace->first_ms) && trace->step_ms > 0 && trace->cells > 0;
    if (!*written) {
        fprintf(job->told, "left out: %s (%s)\n", trace->array->path,
                trace->instants == 0 || trace->cells == 0 ? "it is empty"
                                                          : "its instants are not evenly spaced");
        return TP_OK;
    }
    const char *name =
        tp_arena_format(&job->arena, "%s/%s_%s.h5", segment->name,
                        recordings->populations[trace->population].name, trace->array->name);
    if (!name)
        return tp_fail_memory(job->error, "exporting a report");
    tp_status status = tp_sonata_begin(job, name, &file, &path);
    if (status == TP_OK)
        status = write_report(&file, recordings, trace);
    status = tp_sonata_end(&file, path, status);
    if (status == TP_OK)
        fprintf(job->told, "%s/%s: %zu instant%s of %zu cell%s\n", job->output.target, name,
                trace->instants, trace->instants == 1 ? "" : "s", trace->cells,
                trace->cells == 1 ? "" : "s");
    return status;
}
