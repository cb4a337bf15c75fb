/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One table of a record: the arrays of a group along one axis, as text. */
#ifndef TP_EXPORTS_CSV_TABLE_H
#define TP_EXPORTS_CSV_TABLE_H

#include <stdio.h>

#include "record/reader_list.h"

/* The most columns that an array of two axes becomes. */
enum { TP_CSV_MOST_ACROSS = 1000 };

/* What of an array goes into the table along `axis` (the path of its scale). */
typedef enum tp_csv_part { TP_CSV_NONE, TP_CSV_AXIS, TP_CSV_COLUMN, TP_CSV_COLUMNS } tp_csv_part;
tp_csv_part tp_csv_part_of(const tp_listed *array, const char *axis);

/* Whether the array lies in the group itself. */
bool tp_csv_in_group(const tp_listed *array, const char *group);

typedef struct tp_csv_column tp_csv_column;
typedef struct tp_csv_table {
    tp_csv_column *columns; /* one for each array */
    size_t count;
    size_t rows, width; /* width: columns as text */
} tp_csv_table;

/* Reads all arrays of the group along the axis. The caller frees the table, in any case. */
tp_status tp_csv_table_read(const tp_record *record, const tp_listing *listing, const char *group,
                            const char *axis, tp_csv_table *table, tp_error *error);
/* Errors of the stream are the caller's to find. */
void tp_csv_table_write(const tp_csv_table *table, FILE *stream);
void tp_csv_table_free(tp_csv_table *table);

#endif
