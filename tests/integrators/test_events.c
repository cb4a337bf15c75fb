/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Spikes by every adaptive integrator, against exact times, an independent reference and each
 * other; the orders of the fixed-step methods across spikes. */
#include <stdlib.h>

#include "integrators/adaptive.h"

enum { MOST_SPIKES = 256 };

/* Spike times of a neuron under `current` for `on_ms`, in intervals of 0.1 ms. */
static size_t spike_times(const tp_method *method, double current, double on_ms, double end_ms,
                          double *times) {
    const double interval_ms = 0.1;
    tp_model_setting setting;
    tp_model_defaults(&tp_izhikevich, &setting);
    cells c = cells_of(&tp_izhikevich, &setting, 1, method);
    tp_spikes spikes = {0};
    size_t count = 0;
    for (long k = 0; k < lround(end_ms / interval_ms); k++) {
        c.population->input[0][0] = k < lround(on_ms / interval_ms) ? current : 0;
        spikes.count = 0;
        cells_advance(&c, interval_ms, &spikes);
        for (size_t i = 0; i < spikes.count && count < MOST_SPIKES; i++) {
            assert_true(spikes.items[i].when > 0 && spikes.items[i].when <= 1);
            times[count++] = ((double)k + spikes.items[i].when) * interval_ms;
        }
    }
    tp_spikes_free(&spikes);
    cells_free(&c);
    return count;
}

/* Exact times of the specification: LSODA at rtol 1e-10 with event location, from rest. */
static void spikes_are_exact(void **unused) {
    (void)unused;
    static const double exact_5[] = {3.75107, 10.28239, 20.26615, 30.75884};
    static const double exact_35[] = {1.12598, 2.32810, 3.59006, 4.91127};
    for (size_t m = 0; m < ADAPTIVE; m++) {
        const tp_method method = tight(adaptive[m], 1e-10);
        double times[MOST_SPIKES], worst = 0;
        assert_int_equal(spike_times(&method, 5, 35, 35, times), 4);
        for (int i = 0; i < 4; i++)
            worst = fmax(worst, fabs(times[i] - exact_5[i]));
        assert_true(spike_times(&method, 35, 5.5, 5.5, times) >= 4);
        for (int i = 0; i < 4; i++)
            worst = fmax(worst, fabs(times[i] - exact_35[i]));
        assert_int_equal(spike_times(&method, 5, 4, 40, times), 1);
        worst = fmax(worst, fabs(times[0] - 3.75107));
        print_message("%s: exact spikes missed by at most %.1e ms\n", adaptive[m]->name, worst);
        /* They are printed to five decimals. */
        assert_close(worst, 0, 0, 1.5e-5);
    }
}

typedef struct reference {
    double parameter[4], current;
    size_t count;
    double times[MOST_SPIKES];
} reference;

/* Reads tests/golden/izhikevich_random.txt; how it was made is in the script beside it. */
static size_t read_references(reference *sets, size_t most) {
    FILE *file = fopen("tests/golden/izhikevich_random.txt", "r");
    assert_non_null(file);
    char line[64];
    assert_non_null(fgets(line, 2, file));
    assert_int_equal(line[0], '#');
    while (fgets(line, sizeof line, file) && !strchr(line, '\n'))
        ;
    size_t count = 0;
    for (; count < most; count++) {
        reference *r = &sets[count];
        if (fscanf(file, "%lf %lf %lf %lf %lf %zu", &r->parameter[0], &r->parameter[1],
                   &r->parameter[2], &r->parameter[3], &r->current, &r->count) != 6)
            break;
        assert_true(r->count <= MOST_SPIKES);
        for (size_t i = 0; i < r->count; i++)
            assert_int_equal(fscanf(file, "%lf", &r->times[i]), 1);
    }
    fclose(file);
    return count;
}

/* How far the spikes are off at most; the 100 ms are one interval, so that it holds many spikes. */
static double worst_of_set(const reference *r, const tp_method *method) {
    tp_model_setting setting;
    tp_model_defaults(&tp_izhikevich, &setting);
    memcpy(setting.parameter, r->parameter, sizeof r->parameter);
    cells c = cells_of(&tp_izhikevich, &setting, 1, method);
    c.population->state[0][0] = -65;
    c.population->state[1][0] = -65 * r->parameter[1];
    c.population->input[0][0] = r->current;
    tp_spikes spikes = {0};
    cells_advance(&c, 100, &spikes);
    assert_int_equal(spikes.count, r->count);
    double worst = 0;
    for (size_t i = 0; i < r->count; i++)
        worst = fmax(worst, fabs(100 * spikes.items[i].when - r->times[i]));
    tp_spikes_free(&spikes);
    cells_free(&c);
    return worst;
}

static void random_neurons_spike_as_the_reference_says(void **unused) {
    (void)unused;
    enum { SETS = 200 };
    static reference sets[SETS + 1];
    static const struct {
        const tp_integrator *integrator;
        double rtol;
    } methods[] = {
        {&tp_cvode_adams, 1e-11}, {&tp_cvode_bdf, 1e-11}, {&tp_gsl_bsimp, 1e-11},
        {&tp_gsl_msadams, 1e-11}, {&tp_gsl_msbdf, 1e-11}, {&tp_gsl_rk8pd, 1e-11},
        {&tp_gsl_rkck, 1e-11},    {&tp_gsl_rkf45, 1e-11},
    };
    assert_int_equal(read_references(sets, SETS + 1), SETS);
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
        const tp_method method = tight(methods[m].integrator, methods[m].rtol);
        double worst = 0;
        for (size_t i = 0; i < SETS; i++)
            worst = fmax(worst, worst_of_set(&sets[i], &method));
        print_message("%s: random neurons' spikes off by at most %.1e ms\n",
                      methods[m].integrator->name, worst);
        assert_close(worst, 0, 0, 1e-4);
    }
}

/* Mean error of the first spikes of several currents, against CVODE. The mean, because a spike
 * that is stamped at a step's end is late by any part of a step. */
static double mean_error(const tp_method *method) {
    enum { CURRENTS = 24, SPIKES = 4 };
    const tp_method exact = tight(&tp_gsl_rk8pd, 1e-14);
    double sum = 0;
    for (int k = 0; k < CURRENTS; k++) {
        double at[2][SPIKES] = {{0}};
        for (int r = 0; r < 2; r++) {
            tp_model_setting setting;
            tp_model_defaults(&tp_izhikevich, &setting);
            cells c = cells_of(&tp_izhikevich, &setting, 1, r ? &exact : method);
            tp_spikes spikes = {0};
            c.population->input[0][0] = 10.3 + 0.77 * k;
            cells_advance(&c, 20, &spikes);
            assert_true(spikes.count >= SPIKES);
            for (int i = 0; i < SPIKES; i++)
                at[r][i] = 20 * spikes.items[i].when;
            tp_spikes_free(&spikes);
            cells_free(&c);
        }
        for (int i = 0; i < SPIKES; i++)
            sum += fabs(at[0][i] - at[1][i]);
    }
    return sum / (CURRENTS * SPIKES);
}

static void fixed_steps_keep_their_order_at_a_located_spike(void **unused) {
    (void)unused;
    enum { COUNT = 4 };
    static const struct {
        const tp_integrator *integrator;
        tp_crossing crossing;
        double step_ms, order;
    } cases[] = {
        {&tp_euler, TP_CROSSING_LOCATED, 1e-3, 1},
        {&tp_rk4, TP_CROSSING_LOCATED, 4e-2, 4},
        {&tp_euler, TP_CROSSING_STEP_END, 1e-3, 1},
        {&tp_rk4, TP_CROSSING_STEP_END, 4e-2, 1},
    };
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        double steps[COUNT], errors[COUNT];
        for (int i = 0; i < COUNT; i++) {
            steps[i] = cases[k].step_ms / (1 << i);
            errors[i] = mean_error(&(tp_method){.integrator = cases[k].integrator,
                                                .step_ms = steps[i],
                                                .crossing = cases[k].crossing});
        }
        const double order = fitted_order(steps, errors, COUNT);
        print_message("%s, %s: order at spikes %.3f, error %.1e ms at %g ms\n",
                      cases[k].integrator->name, tp_crossing_names[cases[k].crossing], order,
                      errors[0], steps[0]);
        assert_close(order, cases[k].order, 0, 0.1);
    }
}

/* Many cells, one long interval: in order of time, each as it is alone. */
static void spikes_of_an_interval_are_in_order(void **unused) {
    (void)unused;
    enum { CELLS = 7 };
    for (size_t m = 0; m < ADAPTIVE; m++) {
        const tp_method method = tight(adaptive[m], 1e-6);
        tp_model_setting setting;
        tp_model_defaults(&tp_izhikevich, &setting);
        cells many = cells_of(&tp_izhikevich, &setting, CELLS, &method);
        tp_spikes spikes = {0};
        for (size_t i = 0; i < CELLS; i++)
            many.population->input[0][i] = 5.0 * (double)i;
        cells_advance(&many, 30, &spikes);
        assert_true(spikes.count > 20);
        for (size_t k = 1; k < spikes.count; k++)
            assert_true(spikes.items[k - 1].when <= spikes.items[k].when);
        for (size_t i = 0; i < CELLS; i++) {
            cells one = cells_of(&tp_izhikevich, &setting, 1, &method);
            tp_spikes own = {0};
            size_t next = 0;
            one.population->input[0][0] = 5.0 * (double)i;
            cells_advance(&one, 30, &own);
            for (size_t k = 0; k < spikes.count; k++)
                if (spikes.items[k].cell == i)
                    assert_close(spikes.items[k].when, own.items[next++].when, 0, 0);
            assert_int_equal(next, own.count);
            for (int s = 0; s < 2; s++)
                assert_close(many.population->state[s][i], one.population->state[s][0], 0, 0);
            tp_spikes_free(&own);
            cells_free(&one);
        }
        tp_spikes_free(&spikes);
        cells_free(&many);
    }
}

/* After restart() it is to the bit a solver that was just made from the same state. */
static void a_restart_forgets_everything(void **unused) {
    (void)unused;
    for (size_t m = 0; m < ADAPTIVE; m++) {
        const tp_method method = tight(adaptive[m], 1e-6);
        tp_model_setting setting;
        tp_model_defaults(&tp_izhikevich, &setting);
        cells old = cells_of(&tp_izhikevich, &setting, 2, &method);
        cells young = cells_of(&tp_izhikevich, &setting, 2, &method);
        tp_spikes spikes[2] = {{0}};
        old.population->input[0][0] = 5;
        for (int k = 0; k < 137; k++)
            cells_advance(&old, 0.1, &spikes[0]);
        tp_population_copy(young.population, old.population);
        tp_integration_restart(old.integration);
        spikes[0].count = 0;
        for (int k = 0; k < 200; k++) {
            cells_advance(&old, 0.1, &spikes[0]);
            cells_advance(&young, 0.1, &spikes[1]);
        }
        assert_true(spikes[0].count > 0);
        assert_int_equal(spikes[0].count, spikes[1].count);
        for (size_t k = 0; k < spikes[0].count; k++)
            assert_memory_equal(&spikes[0].items[k].when, &spikes[1].items[k].when, sizeof(double));
        for (int s = 0; s < 2; s++)
            assert_memory_equal(old.population->state[s], young.population->state[s],
                                2 * sizeof(double));
        for (int i = 0; i < 2; i++)
            tp_spikes_free(&spikes[i]);
        cells_free(&old);
        cells_free(&young);
    }
}

/* A ramp with a threshold at 1, from which each event takes 1 away. */
static void ramp(const tp_model_setting *setting, size_t n, const double *const *state,
                 const double *const *input, double *const *slope) {
    (void)setting, (void)state;
    for (size_t i = 0; i < n; i++)
        slope[0][i] = input[0][i];
}

static void take_one(const tp_model_setting *setting, double *const *state, size_t which) {
    (void)setting;
    state[0][which] -= 1;
}

static const tp_state_variable x[] = {{"x", "1", "what is watched", 0, 0, 0}};
static const tp_parameter threshold[] = {{"threshold", "1", "of x", 1, 0, 10}};
static const tp_input feed[] = {{"feed", "ms-1", "slope of x"}};
static const tp_event over = {"event", 0, 0, take_one};
static const tp_model ramp_model = {.name = "ramp",
                                    .summary = "a ramp",
                                    .source = "none",
                                    .time_unit = "ms",
                                    .time_unit_ms = 1,
                                    .initial = "published",
                                    .states = x,
                                    .state_count = 1,
                                    .parameters = threshold,
                                    .parameter_count = 1,
                                    .inputs = feed,
                                    .input_count = 1,
                                    .derivative = ramp,
                                    .event = &over};

static void a_state_over_its_threshold_at_the_start_is_reset_until_it_is_below(void **unused) {
    (void)unused;
    for (size_t m = 0; m < ADAPTIVE; m++) {
        const tp_method method = tight(adaptive[m], 1e-8);
        tp_model_setting setting;
        tp_model_defaults(&ramp_model, &setting);
        cells c = cells_of(&ramp_model, &setting, 1, &method);
        tp_spikes spikes = {0};
        c.population->state[0][0] = 3.25;
        c.population->input[0][0] = 0.5;
        cells_advance(&c, 2, &spikes);
        /* Three at once, and one when 0.25 has become 1. */
        assert_int_equal(spikes.count, 4);
        for (int i = 0; i < 3; i++)
            assert_true(spikes.items[i].when > 0 && spikes.items[i].when < 1e-15);
        assert_close(spikes.items[3].when, 0.75, 0, 1e-7);
        assert_close(c.population->state[0][0], 0.25, 0, 1e-7);
        tp_spikes_free(&spikes);
        cells_free(&c);
    }
}

/* An event at the very end of an interval belongs to it, once. */
static void an_event_at_the_end_of_an_interval_happens_once(void **unused) {
    (void)unused;
    for (size_t m = 0; m < ADAPTIVE; m++) {
        const tp_method method = tight(adaptive[m], 1e-8);
        tp_model_setting setting;
        tp_model_defaults(&ramp_model, &setting);
        cells c = cells_of(&ramp_model, &setting, 1, &method);
        tp_spikes spikes = {0};
        c.population->input[0][0] = 0.25;
        for (int k = 0; k < 10; k++)
            cells_advance(&c, 1, &spikes);
        assert_int_equal(spikes.count, 2);
        assert_close(c.population->state[0][0], 0.5, 0, 1e-6);
        tp_spikes_free(&spikes);
        cells_free(&c);
    }
}

static tp_status advance_with(const tp_integrator *integrator, double c_mv, double d, double end_ms,
                              tp_error *error) {
    const tp_method method = tight(integrator, 1e-6);
    tp_model_setting setting;
    tp_model_defaults(&tp_izhikevich, &setting);
    setting.parameter[tp_model_parameter_index(&tp_izhikevich, "c")] = c_mv;
    setting.parameter[tp_model_parameter_index(&tp_izhikevich, "d")] = d;
    cells c = cells_of(&tp_izhikevich, &setting, 3, &method);
    tp_spikes spikes = {0};
    c.population->input[0][2] = 35;
    tp_status status = tp_integration_advance(c.integration, end_ms, &spikes, error);
    tp_spikes_free(&spikes);
    cells_free(&c);
    return status;
}

static void a_reset_to_above_the_threshold_is_told(void **unused) {
    (void)unused;
    for (size_t m = 0; m < ADAPTIVE; m++) {
        tp_error error = {0};
        assert_int_equal(advance_with(adaptive[m], 31, 2, 5, &error), TP_INVALID);
        assert_non_null(strstr(error.message, adaptive[m]->name));
        assert_non_null(strstr(error.message, "cell 2, 1.12"));
        assert_non_null(strstr(error.message, "membrane_potential 31, recovery -"));
        assert_non_null(strstr(error.message, "without end"));
        assert_non_null(strstr(error.hint, "threshold"));
        assert_int_equal(advance_with(adaptive[m], 31, 2, 5, NULL), TP_INVALID);
    }
}

/* A reset to just below it, where the cell spikes on and on in next to no time. */
static void endless_spiking_ends(void **unused) {
    (void)unused;
    tp_error error = {0};
    assert_int_equal(advance_with(&tp_cvode_adams, 30 - 1e-7, 0, 5, &error), TP_FAILED);
    assert_non_null(strstr(error.message, "cell 2"));
    assert_non_null(strstr(error.message, "without end"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spikes_are_exact),
        cmocka_unit_test(random_neurons_spike_as_the_reference_says),
        cmocka_unit_test(fixed_steps_keep_their_order_at_a_located_spike),
        cmocka_unit_test(spikes_of_an_interval_are_in_order),
        cmocka_unit_test(a_restart_forgets_everything),
        cmocka_unit_test(a_state_over_its_threshold_at_the_start_is_reset_until_it_is_below),
        cmocka_unit_test(an_event_at_the_end_of_an_interval_happens_once),
        cmocka_unit_test(a_reset_to_above_the_threshold_is_told),
        cmocka_unit_test(endless_spiking_ends),
    };
    return cmocka_run_group_tests_name("events", tests, NULL, NULL);
}
