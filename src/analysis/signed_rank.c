/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/signed_rank.h"

#include <math.h>
#include <stdlib.h>

#include "base/fail.h"

/* Of the largest number: differences that are equal but for their rounding are equal. */
static const double EQUAL = 1e-12;

static int by_distance(const void *a, const void *b) {
    const double x = fabs(*(const double *)a), y = fabs(*(const double *)b);
    return (x > y) - (x < y);
}

/* Of 2 * rank of each difference, so that shared ranks are whole numbers: the part of all signs for
 * which the positive ones add up to each sum. */
static void distribute(const size_t *doubled, size_t n, double *part) {
    size_t most = 0;
    part[0] = 1;
    for (size_t i = 0; i < n; i++) {
        most += doubled[i];
        for (size_t sum = most + 1; sum-- > 0;) {
            const double before = sum + doubled[i] <= most ? part[sum] : 0;
            const double with = sum >= doubled[i] ? part[sum - doubled[i]] : 0;
            part[sum] = 0.5 * (before + with);
        }
    }
}

static tp_status find_p(const double *difference, size_t n, double least, tp_signed_rank *r,
                        tp_error *error) {
    size_t *doubled = calloc(n + 1, sizeof *doubled);
    double *part = calloc(n * (n + 1) + 1, sizeof *part);
    size_t positive = 0;
    if (!doubled || !part) {
        free(doubled);
        free(part);
        return tp_fail_memory(error, "comparing pairs");
    }
    for (size_t i = 0, next; i < n; i = next) {
        next = i;
        while (next < n && fabs(difference[next]) - fabs(difference[i]) <= least)
            next++;
        for (size_t k = i; k < next; k++) {
            doubled[k] = i + next + 1; /* twice the mean of i + 1 ... next */
            positive += difference[k] > 0 ? doubled[k] : 0;
        }
    }
    const size_t all = n * (n + 1);
    const size_t smaller = positive < all - positive ? positive : all - positive;
    distribute(doubled, n, part);
    double tail = 0;
    for (size_t sum = 0; sum <= smaller; sum++)
        tail += part[sum];
    r->positive = (double)positive / 2;
    r->negative = (double)(all - positive) / 2;
    r->p = fmin(1, 2 * tail);
    free(doubled);
    free(part);
    return TP_OK;
}

tp_status tp_signed_rank_test(size_t count, const double *a, const double *b,
                              tp_signed_rank *result, tp_error *error) {
    *result = (tp_signed_rank){.p = 1};
    if (count > TP_SIGNED_RANK_MOST)
        return tp_fail(error, TP_INVALID, "", "found %zu pairs, expected at most %d", count,
                       (int)TP_SIGNED_RANK_MOST);
    double difference[TP_SIGNED_RANK_MOST], least = 0;
    for (size_t i = 0; i < count; i++)
        least = fmax(least, EQUAL * fmax(fabs(a[i]), fabs(b[i])));
    for (size_t i = 0; i < count; i++) {
        const double d = b[i] - a[i];
        if (!isfinite(d))
            return tp_fail(error, TP_INVALID, "", "pair %zu (from 0) is no number", i);
        if (fabs(d) > least)
            difference[result->pairs++] = d;
    }
    if (result->pairs == 0)
        return TP_OK;
    qsort(difference, result->pairs, sizeof *difference, by_distance);
    return find_p(difference, result->pairs, least, result, error);
}
