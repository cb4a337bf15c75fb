/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an NWB file is made of: objects of the schema's types, tables, columns. The rules are those
 * of the core schema 2.6.0 and of HDMF's common schema 1.8.0; docs/export.md names them. */
#ifndef TP_EXPORTS_NWB_OBJECT_H
#define TP_EXPORTS_NWB_OBJECT_H

#include "exports/foreign.h"
#include "exports/recordings.h"
#include "exports/uuid.h"

typedef struct tp_nwb {
    tp_foreign file;
    tp_export_job *job;
    tp_recordings recordings;
    tp_hash hash; /* of the record's bytes */
    bool epochs;  /* there is a table of segments, a row for each */
} tp_nwb;

/* Says of the object at `path` what it is. Its id is one of the record and the path. */
tp_status tp_nwb_type(tp_nwb *nwb, const char *path, const char *type, const char *space);

/* A table and the numbers of its rows; its columns follow, named beforehand. */
tp_status tp_nwb_table(tp_nwb *nwb, const char *path, const char *type, const char *description,
                       const char *const *columns, size_t column_count, size_t rows);

/* Says of the array at `path` that it is a column. */
tp_status tp_nwb_column(tp_nwb *nwb, const char *path, const char *description);
/* A column TABLE/NAME of numbers. */
tp_status tp_nwb_numbers(tp_nwb *nwb, const char *table, const char *name, hid_t type, size_t count,
                         const void *values, const char *description);
/* The index of a column whose rows have different numbers of values. */
tp_status tp_nwb_index(tp_nwb *nwb, const char *table, const char *name, size_t count,
                       const uint64_t *ends);

/* /units: a row for each cell of each segment. Written where there are spikes. */
tp_status tp_nwb_units(tp_nwb *nwb);

#endif
