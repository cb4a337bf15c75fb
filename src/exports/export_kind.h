/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A format is one file that ends in one constant descriptor, listed in exports.c. */
#ifndef TP_EXPORTS_EXPORT_KIND_H
#define TP_EXPORTS_EXPORT_KIND_H

#include <tripartite/export.h>

#include "exports/job.h"
#include "exports/output.h"

typedef struct tp_export_kind {
    tp_export_format format;
    tp_output_kind output;
    /* Whether the record holds what the format can hold; TP_INVALID where not. NULL: any does. */
    tp_status (*check)(tp_export_job *job);
    /* Writes everything, and tells of it in job->told. */
    tp_status (*write)(tp_export_job *job);
} tp_export_kind;

extern const tp_export_kind tp_export_csv;
extern const tp_export_kind tp_export_npz;
extern const tp_export_kind tp_export_nwb;
extern const tp_export_kind tp_export_sonata;

#endif
