/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The variational autoencoder: its loss by the formula, its gradients by differences. */
#include "learning/gradient.h"
#include "networks/autoencoder.h"

enum { IN = 7, HIDDEN = 6, LATENT = 3, N = 4 };

static tp_autoencoder *vae;
static tp_autoencoder_work *work;
static double x[N * IN], beside[N * LATENT];
static const tp_pass pass = {.training = true, .seed = 3, .trial = 1, .epoch = 2};

static int make(void **unused) {
    (void)unused;
    for (size_t i = 0; i < N * IN; i++)
        x[i] = 0.5 + 0.5 * some_number(i);
    for (size_t i = 0; i < N * LATENT; i++)
        beside[i] = some_number(300 + i);
    assert_int_equal(tp_autoencoder_create(IN, HIDDEN, LATENT, 1, 0, &vae, NULL), TP_OK);
    assert_int_equal(tp_autoencoder_work_create(vae, N, 1e-2, &work, NULL), TP_OK);
    return 0;
}

static int drop(void **unused) {
    (void)unused;
    tp_autoencoder_work_destroy(&work);
    tp_autoencoder_destroy(&vae);
    return 0;
}

/* The loss and what the gradient `beside` stands for: a linear function of z. */
static double loss(bool with) {
    tp_autoencoder_draw(work, &pass, 8, N, x);
    double sum = 0;
    for (size_t i = 0; with && i < N * LATENT; i++)
        sum += beside[i] * work->z[i];
    return sum + tp_autoencoder_slopes(work, N, x, with ? beside : NULL);
}

static void gradients_are_those_of_differences(void **unused) {
    (void)unused;
    const double h = 1e-5;
    for (int with = 0; with < 2; with++)
        for (int half = 0; half < 2; half++) {
            tp_stack *stack = half ? vae->decoder : vae->encoder;
            const tp_workspace *w = half ? work->decoder : work->encoder;
            for (size_t i = 0; i < stack->parameter_count; i++) {
                const double kept = stack->parameters[i];
                loss(with);
                const double gradient = w->gradient[i];
                stack->parameters[i] = kept + h;
                const double above = loss(with);
                stack->parameters[i] = kept - h;
                const double below = loss(with);
                stack->parameters[i] = kept;
                assert_close(gradient, (above - below) / (2 * h), 1e-6, 1e-8);
            }
        }
}

static void the_loss_is_cross_entropy_and_divergence(void **unused) {
    (void)unused;
    double mean[N * LATENT], spread[N * LATENT], y[N * IN], expected = 0;
    const double told = loss(false);
    tp_autoencoder_moments(work, N, x, mean, spread);
    for (size_t i = 0; i < N * LATENT; i++) {
        const double variance = spread[i] * spread[i];
        assert_close(work->z[i], mean[i] + spread[i] * tp_autoencoder_noise(&pass, 8 * LATENT + i),
                     1e-12, 0);
        expected += 0.5 * (variance + mean[i] * mean[i] - 1 - log(variance));
    }
    tp_autoencoder_decode(work, N, work->z, y);
    for (size_t i = 0; i < N * IN; i++)
        expected -= x[i] * log(y[i]) + (1 - x[i]) * log(1 - y[i]);
    assert_close(told, expected / N, 1e-12, 0);
}

static void steps_make_it_small(void **unused) {
    (void)unused;
    const double before = loss(false);
    for (int i = 0; i < 2000; i++) {
        loss(false);
        tp_autoencoder_step(work);
    }
    assert_true(loss(false) < before - 0.2);
    assert_true(loss(false) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gradients_are_those_of_differences),
        cmocka_unit_test(the_loss_is_cross_entropy_and_divergence),
        cmocka_unit_test(steps_make_it_small),
    };
    return cmocka_run_group_tests_name("autoencoder", tests, make, drop);
}
