/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The units of the reservoir against snnTorch's recursions, written out here once more: to the bit
 * by exact steps, and to tolerance by the adaptive solvers, which see a decay and jumps. */
#include "integrators/adaptive.h"

enum { STEPS = 400, CELLS = 5 };

/* Impulses that leave most cells below the threshold for some steps and above it for others. */
static double impulse(size_t i, size_t t) {
    return 0.3 + 0.25 * (double)i + 0.9 * sin(0.7 * (double)t + (double)i) -
           (t % 17 == 0 ? 2.0 : 0.0);
}

/* Leaky of snnTorch: U[t+1] = beta U[t] + I[t+1] - R[t] theta. */
static double leaky(double beta, double u, double current) {
    const double reset = u > 1.0 ? 1.0 : 0.0;
    return beta * u + current - reset * 1.0;
}

/* Synaptic of snnTorch; the reset is that of the potential before. */
static double synaptic(double alpha, double beta, double *j, double u, double current) {
    const double reset = u > 1.0 ? 1.0 : 0.0;
    *j = alpha * *j + current;
    return beta * u + *j - reset * 1.0;
}

typedef struct traced {
    double u[STEPS][CELLS];
    double spiked[STEPS][CELLS];
    size_t spikes;
} traced;

/* The first exchange sees the state of rest, as snnTorch's first step does. */
static void recursion(const tp_model *model, traced *out) {
    out->spikes = 0;
    for (size_t i = 0; i < CELLS; i++) {
        double u = 0, j = 0;
        for (size_t t = 0; t < STEPS; t++) {
            const double current =
                model == &tp_astrocyte_unit ? 0.05 * impulse(i, t) : impulse(i, t);
            u = model == &tp_astrocyte_unit ? synaptic(0.95, 0.95, &j, u, current)
                                            : leaky(0.5, u, current);
            out->u[t][i] = u;
            out->spiked[t][i] = u > 1.0 ? 1.0 : 0.0;
            out->spikes += u > 1.0;
        }
    }
}

static void integrated(const tp_model *model, const tp_method *method, traced *out) {
    tp_model_setting setting;
    tp_model_defaults(model, &setting);
    cells c = cells_of(model, &setting, CELLS, method);
    const size_t potential = (size_t)tp_model_state_index(model, "membrane_potential");
    tp_spikes spikes = {0};
    for (size_t t = 0; t < STEPS; t++) {
        for (size_t i = 0; i < CELLS; i++)
            c.population->input[0][i] =
                model == &tp_astrocyte_unit ? 0.05 * impulse(i, t) : impulse(i, t);
        const size_t first = spikes.count;
        assert_int_equal(tp_integration_exchange(c.integration, &spikes, NULL), TP_OK);
        for (size_t i = 0; i < CELLS; i++) {
            out->u[t][i] = c.population->state[potential][i];
            out->spiked[t][i] = 0;
        }
        for (size_t k = first; k < spikes.count; k++) {
            assert_close(spikes.items[k].when, 0, 0, 0);
            out->spiked[t][spikes.items[k].cell] = 1;
        }
        cells_advance(&c, 1, NULL);
    }
    out->spikes = spikes.count;
    tp_spikes_free(&spikes);
    cells_free(&c);
}

static const tp_model *const units[] = {&tp_leaky_integrate_and_fire, &tp_astrocyte_unit};

static void exact_steps_are_snntorchs_to_the_bit(void **unused) {
    (void)unused;
    static traced expected, got;
    for (int k = 0; k < 2; k++) {
        recursion(units[k], &expected);
        assert_in_range(expected.spikes, 200, STEPS * CELLS - 200);
        const tp_method method = {.integrator = &tp_exponential, .step_ms = 1};
        integrated(units[k], &method, &got);
        assert_memory_equal(got.u, expected.u, sizeof got.u);
        assert_memory_equal(got.spiked, expected.spiked, sizeof got.spiked);
        assert_int_equal(got.spikes, expected.spikes);
    }
}

/* What a step may err by, a gain of 400 makes larger. */
static void adaptive_solvers_reproduce_the_recursion(void **unused) {
    (void)unused;
    static traced expected, got;
    for (int k = 0; k < 2; k++)
        for (size_t m = 0; m < ADAPTIVE; m++) {
            recursion(units[k], &expected);
            const tp_method method = tight(adaptive[m], 1e-10);
            integrated(units[k], &method, &got);
            assert_memory_equal(got.spiked, expected.spiked, sizeof got.spiked);
            for (size_t t = 0; t < STEPS; t++)
                for (size_t i = 0; i < CELLS; i++)
                    assert_close(got.u[t][i], expected.u[t][i], 0, 1e-6);
        }
}

static void steps_of_part_of_an_interval_add_up(void **unused) {
    (void)unused;
    static traced expected, got;
    for (int k = 0; k < 2; k++) {
        recursion(units[k], &expected);
        const tp_method method = {.integrator = &tp_exponential, .step_ms = 0.125};
        integrated(units[k], &method, &got);
        for (size_t t = 0; t < STEPS; t++)
            for (size_t i = 0; i < CELLS; i++)
                assert_close(got.u[t][i], expected.u[t][i], 1e-12, 1e-12);
    }
}

/* A trace that can be followed by hand, in numbers that binary fractions hold exactly. */
static void the_reset_comes_one_step_late_and_the_threshold_is_strict(void **unused) {
    (void)unused;
    static const double current[] = {1.0, 0.5, 0.25, 1.5, 0.0, 0.0, 0.0};
    /* 1.0 is no spike. 0.5 + 0.5 = 1.0: none. 0.5 + 0.25. 0.375 + 1.5 = 1.875: a spike, whose reset
     * comes with the next step: 0.9375 - 1 = -0.0625. */
    static const double expected[] = {1.0, 1.0, 0.75, 1.875, -0.0625, -0.03125, -0.015625};
    static const size_t spikes_until[] = {0, 0, 0, 1, 1, 1, 1};
    tp_model_setting setting;
    tp_model_defaults(&tp_leaky_integrate_and_fire, &setting);
    const tp_method method = {.integrator = &tp_exponential, .step_ms = 1};
    cells c = cells_of(&tp_leaky_integrate_and_fire, &setting, 1, &method);
    tp_spikes spikes = {0};
    for (size_t t = 0; t < sizeof current / sizeof *current; t++) {
        c.population->input[0][0] = current[t];
        assert_int_equal(tp_integration_exchange(c.integration, &spikes, NULL), TP_OK);
        assert_close(c.population->state[0][0], expected[t], 0, 0);
        assert_int_equal(spikes.count, spikes_until[t]);
        cells_advance(&c, 1, NULL);
    }
    tp_spikes_free(&spikes);
    cells_free(&c);
}

/* Unwired and never resetting, a constant impulse settles where theory says. */
static void the_gain_of_an_astrocyte_unit_is_400(void **unused) {
    (void)unused;
    tp_model_setting setting;
    tp_model_defaults(&tp_astrocyte_unit, &setting);
    setting.parameter[tp_model_parameter_index(&tp_astrocyte_unit, "threshold")] = 1e9;
    const tp_method method = {.integrator = &tp_exponential, .step_ms = 1};
    cells c = cells_of(&tp_astrocyte_unit, &setting, 1, &method);
    for (int t = 0; t < 2000; t++) {
        c.population->input[0][0] = 1;
        assert_int_equal(tp_integration_exchange(c.integration, NULL, NULL), TP_OK);
        if (t < 1999)
            cells_advance(&c, 1, NULL);
    }
    assert_close(c.population->state[1][0], 400, 1e-12, 0);
    cells_free(&c);
}

static void what_has_no_exact_solution_is_refused(void **unused) {
    (void)unused;
    tp_model_setting setting;
    tp_error error = {0};
    tp_population *population;
    tp_integration *integration = NULL;
    tp_model_defaults(&tp_izhikevich, &setting);
    assert_int_equal(
        tp_population_create(&tp_izhikevich, &setting, TP_INITIAL_PUBLISHED, 1, &population, NULL),
        TP_OK);
    const tp_method method = {.integrator = &tp_exponential, .step_ms = 1};
    assert_int_equal(tp_integration_create(&method, population, &integration, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "izhikevich"));
    assert_null(integration);
    tp_population_destroy(&population);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exact_steps_are_snntorchs_to_the_bit),
        cmocka_unit_test(adaptive_solvers_reproduce_the_recursion),
        cmocka_unit_test(steps_of_part_of_an_interval_add_up),
        cmocka_unit_test(the_reset_comes_one_step_late_and_the_threshold_is_strict),
        cmocka_unit_test(the_gain_of_an_astrocyte_unit_is_400),
        cmocka_unit_test(what_has_no_exact_solution_is_refused),
    };
    return cmocka_run_group_tests_name("units", tests, NULL, NULL);
}
