/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The series of Lorenz against tests/golden/lorenz.txt, and by what is known of its attractor. */
#include <stdlib.h>
#include <string.h>

#include "integrators/adaptive.h"
#include "stimuli/lorenz.h"

static const tp_lorenz published = {.sigma = 10,
                                    .rho = 28,
                                    .beta = 8.0 / 3,
                                    .start = {1, 0, 0},
                                    .interval = 0.02,
                                    .integrator = &tp_cvode_adams,
                                    .rtol = 1e-9};

static double *series(const tp_lorenz *lorenz, size_t count) {
    double *values = malloc(count * 3 * sizeof *values);
    tp_error error = {0};
    assert_non_null(values);
    if (tp_lorenz_series(lorenz, count, values, &error) != TP_OK)
        fail_msg("%s", error.message);
    return values;
}

/* The largest error up to a time. */
static double golden_error(const double *values, double until) {
    char path[512], line[512];
    const char *root = getenv("TRIPARTITE_SOURCE");
    double most = 0;
    snprintf(path, sizeof path, "%s/tests/golden/lorenz.txt", root ? root : ".");
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    int lines = 0;
    while (fgets(line, sizeof line, file)) {
        double at, exact[3];
        if (sscanf(line, "%lf %lf %lf %lf", &at, &exact[0], &exact[1], &exact[2]) != 4 ||
            at > until)
            continue;
        const size_t i = (size_t)(at / 0.02 + 0.5);
        for (size_t k = 0; k < 3; k++)
            most = fmax(most, fabs(values[i * 3 + k] - exact[k]));
        lines++;
    }
    (void)fclose(file);
    assert_int_equal(lines, (int)(until * 2));
    return most;
}

static void ten_units_of_time_are_exact(void **unused) {
    (void)unused;
    const tp_integrator *const these[] = {&tp_cvode_adams, &tp_gsl_rk8pd, &tp_gsl_rkf45};
    for (int k = 0; k < 3; k++) {
        tp_lorenz lorenz = published;
        lorenz.integrator = these[k];
        double *values = series(&lorenz, 1001);
        print_message("%-12s off by %.1e at 10, %.1e at 20\n", these[k]->name,
                      golden_error(values, 10), golden_error(values, 20));
        assert_true(golden_error(values, 10) < 1e-4);
        free(values);
    }
}

/* Means and deviations over 4000 units of time, of two starts: z is 23.55 on average and the
 * deviations are 7.92, 9.01, 8.62 (as any integration of that length shows). */
static void statistics_are_those_of_the_attractor(void **unused) {
    (void)unused;
    enum { DROPPED = 1000, COUNT = 200000 };
    const double means[] = {0, 0, 23.55}, deviations[] = {7.924, 9.011, 8.622};
    double *values = series(&published, DROPPED + COUNT);
    for (size_t k = 0; k < 3; k++) {
        double sum = 0, squares = 0;
        for (size_t i = DROPPED; i < DROPPED + COUNT; i++) {
            sum += values[i * 3 + k];
            squares += values[i * 3 + k] * values[i * 3 + k];
        }
        const double mean = sum / COUNT;
        assert_close(mean, means[k], 0, k < 2 ? 0.35 : 0.05);
        assert_close(sqrt(squares / COUNT - mean * mean), deviations[k], 0, 0.06);
    }
    free(values);
}

/* Neighbours part by e^0.906 in a unit of time: pairs are brought together again each unit
 * (Benettin's method). */
static void neighbours_part_at_the_known_rate(void **unused) {
    (void)unused;
    enum { UNITS = 600 };
    const double near = 1e-6;
    tp_lorenz one = published, other;
    one.interval = 1;
    one.rtol = 1e-10;
    double sum = 0, apart[3] = {near, 0, 0}, here[6], there[6];
    for (int unit = 0; unit < UNITS; unit++) {
        double squares = 0;
        other = one;
        for (int k = 0; k < 3; k++)
            other.start[k] += apart[k];
        assert_int_equal(tp_lorenz_series(&one, 2, here, NULL), TP_OK);
        assert_int_equal(tp_lorenz_series(&other, 2, there, NULL), TP_OK);
        for (int k = 0; k < 3; k++)
            squares += (there[3 + k] - here[3 + k]) * (there[3 + k] - here[3 + k]);
        for (int k = 0; k < 3; k++) {
            apart[k] = (there[3 + k] - here[3 + k]) * near / sqrt(squares);
            one.start[k] = here[3 + k];
        }
        if (unit >= 20)
            sum += log(sqrt(squares) / near);
    }
    assert_close(sum / (UNITS - 20), 0.906, 0, 0.04);
}

/* Against quotients of differences, which are exact for a polynomial of second degree. */
static void the_jacobian_is_that_of_the_slope(void **unused) {
    (void)unused;
    const tp_model_setting setting = {.parameter = {10, 28, 8.0 / 3}};
    const double points[][3] = {{1, 2, 3}, {-7.5, 4, 25}, {0, 0, 0}};
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        double partial[9], at[2][3], slope[2][3];
        tp_lorenz_model.jacobian(&setting, points[i], NULL, partial);
        for (int column = 0; column < 3; column++) {
            for (int side = 0; side < 2; side++) {
                const double *state[3];
                double *to[3];
                memcpy(at[side], points[i], sizeof at[side]);
                at[side][column] += side ? 0.5 : -0.5;
                for (int k = 0; k < 3; k++) {
                    state[k] = &at[side][k];
                    to[k] = &slope[side][k];
                }
                tp_lorenz_model.derivative(&setting, 1, state, NULL, to);
            }
            for (int row = 0; row < 3; row++)
                assert_close(partial[row * 3 + column], slope[1][row] - slope[0][row], 0, 1e-12);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ten_units_of_time_are_exact),
        cmocka_unit_test(statistics_are_those_of_the_attractor),
        cmocka_unit_test(neighbours_part_at_the_known_rate),
        cmocka_unit_test(the_jacobian_is_that_of_the_slope),
    };
    return cmocka_run_group_tests_name("lorenz", tests, NULL, NULL);
}
