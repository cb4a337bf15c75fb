/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SUNDIALS CVODE takes steps of its own length and order, past the ends of intervals while inputs
 * stay: what is wanted at an interval's end is read off the polynomial of the step over it. So a
 * cell at rest, or a slow one, costs next to nothing.
 *
 * An event is located by CVODE's root search on that polynomial, to 100 rounding units of the time
 * since the solver was last started: below 1e-11 ms for a neuron that was quiet for a second. */
#include <cvode/cvode.h>
#include <stdio.h>
#include <string.h>

#include "integrators/cvode_solver.h"

/* Taking the polynomial out of CVODE costs about this many of its own interpolations. */
static const double INTERVALS_WORTH_A_POLYNOMIAL = 4;

/* Starts from item->y. */
static tp_status start(tp_passage *passage, tp_cvode_system *item) {
    item->known = 0;
    item->crossing = false;
    item->order = -1;
    return CVodeReInit(item->memory, 0, item->y) == CV_SUCCESS
               ? TP_OK
               : tp_passage_fail(passage, item->known - item->now, NV_DATA_S(item->y),
                                 "it cannot be started");
}

static tp_status step(tp_passage *passage, tp_cvode *solver, tp_cvode_system *item) {
    const double before = item->known;
    solver->message[0] = '\0';
    /* The end that is asked for matters to the length of the very first step alone. */
    const int answer =
        CVode(item->memory, before + passage->length, item->y, &item->known, CV_ONE_STEP);
    item->crossing = answer == CV_ROOT_RETURN;
    item->order = -1;
    if (answer < 0)
        return tp_passage_fail(passage, item->known - item->now, NV_DATA_S(item->y),
                               solver->message);
    if (!(item->known > before))
        return tp_passage_fail(passage, before - item->now, NV_DATA_S(item->y),
                               "the step is below the resolution of time");
    return tp_passage_stepped(passage, item->known - item->now, NV_DATA_S(item->y));
}

/* The polynomial of the last step, in powers of the time from its end. */
static bool take_polynomial(tp_cvode_system *item) {
    const size_t n = item->system->dimension;
    double factorial = 1;
    int order;
    if (CVodeGetLastOrder(item->memory, &order) != CV_SUCCESS || order > TP_CVODE_MOST_ORDER ||
        CVodeGetCurrentTime(item->memory, &item->centre) != CV_SUCCESS)
        return false;
    for (int k = 0; k <= order; k++) {
        if (CVodeGetDky(item->memory, item->centre, k, item->y) != CV_SUCCESS)
            return false;
        factorial *= k > 1 ? k : 1;
        for (size_t i = 0; i < n; i++)
            item->polynomial[(size_t)k * n + i] = NV_DATA_S(item->y)[i] / factorial;
    }
    item->order = order;
    return true;
}

/* item->y at `time` of the last step. */
static bool interpolate(tp_cvode_system *item, double time) {
    const size_t n = item->system->dimension;
    if (item->order < 0)
        return CVodeGetDky(item->memory, time, 0, item->y) == CV_SUCCESS;
    const double past = time - item->centre;
    double *y = NV_DATA_S(item->y);
    for (size_t i = 0; i < n; i++) {
        const double *c = item->polynomial + i;
        double value = c[(size_t)item->order * n];
        for (int k = item->order - 1; k >= 0; k--)
            value = value * past + c[(size_t)k * n];
        y[i] = value;
    }
    return true;
}

/* Goes on from the crossing at which the solution ends for now. */
static tp_status pass_crossing(tp_passage *passage, tp_cvode_system *item) {
    const double at = item->known - item->now;
    if (!interpolate(item, item->known))
        return tp_passage_fail(passage, at, NV_DATA_S(item->y), "no state at the crossing");
    tp_status status = tp_passage_event(passage, at, NV_DATA_S(item->y));
    item->now = -at;
    return status == TP_OK ? start(passage, item) : status;
}

static tp_status begin_passage(tp_passage *passage, tp_cvode_system *item) {
    tp_system_load(item->system, NV_DATA_S(item->y));
    item->now = 0;
    if (tp_system_over(item->system, NV_DATA_S(item->y)) >= 0) {
        tp_status status = tp_passage_event(passage, 0, NV_DATA_S(item->y));
        if (status != TP_OK)
            return status;
    }
    return start(passage, item);
}

static tp_status pass(tp_passage *passage, tp_cvode *solver, tp_cvode_system *item) {
    tp_status status = TP_OK;
    if (tp_system_starts(item->system))
        status = begin_passage(passage, item);
    while (status == TP_OK) {
        const double end = item->now + passage->length;
        if (item->crossing && item->known <= end)
            status = pass_crossing(passage, item);
        else if (item->known < end)
            status = step(passage, solver, item);
        else
            break;
    }
    if (status != TP_OK)
        return status;
    item->now += passage->length;
    if (item->order < 0 && item->known - item->now > INTERVALS_WORTH_A_POLYNOMIAL * passage->length)
        take_polynomial(item);
    /* At 0 the solver has just been started, and y is its state. */
    if (item->known > 0 && !interpolate(item, item->now))
        return tp_passage_fail(passage, passage->length, NV_DATA_S(item->y),
                               "no state at the interval's end");
    return tp_passage_end(passage, NV_DATA_S(item->y));
}

static tp_status advance(tp_integration *integration, double length, tp_spikes *spikes,
                         tp_error *error) {
    tp_cvode *solver = integration->solver;
    const size_t first = spikes ? spikes->count : 0;
    for (size_t i = 0; i < solver->systems.count; i++) {
        tp_passage passage = {
            .system = &solver->systems.items[i],
            .length = length,
            .spikes = spikes,
            .error = error,
        };
        tp_status status = pass(&passage, solver, &solver->items[i]);
        if (status != TP_OK)
            return status;
    }
    if (spikes)
        tp_spikes_sort(spikes->items + first, spikes->count - first);
    return TP_OK;
}

static tp_status begin(tp_integration *integration, tp_error *error) {
    const int *method = integration->method.integrator->choice;
    tp_cvode *solver = NULL;
    tp_status status = tp_cvode_create(integration, *method, &solver, error);
    integration->solver = solver;
    return status;
}

static void end(tp_integration *integration) {
    tp_cvode *solver = integration->solver;
    tp_cvode_destroy(&solver);
    integration->solver = NULL;
}

static void restart(tp_integration *integration) {
    tp_cvode *solver = integration->solver;
    tp_systems_restart(&solver->systems);
}

static const int adams = CV_ADAMS, bdf = CV_BDF;

const tp_integrator tp_cvode_adams = {
    .name = "cvode:adams",
    .summary = "SUNDIALS CVODE, Adams-Moulton of order 1 to 12, adaptive",
    .adaptive = true,
    .choice = &adams,
    .begin = begin,
    .end = end,
    .advance = advance,
    .restart = restart,
};

const tp_integrator tp_cvode_bdf = {
    .name = "cvode:bdf",
    .summary = "SUNDIALS CVODE, backward differentiation of order 1 to 5, adaptive, for stiff "
               "models",
    .adaptive = true,
    .choice = &bdf,
    .begin = begin,
    .end = end,
    .advance = advance,
    .restart = restart,
};
