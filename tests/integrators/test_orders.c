/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of every one-step method on a smooth run: a neuron under a current that holds it back.
 * An adaptive method whose tolerances are thrown wide open steps from one interval's end to the
 * next, so that the interval is its step. (Multistep and extrapolation methods choose their order
 * themselves.) */
#include "integrators/adaptive.h"

enum { INSTANTS = 7, LEVELS = 2 };
static const double instant_ms = 2, held_back = -8;

/* Membrane potential and recovery each 2 ms. */
typedef struct course {
    double value[INSTANTS][2];
} course;

static course course_of(const tp_method *method, double interval_ms) {
    tp_model_setting setting;
    tp_model_defaults(&tp_izhikevich, &setting);
    cells c = cells_of(&tp_izhikevich, &setting, 1, method);
    tp_spikes spikes = {0};
    course out;
    c.population->input[0][0] = held_back;
    for (int k = 0; k < INSTANTS; k++) {
        for (long i = 0; i < lround(instant_ms / interval_ms); i++)
            cells_advance(&c, interval_ms, &spikes);
        for (int s = 0; s < 2; s++)
            out.value[k][s] = c.population->state[s][0];
    }
    assert_int_equal(spikes.count, 0);
    tp_spikes_free(&spikes);
    cells_free(&c);
    return out;
}

static double difference(const course *a, const course *b) {
    double sum = 0;
    for (int k = 0; k < INSTANTS; k++)
        for (int s = 0; s < 2; s++)
            sum += pow(a->value[k][s] - b->value[k][s], 2);
    return sqrt(sum);
}

static void one_step_methods_have_the_order_of_theory(void **unused) {
    (void)unused;
    const struct {
        const tp_integrator *integrator;
        double order, step_ms; /* the longer of the two steps */
    } methods[] = {
        {&tp_euler, 1, 1.0 / 64},    {&tp_rk4, 4, 1.0 / 16},      {&tp_gsl_rkf45, 5, 1.0 / 16},
        {&tp_gsl_rkck, 5, 1.0 / 16}, {&tp_gsl_rk8pd, 8, 1.0 / 2},
    };
    const tp_method exact = {.integrator = &tp_gsl_rk8pd, .rtol = 1e-13, .atol = 1e-13};
    const course reference = course_of(&exact, 1.0 / 16);
    for (size_t m = 0; m < sizeof methods / sizeof *methods; m++) {
        double error[LEVELS];
        for (int level = 0; level < LEVELS; level++) {
            const double step_ms = methods[m].step_ms / (1 << level);
            const tp_method method = {.integrator = methods[m].integrator,
                                      .step_ms = step_ms,
                                      .crossing = TP_CROSSING_STEP_END,
                                      .rtol = 0.1,
                                      .atol = 1e6};
            const course run = course_of(&method, step_ms);
            error[level] = difference(&run, &reference);
        }
        const double order = log2(error[0] / error[1]);
        print_message("%s: error %.2e at %g ms, order %.3f\n",
                      tp_integrator_name(methods[m].integrator), error[0], methods[m].step_ms,
                      order);
        assert_close(order, methods[m].order, 0, 0.1);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_step_methods_have_the_order_of_theory),
    };
    return cmocka_run_group_tests_name("orders", tests, NULL, NULL);
}
