/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A series of samples, evenly spaced in time: of the Lorenz attractor, or a user's own. */
#ifndef TP_STIMULI_SERIES_H
#define TP_STIMULI_SERIES_H

#include <tripartite/integrator.h>

#include "scenario/schema.h"

typedef enum tp_series_kind { TP_SERIES_LORENZ, TP_SERIES_FILE } tp_series_kind;

enum { TP_MOST_COORDINATES = 1000 };

typedef struct tp_series_description {
    int kind; /* tp_series_kind */
    double interval;
    double lyapunov; /* largest exponent, per unit of time; 0: not known */
    /* Of Lorenz. */
    double sigma, rho, beta;
    tp_real_list start;
    int integrator; /* tp_series_integrator */
    double rtol;
    /* Of a file. */
    const char *file;
    const char *dataset;  /* of HDF5 */
    tp_text_list columns; /* of CSV; none: all but that of the time */
    const char *time;     /* column of CSV that has the times; NULL: none */
} tp_series_description;

extern const tp_block tp_series_block;

const tp_integrator *tp_series_integrator(const tp_series_description *description);

typedef struct tp_series {
    size_t count, coordinates;
    double interval;
    char **names;   /* [coordinate] */
    double *values; /* [count][coordinates] */
} tp_series;

/* The series that the scenario describes at `path`, at least `wanted` samples of it. TP_INVALID, at
 * its place in the scenario or the file, where it is too short, has gaps or what is no number. */
tp_status tp_series_load(const tp_series_description *description, const tp_resolved *resolved,
                         const char *path, size_t wanted, tp_series *series, tp_error *error);
void tp_series_free(tp_series *series);

/* The readers of files; `found` is where the file is. */
tp_status tp_series_read_csv(const tp_series_description *description, const char *found,
                             tp_series *series, tp_error *error);
tp_status tp_series_read_hdf5(const tp_series_description *description, const char *found,
                              tp_series *series, tp_error *error);

/* Gives a series room for so many coordinates and samples (0: none yet), named 0, 1, ...; TP_INVALID,
 * at `where`, for more coordinates than there may be. */
tp_status tp_series_shape(tp_series *series, size_t count, size_t coordinates, const char *where,
                          tp_error *error);

#endif
