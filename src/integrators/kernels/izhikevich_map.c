/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "integrators/kernels/izhikevich_map.h"

#include <math.h>

/* Of V, x keeps what is left of a number of about 1, and y of U. With the published constants and
 * 0.1 ms these are 0.38 and 0.0004. */
static const double LEAST_RANGE_OF_X = 0.02, LEAST_Y_OF_INPUT = 1e-6;

bool tp_izhikevich_map_make(const tp_model_setting *setting, double h, tp_izhikevich_map *map) {
    const double *p = setting->parameter;
    const double q = h * p[IZ_QUADRATIC], r = 1 + h * p[IZ_LINEAR];
    const double ha = h * p[IZ_A], pull = h * ha * p[IZ_B];
    *map = (tp_izhikevich_map){
        .x_of_v = q,
        .x_at_0 = r / 2,
        .y_of_input = q * h,
        .y_at_0 = q * h * p[IZ_CONSTANT] + r / 2 - r * r / 4,
        .decay = 1 - ha,
        .pull = -pull,
        .k_of_input = ha * (q * h),
        .threshold = q * p[IZ_THRESHOLD] + r / 2,
        .reset = q * p[IZ_C] + r / 2,
        .jump = -(q * h) * p[IZ_D],
        .v_of_x = 1 / q,
        .u_of_y = 1 / (q * h),
    };
    map->k_at_0 = ha * map->y_at_0 + pull * r / 2;
    return q * fabs(p[IZ_THRESHOLD] - p[IZ_C]) > LEAST_RANGE_OF_X &&
           map->y_of_input > LEAST_Y_OF_INPUT && fabs(r) < 10;
}

void tp_izhikevich_map_enter(const tp_izhikevich_map *map, size_t n, const double *v,
                             const double *u, const double *input, double *x, double *y) {
    for (size_t i = 0; i < n; i++) {
        x[i] = map->x_of_v * v[i] + map->x_at_0;
        y[i] = map->y_of_input * (input[i] - u[i]) + map->y_at_0;
    }
}
