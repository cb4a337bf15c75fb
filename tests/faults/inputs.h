/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the entries read: small scenarios of every experiment, images, series, records of each kind,
 * and what unfinished runs have left. All of it lies in the folder that the test works in. */
#ifndef TP_TESTS_INPUTS_H
#define TP_TESTS_INPUTS_H

#include <stdint.h>

/* Makes a folder, goes there, and fills it; `source` is the source tree. 0: done. */
int make_inputs(const char *source);
void remove_inputs(void);

/* Puts into out/ what an unfinished run or sweep of a scenario has left: out/r.h5.parts. */
void leave_parts(const char *scenario);

/* Of names and bytes of all that lies in out/, but for logs, which hold times. */
uint64_t hash_output(void);

/* Empties the folder out/. Nothing hidden may have been left there. */
void clear_output(void);

#endif
