/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Slide, spread and gather against the published code's loop, written out here; and what disturbs
 * the signals between them. */
#include "learning/gradient.h"
#include "networks/glia_layers.h"
#include "networks/layer_list.h"
#include "networks/projection.h"
#include "networks/transmitter.h"

enum { MOST = 42, BATCH = 3 };

static const tp_layer_kind *const kinds[] = {&tp_slide, &tp_spread, &tp_gather};

/* The specification as a loop: all weights in a square, columns in order, and after each of an
 * output's columns its bias is applied once more. */
static void naive(const tp_layer *layer, const tp_glia_setting *s, const double *w, const double *b,
                  const double *x, double *y) {
    const int in = (int)layer->inputs, out = (int)layer->outputs;
    for (int j = 0; j < out; j++) {
        int slot = 0;
        y[j] = 0;
        for (int n = 0; n < in; n++) {
            bool linked;
            if (layer->kind == &tp_slide)
                linked = n == j || n == (j + 1) % in || n == (j + in - 1) % in;
            else if (layer->kind == &tp_spread)
                linked = n >= j - 2 && n <= j;
            else if (s->gather == TP_GATHER_WINDOW)
                linked = n >= j && n <= j + 2;
            else
                linked = n < out && (n == j || n == (j + 1) % out || n == (j + out - 1) % out);
            if (!linked)
                continue;
            y[j] += w[j * 3 + slot++] * x[n];
            if (s->bias == TP_BIAS_PUBLISHED)
                y[j] += b[j] * y[j];
        }
        if (s->bias == TP_BIAS_ADDITIVE)
            y[j] += b[j];
    }
}

static tp_layer layer_of(const tp_layer_kind *kind, size_t inputs, const void *setting) {
    return (tp_layer){kind, inputs, tp_glia_outputs(kind, inputs), setting};
}

static tp_stack *stack_of(const tp_layer *layers, size_t count) {
    tp_stack *stack;
    tp_error error = {0};
    if (tp_stack_create(layers, count, 3, 0, &stack, &error) != TP_OK)
        fail_msg("%s", error.message);
    return stack;
}

/* Calls `check` with each kind, bias, reading and size. */
static void for_all(size_t most, void (*check)(const tp_layer *, const tp_glia_setting *)) {
    for (int kind = 0; kind < 3; kind++)
        for (int bias = 0; bias < 3; bias++)
            for (int reading = 0; reading < 2; reading++)
                for (size_t inputs = 1; inputs <= most; inputs++) {
                    const tp_glia_setting s = {(tp_glia_bias)bias, (tp_gather_reading)reading};
                    const tp_layer layer = layer_of(kinds[kind], inputs, &s);
                    check(&layer, &s);
                }
}

static void check_loop(const tp_layer *layer, const tp_glia_setting *s) {
    tp_stack *stack = stack_of(layer, 1);
    tp_workspace *w;
    double x[BATCH * MOST], y[BATCH * MOST], expected[MOST];
    for (size_t i = 0; i < BATCH * layer->inputs; i++)
        x[i] = some_number(i);
    assert_int_equal(tp_workspace_create(stack, BATCH, &w, NULL), TP_OK);
    tp_stack_predict(w, BATCH, x, y);
    for (size_t i = 0; i < BATCH; i++) {
        naive(layer, s, stack->parameters, stack->parameters + 3 * layer->outputs,
              x + i * layer->inputs, expected);
        for (size_t j = 0; j < layer->outputs; j++)
            assert_close(y[i * layer->outputs + j], expected[j], 1e-12, 1e-15);
    }
    tp_workspace_destroy(&w);
    tp_stack_destroy(&stack);
}

static void closed_forms_are_the_published_loop(void **unused) {
    (void)unused;
    for_all(40, check_loop);
}

static void check_gradient(const tp_layer *layer, const tp_glia_setting *s) {
    const tp_pass pass = {.training = true};
    double x[BATCH * MOST], target[BATCH * MOST];
    (void)s;
    for (size_t i = 0; i < BATCH * MOST; i++) {
        x[i] = some_number(i);
        target[i] = some_number(700 + i);
    }
    tp_stack *stack = stack_of(layer, 1);
    /* A weight that belongs to no input has no slope, neither here nor there. */
    check_gradients(stack, &pass, &tp_mean_squared_error, BATCH, x, target, 1e-8);
    tp_stack_destroy(&stack);
}

static void gradients_are_those_of_differences(void **unused) {
    (void)unused;
    for_all(9, check_gradient);
}

/* By hand: what no formula can hide. */
static void narrow_layers_read_what_there_is(void **unused) {
    (void)unused;
    const tp_glia_setting published = {TP_BIAS_PUBLISHED, TP_GATHER_PUBLISHED};
    const tp_glia_setting window = {TP_BIAS_PUBLISHED, TP_GATHER_WINDOW};
    const struct {
        tp_layer layer;
        size_t output, count, columns[3];
    } cases[] = {
        {layer_of(&tp_slide, 1, &published), 0, 1, {0}},
        {layer_of(&tp_slide, 2, &published), 1, 2, {0, 1}},
        {layer_of(&tp_slide, 3, &published), 2, 3, {0, 1, 2}},
        {layer_of(&tp_slide, 5, &published), 0, 3, {0, 1, 4}},
        {layer_of(&tp_slide, 5, &published), 4, 3, {0, 3, 4}},
        {layer_of(&tp_spread, 1, &published), 0, 1, {0}},
        {layer_of(&tp_spread, 1, &published), 2, 1, {0}},
        {layer_of(&tp_spread, 2, &published), 3, 1, {1}},
        {layer_of(&tp_spread, 4, &published), 2, 3, {0, 1, 2}},
        {layer_of(&tp_gather, 1, &published), 0, 1, {0}},
        {layer_of(&tp_gather, 2, &published), 0, 1, {0}},
        {layer_of(&tp_gather, 2, &window), 0, 2, {0, 1}},
        {layer_of(&tp_gather, 3, &published), 0, 1, {0}},
        {layer_of(&tp_gather, 3, &window), 0, 3, {0, 1, 2}},
        {layer_of(&tp_gather, 4, &published), 1, 2, {0, 1}},
        {layer_of(&tp_gather, 4, &window), 1, 3, {1, 2, 3}},
        {layer_of(&tp_gather, 20, &published), 17, 3, {0, 16, 17}},
        {layer_of(&tp_gather, 20, &window), 17, 3, {17, 18, 19}},
    };
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        size_t columns[3];
        assert_int_equal(tp_glia_columns(&cases[c].layer, cases[c].output, columns),
                         cases[c].count);
        for (size_t m = 0; m < cases[c].count; m++)
            assert_int_equal(columns[m], cases[c].columns[m]);
    }
    assert_int_equal(tp_glia_outputs(&tp_gather, 1), 1);
    assert_int_equal(tp_glia_outputs(&tp_gather, 2), 1);
    assert_int_equal(tp_glia_outputs(&tp_spread, 1), 3);
    /* b = 1 doubles after each of three columns. */
    double y;
    tp_gather.forward(&(tp_layer){&tp_gather, 3, 1, &window}, NULL, (double[]){1, 1, 1, 1}, 1,
                      (double[]){1, 10, 100}, &y, NULL);
    assert_close(y, 8 + 40 + 200, 1e-15, 0);
}

/* The published perceptron: 420 weights and 140 biases in use, within +-1 / sqrt(inputs). */
static void the_perceptron_has_560_parameters(void **unused) {
    (void)unused;
    tp_layer layers[10];
    for (size_t k = 0, width = 20; k < 10; k++) {
        layers[k] = layer_of(k % 2 ? &tp_slide : &tp_gather, width, NULL);
        width = layers[k].outputs;
    }
    tp_stack *stack = stack_of(layers, 10);
    assert_int_equal(stack->parameter_count, 560);
    assert_int_equal(tp_glia_in_use(&layers[0]), 18 * 4);
    const tp_layer spread = layer_of(&tp_spread, 4, NULL);
    assert_int_equal(tp_glia_in_use(&spread), 1 + 2 + 3 + 3 + 2 + 1 + 6);
    double most = 0;
    for (size_t i = 0; i < stack->parameter_count; i++) {
        assert_true(stack->parameters[i] != 0);
        most = fmax(most, fabs(stack->parameters[i]));
    }
    assert_true(most <= 1 / sqrt(10) && most > 0.9 / sqrt(10));
    for (size_t i = 0; i < stack->first[1]; i++)
        assert_true(fabs(stack->parameters[i]) <= 1 / sqrt(20));
    tp_stack_destroy(&stack);
}

static void leak_is_the_filter_of_the_specification(void **unused) {
    (void)unused;
    const double sigmas[] = {0, 0.1, 0.35, 2}, x[] = {1, -2, 4, 0.5};
    for (int s = 0; s < 4; s++) {
        const tp_transmitter_setting setting = {sigmas[s], 0, 1};
        const tp_layer layer = {&tp_leak, 4, 4, &setting};
        const double e = sigmas[s] > 0 ? exp(-1 / (2 * sigmas[s] * sigmas[s])) : 0;
        const double g0 = 1 / (1 + 2 * e), g1 = e / (1 + 2 * e);
        double y[4];
        tp_leak.forward(&layer, NULL, NULL, 1, x, y, NULL);
        assert_close(y[0], g0 * (g0 * 1 + g1 * -2), 1e-14, 0);
        assert_close(y[1], g0 * (g1 * 1 + g0 * -2 + g1 * 4), 1e-14, 0);
        assert_close(y[3], g0 * (g1 * 4 + g0 * 0.5), 1e-14, 0);
        if (sigmas[s] == 0)
            assert_memory_equal(x, y, sizeof y);
    }
}

static void disturbed_networks_have_the_right_gradients(void **unused) {
    (void)unused;
    const tp_transmitter_setting leak = {0.6, 1, BATCH}, noise = {0.3, 2, BATCH},
                                 drop = {0.4, 3, BATCH};
    const tp_layer layers[] = {
        {&tp_gather, 9, 7, NULL}, {&tp_leak, 7, 7, &leak},   {&tp_noise, 7, 7, &noise},
        {&tp_drop, 7, 7, &drop},  {&tp_softmax, 7, 7, NULL}, {&tp_slide, 7, 7, NULL},
        {&tp_leak, 7, 7, &leak},
    };
    const tp_pass pass = {.training = true, .seed = 5, .epoch = 3, .batch = 2};
    double x[BATCH * 9], target[BATCH * 7];
    for (size_t i = 0; i < BATCH * 9; i++)
        x[i] = some_number(i);
    for (size_t i = 0; i < BATCH * 7; i++)
        target[i] = some_number(700 + i);
    tp_stack *stack = stack_of(layers, 7);
    check_gradients(stack, &pass, &tp_mean_squared_error, BATCH, x, target, 1e-8);
    tp_stack_destroy(&stack);
}

/* Mean and deviation of what noise adds; and that no two signals share it. */
static void noise_is_normal_and_drawn_anew(void **unused) {
    (void)unused;
    enum { N = 40000 };
    const tp_transmitter_setting setting = {0.5, 4, N};
    const tp_layer layer = {&tp_noise, 1, 1, &setting};
    static double x[N], y[N], z[N];
    tp_pass pass = {.training = true, .seed = 1};
    tp_noise.forward(&layer, &pass, NULL, N, x, y, NULL);
    double sum = 0, squares = 0, fourth = 0, beside = 0;
    for (size_t i = 0; i < N; i++) {
        sum += y[i];
        squares += y[i] * y[i];
        fourth += pow(y[i], 4);
        beside += i > 0 ? y[i] * y[i - 1] : 0;
    }
    assert_close(sum / N, 0, 0, 4.5 * 0.5 / sqrt(N));
    assert_close(squares / N, 0.25, 4.5 * sqrt(2.0 / N), 0);
    assert_close(fourth / N, 3 * 0.0625, 0.06, 0);
    assert_close(beside / N, 0, 0, 4.5 * 0.25 / sqrt(N));
    const tp_pass others[] = {{.training = true, .seed = 1, .epoch = 1},
                              {.training = true, .seed = 1, .batch = 1},
                              {.training = true, .seed = 1, .trial = 1},
                              {.training = true, .seed = 2},
                              {.training = false, .seed = 1}};
    for (size_t p = 0; p < 5; p++) {
        double together = 0;
        tp_noise.forward(&layer, &others[p], NULL, N, x, z, NULL);
        for (size_t i = 0; i < N; i++)
            together += y[i] * z[i];
        assert_close(together / N, 0, 0, 4.5 * 0.25 / sqrt(N));
    }
}

static void normal_numbers_are_the_same_one_by_one(void **unused) {
    (void)unused;
    const tp_stream_key key = {7, TP_PURPOSE_TRANSMITTER_NOISE, 1, 2};
    for (uint32_t first = 0; first < 3; first++) {
        double many[5];
        tp_random_normals(&key, first, 5, many);
        for (uint32_t i = 0; i < 5; i++)
            assert_true(many[i] == tp_random_normal(&key, first + i));
    }
}

static void drop_keeps_the_mean_and_leaves_tests_alone(void **unused) {
    (void)unused;
    enum { N = 20000 };
    const tp_transmitter_setting setting = {0.2, 4, N};
    const tp_layer layer = {&tp_drop, 1, 1, &setting};
    static double x[N], y[N], memo[N];
    tp_pass pass = {.training = true, .seed = 1};
    size_t gone = 0;
    for (size_t i = 0; i < N; i++)
        x[i] = 3;
    tp_drop.forward(&layer, &pass, NULL, N, x, y, memo);
    for (size_t i = 0; i < N; i++) {
        gone += y[i] == 0;
        assert_true(y[i] == 0 || fabs(y[i] - 3 / 0.8) < 1e-12);
    }
    assert_close((double)gone / N, 0.2, 0, 4.5 * sqrt(0.16 / N));
    pass.training = false;
    tp_drop.forward(&layer, &pass, NULL, N, x, y, memo);
    assert_memory_equal(x, y, sizeof y);
}

static void weights_are_lost_and_shaken_and_biases_stay(void **unused) {
    (void)unused;
    const tp_layer layers[] = {
        {&tp_dense, 100, 60, NULL}, {&tp_slide, 60, 60, NULL}, {&tp_spread, 60, 62, NULL}};
    tp_stack *before = stack_of(layers, 3), *lost = stack_of(layers, 3);
    tp_stack *shaken = stack_of(layers, 3);
    tp_weights_lose(lost, 0.3, 1, 0);
    tp_weights_shake(shaken, 0.1, 1, 0);
    double squares = 0;
    size_t gone = 0, weights = 0;
    for (size_t k = 0; k < 3; k++) {
        const size_t out = layers[k].outputs, first = before->first[k];
        const size_t here = k == 0 ? 6000 : 3 * out;
        for (size_t i = first; i < first + here; i++) {
            const double moved = shaken->parameters[i] - before->parameters[i];
            if (before->parameters[i] == 0) { /* of no input */
                assert_true(shaken->parameters[i] == 0);
                continue;
            }
            weights++;
            squares += moved * moved;
            gone += lost->parameters[i] == 0;
            assert_true(lost->parameters[i] == 0 || lost->parameters[i] == before->parameters[i]);
        }
        assert_memory_equal(lost->parameters + first + here, before->parameters + first + here,
                            out * sizeof(double));
        assert_memory_equal(shaken->parameters + first + here, before->parameters + first + here,
                            out * sizeof(double));
    }
    assert_int_equal(weights, 6000 + 180 + 186 - 6);
    assert_close((double)gone / (double)weights, 0.3, 0, 4.5 * sqrt(0.21 / (double)weights));
    assert_close(squares / (double)weights, 0.01, 4.5 * sqrt(2.0 / (double)weights), 0);
    tp_stack_destroy(&before);
    tp_stack_destroy(&lost);
    tp_stack_destroy(&shaken);
}

/* So that levels of a sweep begin alike. */
static void what_disturbs_does_not_change_the_start(void **unused) {
    (void)unused;
    enum { GATHER = 2, SLIDE = 0, DENSE = 3 }; /* as the scenario's words are counted */
    tp_layer_item items[] = {{GATHER, 0, 0}, {SLIDE, 0, 0}, {DENSE, 0, 4}, {SLIDE, 0, 0}};
    const tp_layered_description d = {.name = "a", .layers = {items, 4}};
    const tp_disturbance none = {0, 0, 0}, all = {0.3, 0.1, 0.2};
    tp_layered plain, disturbed;
    tp_stack *one, *other;
    assert_int_equal(tp_layered_create(&d, 9, 4, &none, 8, NULL, "n", &plain, NULL), TP_OK);
    assert_int_equal(tp_layered_create(&d, 9, 4, &all, 8, NULL, "n", &disturbed, NULL), TP_OK);
    assert_int_equal(tp_layered_stack(&plain, 1, 2, &one, NULL), TP_OK);
    assert_int_equal(tp_layered_stack(&disturbed, 1, 2, &other, NULL), TP_OK);
    assert_int_equal(plain.count, 4);
    assert_int_equal(disturbed.count, 13);
    assert_false(plain.disturbed);
    assert_true(disturbed.disturbed);
    assert_int_equal(one->parameter_count, other->parameter_count);
    assert_memory_equal(one->parameters, other->parameters, one->parameter_count * sizeof(double));
    tp_stack_destroy(&one);
    tp_stack_destroy(&other);
    tp_layered_free(&plain);
    tp_layered_free(&disturbed);
}

/* Density, size and variance of the random projections. */
static void projections_have_their_moments(void **unused) {
    (void)unused;
    enum { IN = 784, OUT = 20, ALL = IN * OUT };
    static double m[ALL];
    const double sizes[] = {28.0 / 20 / 28, 1.0 / 20};
    for (int kind = 0; kind < 2; kind++) {
        double sum = 0, squares = 0;
        size_t some = 0;
        tp_projection_draw((tp_projection_kind)kind, IN, OUT, 1, 0, m);
        for (size_t i = 0; i < ALL; i++) {
            sum += m[i];
            squares += m[i] * m[i];
            some += m[i] != 0;
            assert_true(kind == 1 || m[i] == 0 || fabs(fabs(m[i]) - sqrt(28.0 / 20)) < 1e-12);
        }
        assert_close(sum / ALL, 0, 0, 4.5 * sqrt(sizes[kind] / ALL));
        assert_close(squares / ALL, sizes[kind], kind == 0 ? 0.2 : 4.5 * sqrt(2.0 / ALL), 0);
        if (kind == 0)
            assert_close((double)some / ALL, 1 / 28.0, 0, 4.5 * sqrt(1 / 28.0 / ALL));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(closed_forms_are_the_published_loop),
        cmocka_unit_test(gradients_are_those_of_differences),
        cmocka_unit_test(narrow_layers_read_what_there_is),
        cmocka_unit_test(the_perceptron_has_560_parameters),
        cmocka_unit_test(leak_is_the_filter_of_the_specification),
        cmocka_unit_test(disturbed_networks_have_the_right_gradients),
        cmocka_unit_test(noise_is_normal_and_drawn_anew),
        cmocka_unit_test(normal_numbers_are_the_same_one_by_one),
        cmocka_unit_test(drop_keeps_the_mean_and_leaves_tests_alone),
        cmocka_unit_test(what_disturbs_does_not_change_the_start),
        cmocka_unit_test(projections_have_their_moments),
        cmocka_unit_test(weights_are_lost_and_shaken_and_biases_stay),
    };
    return cmocka_run_group_tests_name("glia layers", tests, NULL, NULL);
}
