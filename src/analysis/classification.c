/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "analysis/classification.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

typedef struct scored {
    double score;
    int positive;
} scored;

static int by_score(const void *a, const void *b) {
    const double x = ((const scored *)a)->score, y = ((const scored *)b)->score;
    return (x > y) - (x < y);
}

/* By the ranks of the positive samples (Mann and Whitney). */
static double area(size_t n, scored *samples) {
    double positives = 0, ranks = 0;
    qsort(samples, n, sizeof *samples, by_score);
    for (size_t i = 0, next; i < n; i = next) {
        double here = 0;
        for (next = i; next < n && samples[next].score == samples[i].score; next++)
            here += samples[next].positive;
        ranks += here * (double)(i + next + 1) / 2;
        positives += here;
    }
    const double others = (double)n - positives;
    return positives > 0 && others > 0
               ? (ranks - positives * (positives + 1) / 2) / (positives * others)
               : NAN;
}

static double bounded_log(double p) {
    return p > 0 ? fmax(log(p), -100) : -100;
}

static size_t taken_for(const double *outputs, size_t columns) {
    size_t best = 0;
    if (columns == 1)
        return outputs[0] > 0.5;
    for (size_t k = 1; k < columns; k++)
        best = outputs[k] > outputs[best] ? k : best;
    return best;
}

static double f1_of(const uint32_t *confusion, size_t classes, size_t class) {
    double taken = 0, there = 0;
    for (size_t k = 0; k < classes; k++) {
        taken += confusion[k * classes + class];
        there += confusion[class * classes + k];
    }
    return taken + there > 0 ? 2 * confusion[class * classes + class] / (taken + there) : 0;
}

static double mean_area(size_t n, size_t columns, const double *outputs, const uint8_t *labels,
                        scored *room) {
    double sum = 0;
    for (size_t k = 0; k < columns; k++) {
        const size_t class = columns == 1 ? 1 : k;
        for (size_t i = 0; i < n; i++)
            room[i] = (scored){outputs[i * columns + k], labels[i] == class};
        sum += area(n, room);
    }
    return sum / (double)columns;
}

tp_status tp_classify(size_t n, size_t columns, const double *outputs, const uint8_t *labels,
                      tp_classification *scores, uint32_t *confusion, tp_error *error) {
    const size_t classes = columns == 1 ? 2 : columns;
    uint32_t *table = calloc(classes * classes, sizeof *table);
    scored *room = malloc((n + 1) * sizeof *room);
    if (!table || !room) {
        free(table);
        free(room);
        return tp_fail_memory(error, "scoring a classifier");
    }
    double right = 0, loss = 0, f1 = 0;
    for (size_t i = 0; i < n; i++) {
        const double *p = outputs + i * columns;
        const size_t taken = taken_for(p, columns), class = labels[i];
        table[class * classes + taken]++;
        right += taken == class;
        loss -= bounded_log(columns > 1 ? p[class] : class == 1 ? p[0] : 1 - p[0]);
    }
    for (size_t k = 0; k < classes; k++)
        f1 += f1_of(table, classes, k) / (double)classes;
    *scores = (tp_classification){.accuracy = right / (double)n,
                                  .f1 = classes == 2 ? f1_of(table, 2, 1) : f1,
                                  .loss = loss / (double)n,
                                  .auc = mean_area(n, columns, outputs, labels, room)};
    if (confusion)
        memcpy(confusion, table, classes * classes * sizeof *table);
    free(table);
    free(room);
    return TP_OK;
}
