/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <tripartite/figure.h>

#include "base/fail.h"

const tp_figure *tp_figure_at(size_t index) {
    (void)index;
    return NULL;
}

tp_status tp_figure_draw(const char *record, const char *figure, const char *output,
                         tp_error *error) {
    (void)record;
    (void)output;
    return tp_fail(error, TP_INVALID, "", "there is no figure '%s'", figure);
}
