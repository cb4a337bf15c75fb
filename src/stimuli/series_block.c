/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "integrators/integrator.h"

#include "stimuli/series.h"

#define SERIES(member) offsetof(tp_series_description, member)
#define REAL(name, value, low, open, text)                                                         \
    {                                                                                              \
        .key = #name, .kind = TP_REAL, .offset = SERIES(name), .unit = "1", .fallback = value,     \
        .lower = low, .above = open, .upper = INFINITY, .help = text                               \
    }

enum { MOST_NAMES = 64 };

/* Only those that have a tolerance. */
static const char *const *adaptive_names(void) {
    static const char *names[MOST_NAMES + 1];
    size_t count = 0;
    for (size_t i = 0; tp_integrator_at(i); i++)
        if (tp_integrator_at(i)->adaptive)
            names[count++] = tp_integrator_at(i)->name;
    names[count] = NULL;
    return names;
}

const tp_integrator *tp_series_integrator(const tp_series_description *description) {
    return tp_integrator_named(adaptive_names()[description->integrator]);
}

static const char *const kind_names[] = {"lorenz", "file", NULL};

static const tp_field series_fields[] = {
    {.key = "kind",
     .kind = TP_CHOICE,
     .offset = SERIES(kind),
     .fallback = "lorenz",
     .values = kind_names,
     .help = "the Lorenz attractor, or a file of one's own"},
    REAL(interval, "0.02", 0, 1, "time between samples, in the series' own unit"),
    REAL(lyapunov, "0.906", 0, 0,
         "largest Lyapunov exponent per unit of time, by which valid "
         "times are told; 0: it is not known, and they are in that unit"),
    {0},
};

static const tp_field lorenz_fields[] = {
    REAL(sigma, "10", -INFINITY, 0, "Prandtl number"),
    REAL(rho, "28", -INFINITY, 0, "Rayleigh number"),
    REAL(beta, "2.6666666666666665", -INFINITY, 0, "geometry, 8/3"),
    {.key = "start",
     .kind = TP_REALS,
     .offset = SERIES(start),
     .unit = "1",
     .fallback = "[1, 0, 0]",
     .lower = -INFINITY,
     .upper = INFINITY,
     .help = "x, y, z of the first sample"},
    {.key = "integrator",
     .kind = TP_CHOICE,
     .offset = SERIES(integrator),
     .fallback = "cvode:adams",
     .names = adaptive_names,
     .help = "method that solves it"},
    {.key = "rtol",
     .kind = TP_REAL,
     .offset = SERIES(rtol),
     .unit = "1",
     .fallback = "1e-9",
     .lower = 1e-14,
     .upper = 0.1,
     .help = "relative tolerance, and absolute"},
    {0},
};

static const tp_field file_fields[] = {
    {.key = "file",
     .kind = TP_TEXT,
     .offset = SERIES(file),
     .help = "CSV (a line for each sample; names in the first line or none), or HDF5 (.h5, .hdf5)"},
    {.key = "columns",
     .kind = TP_TEXTS,
     .offset = SERIES(columns),
     .fallback = "[]",
     .help = "of CSV with names: those that are forecast; all where none is named"},
    {.key = "time",
     .kind = TP_TEXT,
     .offset = SERIES(time),
     .help = "of CSV with names: the column of times, which must be evenly spaced, and then tell "
             "the interval"},
    {.key = "dataset",
     .kind = TP_TEXT,
     .offset = SERIES(dataset),
     .help = "of HDF5: path of the array [sample] or [sample, coordinate]"},
    {0},
};

static tp_status extend(const void *block, tp_arena *arena, const tp_field **fields,
                        tp_error *error) {
    const tp_series_description *series = block;
    (void)arena;
    (void)error;
    *fields = series->kind == TP_SERIES_FILE ? file_fields : lorenz_fields;
    return TP_OK;
}

const tp_block tp_series_block = {sizeof(tp_series_description), series_fields, NULL, extend};
