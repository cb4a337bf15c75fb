/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Wilcoxon's signed-rank test of paired numbers (Biometrics Bull. 1:80, 1945), exactly. */
#ifndef TP_ANALYSIS_SIGNED_RANK_H
#define TP_ANALYSIS_SIGNED_RANK_H

#include <stddef.h>
#include <tripartite/error.h>

enum { TP_SIGNED_RANK_MOST = 1000 };

typedef struct tp_signed_rank {
    size_t pairs;              /* that differ: equal ones are left out */
    double positive, negative; /* sums of ranks; equal distances share their mean rank */
    double p;                  /* two-sided: the part of all 2^pairs signs that lie as far out */
} tp_signed_rank;

/* Of the differences b - a. `p` is 1 where no pair differs. TP_INVALID for more than
 * TP_SIGNED_RANK_MOST pairs, or for what is no number. */
tp_status tp_signed_rank_test(size_t count, const double *a, const double *b,
                              tp_signed_rank *result, tp_error *error);

#endif
