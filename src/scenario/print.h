/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_SCENARIO_PRINT_H
#define TP_SCENARIO_PRINT_H

#include <stdio.h>

#include "scenario/schema.h"

typedef enum tp_remark {
    TP_REMARK_NONE,
    TP_REMARK_ORIGIN, /* behind each value: where it came from */
    TP_REMARK_HELP    /* behind each value: what it means and what is allowed */
} tp_remark;

/* Writes the resolved scenario as YAML that can be read again. */
tp_status tp_resolved_print(const tp_resolved *resolved, tp_remark remark, FILE *stream,
                            tp_error *error);

#endif
