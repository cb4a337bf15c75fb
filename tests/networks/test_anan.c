/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Astrocytes on a convolution: the specification's numbers, cases worked by hand, and a plain
 * telling of the algorithm with nothing shared and nothing left out. */
#include "networks/anan.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../learning/gradient.h"
#include "close.h"

static double changed(const tp_anan_reading *reading, tp_anan_setting setting, bool active,
                      double w) {
    int r = 0;
    for (size_t t = 0; t < setting.k; t++)
        tp_anan_step(reading, &setting, active, &r, 1, &w);
    return w;
}

static void weights_are_those_of_the_specification(void **unused) {
    (void)unused;
    const tp_anan_reading own = {0}, increment = {.a_is_increment = true};
    assert_close(changed(&own, (tp_anan_setting){4, 2, 1.05, .5}, true, 1), 1.157625, 1e-15, 0);
    assert_close(changed(&own, (tp_anan_setting){4, 2, 1.5, .5}, true, 1), 3.375, 1e-15, 0);
    assert_close(changed(&own, (tp_anan_setting){4, 2, 1.5, .5}, true, -1), -0.125, 1e-15, 0);
    assert_close(changed(&own, (tp_anan_setting){4, 2, 1.5, .5}, false, 1), 0.125, 1e-15, 0);
    assert_close(changed(&own, (tp_anan_setting){4, 2, 1.5, .5}, false, -1), -3.375, 1e-15, 0);
    assert_close(changed(&increment, (tp_anan_setting){4, 2, .5, .5}, true, 1), 3.375, 1e-15, 0);
    /* k below mu: never; k = mu: once. */
    assert_true(changed(&own, (tp_anan_setting){3, 4, 1.5, .5}, true, 1) == 1);
    assert_close(changed(&own, (tp_anan_setting){4, 4, 1.5, .5}, true, 1), 1.5, 1e-15, 0);
}

/* Literal: a silent step adds |w|. mu = 3, k = 4: two silent steps, then two of a. */
static void otherwise_can_be_taken_literally(void **unused) {
    (void)unused;
    const tp_anan_reading literal = {.literal = true};
    assert_close(changed(&literal, (tp_anan_setting){4, 3, 1.5, .5}, true, 1), 9, 1e-15, 0);
    assert_close(changed(&literal, (tp_anan_setting){2, 3, 1.5, .5}, true, 1), 4, 1e-15, 0);
    assert_close(changed(&literal, (tp_anan_setting){1, 3, 1.5, .5}, true, -1), 0, 0, 0);
}

/* r goes up and down with the activity, and holds once it is there. */
static void the_state_counts_and_holds(void **unused) {
    (void)unused;
    const tp_anan_reading own = {0};
    const tp_anan_setting setting = {9, 2, 2, .5};
    const bool active[] = {1, 0, 0, 1, 1, 1, 0, 0, 0};
    const int states[] = {1, 0, -1, 0, 1, 2, 2, 2, 2};
    const double weights[] = {1, 1, 1, 1, 1, 2, 4, 8, 16};
    int r = 0;
    double w = 1;
    for (int t = 0; t < 9; t++) {
        tp_anan_step(&own, &setting, active[t], &r, 1, &w);
        assert_int_equal(r, states[t]);
        assert_true(w == weights[t]);
    }
}

static void activities_are_what_they_say(void **unused) {
    (void)unused;
    const double map[] = {-4, 1, 2, 0, -3};
    assert_close(tp_anan_activity_of(TP_ANAN_PRE_MEAN, map, 5), -0.8, 1e-15, 0);
    assert_close(tp_anan_activity_of(TP_ANAN_POST_MEAN, map, 5), 0.6, 1e-15, 0);
    assert_close(tp_anan_activity_of(TP_ANAN_FRACTION_ACTIVE, map, 5), 0.4, 1e-15, 0);
}

enum { IMAGES = 5, SIDE = 6, KERNELS = 4, PIXELS = SIDE * SIDE };
static const tp_conv_setting first = {1, SIDE, SIDE, KERNELS, 3, 0}, second = {4, 4, 4, 3, 3, 1};
static double images[IMAGES * PIXELS];

/* conv, ReLU, conv, ReLU, dense, sigmoid */
static tp_stack *make_stack(void) {
    const tp_layer layers[] = {{&tp_conv, PIXELS, 64, &first}, {&tp_relu, 64, 64, NULL},
                               {&tp_conv, 64, 48, &second},    {&tp_relu, 48, 48, NULL},
                               {&tp_dense_he, 48, 1, NULL},    {&tp_sigmoid, 1, 1, NULL}};
    tp_stack *stack;
    tp_error error;
    if (tp_stack_create(layers, 6, 4, 0, &stack, &error) != TP_OK)
        fail_msg("%s", error.message);
    for (size_t i = 0; i < stack->parameter_count; i++)
        stack->parameters[i] = 0.6 * some_number(i);
    for (size_t i = 0; i < IMAGES * PIXELS; i++)
        images[i] = fabs(some_number(4000 + i));
    return stack;
}

/* Changes the stack itself, passes everything anew at every step, and puts it back. */
static double told_plainly(tp_stack *stack, size_t layer, const tp_anan_reading *reading,
                           const tp_anan_setting *s, const double *image) {
    const tp_conv_setting *conv = stack->layers[layer].setting;
    const size_t count = tp_conv_weights(conv);
    const size_t places = tp_conv_rows(conv) * tp_conv_columns(conv);
    double *kept = malloc(stack->parameter_count * sizeof *kept), y = 0;
    int r[KERNELS] = {0};
    tp_workspace *w;
    assert_int_equal(tp_workspace_create(stack, 1, &w, NULL), TP_OK);
    memcpy(kept, stack->parameters, stack->parameter_count * sizeof *kept);
    for (size_t t = 1; t <= s->k; t++) {
        tp_stack_predict(w, 1, image, &y);
        for (size_t j = 0; j < conv->kernels; j++) {
            const double *map = w->values[layer + 1] + j * places;
            const bool active = tp_anan_activity_of(reading->activity, map, places) > 0;
            tp_anan_step(reading, s, active, &r[j], count,
                         stack->parameters + stack->first[layer] + j * count);
        }
    }
    if (!reading->last_pass)
        tp_stack_predict(w, 1, image, &y);
    memcpy(stack->parameters, kept, stack->parameter_count * sizeof *kept);
    free(kept);
    tp_workspace_destroy(&w);
    return y;
}

static void outputs_are_those_of_the_plain_telling(void **unused) {
    (void)unused;
    tp_stack *stack = make_stack();
    size_t apart = 0;
    for (int way = 0; way < 24; way++) {
        const tp_anan_reading reading = {.activity = (tp_anan_activity)(way % 3),
                                         .literal = way / 3 % 2,
                                         .last_pass = way / 6 % 2};
        const size_t layer = way / 12 ? 2 : 0;
        tp_anan *anan;
        assert_int_equal(tp_anan_create(stack, layer, &reading, IMAGES, &anan, NULL), TP_OK);
        tp_anan_take(anan, IMAGES, images);
        for (size_t k = 1; k <= 5; k++)
            for (size_t mu = 1; mu <= 3; mu++) {
                const tp_anan_setting s = {k, mu, 1.3, 0.4};
                const double *y = tp_anan_outputs(anan, &s);
                for (size_t i = 0; i < IMAGES; i++)
                    assert_close(y[i],
                                 told_plainly(stack, layer, &reading, &s, images + i * PIXELS),
                                 1e-12, 0);
                const double one = y[0];
                apart += fabs(one - tp_anan_outputs(anan, NULL)[0]) > 1e-6;
            }
        tp_anan_destroy(&anan);
    }
    assert_true(apart > 200);
    tp_stack_destroy(&stack);
}

static void the_trained_weights_stay_as_they_are(void **unused) {
    (void)unused;
    tp_stack *stack = make_stack();
    const size_t size = stack->parameter_count * sizeof(double);
    double *kept = malloc(size), before[IMAGES];
    const tp_anan_reading reading = {0};
    tp_anan *anan;
    memcpy(kept, stack->parameters, size);
    assert_int_equal(tp_anan_create(stack, 0, &reading, IMAGES, &anan, NULL), TP_OK);
    tp_anan_take(anan, IMAGES, images);
    memcpy(before, tp_anan_outputs(anan, NULL), sizeof before);
    for (size_t i = 0; i < IMAGES; i++) {
        tp_anan_take(anan, 1, images + i * PIXELS);
        tp_anan_outputs(anan, &(tp_anan_setting){8, 2, 1.5, .5});
        assert_memory_equal(stack->parameters, kept, size);
    }
    /* And the network without astrocytes is the network. */
    tp_anan_take(anan, IMAGES, images);
    assert_memory_equal(tp_anan_outputs(anan, NULL), before, sizeof before);
    tp_workspace *w;
    double plain[IMAGES];
    assert_int_equal(tp_workspace_create(stack, IMAGES, &w, NULL), TP_OK);
    tp_stack_predict(w, IMAGES, images, plain);
    assert_memory_equal(plain, before, sizeof before);
    tp_workspace_destroy(&w);
    tp_anan_destroy(&anan);
    free(kept);
    tp_stack_destroy(&stack);
}

static void settings_that_are_called_the_same_are(void **unused) {
    (void)unused;
    tp_stack *stack = make_stack();
    for (int way = 0; way < 4; way++) {
        const tp_anan_reading reading = {
            .activity = TP_ANAN_POST_MEAN, .literal = way % 2, .last_pass = way / 2};
        tp_anan *anan;
        size_t same = 0;
        assert_int_equal(tp_anan_create(stack, 0, &reading, IMAGES, &anan, NULL), TP_OK);
        tp_anan_take(anan, IMAGES, images);
        for (size_t i = 0; i < 36; i++)
            for (size_t j = 0; j < 36; j++) {
                const tp_anan_setting a = {i % 6 + 1, i / 6 + 1, 1.2, .3};
                const tp_anan_setting b = {j % 6 + 1, j / 6 + 1, 1.2, .3};
                double y[IMAGES];
                if (!tp_anan_same(&reading, &a, &b))
                    continue;
                memcpy(y, tp_anan_outputs(anan, &a), sizeof y);
                assert_memory_equal(tp_anan_outputs(anan, &b), y, sizeof y);
                same++;
            }
        assert_true(way % 2 ? same == 36 : same > 200);
        tp_anan_destroy(&anan);
    }
    tp_stack_destroy(&stack);
}

/* One pass to look, one after the changes; with the literal reading one for each step. */
static void the_layer_is_passed_no_more_than_needed(void **unused) {
    (void)unused;
    tp_stack *stack = make_stack();
    const tp_anan_setting s = {8, 3, 1.2, .3};
    for (int literal = 0; literal < 2; literal++) {
        const tp_anan_reading reading = {.literal = literal};
        tp_anan *anan;
        assert_int_equal(tp_anan_create(stack, 0, &reading, IMAGES, &anan, NULL), TP_OK);
        tp_anan_take(anan, 1, images);
        tp_anan_outputs(anan, &s);
        assert_true(literal ? anan->passes >= 4 && anan->passes <= 9 : anan->passes == 2);
        tp_anan_destroy(&anan);
    }
    tp_stack_destroy(&stack);
}

static void a_trace_tells_what_happens(void **unused) {
    (void)unused;
    tp_stack *stack = make_stack();
    const tp_anan_reading reading = {0};
    const tp_anan_setting s = {5, 2, 1.2, .3};
    double activity[5 * KERNELS], weights[6 * KERNELS * 9];
    int r[6 * KERNELS];
    tp_anan *anan;
    assert_int_equal(tp_anan_create(stack, 0, &reading, IMAGES, &anan, NULL), TP_OK);
    tp_anan_take(anan, IMAGES, images);
    tp_anan_follow(anan, 3, &s, &(tp_anan_trace){activity, r, weights});
    assert_memory_equal(weights, stack->parameters, KERNELS * 9 * sizeof(double));
    int up = 0;
    for (size_t j = 0; j < KERNELS; j++) {
        const int sign = activity[j] > 0 ? 1 : -1;
        up += sign > 0;
        assert_int_equal(r[j], 0);
        assert_int_equal(r[KERNELS + j], sign);
        for (size_t t = 2; t <= 5; t++)
            assert_int_equal(r[t * KERNELS + j], 2 * sign);
        for (size_t i = 0; i < 9; i++) {
            double w = weights[j * 9 + i];
            assert_true(weights[(KERNELS + j) * 9 + i] == w);
            for (int n = 0; n < 4; n++)
                w += fabs(w) * (sign > 0 ? 1.2 - 1 : -.3);
            assert_close(weights[(5 * KERNELS + j) * 9 + i], w, 1e-14, 0);
        }
    }
    assert_true(up > 0 && up < KERNELS);
    tp_anan_destroy(&anan);
    tp_anan *none = NULL;
    tp_error error;
    assert_int_equal(tp_anan_create(stack, 1, &reading, 1, &none, &error), TP_INVALID);
    tp_stack_destroy(&stack);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(weights_are_those_of_the_specification),
        cmocka_unit_test(otherwise_can_be_taken_literally),
        cmocka_unit_test(the_state_counts_and_holds),
        cmocka_unit_test(activities_are_what_they_say),
        cmocka_unit_test(outputs_are_those_of_the_plain_telling),
        cmocka_unit_test(the_trained_weights_stay_as_they_are),
        cmocka_unit_test(settings_that_are_called_the_same_are),
        cmocka_unit_test(the_layer_is_passed_no_more_than_needed),
        cmocka_unit_test(a_trace_tells_what_happens),
    };
    return cmocka_run_group_tests_name("anan", tests, NULL, NULL);
}
