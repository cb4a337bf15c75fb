/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How well a classifier does. */
#ifndef TP_ANALYSIS_CLASSIFICATION_H
#define TP_ANALYSIS_CLASSIFICATION_H

#include <stddef.h>
#include <stdint.h>
#include <tripartite/error.h>

typedef struct tp_classification {
    double accuracy;
    double f1;   /* of class 1 where there are two classes, else the mean of all classes' */
    double loss; /* mean cross-entropy; a logarithm counts as -100 at least */
    double auc;  /* area under the ROC curve, ties by half; of more than two classes the mean of
                    each against the rest. NAN where a class has no sample or all */
} tp_classification;

/* `outputs` are probabilities [n][columns]: one column is that of class 1 of two, more are those of
 * the classes, of which the first of the largest is taken. confusion[class][taken for] may be
 * NULL. */
tp_status tp_classify(size_t n, size_t columns, const double *outputs, const uint8_t *labels,
                      tp_classification *scores, uint32_t *confusion, tp_error *error);

#endif
