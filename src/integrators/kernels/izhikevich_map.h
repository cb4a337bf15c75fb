/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Izhikevich's Euler step as a map of three operations. With q = h 0.04 and r = 1 + 5 h, V' is
 * q V^2 + r V + h (140 + I - U), and x = q V + r / 2 turns that into
 *     x' = x^2 + y,    y' = (1 - h a) y - h^2 a b x + k,
 * where y stands for U under the input I. A run goes by x and y from one restart to the next, so
 * that what lies between decides no bit; V and U are told by them wherever somebody looks. */
#ifndef TP_INTEGRATORS_KERNELS_IZHIKEVICH_MAP_H
#define TP_INTEGRATORS_KERNELS_IZHIKEVICH_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "models/models.h"

/* In the order of the model's parameters. */
enum { IZ_A, IZ_B, IZ_C, IZ_D, IZ_THRESHOLD, IZ_QUADRATIC, IZ_LINEAR, IZ_CONSTANT };

typedef struct tp_izhikevich_map {
    double x_of_v, x_at_0;         /* x = x_of_v V + x_at_0 */
    double y_of_input, y_at_0;     /* y = y_of_input (I - U) + y_at_0 */
    double decay, pull;            /* y' = decay y + (pull x + k) */
    double k_of_input, k_at_0;     /* k = k_of_input I + k_at_0 */
    double threshold, reset, jump; /* at x >= threshold: x = reset, y += jump */
    double v_of_x, u_of_y;         /* the inverse of x_of_v and of y_of_input */
} tp_izhikevich_map;

/* For steps of h ms. False where the map would lose more than three digits of V and U, as with a
 * tiny step or hardly any V^2; then there is no map. */
bool tp_izhikevich_map_make(const tp_model_setting *setting, double h, tp_izhikevich_map *map);

/* x and y out of V and U, under the inputs. */
void tp_izhikevich_map_enter(const tp_izhikevich_map *map, size_t n, const double *v,
                             const double *u, const double *input, double *x, double *y);

#endif
