/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The parts of tp_record_describe, one for each kind of record. */
#ifndef TP_EXPERIMENTS_DESCRIBE_H
#define TP_EXPERIMENTS_DESCRIBE_H

#include <tripartite/record.h>

/* Reads an array of one axis; one of another shape, of a damaged record, is TP_INVALID. */
tp_status tp_column_read(const tp_record *record, const char *path, tp_array *column,
                         tp_error *error);

/* Reads the arrays GROUP/NAME into columns[0 ... count - 1], which are freed by tp_columns_free
 * whatever comes back. */
tp_status tp_columns_read(const tp_record *record, const char *group, const char *const *names,
                          size_t count, tp_array *columns, tp_error *error);
void tp_columns_free(tp_array *columns, size_t count);

/* Of a memory experiment: training, and a row for each test. */
tp_status tp_describe_training(const tp_record *record, FILE *stream, tp_error *error);
tp_status tp_describe_tests(const tp_record *record, FILE *stream, tp_error *error);

/* Of a forecast: a row for each forecaster. */
tp_status tp_describe_forecast(const tp_record *record, FILE *stream, tp_error *error);

/* Of a classification: a row for each network. */
tp_status tp_describe_classification(const tp_record *record, FILE *stream, tp_error *error);

/* Of a network and its astrocytes: a row for each model. */
tp_status tp_describe_anan(const tp_record *record, FILE *stream, tp_error *error);

/* Of a cell: its spikes and crossings. */
tp_status tp_describe_response(const tp_record *record, FILE *stream, tp_error *error);

/* Of a sweep: its levels, and where they cross. */
tp_status tp_describe_ratio(const tp_record *record, FILE *stream, tp_error *error);
tp_status tp_describe_sweep(const tp_record *record, FILE *stream, tp_error *error);

/* Of verify: the comparison, and the measurements of --work-precision. */
tp_status tp_describe_comparison(const tp_record *record, FILE *stream, tp_error *error);
tp_status tp_describe_work(const tp_record *record, FILE *stream, tp_error *error);

#endif
