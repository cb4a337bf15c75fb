/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SUNDIALS CVODE (Hindmarsh et al., ACM Trans. Math. Softw. 31:363, 2005) set up for systems of
 * cells. */
#ifndef TP_INTEGRATORS_CVODE_SOLVER_H
#define TP_INTEGRATORS_CVODE_SOLVER_H

#include <nvector/nvector_serial.h>
#include <sundials/sundials_context.h>
#include <sundials/sundials_linearsolver.h>
#include <sundials/sundials_matrix.h>
#include <sundials/sundials_nonlinearsolver.h>

#include "integrators/system.h"

/* CVODE's highest order, of the Adams methods. */
enum { TP_CVODE_MOST_ORDER = 12 };

/* One system in the hands of CVODE. Its time starts from 0 whenever it is started anew, so that
 * what it computes does not depend on when that is. */
typedef struct tp_cvode_system {
    tp_system *system;
    void *memory;
    N_Vector y;
    SUNMatrix matrix;
    SUNLinearSolver linear;
    SUNNonlinearSolver fixed_point;
    double now;         /* the end of the last interval, in the solver's time */
    double known;       /* up to where the solution is known */
    bool crossing;      /* the watched state reaches its threshold there */
    int order;          /* of `polynomial`; -1 where it has not been taken for the last step */
    double centre;      /* time that it is about */
    double *polynomial; /* [power][dimension] the solution over the last step */
} tp_cvode_system;

typedef struct tp_cvode {
    SUNContext context;
    tp_systems systems;
    tp_cvode_system *items; /* as many */
    double *polynomials;
    char message[256]; /* the last that CVODE told */
} tp_cvode;

tp_status tp_cvode_create(const tp_integration *integration, int method, tp_cvode **solver,
                          tp_error *error);
void tp_cvode_destroy(tp_cvode **solver);

#endif
