/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TRIPARTITE_INTEGRATOR_H
#define TRIPARTITE_INTEGRATOR_H

#include <stddef.h>
#include <tripartite/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A method that advances a population while its inputs are held. */
typedef struct tp_integrator tp_integrator;

/* The integrators in alphabetical order; NULL past the last. */
TP_PUBLIC const tp_integrator *tp_integrator_at(size_t index);
TP_PUBLIC const tp_integrator *tp_integrator_named(const char *name);
TP_PUBLIC const char *tp_integrator_name(const tp_integrator *integrator);
TP_PUBLIC const char *tp_integrator_summary(const tp_integrator *integrator);

#ifdef __cplusplus
}
#endif
#endif
