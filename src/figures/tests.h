/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tests of a memory experiment: what each was shown, and how its recall was read. */
#ifndef TP_FIGURES_TESTS_H
#define TP_FIGURES_TESTS_H

#include "figures/recorded.h"

enum { TP_MOST_READOUTS = 1000 };

typedef struct tp_test {
    size_t pattern;
    double onset, duration, noise;
    const double *input; /* image */
    double input_accuracy;
    size_t readout_count;  /* the count readout first, then the frames */
    const char **readouts; /* their names */
    const double *accuracy;
    const double *responses; /* images, one for each readout */
    const double *calcium;   /* a map of all astrocytes; NULL: not recorded */
    double calcium_time;     /* ms since onset */
} tp_test;

tp_status tp_test_read(tp_view *view, size_t number, tp_test *test, tp_error *error);

/* Calcium at the last frame; without frames, at the last instant of the input. */
tp_status tp_test_read_calcium(tp_view *view, size_t number, const tp_tiles *tiles, tp_test *test,
                               tp_error *error);

#endif
