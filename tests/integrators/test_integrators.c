/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The integrators against exact spike times, calcium threshold times and their own orders.
 * The exact numbers were computed by LSODA at rtol 1e-10 with event location. */
#include "integrators/adaptive.h"

enum { MOST_SPIKES = 64 };

/* Spike times of one neuron under `current` for `on_ms`, then none, in ms. */
static size_t spike_times(const tp_integrator *integrator, double step_ms, double current,
                          double on_ms, double end_ms, double *times) {
    cell c = cell_of(&tp_izhikevich, integrator, NULL, TP_INITIAL_REST, step_ms);
    tp_spikes spikes = {0};
    size_t count = 0;
    const long steps = lround(end_ms / step_ms), on = lround(on_ms / step_ms);
    for (long k = 0; k < steps; k++) {
        c.population->input[0][0] = k < on ? current : 0;
        spikes.count = 0;
        assert_int_equal(cell_advance(&c, 1, &spikes), TP_OK);
        if (spikes.count > 0 && count < MOST_SPIKES)
            times[count++] = ((double)k + spikes.items[0].when) * step_ms;
    }
    tp_spikes_free(&spikes);
    cell_free(&c);
    return count;
}

static const double exact_5[] = {3.75107, 10.28239, 20.26615, 30.75884};
static const double exact_35[] = {1.12598, 2.32810, 3.59006, 4.91127};

static void euler_at_the_papers_step(void **unused) {
    (void)unused;
    const double expected[] = {4.0, 11.1, 21.9, 33.0}, fine[] = {3.754, 10.292, 20.284, 30.782};
    double times[MOST_SPIKES];
    assert_int_equal(spike_times(&tp_euler, 0.1, 5, 35, 35, times), 4);
    for (int i = 0; i < 4; i++)
        assert_close(times[i], expected[i], 0, 1e-9);
    assert_int_equal(spike_times(&tp_euler, 0.001, 5, 35, 35, times), 4);
    for (int i = 0; i < 4; i++)
        assert_close(times[i], fine[i], 0, 1e-9);
    assert_int_equal(spike_times(&tp_euler, 0.1, 5, 4, 40, times), 1);
    assert_close(times[0], 4.0, 0, 1e-9);
}

/* Resets fall on the grid of steps, so the error is no smooth function of dt: a fit, not a ratio.
 */
static void euler_approaches_the_exact_spikes_in_proportion_to_dt(void **unused) {
    (void)unused;
    enum { COUNT = 7 };
    double times[MOST_SPIKES], steps[COUNT], errors[COUNT];
    for (int k = 0; k < COUNT; k++) {
        steps[k] = 0.05 / (1 << k);
        assert_int_equal(spike_times(&tp_euler, steps[k], 5, 35, 35, times), 4);
        errors[k] = times[3] - exact_5[3];
        assert_true(errors[k] > 0);
        print_message("euler, dt %g ms: fourth spike late by %.4f ms\n", steps[k], errors[k]);
    }
    const double order = fitted_order(steps, errors, COUNT);
    print_message("euler: order at the fourth spike %.3f\n", order);
    assert_close(order, 1, 0, 0.1);
}

static void rk4_is_within_a_step_of_the_exact_spikes(void **unused) {
    (void)unused;
    double times[MOST_SPIKES];
    assert_int_equal(spike_times(&tp_rk4, 0.01, 5, 35, 35, times), 4);
    for (int i = 0; i < 4; i++)
        assert_close(times[i], exact_5[i], 0, 0.01);
    assert_true(spike_times(&tp_rk4, 0.01, 35, 5.5, 5.5, times) >= 4);
    for (int i = 0; i < 4; i++)
        assert_close(times[i], exact_35[i], 0, 0.01);
    assert_int_equal(spike_times(&tp_rk4, 0.01, 5, 4, 40, times), 1);
    assert_close(times[0], 3.75107, 0, 0.01);
}

/* The exact times are printed to five decimals, so the order is measured against a finer run. */
static void located_spikes_keep_the_order_of_rk4(void **unused) {
    (void)unused;
    enum { COUNT = 4 };
    double times[MOST_SPIKES], finest[MOST_SPIKES], steps[COUNT], errors[COUNT];
    assert_int_equal(spike_times(&tp_rk4, 0.025 / 32, 5, 35, 35, finest), 4);
    for (int i = 0; i < 4; i++)
        assert_close(finest[i], exact_5[i], 0, 1e-5);
    for (int k = 0; k < COUNT; k++) {
        steps[k] = 0.025 / (1 << k);
        errors[k] = 0;
        assert_int_equal(spike_times(&tp_rk4, steps[k], 5, 35, 35, times), 4);
        for (int i = 0; i < 4; i++)
            errors[k] = fmax(errors[k], fabs(times[i] - finest[i]));
        print_message("rk4, dt %g ms: spikes off by at most %.2e ms\n", steps[k], errors[k]);
    }
    const double order = fitted_order(steps, errors, COUNT);
    print_message("rk4: order at the spikes %.3f\n", order);
    assert_close(order, 4, 0, 0.3);
}

/* Calcium at 4 s after a 60 ms pulse of I_neuro. */
static double calcium_after_pulse(const tp_integrator *integrator, double step_ms) {
    cell c = cell_of(&tp_li_rinzel, integrator, "corrected", TP_INITIAL_PUBLISHED, step_ms);
    c.population->input[0][0] = 5;
    cell_advance(&c, (size_t)lround(60 / step_ms), NULL);
    c.population->input[0][0] = 0;
    cell_advance(&c, (size_t)lround(3940 / step_ms), NULL);
    double calcium = c.population->state[0][0];
    cell_free(&c);
    return calcium;
}

/* Order by Richardson: log2 of the ratio of successive differences. */
static double order_of(const tp_integrator *integrator, double step_ms) {
    const double coarse = calcium_after_pulse(integrator, step_ms);
    const double middle = calcium_after_pulse(integrator, step_ms / 2);
    const double fine = calcium_after_pulse(integrator, step_ms / 4);
    return log2(fabs((coarse - middle) / (middle - fine)));
}

static void orders_are_those_of_theory(void **unused) {
    (void)unused;
    const double euler = order_of(&tp_euler, 1), rk4 = order_of(&tp_rk4, 4);
    print_message("order on Li-Rinzel: euler %.4f, rk4 %.4f\n", euler, rk4);
    assert_close(euler, 1, 0, 0.05);
    assert_close(rk4, 4, 0, 0.1);
}

typedef struct excursion {
    double up_s, down_s, peak;
} excursion;

/* When calcium is above 0.15 uM after a pulse from t = 0, between steps by linear interpolation. */
static excursion excursion_of(const tp_integrator *integrator, const char *equations,
                              double pulse_ms, double step_ms) {
    cell c = cell_of(&tp_li_rinzel, integrator, equations, TP_INITIAL_PUBLISHED, step_ms);
    excursion e = {NAN, NAN, 0};
    double before = c.population->state[0][0];
    for (long k = 0; k < lround(8000 / step_ms); k++) {
        c.population->input[0][0] = (double)k * step_ms < pulse_ms - 1e-9 ? 5 : 0;
        cell_advance(&c, 1, NULL);
        const double now = c.population->state[0][0];
        const double crossing = ((double)k + (0.15 - before) / (now - before)) * step_ms / 1000;
        if (before <= 0.15 && now > 0.15 && isnan(e.up_s))
            e.up_s = crossing;
        if (before > 0.15 && now <= 0.15)
            e.down_s = crossing;
        e.peak = fmax(e.peak, now);
        before = now;
    }
    cell_free(&c);
    return e;
}

static void calcium_crosses_the_threshold_when_it_should(void **unused) {
    (void)unused;
    const struct {
        const char *equations;
        double pulse_ms, up_s, down_s, peak;
    } cases[] = {
        {"corrected", 60, 0.5595, 4.2600, 0.58869},
        {"corrected", 300, 0.2984, 4.5208, 0.79256},
        {"closed_cell", 60, 1.8615, 5.7556, 0.61535},
        {"closed_cell", 300, 0.4492, 4.4653, 0.85581},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        excursion e = excursion_of(&tp_rk4, cases[i].equations, cases[i].pulse_ms, 1);
        print_message("%s, %g ms: above 0.15 uM from %.4f to %.4f s, peak %.5f uM\n",
                      cases[i].equations, cases[i].pulse_ms, e.up_s, e.down_s, e.peak);
        assert_close(e.up_s, cases[i].up_s, 0, 1e-3);
        assert_close(e.down_s, cases[i].down_s, 0, 1e-3);
        assert_close(e.peak, cases[i].peak, 0, 1e-5);
    }
}

static void as_printed_never_reaches_the_threshold(void **unused) {
    (void)unused;
    for (double pulse_ms = 60; pulse_ms <= 300; pulse_ms += 240) {
        excursion e = excursion_of(&tp_rk4, "as_printed", pulse_ms, 1);
        assert_true(isnan(e.up_s));
        assert_true(e.peak < 0.15);
    }
}

/* Cells are independent: each of many is to the bit what it is alone. */
static void cells_of_a_population_are_alone(void **unused) {
    (void)unused;
    enum { CELLS = 37, STEPS = 400 };
    tp_model_setting setting;
    tp_model_defaults(&tp_izhikevich, &setting);
    tp_population *many;
    tp_integration *integration;
    const tp_method method = {
        .integrator = &tp_rk4, .step_ms = 0.1, .crossing = TP_CROSSING_LOCATED};
    tp_spikes spikes = {0};
    tp_population_create(&tp_izhikevich, &setting, TP_INITIAL_REST, CELLS, &many, NULL);
    tp_integration_create(&method, many, &integration, NULL);
    for (size_t i = 0; i < CELLS; i++)
        many->input[0][i] = (double)i;
    assert_int_equal(tp_integration_advance(integration, STEPS * 0.1, &spikes, NULL), TP_OK);
    for (size_t k = 1; k < spikes.count; k++)
        assert_true(spikes.items[k - 1].when <= spikes.items[k].when);
    for (size_t i = 0; i < CELLS; i++) {
        cell c = cell_of(&tp_izhikevich, &tp_rk4, NULL, TP_INITIAL_REST, 0.1);
        tp_spikes own = {0};
        c.population->input[0][0] = (double)i;
        cell_advance(&c, STEPS, &own);
        for (int s = 0; s < 2; s++)
            assert_close(many->state[s][i], c.population->state[s][0], 0, 0);
        size_t count = 0;
        for (size_t k = 0; k < spikes.count; k++)
            count += spikes.items[k].cell == i;
        assert_int_equal(count, own.count);
        tp_spikes_free(&own);
        cell_free(&c);
    }
    tp_spikes_free(&spikes);
    tp_integration_destroy(&integration);
    tp_population_destroy(&many);
}

static void integrators_are_listed(void **unused) {
    (void)unused;
    for (size_t i = 0; tp_integrator_at(i); i++) {
        const tp_integrator *integrator = tp_integrator_at(i);
        assert_ptr_equal(tp_integrator_named(tp_integrator_name(integrator)), integrator);
        assert_true(tp_integrator_summary(integrator)[0] != '\0');
    }
    assert_null(tp_integrator_named("eular"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(euler_at_the_papers_step),
        cmocka_unit_test(euler_approaches_the_exact_spikes_in_proportion_to_dt),
        cmocka_unit_test(rk4_is_within_a_step_of_the_exact_spikes),
        cmocka_unit_test(located_spikes_keep_the_order_of_rk4),
        cmocka_unit_test(orders_are_those_of_theory),
        cmocka_unit_test(calcium_crosses_the_threshold_when_it_should),
        cmocka_unit_test(as_printed_never_reaches_the_threshold),
        cmocka_unit_test(cells_of_a_population_are_alone),
        cmocka_unit_test(integrators_are_listed),
    };
    return cmocka_run_group_tests_name("integrators", tests, NULL, NULL);
}
