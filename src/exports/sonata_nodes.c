/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The circuit of a SONATA folder: which cells there are, and where they lie. */
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/json.h"
#include "exports/sonata_files.h"

enum { FIRST_TYPE = 100 };

/* first, first, ... or, with a step, first, first + 1, ... */
static tp_status write_counted(tp_foreign *file, const char *group, const char *name, hid_t type,
                               size_t count, uint64_t first, bool steps) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", group, name);
    uint64_t *numbers = malloc((count ? count : 1) * sizeof *numbers);
    if (!numbers)
        return tp_fail_memory(file->job->error, "exporting nodes");
    for (size_t i = 0; i < count; i++)
        numbers[i] = first + (steps ? i : 0);
    tp_status status = tp_foreign_array(file, path, type, 1, &count, numbers);
    free(numbers);
    return status;
}

/* Row and column of each node of a grid. */
static tp_status write_places(tp_foreign *file, const char *group, const tp_population *p) {
    int32_t *places = malloc(2 * (p->count ? p->count : 1) * sizeof *places);
    char path[512];
    if (!places)
        return tp_fail_memory(file->job->error, "exporting nodes");
    for (size_t i = 0; i < p->count; i++) {
        places[i] = (int32_t)(p->first_row + i / p->columns);
        places[p->count + i] = (int32_t)(p->first_column + i % p->columns);
    }
    snprintf(path, sizeof path, "%s/row", group);
    tp_status status = tp_foreign_array(file, path, H5T_NATIVE_INT32, 1, &p->count, places);
    snprintf(path, sizeof path, "%s/column", group);
    if (status == TP_OK)
        status = tp_foreign_array(file, path, H5T_NATIVE_INT32, 1, &p->count, places + p->count);
    free(places);
    return status;
}

static tp_status write_population(tp_foreign *file, const tp_population *p, size_t number) {
    char group[300], attributes[320];
    snprintf(group, sizeof group, "/nodes/%s", p->name);
    snprintf(attributes, sizeof attributes, "%s/0", group);
    const tp_listed *kinds = tp_job_find(file->job, "/network", "kind");
    tp_status status = tp_foreign_group(file, group);
    if (status == TP_OK)
        status = tp_foreign_group(file, attributes);
    if (status == TP_OK)
        status = write_counted(file, group, "node_id", H5T_NATIVE_UINT64, p->count, 0, true);
    if (status == TP_OK)
        status = write_counted(file, group, "node_type_id", H5T_NATIVE_INT64, p->count,
                               FIRST_TYPE + number, false);
    if (status == TP_OK)
        status = write_counted(file, group, "node_group_id", H5T_NATIVE_INT64, p->count, 0, false);
    if (status == TP_OK)
        status =
            write_counted(file, group, "node_group_index", H5T_NATIVE_INT64, p->count, 0, true);
    if (status == TP_OK && p->columns > 0)
        status = write_places(file, attributes, p);
    /* Of a reservoir's units: which are neurons, and which are like astrocytes. */
    if (status == TP_OK && kinds && kinds->rank == 1 && kinds->dims[0] == p->count &&
        kinds->kind == TP_LISTED_UNSIGNED) {
        strcat(attributes, "/kind");
        status = tp_foreign_copy(file, attributes, kinds, tp_foreign_type(kinds), 1, kinds->dims);
    }
    return status;
}

/* SONATA has no word for glia: its four model types are of neurons. */
static void write_types(FILE *file, const void *context) {
    const tp_recordings *recordings = context;
    fputs("node_type_id population model_type model_template\n", file);
    for (size_t i = 0; i < recordings->population_count; i++) {
        const tp_population *p = &recordings->populations[i];
        const bool glia = strcmp(p->name, "astrocytes") == 0 || strcmp(p->model, "li_rinzel") == 0;
        fprintf(file, "%zu %s %s %s%s\n", FIRST_TYPE + i, p->name,
                glia ? "astrocyte" : "point_neuron", *p->model ? "tripartite:" : "NULL", p->model);
    }
}

static void write_sets(FILE *file, const void *context) {
    const tp_recordings *recordings = context;
    fputs("{", file);
    for (size_t i = 0; i < recordings->population_count; i++) {
        fputs(i > 0 ? ",\n  " : "\n  ", file);
        tp_json_write_text(file, recordings->populations[i].name);
        fputs(": {\"population\": ", file);
        tp_json_write_text(file, recordings->populations[i].name);
        fputs("}", file);
    }
    fputs("\n}\n", file);
}

static void write_circuit(FILE *file, const void *context) {
    (void)context;
    fputs("{\n  \"manifest\": {\"$CIRCUIT_DIR\": \".\"},\n  \"networks\": {\n"
          "    \"nodes\": [{\"nodes_file\": \"$CIRCUIT_DIR/nodes.h5\",\n"
          "               \"node_types_file\": \"$CIRCUIT_DIR/node_types.csv\"}],\n"
          "    \"edges\": []\n  }\n}\n",
          file);
}

tp_status tp_sonata_nodes(tp_export_job *job, const tp_recordings *recordings) {
    tp_foreign file;
    const char *path;
    tp_status status = tp_sonata_begin(job, "nodes.h5", &file, &path);
    if (status == TP_OK)
        status = tp_foreign_group(&file, "/nodes");
    for (size_t p = 0; status == TP_OK && p < recordings->population_count; p++)
        status = write_population(&file, &recordings->populations[p], p);
    status = tp_sonata_end(&file, path, status);
    if (status == TP_OK)
        status = tp_sonata_text(job, "node_types.csv", write_types, recordings);
    if (status == TP_OK)
        status = tp_sonata_text(job, "node_sets.json", write_sets, recordings);
    if (status == TP_OK)
        status = tp_sonata_text(job, "circuit_config.json", write_circuit, NULL);
    for (size_t p = 0; status == TP_OK && p < recordings->population_count; p++)
        fprintf(job->told, "%s/nodes.h5: %zu %s\n", job->output.target,
                recordings->populations[p].count, recordings->populations[p].name);
    return status;
}
