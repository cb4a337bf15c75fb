/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TP_BASE_WITHIN_H
#define TP_BASE_WITHIN_H

#include <stdbool.h>
#include <stddef.h>

/* Whether low <= value <= high for each of n values; not a number is not. */
bool tp_all_within(const double *values, size_t n, double low, double high);

#endif
