/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays as NumPy keeps them (format 1.0 of .npy), as entries of an archive. */
#ifndef TP_EXPORTS_NPY_H
#define TP_EXPORTS_NPY_H

#include "exports/job.h"
#include "exports/zip_writer.h"

/* An array of the record, numbers or texts. */
tp_status tp_npy_array(tp_export_job *job, tp_zip_writer *zip, const char *name,
                       const tp_listed *array);

/* `count` texts along one axis, or, where `single`, the first of them without an axis. */
tp_status tp_npy_texts(tp_zip_writer *zip, const char *name, const char *const *texts, size_t count,
                       bool single, tp_error *error);

/* One number; `type` is NumPy's name of its eight bytes: "<f8", "<u8". */
tp_status tp_npy_number(tp_zip_writer *zip, const char *name, const char *type, const void *number,
                        tp_error *error);

#endif
