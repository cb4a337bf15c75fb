/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The integration that others are judged by: CVODE's Adams method at a tight tolerance. */
#ifndef TP_EXPERIMENTS_REFERENCE_H
#define TP_EXPERIMENTS_REFERENCE_H

#include "experiments/scenario.h"
#include "networks/population_block.h"

/* Gives the population the reference's integrator and tolerances. */
void tp_reference_method(tp_population_description *cells);

/* TP_INVALID where the scenario is none that can be compared with a reference. */
tp_status tp_reference_check(const tp_scenario *scenario, tp_error *error);

/* The number, as tp_integrator_at counts, of the integrator of that name, which there must be. */
int tp_integrator_number(const char *name);

#endif
