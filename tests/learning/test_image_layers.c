/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution, pooling and flattening: by their sums, and their gradients by differences. */
#include <math.h>

#include "gradient.h"

static tp_stack *stack_of(const tp_layer *layers, size_t count) {
    tp_stack *stack;
    tp_error error = {0};
    if (tp_stack_create(layers, count, 3, 0, &stack, &error) != TP_OK)
        fail_msg("%s", error.message);
    return stack;
}

static tp_layer conv_layer(const tp_conv_setting *s) {
    return (tp_layer){&tp_conv, s->channels * s->rows * s->columns,
                      s->kernels * tp_conv_rows(s) * tp_conv_columns(s), s};
}

static tp_layer pool_layer(const tp_pool_setting *s) {
    return (tp_layer){&tp_max_pool, s->channels * s->rows * s->columns,
                      s->channels * (s->rows / s->size) * (s->columns / s->size), s};
}

/* The definition, place by place. */
static double sum_at(const tp_conv_setting *s, const double *parameters, const double *x, size_t k,
                     size_t row, size_t column) {
    double sum = parameters[s->kernels * tp_conv_weights(s) + k];
    for (size_t c = 0; c < s->channels; c++)
        for (size_t i = 0; i < s->size; i++)
            for (size_t j = 0; j < s->size; j++) {
                const long r = (long)(row + i) - (long)s->padding;
                const long q = (long)(column + j) - (long)s->padding;
                if (r >= 0 && q >= 0 && r < (long)s->rows && q < (long)s->columns)
                    sum += parameters[((k * s->channels + c) * s->size + i) * s->size + j] *
                           x[(c * s->rows + (size_t)r) * s->columns + (size_t)q];
            }
    return sum;
}

static void a_convolution_is_the_sum_over_its_kernel(void **unused) {
    (void)unused;
    const tp_conv_setting settings[] = {{1, 5, 4, 2, 3, 0},
                                        {3, 4, 6, 2, 3, 1},
                                        {2, 3, 3, 4, 1, 0},
                                        {2, 4, 5, 3, 2, 1},
                                        {1, 6, 6, 2, 5, 2}};
    for (size_t t = 0; t < sizeof settings / sizeof *settings; t++) {
        const tp_conv_setting *s = &settings[t];
        const tp_layer layer = conv_layer(s);
        tp_stack *stack = stack_of(&layer, 1);
        double x[2 * 72], y[2 * 160];
        const size_t rows = tp_conv_rows(s), columns = tp_conv_columns(s);
        assert_true(2 * layer.outputs <= sizeof y / sizeof *y && layer.inputs <= 72);
        for (size_t i = 0; i < 2 * layer.inputs; i++)
            x[i] = some_number(i);
        for (size_t i = 0; i < stack->parameter_count; i++)
            stack->parameters[i] = some_number(300 + i);
        tp_workspace *w;
        assert_int_equal(tp_workspace_create(stack, 2, &w, NULL), TP_OK);
        tp_stack_predict(w, 2, x, y);
        for (size_t n = 0; n < 2; n++)
            for (size_t k = 0; k < s->kernels; k++)
                for (size_t r = 0; r < rows; r++)
                    for (size_t q = 0; q < columns; q++)
                        assert_close(y[n * layer.outputs + (k * rows + r) * columns + q],
                                     sum_at(s, stack->parameters, x + n * layer.inputs, k, r, q),
                                     1e-13, 1e-13);
        tp_workspace_destroy(&w);
        tp_stack_destroy(&stack);
    }
}

static void the_largest_of_each_square_is_kept(void **unused) {
    (void)unused;
    const tp_pool_setting setting = {1, 5, 4, 2}; /* its last row is left over */
    const tp_layer layer = pool_layer(&setting);
    tp_stack *stack = stack_of(&layer, 1);
    tp_workspace *w;
    const double x[20] = {1, 2, -5, -6, 3, 0, -7, -4, 8, 8, 1, 0, 8, 8, 0, 2, 99, 99, 99, 99};
    const double dy[4] = {1, 10, 100, 1000};
    double dx[20], expected[20] = {0};
    const tp_pass pass = {.training = true};
    assert_int_equal(tp_workspace_create(stack, 1, &w, NULL), TP_OK);
    memcpy(tp_workspace_input(w), x, sizeof x);
    tp_stack_forward(w, &pass, 1);
    assert_memory_equal(tp_workspace_output(w), ((double[]){3, -4, 8, 2}), 4 * sizeof(double));
    tp_stack_backward(w, &pass, 1, dy, dx);
    expected[4] = 1;
    expected[7] = 10;
    expected[8] = 100; /* of equal ones the first */
    expected[15] = 1000;
    assert_memory_equal(dx, expected, sizeof dx);
    tp_workspace_destroy(&w);
    tp_stack_destroy(&stack);
}

static void gradients_are_those_of_differences(void **unused) {
    (void)unused;
    enum { BATCH = 3 };
    static const tp_conv_setting first = {2, 8, 7, 3, 3, 0}, second = {3, 3, 2, 4, 3, 1};
    static const tp_pool_setting pool = {3, 6, 5, 2};
    const tp_layer layers[] = {conv_layer(&first),          {&tp_relu, 90, 90, NULL},
                               pool_layer(&pool),           conv_layer(&second),
                               {&tp_flatten, 24, 24, NULL}, {&tp_dense_he, 24, 2, NULL}};
    const tp_pass pass = {.training = true};
    double x[BATCH * 112], target[BATCH * 90];
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        x[i] = some_number(i);
    for (size_t i = 0; i < sizeof target / sizeof *target; i++)
        target[i] = some_number(5000 + i);
    for (size_t count = 1; count <= 6; count++) {
        tp_stack *stack = stack_of(layers, count);
        check_gradients(stack, &pass, &tp_mean_squared_error, BATCH, x, target, 2e-8);
        tp_stack_destroy(&stack);
    }
}

static void weights_are_drawn_as_he_says(void **unused) {
    (void)unused;
    static const tp_conv_setting setting = {3, 9, 9, 40, 5, 0};
    const tp_layer layers[] = {conv_layer(&setting), {&tp_dense_he, 1000, 30, NULL}};
    const size_t inputs[] = {75, 1000}, outputs[] = {40, 30};
    for (int t = 0; t < 2; t++) {
        tp_stack *stack = stack_of(&layers[t], 1);
        const size_t count = inputs[t] * outputs[t];
        const double bound = sqrt(6.0 / (double)inputs[t]);
        double most = 0, squares = 0;
        for (size_t i = 0; i < count; i++) {
            most = fmax(most, fabs(stack->parameters[i]));
            squares += stack->parameters[i] * stack->parameters[i];
        }
        assert_true(most <= bound && most > 0.99 * bound);
        assert_close(squares / (double)count, bound * bound / 3, 0.05, 0);
        for (size_t i = count; i < count + outputs[t]; i++)
            assert_true(stack->parameters[i] == 0);
        tp_stack_destroy(&stack);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_convolution_is_the_sum_over_its_kernel),
        cmocka_unit_test(the_largest_of_each_square_is_kept),
        cmocka_unit_test(gradients_are_those_of_differences),
        cmocka_unit_test(weights_are_drawn_as_he_says),
    };
    return cmocka_run_group_tests_name("images through layers", tests, NULL, NULL);
}
