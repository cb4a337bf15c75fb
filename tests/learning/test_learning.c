/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layers by their gradients, Adam and the order of training by their definitions. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <string.h>

#include "gradient.h"
#include "learning/adam.h"
#include "learning/blas.h"
#include "learning/training.h"

static tp_stack *stack_of(const tp_layer *layers, size_t count) {
    tp_stack *stack;
    tp_error error = {0};
    if (tp_stack_create(layers, count, 3, 0, &stack, &error) != TP_OK)
        fail_msg("%s", error.message);
    return stack;
}

static void a_product_is_the_sum_of_products(void **unused) {
    (void)unused;
    enum { M = 5, N = 4, K = 7 };
    double a[M * K], b[K * N], at[K * M], bt[N * K];
    for (size_t i = 0; i < M * K; i++)
        a[i] = some_number(i);
    for (size_t i = 0; i < K * N; i++)
        b[i] = some_number(1000 + i);
    for (size_t i = 0; i < M; i++)
        for (size_t k = 0; k < K; k++)
            at[k * M + i] = a[i * K + k];
    for (size_t k = 0; k < K; k++)
        for (size_t j = 0; j < N; j++)
            bt[j * K + k] = b[k * N + j];
    const tp_matrix as[] = {{a, K, TP_AS_IS}, {at, M, TP_TRANSPOSED}};
    const tp_matrix bs[] = {{b, N, TP_AS_IS}, {bt, K, TP_TRANSPOSED}};
    for (int which = 0; which < 4; which++) {
        double c[M * N];
        for (size_t i = 0; i < M * N; i++)
            c[i] = 1;
        tp_product(M, N, K, as[which / 2], bs[which % 2], 3, c);
        for (size_t i = 0; i < M; i++)
            for (size_t j = 0; j < N; j++) {
                double sum = 3;
                for (size_t k = 0; k < K; k++)
                    sum += a[i * K + k] * b[k * N + j];
                assert_close(c[i * N + j], sum, 1e-14, 1e-14);
            }
    }
}

/* OpenBLAS is for what is trained: its bits depend on the processor, and those of the simulation
 * must not. */
static void gsl_keeps_its_own_blas(void **unused) {
    (void)unused;
    Dl_info of;
    void *symbol = dlsym(RTLD_DEFAULT, "cblas_ddot");
    assert_non_null(symbol);
    assert_int_not_equal(dladdr(symbol, &of), 0);
    assert_non_null(strstr(of.dli_fname, "gslcblas"));
    symbol = dlsym(RTLD_DEFAULT, "dgemm_");
    assert_non_null(symbol);
    assert_int_not_equal(dladdr(symbol, &of), 0);
    assert_non_null(strstr(of.dli_fname, "openblas"));
}

static void gradients_are_those_of_differences(void **unused) {
    (void)unused;
    enum { BATCH = 7 };
    const tp_layer layers[] = {{&tp_dense, 6, 9, NULL},
                               {&tp_relu, 9, 9, NULL},
                               {&tp_dense, 9, 5, NULL},
                               {&tp_relu, 5, 5, NULL},
                               {&tp_dense, 5, 3, NULL}};
    const tp_pass pass = {.training = true};
    double x[BATCH * 9], target[BATCH * 3];
    for (size_t i = 0; i < BATCH * 9; i++)
        x[i] = some_number(i);
    for (size_t i = 0; i < BATCH * 3; i++)
        target[i] = some_number(500 + i);
    for (size_t count = 1; count <= 5; count += 2) {
        tp_stack *stack = stack_of(layers + 5 - count, count);
        check_gradients(stack, &pass, &tp_mean_squared_error, BATCH, x, target, 1e-8);
        tp_stack_destroy(&stack);
    }
}

static void gradients_of_classifiers_are_those_of_differences(void **unused) {
    (void)unused;
    enum { BATCH = 7 };
    const struct {
        tp_layer layers[3];
        size_t count;
        const tp_loss *loss;
    } cases[] = {
        {{{&tp_dense, 6, 5, NULL}, {&tp_softmax, 5, 5, NULL}, {&tp_dense, 5, 4, NULL}},
         3,
         &tp_softmax_cross_entropy},
        {{{&tp_dense, 6, 4, NULL}, {&tp_sigmoid, 4, 4, NULL}}, 2, &tp_binary_cross_entropy},
        {{{&tp_sigmoid, 4, 4, NULL}, {&tp_softmax, 4, 4, NULL}}, 2, &tp_mean_squared_error},
    };
    const tp_pass pass = {.training = true};
    double x[BATCH * 6], target[BATCH * 4];
    for (size_t i = 0; i < BATCH * 6; i++)
        x[i] = 3 * some_number(i);
    for (size_t i = 0; i < BATCH * 4; i++)
        target[i] = 0.5 + 0.5 * some_number(500 + i); /* no one-hot: their sums differ */
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        tp_stack *stack = stack_of(cases[c].layers, cases[c].count);
        check_gradients(stack, &pass, cases[c].loss, BATCH, x, target, 1e-8);
        tp_stack_destroy(&stack);
    }
}

static void losses_are_what_they_say(void **unused) {
    (void)unused;
    /* -log of the softmax at the class; and the same moved by anything, however large. */
    const double expected = -log(exp(2.) / (exp(1.) + exp(2.) + exp(-1.)));
    for (int moved = 0; moved < 2; moved++) {
        const double by = moved ? 5000 : 0;
        double slope[6];
        const double y[] = {1 + by, 2 + by, by - 1, 1 + by, 2 + by, by - 1};
        assert_close(tp_softmax_cross_entropy.value(2, 3, y, (double[]){0, 1, 0, 0, 1, 0}, slope),
                     expected, 1e-12, 0);
        assert_close(slope[0] + slope[1] + slope[2], 0, 0, 1e-15);
        assert_close(slope[4], (exp(-expected) - 1) / 2, 1e-12, 0);
    }
    assert_close(tp_binary_cross_entropy.value(2, 2, (double[]){0.25, 0.5, 0.9, 1},
                                               (double[]){1, 0.3, 0, 1}, NULL),
                 (-log(0.25) - log(0.5) - log(0.1)) / 2, 1e-12, 0);
    /* Certain and wrong: large, not infinite. */
    double slope[2];
    assert_close(tp_binary_cross_entropy.value(1, 2, (double[]){0, 1}, (double[]){1, 0}, slope),
                 200, 1e-12, 0);
    assert_true(isfinite(slope[0]) && slope[0] < 0 && isfinite(slope[1]) && slope[1] > 0);
}

/* A sigmoid or softmax of anything finite is a probability. */
static void squashing_never_overflows(void **unused) {
    (void)unused;
    const tp_layer_kind *const kinds[] = {&tp_sigmoid, &tp_softmax};
    for (int k = 0; k < 2; k++) {
        const tp_layer layer = {kinds[k], 4, 4, NULL};
        double y[4], dx[4];
        kinds[k]->forward(&layer, NULL, NULL, 1, (double[]){-1e308, 800, 0, 1e308}, y, NULL);
        kinds[k]->backward(&layer, NULL, NULL, 1, NULL, y, NULL, (double[]){1, 1, 1, 1}, dx, NULL);
        for (int i = 0; i < 4; i++)
            assert_true(y[i] >= 0 && y[i] <= 1 && isfinite(dx[i]));
        assert_true(y[0] == 0 && y[3] == 1);
    }
    const tp_layer layer = {&tp_sigmoid, 3, 3, NULL};
    double y[3];
    tp_sigmoid.forward(&layer, NULL, NULL, 1, (double[]){0, 2, -2}, y, NULL);
    assert_close(y[1], 1 / (1 + exp(-2.)), 1e-15, 0);
    assert_close(y[1] + y[2], 2 * y[0], 1e-15, 0);
}

static void a_layer_is_what_it_says(void **unused) {
    (void)unused;
    const tp_layer layers[] = {{&tp_dense, 2, 2, NULL}, {&tp_relu, 2, 2, NULL}};
    tp_stack *stack = stack_of(layers, 2);
    tp_workspace *w;
    assert_int_equal(stack->parameter_count, 6);
    memcpy(stack->parameters, (double[]){1, 2, 3, 4, 0.5, -20}, 6 * sizeof(double));
    assert_int_equal(tp_workspace_create(stack, 1, &w, NULL), TP_OK);
    double y[4];
    tp_stack_predict(w, 2, (double[]){1, 2, -3, 1}, y); /* in two batches of one */
    assert_memory_equal(y, ((double[]){5.5, 0, 0, 0}), sizeof y);
    tp_workspace_destroy(&w);
    tp_stack_destroy(&stack);
}

static void initial_parameters_are_uniform(void **unused) {
    (void)unused;
    const tp_layer layers[] = {{&tp_dense, 100, 400, NULL}, {&tp_dense, 400, 25, NULL}};
    tp_stack *stack = stack_of(layers, 2);
    for (int k = 0; k < 2; k++) {
        const double bound = k == 0 ? 0.1 : 0.05;
        double most = 0, squares = 0;
        const size_t count = stack->first[k + 1] - stack->first[k];
        for (size_t i = stack->first[k]; i < stack->first[k + 1]; i++) {
            most = fmax(most, fabs(stack->parameters[i]));
            squares += stack->parameters[i] * stack->parameters[i];
        }
        assert_true(most <= bound && most > 0.99 * bound);
        assert_close(squares / (double)count, bound * bound / 3, 0.05, 0);
    }
    assert_true(stack->parameters[0] != stack->parameters[stack->first[1]] * 2);
    tp_stack_destroy(&stack);
}

static void sizes_that_do_not_chain_are_told(void **unused) {
    (void)unused;
    const tp_layer layers[] = {
        {&tp_dense, 4, 8, NULL}, {&tp_relu, 8, 8, NULL}, {&tp_dense, 7, 3, NULL}};
    tp_stack *stack = NULL;
    tp_error error;
    assert_int_equal(tp_stack_create(layers, 3, 1, 0, &stack, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "layer 2 (dense) takes 7 numbers"));
    assert_int_equal(tp_stack_create(layers, 0, 1, 0, &stack, &error), TP_INVALID);
    assert_null(stack);
}

/* The published algorithm, term by term. */
static void adam_is_the_published_one(void **unused) {
    (void)unused;
    enum { COUNT = 3, STEPS = 40 };
    tp_adam adam;
    double p[COUNT] = {1, -2, 0.3}, q[COUNT] = {1, -2, 0.3}, m[COUNT] = {0}, v[COUNT] = {0};
    assert_int_equal(tp_adam_create(0.01, COUNT, &adam, NULL), TP_OK);
    for (int t = 1; t <= STEPS; t++) {
        double g[COUNT];
        for (size_t i = 0; i < COUNT; i++)
            g[i] = i == 2 ? 1e-9 * some_number((size_t)t) : some_number((size_t)t + 100 * i);
        tp_adam_step(&adam, g, p);
        for (size_t i = 0; i < COUNT; i++) {
            m[i] = 0.9 * m[i] + 0.1 * g[i];
            v[i] = 0.999 * v[i] + 0.001 * g[i] * g[i];
            const double m_hat = m[i] / (1 - pow(0.9, t)), v_hat = v[i] / (1 - pow(0.999, t));
            q[i] -= 0.01 * m_hat / (sqrt(v_hat) + 1e-8);
            assert_close(p[i], q[i], 1e-11, 1e-13);
        }
    }
    tp_adam_free(&adam);
}

static void an_epoch_shows_each_sample_once_in_any_order(void **unused) {
    (void)unused;
    enum { COUNT = 6, EPOCHS = 12000 };
    uint32_t order[COUNT], other[COUNT];
    size_t at[COUNT][COUNT] = {{0}};
    for (uint32_t epoch = 0; epoch < EPOCHS; epoch++) {
        uint32_t seen = 0;
        tp_epoch_order(1, 0, epoch, COUNT, order);
        for (size_t i = 0; i < COUNT; i++) {
            seen |= 1U << order[i];
            at[order[i]][i]++;
        }
        assert_int_equal(seen, (1U << COUNT) - 1);
    }
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < COUNT; k++)
            assert_close((double)at[i][k], EPOCHS / 6.0, 0, 4.5 * sqrt(EPOCHS * 5.0 / 36));
    tp_epoch_order(1, 0, 5, COUNT, order);
    tp_epoch_order(1, 1, 5, COUNT, other);
    assert_memory_not_equal(order, other, sizeof order);
}

enum { SAMPLES = 210, IN = 5, OUT = 2 };
typedef struct task {
    double x[SAMPLES * IN], y[SAMPLES * OUT];
    tp_samples samples;
} task;

/* What can be learned exactly: a linear map. */
static void make_task(task *t) {
    for (size_t i = 0; i < SAMPLES; i++) {
        for (size_t k = 0; k < IN; k++)
            t->x[i * IN + k] = some_number(i * IN + k);
        for (size_t o = 0; o < OUT; o++) {
            double sum = 0.25 * (double)o;
            for (size_t k = 0; k < IN; k++)
                sum += some_number(9000 + o * IN + k) * t->x[i * IN + k];
            t->y[i * OUT + o] = sum;
        }
    }
    t->samples = (tp_samples){SAMPLES, IN, OUT, t->x, t->y};
}

static void a_linear_map_is_learned(void **unused) {
    (void)unused;
    static task t;
    make_task(&t);
    const tp_layer layer = {&tp_dense, IN, OUT, NULL};
    tp_stack *stack = stack_of(&layer, 1);
    double losses[300];
    const tp_training training = {
        .epochs = 300, .batch = 16, .rate = 0.01, .loss = &tp_mean_squared_error};
    assert_int_equal(tp_train(&training, &t.samples, stack, losses, NULL), TP_OK);
    assert_true(losses[0] > 0.1);
    assert_true(losses[299] < 1e-8);
    for (size_t o = 0; o < OUT; o++) {
        for (size_t k = 0; k < IN; k++)
            assert_close(stack->parameters[o * IN + k], some_number(9000 + o * IN + k), 0, 1e-3);
        assert_close(stack->parameters[OUT * IN + o], 0.25 * (double)o, 0, 1e-3);
    }
    tp_stack_destroy(&stack);
}

/* With a rate of 0 nothing is learned, and an epoch's loss is that of all samples. */
static void the_loss_of_an_epoch_is_the_mean_of_its_samples(void **unused) {
    (void)unused;
    static task t;
    make_task(&t);
    const tp_layer layer = {&tp_dense, IN, OUT, NULL};
    tp_stack *stack = stack_of(&layer, 1);
    tp_workspace *w;
    double losses[2], y[SAMPLES * OUT];
    const tp_training training = {.epochs = 2, .batch = 64, .loss = &tp_mean_squared_error};
    assert_int_equal(tp_train(&training, &t.samples, stack, losses, NULL), TP_OK);
    assert_int_equal(tp_workspace_create(stack, 10, &w, NULL), TP_OK);
    tp_stack_predict(w, SAMPLES, t.x, y);
    const double loss = tp_mean_squared_error.value(SAMPLES, OUT, y, t.y, NULL);
    assert_close(losses[0], loss, 1e-13, 0);
    assert_close(losses[1], loss, 1e-13, 0);
    tp_workspace_destroy(&w);
    tp_stack_destroy(&stack);
}

typedef struct trained {
    const task *task;
    double losses[20];
    double parameters[2000];
    size_t count;
} trained;

static void *train(void *context) {
    trained *into = context;
    const tp_layer layers[] = {{&tp_dense, IN, 40, NULL},
                               {&tp_relu, 40, 40, NULL},
                               {&tp_dense, 40, 20, NULL},
                               {&tp_relu, 20, 20, NULL},
                               {&tp_dense, 20, OUT, NULL}};
    tp_stack *stack;
    if (tp_stack_create(layers, 5, 8, 0, &stack, NULL) != TP_OK)
        return NULL;
    const tp_training training = {
        .epochs = 20, .batch = 32, .rate = 1e-3, .seed = 8, .loss = &tp_mean_squared_error};
    if (tp_train(&training, &into->task->samples, stack, into->losses, NULL) == TP_OK) {
        into->count = stack->parameter_count;
        memcpy(into->parameters, stack->parameters, into->count * sizeof(double));
    }
    tp_stack_destroy(&stack);
    return NULL;
}

static void threads_do_not_change_a_bit(void **unused) {
    (void)unused;
    enum { THREADS = 4 };
    static task t;
    static trained alone, together[THREADS];
    pthread_t threads[THREADS];
    make_task(&t);
    alone.task = &t;
    train(&alone);
    assert_int_equal(alone.count, 40 * (IN + 1) + 20 * 41 + 2 * 21);
    for (int i = 0; i < THREADS; i++) {
        together[i].task = &t;
        assert_int_equal(pthread_create(&threads[i], NULL, train, &together[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(together[i].count, alone.count);
        assert_memory_equal(together[i].losses, alone.losses, sizeof alone.losses);
        assert_memory_equal(together[i].parameters, alone.parameters, alone.count * sizeof(double));
    }
}

static tp_status stop_at_three(void *context, size_t epoch, double loss, tp_error *error) {
    (void)loss;
    (void)error;
    *(size_t *)context = epoch;
    return epoch == 3 ? TP_INTERRUPTED : TP_OK;
}

static void training_can_be_stopped_and_checks_its_samples(void **unused) {
    (void)unused;
    static task t;
    make_task(&t);
    const tp_layer layer = {&tp_dense, IN, OUT, NULL};
    tp_stack *stack = stack_of(&layer, 1);
    double losses[10];
    size_t last = 0;
    tp_error error;
    const tp_training training = {.epochs = 10,
                                  .batch = 50,
                                  .rate = 0.01,
                                  .loss = &tp_mean_squared_error,
                                  .ended = stop_at_three,
                                  .context = &last};
    assert_int_equal(tp_train(&training, &t.samples, stack, losses, NULL), TP_INTERRUPTED);
    assert_int_equal(last, 3);
    tp_samples wrong = t.samples;
    wrong.inputs++;
    assert_int_equal(tp_train(&training, &wrong, stack, losses, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "6 and 2"));
    wrong = t.samples;
    wrong.count = 0;
    assert_int_equal(tp_train(&training, &wrong, stack, losses, &error), TP_INVALID);
    tp_stack_destroy(&stack);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_product_is_the_sum_of_products),
        cmocka_unit_test(gsl_keeps_its_own_blas),
        cmocka_unit_test(gradients_are_those_of_differences),
        cmocka_unit_test(gradients_of_classifiers_are_those_of_differences),
        cmocka_unit_test(losses_are_what_they_say),
        cmocka_unit_test(squashing_never_overflows),
        cmocka_unit_test(a_layer_is_what_it_says),
        cmocka_unit_test(initial_parameters_are_uniform),
        cmocka_unit_test(sizes_that_do_not_chain_are_told),
        cmocka_unit_test(adam_is_the_published_one),
        cmocka_unit_test(an_epoch_shows_each_sample_once_in_any_order),
        cmocka_unit_test(a_linear_map_is_learned),
        cmocka_unit_test(the_loss_of_an_epoch_is_the_mean_of_its_samples),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(training_can_be_stopped_and_checks_its_samples),
    };
    return cmocka_run_group_tests_name("learning", tests, NULL, NULL);
}
