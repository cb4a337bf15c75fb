/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/classify_view.h"

#include <math.h>
#include <stdio.h>

tp_short_text tp_classify_interval(double median, double lower, double upper) {
    tp_short_text out;
    if (isfinite(lower) && isfinite(upper))
        snprintf(out.text, sizeof out.text, "%.3f [%.3f, %.3f]", median, lower, upper);
    else
        snprintf(out.text, sizeof out.text, "%.3f", median);
    return out;
}

static tp_status read_summary(tp_classify_view *c, tp_error *error) {
    const struct {
        const char *path;
        const double **values;
    } columns[] = {{"summary/accuracy_median", &c->median},
                   {"summary/accuracy_lower", &c->lower},
                   {"summary/accuracy_upper", &c->upper},
                   {"summary/stuck_share", &c->stuck_share}};
    tp_status status = TP_OK;
    for (size_t i = 0; status == TP_OK && i < sizeof columns / sizeof *columns; i++) {
        size_t dims[1] = {c->networks};
        status = tp_view_array(&c->view, columns[i].path, 1, dims, columns[i].values, error);
    }
    return status;
}

tp_status tp_classify_view_open(const tp_figure_source *source, tp_classify_view *c,
                                tp_error *error) {
    size_t dims[4] = {TP_ANY_LENGTH, TP_ANY_LENGTH, TP_ANY_LENGTH, TP_ANY_LENGTH};
    tp_status status = tp_view_open(source, &c->view, error);
    if (status == TP_OK)
        status = tp_view_array(&c->view, "test/confusion", 4, dims, &c->confusion, error);
    if (status != TP_OK)
        return status;
    c->networks = dims[0];
    c->trials = dims[1];
    c->answers = dims[2];
    if (c->networks == 0 || c->networks > TP_MOST_NETWORKS || c->trials == 0 || c->answers == 0 ||
        dims[2] != dims[3])
        return tp_view_damaged(&c->view, "test/confusion",
                               "from one to eight networks with trials, and as many answers as "
                               "labels",
                               error);
    size_t outcomes[2] = {c->networks, c->trials};
    status = tp_view_array(&c->view, "test/accuracy", 2, outcomes, &c->accuracy, error);
    if (status == TP_OK)
        status = tp_view_array(&c->view, "test/stuck", 2, outcomes, &c->stuck, error);
    for (size_t k = 0; status == TP_OK && k < c->networks; k++)
        status = tp_view_string(&c->view, "test/name", k, &c->names[k], error);
    return status == TP_OK ? read_summary(c, error) : status;
}
