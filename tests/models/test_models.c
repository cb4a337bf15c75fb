/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The models against independent numbers: rest states, hand-computed slopes, the registry. */
#include <string.h>

#include "models/cell.h"
#include "models/jacobian.h"
#include "models/rest.h"

/* The right-hand side of the specification, written out once more, term by term and with the
 * numbers themselves, as the check of the model's own. */
static void li_rinzel_by_hand(int as_printed, int closed, const double y[3], double i_neuro,
                              double dy[3]) {
    const double ca = y[0], h = y[1], ip3 = y[2];
    const double a = ip3 / (ip3 + 0.13), b = ca / (ca + 0.082);
    const double er = 0.185 * 6 * pow(a, 3) * pow(b, 3) * pow(h, 3) * ((2.0 - ca) / 0.185 - ca);
    const double leak = 0.185 * 0.11 * ((2.0 - ca) / 0.185 - (as_printed ? 0 : ca));
    const double pump = 2.2 * pow(ca, 2) / (pow(ca, 2) + pow(0.1, 2));
    const double in = 0.025 + 0.2 * pow(ip3, 2) / (pow(1.0, 2) + pow(ip3, 2));
    const double out = 0.5 * ca;
    const double q2 = 1.049 * (ip3 + 0.13) / (ip3 + 0.9434);
    const double big_h = q2 / (q2 + ca), tau_n = 1 / (0.14 * (q2 + ca));
    const double plc = 0.3 * (ca + (1 - 0.8) * 1.1) / (ca + 1.1);
    dy[0] = er - pump + leak + (as_printed || closed ? 0 : in - out);
    dy[1] = (big_h - h) / tau_n;
    dy[2] = (as_printed ? (0.16 - ip3) * 7.143 : (0.16 - ip3) / 7.143) + plc + i_neuro;
}

static void slope_of(const tp_model *model, int option, const double *state, double input,
                     double *slope) {
    tp_model_setting setting;
    tp_model_defaults(model, &setting);
    setting.option[0] = option;
    const double *states[TP_MAX_STATES], *inputs[] = {&input};
    double *slopes[TP_MAX_STATES];
    for (size_t s = 0; s < model->state_count; s++) {
        states[s] = &state[s];
        slopes[s] = &slope[s];
    }
    model->derivative(&setting, 1, states, inputs, slopes);
}

static void li_rinzel_slopes_are_those_of_the_equations(void **unused) {
    (void)unused;
    for (int equations = 0; equations < 3; equations++)
        for (double ca = 0.02; ca < 1.5; ca *= 2.3)
            for (double h = 0.1; h < 1; h += 0.4)
                for (double ip3 = 0.1; ip3 < 3; ip3 *= 3) {
                    const double y[] = {ca, h, ip3};
                    double slope[3], expected[3];
                    slope_of(&tp_li_rinzel, equations, y, 5, slope);
                    li_rinzel_by_hand(equations == 1, equations == 2, y, 5, expected);
                    for (int s = 0; s < 3; s++)
                        assert_close(slope[s], expected[s], 1e-12, 1e-13);
                }
}

static void izhikevich_slopes_are_those_of_the_equations(void **unused) {
    (void)unused;
    for (double v = -90; v < 40; v += 7)
        for (double u = -20; u < 20; u += 9) {
            const double y[] = {v, u};
            double slope[2];
            slope_of(&tp_izhikevich, 0, y, 35, slope);
            assert_close(slope[0], 0.04 * pow(v, 2) + 5 * v + 140 - u + 35, 1e-12, 1e-11);
            assert_close(slope[1], 0.1 * (0.25 * v - u), 1e-12, 1e-12);
        }
}

/* Analytic partial derivatives against central differences, whose error is about 1e-10 of the
 * largest term in the slope; the inputs must not matter. */
static void compare_jacobians(const tp_model *model, int option, const double *y, double scale) {
    tp_model_setting setting;
    tp_model_defaults(model, &setting);
    setting.option[0] = option;
    const size_t n = model->state_count;
    double own[TP_MAX_STATES * TP_MAX_STATES], expected[TP_MAX_STATES * TP_MAX_STATES];
    const double none = 0, input = 5;
    tp_model_jacobian(model, &setting, y, &none, own);
    tp_model_jacobian_by_differences(model, &setting, y, &input, expected);
    for (size_t i = 0; i < n * n; i++)
        assert_close(own[i], expected[i], 1e-7, 1e-8 * scale);
}

static void jacobians_are_those_of_differences(void **unused) {
    (void)unused;
    for (int equations = 0; equations < 3; equations++)
        for (double ca = 0.02; ca < 1.5; ca *= 1.7)
            for (double h = 0.1; h < 1; h += 0.2)
                for (double ip3 = 0.1; ip3 < 3; ip3 *= 1.9)
                    compare_jacobians(&tp_li_rinzel, equations, (double[]){ca, h, ip3}, 1);
    for (double v = -90; v < 40; v += 7)
        for (double u = -20; u < 20; u += 9)
            compare_jacobians(&tp_izhikevich, 0, (double[]){v, u}, 10);
}

static void a_spike_resets_the_neuron(void **unused) {
    (void)unused;
    tp_model_setting setting;
    tp_model_defaults(&tp_izhikevich, &setting);
    double v[] = {31, 32}, u[] = {-3, -4};
    double *state[] = {v, u};
    tp_izhikevich.event->reset(&setting, state, 1);
    assert_close(v[1], -65, 0, 0);
    assert_close(u[1], -2, 0, 0);
    assert_close(v[0], 31, 0, 0);
    assert_close(u[0], -3, 0, 0);
}

/* Fixed points of the specification, found there by another program. */
static void rest_is_the_fixed_point(void **unused) {
    (void)unused;
    tp_model_setting setting;
    double rest[TP_MAX_STATES];
    tp_model_defaults(&tp_izhikevich, &setting);
    assert_int_equal(tp_model_rest(&tp_izhikevich, &setting, rest, NULL), TP_OK);
    /* The root of 0.04 V^2 + (5 - b) V + 140, which has a closed form. */
    const double v = (-4.75 - sqrt(4.75 * 4.75 - 4 * 0.04 * 140)) / 0.08;
    assert_close(rest[0], v, 0, 1e-9);
    assert_close(rest[0], -64.41391, 0, 1e-5);
    assert_close(rest[1], -16.10348, 0, 1e-5);

    const struct {
        int equations;
        double ca, h, ip3;
    } points[] = {{0, 0.070496, 0.882055, 0.691829}, {2, 0.060359, 0.896474, 0.677755}};
    for (int i = 0; i < 2; i++) {
        tp_model_defaults(&tp_li_rinzel, &setting);
        setting.option[0] = points[i].equations;
        assert_int_equal(tp_model_rest(&tp_li_rinzel, &setting, rest, NULL), TP_OK);
        assert_close(rest[0], points[i].ca, 0, 1e-6);
        assert_close(rest[1], points[i].h, 0, 1e-6);
        assert_close(rest[2], points[i].ip3, 0, 1e-6);
        double slope[3];
        slope_of(&tp_li_rinzel, points[i].equations, rest, 0, slope);
        for (int s = 0; s < 3; s++)
            assert_close(slope[s], 0, 0, 1e-12);
    }
    setting.option[0] = 1;
    assert_int_equal(tp_model_rest(&tp_li_rinzel, &setting, rest, NULL), TP_OK);
    assert_close(rest[0], 0.03655, 0, 5e-6);
}

static void a_model_without_rest_is_an_error(void **unused) {
    (void)unused;
    tp_model_setting setting;
    double rest[TP_MAX_STATES] = {1, 2};
    tp_error error;
    tp_model_defaults(&tp_izhikevich, &setting);
    setting.parameter[tp_model_parameter_index(&tp_izhikevich, "constant")] = 200;
    assert_int_equal(tp_model_rest(&tp_izhikevich, &setting, rest, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "no rest state"));
    assert_close(rest[0], 1, 0, 0);
}

static void names_are_found_and_unique(void **unused) {
    (void)unused;
    /* Keys that a population's block has already; a parameter of that name could not be set. */
    static const char *const taken[] = {"model", "integrator", "step", "exchange", "initial",
                                        "rows",  "columns",    "tile", "stride"};
    for (size_t m = 0; tp_model_at(m); m++) {
        const tp_model *model = tp_model_at(m);
        assert_ptr_equal(tp_model_named(model->name), model);
        if (m > 0)
            assert_true(strcmp(tp_model_at(m - 1)->name, model->name) < 0);
        for (size_t i = 0; i < model->parameter_count; i++) {
            const tp_parameter *p = &model->parameters[i];
            assert_int_equal(tp_model_parameter_index(model, p->name), (int)i);
            assert_int_equal(tp_model_option_index(model, p->name), -1);
            assert_true(p->lower <= p->value && p->value <= p->upper);
            for (size_t k = 0; k < sizeof taken / sizeof *taken; k++)
                assert_string_not_equal(p->name, taken[k]);
        }
    }
    assert_null(tp_model_named("no_such_model"));
    assert_int_equal(tp_model_state_index(&tp_li_rinzel, "IP3"), 2);
    assert_int_equal(tp_model_input_index(&tp_li_rinzel, "current"), -1);
}

/* A user's model: exponential decay. */
static void decay(const tp_model_setting *setting, size_t n, const double *const *state,
                  const double *const *input, double *const *slope) {
    for (size_t i = 0; i < n; i++)
        slope[0][i] = input[0][i] - setting->parameter[0] * state[0][i];
}

static void a_user_can_register_a_model(void **unused) {
    (void)unused;
    static const tp_state_variable states[] = {{"x", "1", "what decays", 1, 0, 0}};
    static const tp_parameter parameters[] = {{"k", "s-1", "rate", 2, 0, INFINITY}};
    static const tp_input inputs[] = {{"feed", "s-1", "what is added"}};
    static const tp_model mine = {.name = "decay",
                                  .summary = "exponential decay",
                                  .source = "none",
                                  .time_unit = "s",
                                  .time_unit_ms = 1000,
                                  .initial = "published",
                                  .states = states,
                                  .state_count = 1,
                                  .parameters = parameters,
                                  .parameter_count = 1,
                                  .inputs = inputs,
                                  .input_count = 1,
                                  .derivative = decay};
    tp_model incomplete = mine;
    incomplete.derivative = NULL;
    assert_int_equal(tp_model_register(&incomplete, NULL), TP_INVALID);
    assert_int_equal(tp_model_register(&mine, NULL), TP_OK);
    assert_int_equal(tp_model_register(&mine, NULL), TP_INVALID);
    names_are_found_and_unique(NULL);

    cell c = cell_of(tp_model_named("decay"), &tp_rk4, NULL, TP_INITIAL_PUBLISHED, 1);
    assert_int_equal(cell_advance(&c, 1000, NULL), TP_OK);
    assert_close(c.population->state[0][0], exp(-2), 1e-12, 0);
    cell_free(&c);
}

static void a_state_that_is_not_finite_is_told(void **unused) {
    (void)unused;
    cell c = cell_of(&tp_li_rinzel, &tp_euler, NULL, TP_INITIAL_PUBLISHED, 1);
    tp_error error;
    assert_int_equal(tp_population_check(c.population, 7, &error), TP_OK);
    c.population->state[2][0] = NAN;
    assert_int_equal(tp_population_check(c.population, 7, &error), TP_FAILED);
    assert_non_null(strstr(error.message, "IP3"));
    assert_non_null(strstr(error.message, "cell 0"));
    assert_non_null(strstr(error.message, "7 ms"));
    /* Beyond what the model can be, though finite; rounding below zero is none of that. */
    c.population->state[2][0] = -1e-9;
    assert_int_equal(tp_population_check(c.population, 7, &error), TP_OK);
    c.population->state[2][0] = -0.1;
    assert_int_equal(tp_population_check(c.population, 7, &error), TP_FAILED);
    c.population->state[2][0] = 1;
    c.population->state[1][0] = 1.5;
    assert_int_equal(tp_population_check(c.population, 7, &error), TP_FAILED);
    assert_non_null(strstr(error.message, "h of li_rinzel cell 0 is 1.5"));
    cell_free(&c);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(li_rinzel_slopes_are_those_of_the_equations),
        cmocka_unit_test(izhikevich_slopes_are_those_of_the_equations),
        cmocka_unit_test(jacobians_are_those_of_differences),
        cmocka_unit_test(a_spike_resets_the_neuron),
        cmocka_unit_test(rest_is_the_fixed_point),
        cmocka_unit_test(a_model_without_rest_is_an_error),
        cmocka_unit_test(names_are_found_and_unique),
        cmocka_unit_test(a_user_can_register_a_model),
        cmocka_unit_test(a_state_that_is_not_finite_is_told),
    };
    return cmocka_run_group_tests_name("models", tests, NULL, NULL);
}
