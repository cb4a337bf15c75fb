/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The adaptive integrators on smooth models: calcium threshold times, agreement as tolerance goes
 * down, together and each, NEST's astrocyte, what they cost at rest, and how they fail. */
#include "integrators/adaptive.h"
#include "models/rest.h"

enum { CA, H, IP3 };

static tp_model_setting li_rinzel_of(const char *equations) {
    tp_model_setting setting;
    tp_model_defaults(&tp_li_rinzel, &setting);
    for (int i = 0; tp_li_rinzel.options[0].values[i]; i++)
        if (strcmp(tp_li_rinzel.options[0].values[i], equations) == 0)
            setting.option[0] = i;
    return setting;
}

typedef struct excursion {
    double up_s, down_s, peak;
} excursion;

/* Two astrocytes get 60 and 300 ms of 5 uM/s from t = 0: when their calcium is above 0.15 uM,
 * between intervals by linear interpolation. */
static void excursions(const tp_method *method, const char *equations, excursion *e) {
    enum { CELLS = 2 };
    const double interval_ms = 2, pulse_ms[CELLS] = {60, 300};
    const tp_model_setting setting = li_rinzel_of(equations);
    cells c = cells_of(&tp_li_rinzel, &setting, CELLS, method);
    double before[CELLS];
    for (size_t i = 0; i < CELLS; i++)
        e[i] = (excursion){NAN, NAN, 0};
    for (long k = 0; k < lround(6000 / interval_ms); k++) {
        for (size_t i = 0; i < CELLS; i++) {
            before[i] = c.population->state[CA][i];
            c.population->input[0][i] = (double)k * interval_ms < pulse_ms[i] - 1e-9 ? 5 : 0;
        }
        cells_advance(&c, interval_ms, NULL);
        for (size_t i = 0; i < CELLS; i++) {
            const double now = c.population->state[CA][i];
            const double part = (0.15 - before[i]) / (now - before[i]);
            const double crossing = ((double)k + part) * interval_ms / 1000;
            if (before[i] <= 0.15 && now > 0.15 && isnan(e[i].up_s))
                e[i].up_s = crossing;
            if (before[i] > 0.15 && now <= 0.15)
                e[i].down_s = crossing;
            e[i].peak = fmax(e[i].peak, now);
        }
    }
    cells_free(&c);
}

/* Times of the specification: LSODA at rtol 1e-10. */
static void calcium_crosses_the_threshold_when_it_should(void **unused) {
    (void)unused;
    static const struct {
        const char *equations;
        excursion expected[2];
    } cases[] = {
        {"corrected", {{0.5595, 4.2600, 0.58869}, {0.2984, 4.5208, 0.79256}}},
        {"closed_cell", {{1.8615, 5.7556, 0.61535}, {0.4492, 4.4653, 0.85581}}},
    };
    for (size_t m = 0; m < ADAPTIVE; m++)
        for (int solve = TP_SOLVE_EACH; solve <= TP_SOLVE_TOGETHER; solve++)
            for (size_t k = 0; k < 2; k++) {
                tp_method method = tight(adaptive[m], 1e-8);
                method.solve = (tp_solve)solve;
                excursion e[2];
                excursions(&method, cases[k].equations, e);
                for (size_t i = 0; i < 2; i++) {
                    assert_close(e[i].up_s, cases[k].expected[i].up_s, 0, 1e-4);
                    assert_close(e[i].down_s, cases[k].expected[i].down_s, 0, 1e-4);
                    assert_close(e[i].peak, cases[k].expected[i].peak, 0, 1e-5);
                }
            }
}

/* Calcium 4 s after the start of a 60 ms pulse, in one interval each. */
static double calcium_after_pulse(const tp_method *method) {
    const tp_model_setting setting = li_rinzel_of("corrected");
    cells c = cells_of(&tp_li_rinzel, &setting, 1, method);
    c.population->input[0][0] = 5;
    cells_advance(&c, 60, NULL);
    c.population->input[0][0] = 0;
    cells_advance(&c, 3940, NULL);
    const double calcium = c.population->state[CA][0];
    cells_free(&c);
    return calcium;
}

static void all_integrators_agree_as_steps_and_tolerances_go_down(void **unused) {
    (void)unused;
    enum { LEVELS = 3 };
    const tp_method finest = {.integrator = &tp_rk4, .step_ms = 0.5};
    const double exact = calcium_after_pulse(&finest);
    for (size_t m = 0; tp_integrator_at(m); m++) {
        const tp_integrator *integrator = tp_integrator_at(m);
        if (integrator == &tp_exponential) /* nobody knows the exact solution */
            continue;
        double errors[LEVELS];
        for (int k = 0; k < LEVELS; k++) {
            tp_method method = tight(integrator, pow(10, -4 - 2 * k));
            method.step_ms = integrator->order == 4 ? 20.0 / (1 << k) : 0.5 / (1 << (2 * k));
            errors[k] = fabs(calcium_after_pulse(&method) - exact);
            /* An error of the whole run is a multiple of what a step may err by. */
            if (integrator->adaptive)
                assert_true(errors[k] < 300 * method.rtol);
        }
        print_message("%-12s calcium at 4 s off by %.0e, %.0e, %.0e uM\n", integrator->name,
                      errors[0], errors[1], errors[2]);
        assert_true(errors[LEVELS - 1] < errors[0] / 10);
        assert_true(errors[LEVELS - 1] < (integrator->order == 1 ? 1e-4 : 1e-6));
    }
}

/* Calcium of one astrocyte 1.5 s after a pulse, among many that rest. */
static double calcium_among_many(const tp_method *method) {
    enum { CELLS = 169, DRIVEN = 100 };
    const tp_model_setting setting = li_rinzel_of("corrected");
    cells c = cells_of(&tp_li_rinzel, &setting, CELLS, method);
    for (int k = 0; k < 30; k++) {
        for (size_t i = 0; i < CELLS; i++)
            c.population->input[0][i] = i == DRIVEN && k < 3 ? 5 : 0;
        cells_advance(&c, 50, NULL);
    }
    const double calcium = c.population->state[CA][DRIVEN];
    assert_true(calcium > 0.5);
    assert_true(c.population->state[CA][DRIVEN - 1] < 0.1);
    cells_free(&c);
    return calcium;
}

/* A tolerance means the same for a cell, with however many it is solved. */
static void together_is_as_good_as_each(void **unused) {
    (void)unused;
    const tp_integrator *const integrators[] = {&tp_cvode_adams, &tp_cvode_bdf, &tp_gsl_rkf45};
    const tp_method exact = tight(&tp_gsl_rk8pd, 1e-12);
    const double calcium = calcium_among_many(&exact);
    for (size_t m = 0; m < 3; m++) {
        double errors[2];
        for (int solve = 0; solve < 2; solve++) {
            tp_method method = tight(integrators[m], 1e-6);
            method.solve = (tp_solve)solve;
            errors[solve] = fabs(calcium_among_many(&method) - calcium);
        }
        print_message("%s: calcium off by %.1e uM each, %.1e uM together\n", integrators[m]->name,
                      errors[0], errors[1]);
        assert_true(errors[0] < 2e-5 && errors[1] < 2e-5);
    }
}

/* NEST's astrocyte_lr_1994 by parameters of li_rinzel, in its own s and uM. */
static tp_model_setting nest_astrocyte(void) {
    static const struct {
        const char *name;
        double value;
    } constants[] = {
        {"c0", 2.0 * (1 + 0.185)}, /* Ca_tot (1 + ratio_ER_cyt): all calcium, by cytosolic volume */
        {"c1", 0.185},             /* ratio_ER_cyt */
        {"v1", 6},                 /* rate_IP3R */
        {"v2", 0.11},              /* rate_L */
        {"v3", 0.9},               /* rate_SERCA */
        {"v4", 0},                 /* no I_plc */
        {"k3", 0.1},               /* Km_SERCA */
        {"a2", 0.2},               /* k_IP3R */
        {"d1", 0.13},              /* Kd_IP3_1 */
        {"d2", 1.049},             /* Kd_inh */
        {"d3", 0.9434},            /* Kd_IP3_2 */
        {"d5", 0.08234},           /* Kd_act */
        {"tau_r", 7.142},          /* tau_IP3 */
        {"IP3s", 0.16},            /* IP3_0 */
    };
    tp_model_setting setting = li_rinzel_of("closed_cell");
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        const int at = tp_model_parameter_index(&tp_li_rinzel, constants[i].name);
        assert_true(at >= 0);
        setting.parameter[at] = constants[i].value;
    }
    return setting;
}

/* Against tests/golden/nest_astrocyte.txt. A spike raises IP3 at once: the state is changed from
 * outside, and the integration restarted. */
static void nest_is_reproduced_by(const tp_method *method, double tolerance) {
    static const int spikes[] = {1000, 1040, 9000, 9500, 9501};
    const tp_model_setting setting = nest_astrocyte();
    cells c = cells_of(&tp_li_rinzel, &setting, 1, method);
    double *const *state = c.population->state;
    FILE *file = fopen("tests/golden/nest_astrocyte.txt", "r");
    char line[256];
    double time, expected[3], now = 0, peak = 0, worst = 0;
    int rows = 0;
    assert_non_null(file);
    state[CA][0] = 0.073;
    state[H][0] = 0.793;
    state[IP3][0] = 0.16;
    while (fgets(line, sizeof line, file)) {
        if (sscanf(line, "%lf %lf %lf %lf", &time, &expected[0], &expected[1], &expected[2]) != 4)
            continue;
        if (time > now)
            cells_advance(&c, time - now, NULL);
        now = time;
        for (size_t k = 0; k < sizeof spikes / sizeof *spikes; k++)
            if (spikes[k] == lround(time)) {
                state[IP3][0] += 0.5;
                tp_integration_restart(c.integration);
            }
        for (int s = 0; s < 3; s++)
            worst = fmax(worst, fabs(state[s][0] - expected[s]));
        peak = fmax(peak, state[CA][0]);
        rows++;
    }
    fclose(file);
    cells_free(&c);
    print_message("NEST's astrocyte by %s: off by at most %.1e\n", method->integrator->name, worst);
    assert_true(rows > 160 && peak > 0.5);
    assert_close(worst, 0, 0, tolerance);
}

static void nest_astrocytes_are_a_matter_of_parameters(void **unused) {
    (void)unused;
    for (size_t m = 0; m < ADAPTIVE; m++) {
        const tp_method method = tight(adaptive[m], 1e-9);
        nest_is_reproduced_by(&method, 1e-6);
    }
    nest_is_reproduced_by(&(tp_method){.integrator = &tp_rk4, .step_ms = 1}, 1e-8);
}

/* Counts what a model's derivative and Jacobian are asked for. */
static size_t slopes, jacobians;

static void count_slope(const tp_model_setting *setting, size_t n, const double *const *state,
                        const double *const *input, double *const *slope) {
    slopes++;
    tp_izhikevich.derivative(setting, n, state, input, slope);
}

static void count_jacobian(const tp_model_setting *setting, const double *state,
                           const double *input, double *jacobian) {
    jacobians++;
    tp_izhikevich.jacobian(setting, state, input, jacobian);
}

/* At its fixed point to the last bit, where a derivative is nothing but rounding errors. Methods
 * that end a step with each interval cost what a step does. */
static void rest_costs_next_to_nothing(void **unused) {
    (void)unused;
    enum { INTERVALS = 10000 };
    tp_model counted = tp_izhikevich;
    counted.derivative = count_slope;
    counted.jacobian = count_jacobian;
    for (size_t m = 0; m < ADAPTIVE; m++) {
        const tp_method method = tight(adaptive[m], 1e-6);
        tp_model_setting setting;
        double rest[TP_MAX_STATES];
        tp_model_defaults(&counted, &setting);
        assert_int_equal(tp_model_rest(&counted, &setting, rest, NULL), TP_OK);
        cells c = cells_of(&counted, &setting, 1, &method);
        for (int s = 0; s < 2; s++)
            c.population->state[s][0] = rest[s];
        tp_spikes spikes = {0};
        slopes = jacobians = 0;
        for (int k = 0; k < INTERVALS; k++)
            cells_advance(&c, 0.1, &spikes);
        print_message("%s: %zu slopes for 1 s at rest in %d intervals\n", adaptive[m]->name, slopes,
                      INTERVALS);
        assert_int_equal(spikes.count, 0);
        for (int s = 0; s < 2; s++)
            assert_close(c.population->state[s][0], rest[s], 1e-6, 0);
        const bool cvode = strncmp(adaptive[m]->name, "cvode", 5) == 0;
        assert_true(slopes < (cvode ? INTERVALS / 10 : 20 * INTERVALS));
        if (cvode)
            assert_true((jacobians > 0) == (adaptive[m] == &tp_cvode_bdf));
        tp_spikes_free(&spikes);
        cells_free(&c);
    }
}

/* Without an analytic Jacobian the stiff methods take differences. */
static void differences_serve_where_a_model_has_no_jacobian(void **unused) {
    (void)unused;
    const tp_integrator *const integrators[] = {&tp_cvode_bdf, &tp_gsl_bsimp, &tp_gsl_msbdf};
    tp_model plain = tp_li_rinzel;
    plain.jacobian = NULL;
    const tp_model_setting setting = li_rinzel_of("corrected");
    for (size_t m = 0; m < 3; m++) {
        double calcium[2];
        for (int k = 0; k < 2; k++) {
            const tp_method method = tight(integrators[m], 1e-7);
            cells c = cells_of(k ? &plain : &tp_li_rinzel, &setting, 1, &method);
            c.population->input[0][0] = 5;
            cells_advance(&c, 400, NULL);
            calcium[k] = c.population->state[CA][0];
            cells_free(&c);
        }
        assert_close(calcium[0], calcium[1], 1e-6, 0);
    }
}

/* x' = x^2, which has no end after 1/x; or a slope that is not a number. */
static void blow_up(const tp_model_setting *setting, size_t n, const double *const *state,
                    const double *const *input, double *const *slope) {
    (void)setting;
    for (size_t i = 0; i < n; i++)
        slope[0][i] = input[0][i] * state[0][i] * state[0][i];
}

static void failures_name_cell_time_and_state(void **unused) {
    (void)unused;
    static const tp_state_variable states[] = {{"x", "1", "what grows", 1, 0, 0}};
    static const tp_input inputs[] = {{"rate", "ms-1", "of growth"}};
    static const tp_model growing = {.name = "growing",
                                     .summary = "grows",
                                     .source = "none",
                                     .time_unit = "ms",
                                     .time_unit_ms = 1,
                                     .initial = "published",
                                     .states = states,
                                     .state_count = 1,
                                     .inputs = inputs,
                                     .input_count = 1,
                                     .derivative = blow_up};
    tp_model_setting setting;
    tp_model_defaults(&growing, &setting);
    for (size_t m = 0; m < ADAPTIVE; m++)
        for (int solve = TP_SOLVE_EACH; solve <= TP_SOLVE_TOGETHER; solve++)
            for (int k = 0; k < 2; k++) {
                tp_method method = tight(adaptive[m], 1e-6);
                method.solve = (tp_solve)solve;
                cells c = cells_of(&growing, &setting, 4, &method);
                tp_error error = {0};
                c.population->input[0][2] = k ? NAN : 0.5;
                assert_int_equal(tp_integration_advance(c.integration, 3, NULL, &error), TP_FAILED);
                assert_non_null(strstr(error.message, adaptive[m]->name));
                assert_non_null(strstr(error.message, "growing cell 2"));
                assert_non_null(strstr(error.message, "interval of 3 ms, at x "));
                assert_non_null(strstr(error.message, k ? " 0 ms into" : " ms into"));
                assert_non_null(strstr(error.hint, "rtol"));
                tp_integration_restart(c.integration);
                assert_int_equal(tp_integration_advance(c.integration, 3, NULL, NULL), TP_FAILED);
                if (solve == 0 && k == 0)
                    print_message("%s\n", error.message);
                cells_free(&c);
            }
}

static void what_does_not_fit_is_told(void **unused) {
    (void)unused;
    tp_model_setting setting;
    tp_population *neurons, *astrocytes;
    tp_integration *integration;
    tp_error error;
    tp_model_defaults(&tp_izhikevich, &setting);
    tp_population_create(&tp_izhikevich, &setting, TP_INITIAL_PUBLISHED, 2, &neurons, NULL);
    tp_model_defaults(&tp_li_rinzel, &setting);
    tp_population_create(&tp_li_rinzel, &setting, TP_INITIAL_PUBLISHED, 2000, &astrocytes, NULL);
    for (size_t m = 0; m < ADAPTIVE; m++) {
        tp_method method = tight(adaptive[m], 0);
        assert_int_equal(tp_integration_create(&method, neurons, &integration, &error), TP_INVALID);
        assert_non_null(strstr(error.message, "tolerance of zero"));
        method = tight(adaptive[m], 1e-6);
        method.solve = TP_SOLVE_TOGETHER;
        assert_int_equal(tp_integration_create(&method, neurons, &integration, &error), TP_INVALID);
        assert_non_null(strstr(error.message, "has events"));
    }
    tp_method method = tight(&tp_gsl_msbdf, 1e-6);
    method.solve = TP_SOLVE_TOGETHER;
    assert_int_equal(tp_integration_create(&method, astrocytes, &integration, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "2000 cells together"));
    tp_population_destroy(&neurons);
    tp_population_destroy(&astrocytes);
}

static void a_population_may_be_empty(void **unused) {
    (void)unused;
    const tp_model_setting setting = li_rinzel_of("corrected");
    for (size_t m = 0; m < ADAPTIVE; m++)
        for (int solve = TP_SOLVE_EACH; solve <= TP_SOLVE_TOGETHER; solve++) {
            tp_method method = tight(adaptive[m], 1e-6);
            method.solve = (tp_solve)solve;
            cells c = cells_of(&tp_li_rinzel, &setting, 0, &method);
            cells_advance(&c, 1, NULL);
            cells_free(&c);
        }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(calcium_crosses_the_threshold_when_it_should),
        cmocka_unit_test(all_integrators_agree_as_steps_and_tolerances_go_down),
        cmocka_unit_test(together_is_as_good_as_each),
        cmocka_unit_test(nest_astrocytes_are_a_matter_of_parameters),
        cmocka_unit_test(rest_costs_next_to_nothing),
        cmocka_unit_test(differences_serve_where_a_model_has_no_jacobian),
        cmocka_unit_test(failures_name_cell_time_and_state),
        cmocka_unit_test(what_does_not_fit_is_told),
        cmocka_unit_test(a_population_may_be_empty),
    };
    return cmocka_run_group_tests_name("adaptive", tests, NULL, NULL);
}
