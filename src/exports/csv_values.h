/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values of an array, and how they are written as text. */
#ifndef TP_EXPORTS_CSV_VALUES_H
#define TP_EXPORTS_CSV_VALUES_H

#include <stdio.h>

#include "record/reader_list.h"

/* Numbers of 8 bytes, or texts. */
typedef struct tp_csv_values {
    tp_listed_kind kind;
    bool single; /* numbers of single precision, kept as double */
    tp_array numbers;
    char **texts;
    size_t text_count;
} tp_csv_values;

/* Reads an array whole. The caller frees the values, in any case. */
tp_status tp_csv_values_read(const tp_record *record, const tp_listed *array, tp_csv_values *values,
                             tp_error *error);
void tp_csv_values_free(tp_csv_values *values);

/* The shortest decimal that reads back as the same number (of single precision, where it is one);
 * "" where it is not a number. */
void tp_csv_float_text(double number, bool single, char *text, size_t room);
/* One of the values, which are no texts. */
void tp_csv_number_text(const tp_csv_values *values, size_t index, char *text, size_t room);

void tp_csv_write_quoted(const char *text, FILE *stream);

/* NAME, or NAME[value,value] with one of the values of each of so many axes; an axis that is
 * TP_LISTED_BARE is counted. Quoted where it must be. */
void tp_csv_write_heading(const char *name, const tp_csv_values *axes, const size_t *places,
                          size_t count, FILE *stream);

#endif
