/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is accepted, for those who judge by it and those who draw it. */
#ifndef TP_BASE_CRITERIA_H
#define TP_BASE_CRITERIA_H

/* Integrators are good enough where they move 99 % of a recall's spikes by less. */
#define TP_ACCEPTED_SHIFT_MS 0.1

#endif
