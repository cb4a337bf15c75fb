/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The wirings of a reservoir by their probabilities, and its step by a dense recursion. */
#include <stdlib.h>
#include <string.h>

#include "close.h"
#include "models/models.h"
#include "networks/reservoir.h"

static const tp_wiring_description tripartite = {
    .kind = TP_WIRING_TRIPARTITE,
    .inhibitory = 0.2,
    .within = 0.3,
    .pre_to_astrocyte = 0.3,
    .astrocyte_to_pre = 0.3,
    .astrocyte_to_post = 0.3,
    .between = 0.05,
};
static const tp_wiring_description maass = {
    .kind = TP_WIRING_MAASS,
    .inhibitory = 0.2,
    .lambda = 2,
    .ee = 0.3,
    .ei = 0.2,
    .ie = 0.4,
    .ii = 0.1,
};

static tp_wiring wire(const tp_wiring_description *d, size_t neurons, size_t astrocytes,
                      uint64_t seed) {
    tp_wiring w;
    tp_error error = {0};
    if (tp_wiring_create(d, neurons, astrocytes, seed, 0, &w, &error) != TP_OK)
        fail_msg("%s", error.message);
    return w;
}

/* Successes out of trials, within 4.5 standard deviations of their probability. */
static void assert_probability(uint64_t successes, uint64_t trials, double p) {
    assert_true(trials > 400);
    assert_close((double)successes / (double)trials, p, 0,
                 4.5 * sqrt(p * (1 - p) / (double)trials) + 1e-15);
}

static void every_probability_is_its_own(void **unused) {
    (void)unused;
    tp_wiring_description d = tripartite;
    const double values[][5] = {
        {0.3, 0.3, 0.3, 0.3, 0.05}, {0.5, 0.1, 0.6, 0.9, 0.2}, {0.9, 0.8, 0.05, 0.4, 0.01}};
    for (size_t k = 0; k < 3; k++) {
        d.within = values[k][0];
        d.pre_to_astrocyte = values[k][1];
        d.astrocyte_to_pre = values[k][2];
        d.astrocyte_to_post = values[k][3];
        d.between = values[k][4];
        tp_wiring w = wire(&d, 503, 200, k);
        const tp_wiring_statistics *s = &w.statistics;
        assert_int_equal(w.subnetworks, 50);
        assert_probability(s->linked_within, s->pairs_within, d.within);
        assert_probability(s->linked_between, s->pairs_between, d.between);
        assert_int_equal(s->attended, s->linked_within);
        assert_probability(s->pre_to_astrocyte, s->attended, d.pre_to_astrocyte);
        assert_probability(s->astrocyte_to_pre, s->attended, d.astrocyte_to_pre);
        assert_probability(s->astrocyte_to_post, s->attended, d.astrocyte_to_post);
        assert_int_equal(s->pairs_within + s->pairs_between, 503 * 502);
        tp_wiring_free(&w);
    }
}

static int linked(const tp_wiring *w, size_t from, size_t to) {
    for (uint64_t k = w->first[from]; k < w->first[from + 1]; k++)
        if (w->target[k] == to)
            return 1;
    return 0;
}

/* The matrix itself, not the counts kept on the way: links between pairs, by where the two are. */
static void the_matrix_has_those_links(void **unused) {
    (void)unused;
    enum { N = 300, A = 30 }; /* one astrocyte in each of the 30 subnetworks */
    tp_wiring w = wire(&tripartite, N, A, 7);
    uint64_t within = 0, between = 0, within_pairs = 0, between_pairs = 0;
    double expected_to = 0, expected_from = 0;
    uint64_t to_astrocyte = 0, from_astrocyte = 0;
    for (size_t i = 0; i < N; i++) {
        size_t out = 0, in = 0;
        for (size_t j = 0; j < N; j++) {
            const int link = linked(&w, i, j), own = i % 30 == j % 30;
            assert_true(i != j || !link);
            if (i == j)
                continue;
            *(own ? &within : &between) += (uint64_t)link;
            ++*(own ? &within_pairs : &between_pairs);
            out += own && link;
            in += own && linked(&w, j, i);
        }
        /* At least one of `out` draws came up for the way to the astrocyte; back, one of `out` as
         * sender or of `in` as receiver. */
        expected_to += 1 - pow(0.7, (double)out);
        expected_from += 1 - pow(0.7, (double)(out + in));
        for (size_t a = N; a < N + A; a++) {
            const int to = linked(&w, i, a), from = linked(&w, a, i);
            if (a - N != i % 30)
                assert_true(!to && !from); /* another subnetwork's */
            to_astrocyte += (uint64_t)to;
            from_astrocyte += (uint64_t)from;
        }
    }
    assert_probability(within, within_pairs, 0.3);
    assert_probability(between, between_pairs, 0.05);
    assert_close((double)to_astrocyte, expected_to, 0, 4 * sqrt(N * 0.25));
    assert_close((double)from_astrocyte, expected_from, 0, 4 * sqrt(N * 0.25));
    assert_int_equal(w.statistics.links[0][0], within + between);
    assert_int_equal(w.statistics.links[0][1], to_astrocyte);
    assert_int_equal(w.statistics.links[1][0], from_astrocyte);
    assert_int_equal(w.statistics.links[1][1], 0);
    tp_wiring_free(&w);
}

static void each_astrocyte_of_a_subnetwork_is_drawn_as_often(void **unused) {
    (void)unused;
    tp_wiring_description d = tripartite;
    d.within = 1;
    d.pre_to_astrocyte = 0.02; /* rare, so that hardly any link comes up twice */
    d.subnetworks = 1;
    uint64_t drawn[4] = {0}, all = 0;
    for (uint64_t seed = 0; seed < 20; seed++) {
        tp_wiring w = wire(&d, 60, 4, seed);
        for (size_t i = 0; i < 60; i++)
            for (size_t a = 0; a < 4; a++)
                drawn[a] += (uint64_t)linked(&w, i, 60 + a);
        tp_wiring_free(&w);
    }
    for (size_t a = 0; a < 4; a++)
        all += drawn[a];
    for (size_t a = 0; a < 4; a++)
        assert_probability(drawn[a], all, 0.25);
}

/* Uniform over the square root of the fan-in of all sources; signs by the sender. */
static void check_weights(const tp_wiring *w) {
    double sum = 0, squares = 0;
    uint64_t count = 0;
    size_t *fan_in = calloc(w->units, sizeof *fan_in);
    for (uint64_t k = 0; k < w->first[w->units]; k++)
        fan_in[w->target[k]]++;
    for (size_t i = 0; i < w->units; i++)
        for (uint64_t k = w->first[i]; k < w->first[i + 1]; k++) {
            const double u = w->weight[k] * sqrt((double)fan_in[w->target[k]]);
            assert_true(w->kind[i] == TP_UNIT_INHIBITORY ? u <= 0 : u >= 0);
            assert_true(fabs(u) < 1 + 1e-12);
            assert_true(k == w->first[i] || w->target[k] > w->target[k - 1]);
            sum += fabs(u);
            squares += u * u;
            count++;
        }
    const double mean = sum / (double)count;
    assert_close(mean, 0.5, 0, 4.5 / sqrt(12.0 * (double)count));
    assert_close(squares / (double)count - mean * mean, 1.0 / 12, 0.05, 0);
    free(fan_in);
}

static void weights_and_signs_are_as_specified(void **unused) {
    (void)unused;
    tp_wiring w = wire(&tripartite, 205, 77, 3);
    check_weights(&w);
    /* 20 subnetworks; five of them have 11 neurons. The last two of each are inhibitory. */
    assert_int_equal(w.statistics.inhibitory, 40);
    for (size_t i = 0; i < 205; i++)
        assert_int_equal(w.kind[i],
                         i / 20 >= (i % 20 < 5 ? 9 : 8) ? TP_UNIT_INHIBITORY : TP_UNIT_EXCITATORY);
    tp_wiring_free(&w);
    w = wire(&maass, 205, 77, 3);
    check_weights(&w);
    assert_int_equal(w.statistics.inhibitory, 41);
    tp_wiring_free(&w);
}

static void without_either_kind_its_links_fall_away(void **unused) {
    (void)unused;
    tp_wiring w = wire(&tripartite, 0, 50, 1);
    assert_int_equal(w.first[50], 0);
    assert_int_equal(w.subnetworks, 1);
    tp_wiring_free(&w);
    w = wire(&tripartite, 50, 0, 1);
    assert_int_equal(w.statistics.attended, 0);
    assert_true(w.first[50] > 100);
    tp_wiring_free(&w);
    w = wire(&tripartite, 1, 1, 1);
    assert_int_equal(w.first[2], 0);
    tp_wiring_free(&w);
}

/* Probabilities 0 and 1 are exact, also where gaps are drawn. */
static void certain_links_are_all_there(void **unused) {
    (void)unused;
    tp_wiring_description d = tripartite;
    d.within = d.between = 1;
    d.pre_to_astrocyte = d.astrocyte_to_pre = d.astrocyte_to_post = 0;
    tp_wiring w = wire(&d, 73, 10, 1);
    assert_int_equal(w.first[83], 73 * 72);
    tp_wiring_free(&w);
    d.within = d.between = 0;
    w = wire(&d, 73, 10, 1);
    assert_int_equal(w.first[83], 0);
    tp_wiring_free(&w);
}

static double grid_distance(const tp_wiring *w, size_t i, size_t j) {
    const uint32_t a = w->place[i], b = w->place[j];
    const double x = (double)(a % 3) - (double)(b % 3),
                 y = (double)(a / 3 % 3) - (double)(b / 3 % 3);
    const double z = (double)(a / 9) - (double)(b / 9);
    return sqrt(x * x + y * y + z * z);
}

static void maass_links_by_distance_and_sign(void **unused) {
    (void)unused;
    enum { N = 90, A = 45, SEEDS = 40, RINGS = 6 };
    /* Astrocytes count as excitatory. Where an astrocyte is one end, it is tested apart. */
    uint64_t links[2][2][RINGS] = {{{0}}}, astrocytic = 0;
    double expected[2][2][RINGS] = {{{0}}}, expected_astrocytic = 0;
    const double c[2][2] = {{0.3, 0.2}, {0.4, 0.1}};
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        tp_wiring w = wire(&maass, N, A, seed);
        for (size_t i = 0; i < N + A; i++)
            for (size_t j = 0; j < N + A; j++) {
                if (i == j)
                    continue;
                const double distance = grid_distance(&w, i, j);
                const int from = w.kind[i] == TP_UNIT_INHIBITORY;
                const int to = w.kind[j] == TP_UNIT_INHIBITORY;
                const double p = c[from][to] * exp(-pow(distance / 2, 2));
                const size_t ring = (size_t)fmin(distance, RINGS - 1);
                const int link = linked(&w, i, j);
                links[from][to][ring] += (uint64_t)link;
                expected[from][to][ring] += p;
                astrocytic += link && (i >= N || j >= N);
                expected_astrocytic += i >= N || j >= N ? p : 0;
            }
        tp_wiring_free(&w);
    }
    for (int from = 0; from < 2; from++)
        for (int to = 0; to < 2; to++)
            for (int ring = 1; ring < RINGS; ring++)
                assert_close((double)links[from][to][ring], expected[from][to][ring], 0,
                             4.5 * sqrt(expected[from][to][ring] + 1));
    assert_close((double)astrocytic, expected_astrocytic, 0, 4.5 * sqrt(expected_astrocytic));
}

static void draws_depend_on_seed_and_trial_alone(void **unused) {
    (void)unused;
    tp_wiring a = wire(&tripartite, 200, 100, 5), b = wire(&tripartite, 200, 100, 5), c;
    assert_int_equal(a.first[300], b.first[300]);
    assert_memory_equal(a.target, b.target, a.first[300] * sizeof *a.target);
    assert_memory_equal(a.weight, b.weight, a.first[300] * sizeof *a.weight);
    assert_int_equal(tp_wiring_create(&tripartite, 200, 100, 5, 1, &c, NULL), TP_OK);
    assert_memory_not_equal(a.first, c.first, 301 * sizeof *a.first);
    tp_wiring_free(&a);
    tp_wiring_free(&b);
    tp_wiring_free(&c);
}

static void many_units_can_be_wired(void **unused) {
    (void)unused;
    tp_wiring_description d = tripartite;
    d.between = 1e-4;
    tp_wiring w = wire(&d, 40000, 60000, 1);
    assert_probability(w.statistics.linked_between, w.statistics.pairs_between, 1e-4);
    tp_wiring_free(&w);
    w = wire(&maass, 40000, 60000, 1);
    assert_true(w.first[100000] > 100000);
    tp_wiring_free(&w);
    tp_error error;
    d.between = 1;
    assert_int_equal(tp_wiring_create(&d, 100000, 0, 1, 0, &w, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "links"));
}

static tp_reservoir_description described(int64_t neurons, int64_t astrocytes) {
    tp_reservoir_description d = {
        .wiring = tripartite, .input = {TP_GAIN_SCALED, 1, 1}, .low_pass = 0.9};
    const tp_model *models[] = {&tp_leaky_integrate_and_fire, &tp_astrocyte_unit};
    struct tp_reservoir_units *units[] = {&d.neurons, &d.astrocytes};
    const int64_t counts[] = {neurons, astrocytes};
    for (int which = 0; which < 2; which++) {
        tp_population_description *cells = &units[which]->cells;
        units[which]->count = counts[which];
        while (tp_model_at((size_t)cells->model) != models[which])
            cells->model++;
        while (tp_integrator_at((size_t)cells->integrator) != &tp_exponential)
            cells->integrator++;
        cells->exchange_ms = cells->step_ms = 1;
        tp_model_defaults(models[which], &cells->setting);
    }
    return d;
}

/* The specification once more, with dense matrices. */
static void a_step_is_the_specifications(void **unused) {
    (void)unused;
    enum { N = 30, A = 60, UNITS = N + A, INPUTS = 3, STEPS = 300 };
    for (int gain = TP_GAIN_SCALED; gain <= TP_GAIN_UNIT; gain++) {
        tp_reservoir_description d = described(N, A);
        d.input.gain = gain;
        d.input.neurons = 1.5;
        tp_reservoir *r;
        assert_int_equal(tp_reservoir_create(&d, 1, INPUTS, 11, 0, &r, NULL), TP_OK);
        static double dense[UNITS][UNITS];
        memset(dense, 0, sizeof dense);
        for (size_t i = 0; i < UNITS; i++)
            for (uint64_t k = r->wiring.first[i]; k < r->wiring.first[i + 1]; k++)
                dense[r->wiring.target[k]][i] = r->wiring.weight[k];
        double u[UNITS] = {0}, j[UNITS] = {0}, trace[UNITS] = {0}, s[UNITS] = {0};
        size_t spikes[2] = {0, 0};
        for (int t = 0; t < STEPS; t++) {
            const double x[INPUTS] = {sin(0.1 * t), cos(0.23 * t), 1.5 * sin(0.05 * t + 1)};
            double next[UNITS];
            for (size_t i = 0; i < UNITS; i++) {
                double current = 0, arriving = 0;
                for (size_t k = 0; k < INPUTS; k++)
                    current += r->input_weight[i * INPUTS + k] * x[k];
                for (size_t m = 0; m < UNITS; m++)
                    arriving += dense[i][m] * s[m];
                current += (i >= N && gain == TP_GAIN_SCALED_ALL ? 0.0025 : 1) * arriving;
                const double reset = u[i] > 1 ? 1 : 0;
                if (i < N) {
                    u[i] = 0.5 * u[i] + current - reset;
                } else {
                    j[i] = 0.95 * j[i] + current;
                    u[i] = 0.95 * u[i] + j[i] - reset;
                }
                next[i] = u[i] > 1 ? 1 : 0;
            }
            assert_int_equal(tp_reservoir_step(r, x, NULL), TP_OK);
            for (size_t i = 0; i < UNITS; i++) {
                s[i] = next[i];
                trace[i] = 0.9 * trace[i] + 0.1 * s[i];
                spikes[i >= N] += s[i] > 0;
                assert_int_equal(r->spiked[i], (int)s[i]);
                assert_close(r->trace[i], trace[i], 1e-12, 1e-15);
            }
        }
        assert_true(spikes[0] > 50 && (spikes[1] > 50 || gain == TP_GAIN_SCALED_ALL));
        tp_reservoir_destroy(&r);
    }
}

static void input_weights_are_uniform_and_scaled(void **unused) {
    (void)unused;
    tp_reservoir_description d = described(1000, 1000);
    tp_reservoir *r;
    d.wiring.between = 0;
    assert_int_equal(tp_reservoir_create(&d, 1, 3, 2, 0, &r, NULL), TP_OK);
    double most[2] = {0, 0}, squares[2] = {0, 0};
    for (size_t i = 0; i < 2000; i++)
        for (size_t k = 0; k < 3; k++) {
            const double w = r->input_weight[i * 3 + k];
            most[i >= 1000] = fmax(most[i >= 1000], fabs(w));
            squares[i >= 1000] += w * w / 3000;
        }
    assert_close(most[0], 1 / sqrt(3), 0.01, 0);
    assert_close(squares[0], 1.0 / 9, 0.06, 0);
    assert_close(most[1], 0.0025 / sqrt(3), 0.01, 0);
    assert_close(squares[1], 0.0025 * 0.0025 / 9, 0.06, 0);
    tp_reservoir_destroy(&r);
}

static void a_copy_goes_on_alike(void **unused) {
    (void)unused;
    const tp_reservoir_description d = described(40, 40);
    tp_reservoir *a, *b;
    assert_int_equal(tp_reservoir_create(&d, 1, 1, 2, 0, &a, NULL), TP_OK);
    assert_int_equal(tp_reservoir_create(&d, 1, 1, 2, 0, &b, NULL), TP_OK);
    for (int t = 0; t < 150; t++) {
        const double x = 2 * sin(0.2 * t);
        if (t == 70)
            tp_reservoir_copy(b, a);
        assert_int_equal(tp_reservoir_step(a, &x, NULL), TP_OK);
        if (t >= 70)
            assert_int_equal(tp_reservoir_step(b, &x, NULL), TP_OK);
    }
    assert_memory_equal(a->trace, b->trace, 80 * sizeof(double));
    tp_reservoir_destroy(&a);
    tp_reservoir_destroy(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_probability_is_its_own),
        cmocka_unit_test(the_matrix_has_those_links),
        cmocka_unit_test(each_astrocyte_of_a_subnetwork_is_drawn_as_often),
        cmocka_unit_test(weights_and_signs_are_as_specified),
        cmocka_unit_test(without_either_kind_its_links_fall_away),
        cmocka_unit_test(certain_links_are_all_there),
        cmocka_unit_test(maass_links_by_distance_and_sign),
        cmocka_unit_test(draws_depend_on_seed_and_trial_alone),
        cmocka_unit_test(many_units_can_be_wired),
        cmocka_unit_test(a_step_is_the_specifications),
        cmocka_unit_test(input_weights_are_uniform_and_scaled),
        cmocka_unit_test(a_copy_goes_on_alike),
    };
    return cmocka_run_group_tests_name("reservoir", tests, NULL, NULL);
}
