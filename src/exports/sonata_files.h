/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files of a SONATA folder (Dai et al. 2020 and its developer guide, version 0.1). */
#ifndef TP_EXPORTS_SONATA_FILES_H
#define TP_EXPORTS_SONATA_FILES_H

#include "exports/foreign.h"
#include "exports/recordings.h"

/* Makes an HDF5 file of the folder, with what each of SONATA's has at its root; to be ended by
 * tp_sonata_end, whatever has become of it. */
tp_status tp_sonata_begin(tp_export_job *job, const char *name, tp_foreign *file,
                          const char **path);
tp_status tp_sonata_end(tp_foreign *file, const char *path, tp_status status);

/* A text file of the folder. */
tp_status tp_sonata_text(tp_export_job *job, const char *name,
                         void (*write)(FILE *file, const void *context), const void *context);

/* nodes.h5, node_types.csv, node_sets.json and circuit_config.json */
tp_status tp_sonata_nodes(tp_export_job *job, const tp_recordings *recordings);

/* SEGMENT/spikes.h5 */
tp_status tp_sonata_spikes(tp_export_job *job, const tp_recordings *recordings,
                           const tp_recorded_segment *segment);
/* SEGMENT/POPULATION_STATE.h5; false in *written, and told why, where the trace cannot be one. */
tp_status tp_sonata_report(tp_export_job *job, const tp_recordings *recordings,
                           const tp_recorded_segment *segment, const tp_trace *trace,
                           bool *written);

#endif
