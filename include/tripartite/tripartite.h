/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tripartite: simulation of neuron-astrocyte networks. The whole public library. */
#ifndef TRIPARTITE_TRIPARTITE_H
#define TRIPARTITE_TRIPARTITE_H

#include <tripartite/error.h>
#include <tripartite/export.h>
#include <tripartite/figure.h>
#include <tripartite/integrator.h>
#include <tripartite/model.h>
#include <tripartite/record.h>
#include <tripartite/report.h>
#include <tripartite/run.h>
#include <tripartite/scenario.h>
#include <tripartite/sweep.h>

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0" */
TP_PUBLIC const char *tp_version(void);

#ifdef __cplusplus
}
#endif
#endif
