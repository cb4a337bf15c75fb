/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A large population, advanced share by share: each fits into a processor's cache for all steps of
 * its intervals, and several threads can have one each. Cells are alone while they advance, so the
 * shares give the bits of the whole; how a population is divided depends on its size alone. */
#ifndef TP_INTEGRATORS_SHARES_H
#define TP_INTEGRATORS_SHARES_H

#include "integrators/integrator.h"

typedef struct tp_shares tp_shares;

/* Cells of a share (of the last one up to twice as many, less one); a multiple of TP_BLOCK_CELLS.
 */
enum { TP_SHARE_CELLS = 8192 };

/* How many shares there are of n cells; 1: the population is advanced as a whole. */
size_t tp_share_count(size_t n);

/* Makes integration->shares. */
tp_status tp_shares_create(tp_integration *integration, tp_error *error);
void tp_shares_destroy(tp_shares **shares);
void tp_shares_restart(tp_shares *shares);
bool tp_shares_have_past(const tp_shares *shares);
tp_status tp_shares_advance(tp_integration *integration, size_t steps, size_t intervals,
                            tp_spikes *spikes, tp_error *error);
tp_status tp_shares_keep(tp_shares *shares, tp_error *error);
void tp_shares_go_back(tp_integration *integration);
void tp_shares_tell(tp_integration *integration);

#endif
