/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every kernel, in every variant that this processor has, against what any processor computes, the
 * generic path or, of fused arithmetic, the portable variant: the same states and the same spikes,
 * to the bit. Fused arithmetic and single precision against plain: within their rounding. */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/cpu.h"
#include "base/random.h"
#include "close.h"
#include "integrators/integrator.h"
#include "integrators/kernels/work.h"
#include "models/models.h"

enum { MOST_CELLS = 70, STEPS = 60 };

/* Numbers in [low, high), the same in each run. */
typedef struct number_source {
    tp_stream_key key;
    uint32_t next;
} number_source;

static double draw(number_source *numbers, double low, double high) {
    uint32_t words[4];
    tp_random_words(&numbers->key, numbers->next++, words);
    return low + (high - low) * tp_random_unit(words[0], words[1]);
}

/* What is run: a model with an option, a method, and where its states and input lie. */
typedef struct work {
    const tp_model *model;
    int option;
    tp_method method;
    double low[3], high[3];
    double input_high;
} work;

/* A population under an input that changes now and then, and all that it did. */
typedef struct outcome {
    double state[STEPS][3][MOST_CELLS];
    tp_spikes spikes;
    size_t spikes_until[STEPS];
} outcome;

static void run_item(const work *item, size_t n, tp_cpu cpu, double interval_ms, outcome *out) {
    number_source numbers = {{11, TP_PURPOSE_TRAINING_NOISE, 0, (uint32_t)n}, 0};
    tp_model_setting setting;
    tp_model_defaults(item->model, &setting);
    setting.option[0] = item->option;
    tp_population *population;
    tp_integration *integration;
    tp_cpu_limit(cpu);
    assert_int_equal(
        tp_population_create(item->model, &setting, TP_INITIAL_PUBLISHED, n, &population, NULL),
        TP_OK);
    assert_int_equal(tp_integration_create(&item->method, population, &integration, NULL), TP_OK);
    assert_true((integration->fast != NULL) ==
                (cpu != TP_CPU_GENERIC || item->method.arithmetic != TP_ARITHMETIC_PLAIN));
    tp_cpu_limit(TP_CPU_AVX512);
    memset(out, 0, sizeof *out);
    for (size_t i = 0; i < n; i++)
        for (size_t s = 0; s < item->model->state_count; s++)
            population->state[s][i] = draw(&numbers, item->low[s], item->high[s]);
    for (int k = 0; k < STEPS; k++) {
        for (size_t i = 0; i < n && k % 20 == 0; i++)
            population->input[0][i] = draw(&numbers, 0, item->input_high);
        assert_int_equal(tp_integration_advance(integration, interval_ms, &out->spikes, NULL),
                         TP_OK);
        out->spikes_until[k] = out->spikes.count;
        for (size_t s = 0; s < item->model->state_count; s++)
            memcpy(out->state[k][s], population->state[s], n * sizeof(double));
    }
    tp_integration_destroy(&integration);
    tp_population_destroy(&population);
}

static size_t hold_to_generic(const work *item, double interval_ms) {
    static outcome generic, fast;
    size_t spikes = 0;
    for (size_t n = 1; n <= MOST_CELLS; n++) {
        run_item(item, n, TP_CPU_GENERIC, interval_ms, &generic);
        for (tp_cpu cpu = TP_CPU_SSE2; cpu <= tp_cpu_found(); cpu++) {
            run_item(item, n, cpu, interval_ms, &fast);
            if (memcmp(fast.state, generic.state, sizeof fast.state) != 0)
                fail_msg("%s by %s, %s: %zu cells have other states with %s", item->model->name,
                         item->method.integrator->name,
                         tp_arithmetic_names[item->method.arithmetic], n, tp_cpu_names[cpu]);
            assert_memory_equal(fast.spikes_until, generic.spikes_until, sizeof fast.spikes_until);
            for (size_t k = 0; k < generic.spikes.count; k++) {
                assert_int_equal(fast.spikes.items[k].cell, generic.spikes.items[k].cell);
                assert_memory_equal(&fast.spikes.items[k].when, &generic.spikes.items[k].when,
                                    sizeof(double));
            }
            tp_spikes_free(&fast.spikes);
        }
        spikes += generic.spikes.count;
        tp_spikes_free(&generic.spikes);
    }
    return spikes;
}

static void izhikevich_has_the_generic_bits(void **unused) {
    (void)unused;
    const tp_integrator *const integrators[] = {&tp_euler, &tp_rk4};
    const tp_crossing crossings[] = {TP_CROSSING_STEP_END, TP_CROSSING_LOCATED};
    for (int k = 0; k < 6; k++)
        for (int c = 0; c < 2; c++) {
            const work item = {
                .model = &tp_izhikevich,
                .method = {.integrator = integrators[k % 2],
                           .step_ms = 0.1,
                           .crossing = crossings[c],
                           .arithmetic = (tp_arithmetic)(k / 2)},
                .low = {-80, -20},
                .high = {40, 5}, /* some are over their threshold from the start */
                .input_high = 40,
            };
            assert_true(hold_to_generic(&item, 0.1) > 1000);
            /* Several steps in an interval. */
            assert_true(hold_to_generic(&item, 0.3) > 1000);
        }
}

static void li_rinzel_has_the_generic_bits(void **unused) {
    (void)unused;
    const tp_integrator *const integrators[] = {&tp_euler, &tp_rk4};
    for (int k = 0; k < 6; k++)
        for (int option = 0; option < 3; option++) {
            const work item = {
                .model = &tp_li_rinzel,
                .option = option,
                .method = {.integrator = integrators[k % 2],
                           .step_ms = 1,
                           .arithmetic = (tp_arithmetic)(k / 2)},
                .low = {0, 0, 0},
                .high = {1.5, 1, 2},
                .input_high = 6,
            };
            hold_to_generic(&item, 1);
            hold_to_generic(&item, 3);
        }
}

/* One step of cells anywhere in a model's states, far from any threshold. */
static void step_once(const work *item, tp_arithmetic arithmetic, double state[3][MOST_CELLS]) {
    number_source numbers = {{12, TP_PURPOSE_TRAINING_NOISE, 0, 0}, 0};
    tp_method method = item->method;
    tp_model_setting setting;
    tp_population *population;
    tp_integration *integration;
    tp_spikes spikes = {0};
    method.arithmetic = arithmetic;
    tp_model_defaults(item->model, &setting);
    setting.option[0] = item->option;
    assert_int_equal(tp_population_create(item->model, &setting, TP_INITIAL_PUBLISHED, MOST_CELLS,
                                          &population, NULL),
                     TP_OK);
    assert_int_equal(tp_integration_create(&method, population, &integration, NULL), TP_OK);
    for (size_t i = 0; i < MOST_CELLS; i++) {
        for (size_t s = 0; s < item->model->state_count; s++)
            population->state[s][i] = (float)draw(&numbers, item->low[s], item->high[s]);
        population->input[0][i] = (float)draw(&numbers, 0, item->input_high);
    }
    assert_int_equal(tp_integration_advance(integration, method.step_ms, &spikes, NULL), TP_OK);
    assert_int_equal(spikes.count, 0);
    for (size_t s = 0; s < item->model->state_count; s++)
        memcpy(state[s], population->state[s], sizeof state[s]);
    tp_spikes_free(&spikes);
    tp_integration_destroy(&integration);
    tp_population_destroy(&population);
}

/* A step of a neuron adds numbers of up to 200 mV and of its step's share of some 700 mV/ms; one of
 * an astrocyte takes some 50 roundings of numbers of about 1. */
static void other_arithmetic_is_plain_but_for_its_rounding(void **unused) {
    (void)unused;
    const work items[] = {
        {.model = &tp_izhikevich,
         .method = {.integrator = &tp_euler, .step_ms = 0.1},
         .low = {-80, -20},
         .high = {-40, 5},
         .input_high = 40},
        {.model = &tp_izhikevich,
         .method = {.integrator = &tp_rk4, .step_ms = 0.1, .crossing = TP_CROSSING_LOCATED},
         .low = {-80, -20},
         .high = {-40, 5},
         .input_high = 40},
        {.model = &tp_li_rinzel,
         .method = {.integrator = &tp_euler, .step_ms = 50},
         .low = {0, 0, 0},
         .high = {1.5, 1, 2},
         .input_high = 6},
        {.model = &tp_li_rinzel,
         .option = 1,
         .method = {.integrator = &tp_rk4, .step_ms = 50},
         .low = {0, 0, 0},
         .high = {1.5, 1, 2},
         .input_high = 6},
        {.model = &tp_li_rinzel,
         .option = 2,
         .method = {.integrator = &tp_rk4, .step_ms = 50},
         .low = {0, 0, 0},
         .high = {1.5, 1, 2},
         .input_high = 6},
    };
    for (size_t k = 0; k < sizeof items / sizeof *items; k++) {
        double plain[3][MOST_CELLS], fused[3][MOST_CELLS], single[3][MOST_CELLS];
        const double size = items[k].model->event ? 200 : 2;
        double most_fused = 0, most_single = 0;
        step_once(&items[k], TP_ARITHMETIC_PLAIN, plain);
        step_once(&items[k], TP_ARITHMETIC_FUSED, fused);
        step_once(&items[k], TP_ARITHMETIC_SINGLE, single);
        for (size_t s = 0; s < items[k].model->state_count; s++)
            for (size_t i = 0; i < MOST_CELLS; i++) {
                most_fused = fmax(most_fused, fabs(fused[s][i] - plain[s][i]));
                most_single = fmax(most_single, fabs(single[s][i] - plain[s][i]));
                assert_true(single[s][i] == (double)(float)single[s][i]);
            }
        print_message("%s by %s: %.3g of the size fused, %.3g single\n", items[k].model->name,
                      items[k].method.integrator->name, most_fused / size, most_single / size);
        /* They do differ, by no more than a few roundings. */
        assert_true(most_fused > 0 && most_fused < 4 * size * DBL_EPSILON);
        assert_true(most_single > 10 * most_fused && most_single < 4 * size * FLT_EPSILON);
    }
}

/* Where a map would lose digits the cells go by fused steps; either way they stay close to plain
 * ones, spike for spike. */
static void a_map_is_taken_where_it_keeps_its_digits(void **unused) {
    (void)unused;
    enum { CELLS = 70, INTERVALS = 400 };
    const struct {
        double step_ms, quadratic;
        bool map;
    } items[] = {{0.1, 0.04, true}, {0.05, 0.04, true}, {0.001, 0.04, false}, {0.1, 0.0001, false}};
    for (size_t k = 0; k < sizeof items / sizeof *items; k++) {
        tp_population *cells[2];
        tp_integration *by[2];
        tp_spikes spikes[2] = {{0}, {0}};
        double most = 0;
        for (int a = 0; a < 2; a++) {
            tp_model_setting setting;
            tp_model_defaults(&tp_izhikevich, &setting);
            setting.parameter[IZ_QUADRATIC] = items[k].quadratic;
            const tp_method method = {.integrator = &tp_euler,
                                      .step_ms = items[k].step_ms,
                                      .arithmetic = a ? TP_ARITHMETIC_FUSED : TP_ARITHMETIC_PLAIN};
            assert_int_equal(tp_population_create(&tp_izhikevich, &setting, TP_INITIAL_PUBLISHED,
                                                  CELLS, &cells[a], NULL),
                             TP_OK);
            assert_int_equal(tp_integration_create(&method, cells[a], &by[a], NULL), TP_OK);
            assert_int_equal(tp_integration_has_past(by[a]), a == 1 && items[k].map);
        }
        for (int t = 0; t < INTERVALS; t++)
            for (int a = 0; a < 2; a++) {
                for (size_t i = 0; i < CELLS; i++)
                    cells[a]->input[0][i] = t % 100 < 60 ? (double)i / 2 : 0;
                assert_int_equal(tp_integration_advance(by[a], 0.1, &spikes[a], NULL), TP_OK);
                for (int s = 0; a == 1 && s < 2; s++)
                    for (size_t i = 0; i < CELLS; i++)
                        most = fmax(most, fabs(cells[1]->state[s][i] - cells[0]->state[s][i]));
            }
        print_message("h = %g ms, %g V^2: %zu spikes, at most %.3g apart\n", items[k].step_ms,
                      items[k].quadratic, spikes[0].count, most);
        assert_int_equal(spikes[1].count, spikes[0].count);
        for (size_t i = 0; i < spikes[0].count; i++)
            assert_int_equal(spikes[1].items[i].cell, spikes[0].items[i].cell);
        assert_true(most > 0 && most < 1e-5); /* an upstroke magnifies what came before */
        for (int a = 0; a < 2; a++) {
            tp_spikes_free(&spikes[a]);
            tp_integration_destroy(&by[a]);
            tp_population_destroy(&cells[a]);
        }
    }
}

/* The same cells by intervals of 100 steps and of one: they spike, come to rest and stand still. */
static void how_often_a_map_is_looked_at_decides_no_bit(void **unused) {
    (void)unused;
    enum { CELLS = 130, INTERVALS = 120 };
    const tp_method method = {
        .integrator = &tp_euler, .step_ms = 0.1, .arithmetic = TP_ARITHMETIC_FUSED};
    tp_population *cells[2];
    tp_integration *by[2];
    tp_spikes spikes[2] = {{0}, {0}};
    tp_model_setting setting;
    tp_model_defaults(&tp_izhikevich, &setting);
    for (int a = 0; a < 2; a++) {
        assert_int_equal(tp_population_create(&tp_izhikevich, &setting, TP_INITIAL_PUBLISHED, CELLS,
                                              &cells[a], NULL),
                         TP_OK);
        assert_int_equal(tp_integration_create(&method, cells[a], &by[a], NULL), TP_OK);
    }
    for (int t = 0; t < INTERVALS; t++) {
        for (int a = 0; a < 2; a++)
            for (size_t i = 0; i < CELLS; i++)
                cells[a]->input[0][i] = t % 60 < 3 && i < 60 ? (double)i : 0;
        assert_int_equal(tp_integration_advance(by[0], 10, &spikes[0], NULL), TP_OK);
        for (int step = 0; step < 100; step++)
            assert_int_equal(tp_integration_advance(by[1], 0.1, &spikes[1], NULL), TP_OK);
        for (int s = 0; s < 2; s++)
            assert_memory_equal(cells[0]->state[s], cells[1]->state[s], CELLS * sizeof(double));
    }
    assert_true(by[0]->fast->still_count > 0 && by[1]->fast->still_count > 0);
    assert_true(spikes[0].count > 100);
    assert_int_equal(spikes[0].count, spikes[1].count);
    for (int a = 0; a < 2; a++) {
        tp_spikes_free(&spikes[a]);
        tp_integration_destroy(&by[a]);
        tp_population_destroy(&cells[a]);
    }
}

/* The kernel's own answer to whether a step has changed any bit. */
static void what_has_not_moved_is_known(void **unused) {
    (void)unused;
    const struct {
        const tp_model *model;
        const tp_integrator *integrator;
        double h;
    } items[] = {{&tp_izhikevich, &tp_euler, 0.1},
                 {&tp_izhikevich, &tp_rk4, 0.1},
                 {&tp_li_rinzel, &tp_euler, 0.001},
                 {&tp_li_rinzel, &tp_rk4, 0.001}};
    for (size_t k = 0; k < sizeof items / sizeof *items; k++)
        for (tp_cpu cpu = TP_CPU_SSE2; cpu <= tp_cpu_found(); cpu++) {
            tp_cpu_limit(cpu);
            const tp_kernel *kernel =
                tp_kernel_for(items[k].model, &(tp_method){.integrator = items[k].integrator});
            tp_cpu_limit(TP_CPU_AVX512);
            assert_non_null(kernel);
            double values[4][16] = {{0}};
            uint32_t over[16];
            tp_model_setting setting;
            tp_model_defaults(items[k].model, &setting);
            tp_kernel_cells cells = {.setting = &setting, .over = over, .input = {values[3]}};
            for (int s = 0; s < 3; s++)
                cells.state[s] = values[s];
            /* With a step of no length nothing moves, but -0 becomes 0: other bits, though it is
             * no other number. */
            for (size_t n = 1; n <= 15; n++)
                for (size_t moved = 0; moved < n; moved++) {
                    values[0][moved] = -0.0;
                    assert_true(kernel->step_and_compare(&cells, 0, n));
                    assert_false(kernel->step_and_compare(&cells, 0, n));
                }
            values[0][15] = -0.0; /* past the last cell */
            assert_false(kernel->step_and_compare(&cells, 0, 15));
            cells.h = items[k].h;
            assert_true(kernel->step_and_compare(&cells, 0, 15));
            assert_true(signbit(values[0][15]));
        }
}

/* A population that is left alone for long, but for a pulse into one cell at a time. */
static void run_at_rest(const work *item, tp_cpu cpu, double *states, size_t *most_still) {
    enum { CELLS = 200, INTERVALS = 9000 };
    tp_model_setting setting;
    tp_model_defaults(item->model, &setting);
    setting.option[0] = item->option;
    tp_population *population;
    tp_integration *integration;
    tp_spikes spikes = {0};
    tp_cpu_limit(cpu);
    assert_int_equal(
        tp_population_create(item->model, &setting, TP_INITIAL_REST, CELLS, &population, NULL),
        TP_OK);
    assert_int_equal(tp_integration_create(&item->method, population, &integration, NULL), TP_OK);
    tp_cpu_limit(TP_CPU_AVX512);
    *most_still = 0;
    for (int k = 0; k < INTERVALS; k++) {
        const size_t cell = k < 5500 ? 70 : 199;
        const double input = k % 5500 >= 3000 && k % 5500 < 3100 ? 5 : 0;
        population->inputs_held = population->input[0][cell] == input;
        population->input[0][cell] = input;
        if (k == 5400) { /* told, as it must be */
            population->state[0][10] += 0.01;
            tp_integration_restart(integration);
        }
        spikes.count = 0;
        assert_int_equal(tp_integration_advance(integration, item->method.step_ms, &spikes, NULL),
                         TP_OK);
        for (size_t s = 0; s < item->model->state_count; s++)
            for (size_t c = 0; c < 4; c++)
                *states++ = population->state[s][(const size_t[]){10, 70, 130, 199}[c]];
        if (integration->fast && integration->fast->still_count > *most_still)
            *most_still = integration->fast->still_count;
        if (integration->fast && (input > 0 || k == 5400))
            assert_true(integration->fast->still_count < 4);
    }
    tp_spikes_free(&spikes);
    tp_integration_destroy(&integration);
    tp_population_destroy(&population);
}

static void who_stands_still_moves_again_with_its_input(void **unused) {
    (void)unused;
    static double generic[9000 * 3 * 4], fast[9000 * 3 * 4];
    const work items[] = {
        {.model = &tp_izhikevich, .method = {.integrator = &tp_euler, .step_ms = 0.1}},
        {.model = &tp_izhikevich,
         .method = {.integrator = &tp_rk4, .step_ms = 0.1, .crossing = TP_CROSSING_LOCATED}},
        {.model = &tp_li_rinzel, .method = {.integrator = &tp_rk4, .step_ms = 100}},
        {.model = &tp_izhikevich,
         .method = {.integrator = &tp_euler, .step_ms = 0.1, .arithmetic = TP_ARITHMETIC_FUSED}},
        {.model = &tp_izhikevich,
         .method = {.integrator = &tp_rk4,
                    .step_ms = 0.1,
                    .crossing = TP_CROSSING_LOCATED,
                    .arithmetic = TP_ARITHMETIC_SINGLE}},
    };
    for (size_t i = 0; i < sizeof items / sizeof *items; i++) {
        size_t none, still;
        memset(generic, 0, sizeof generic);
        run_at_rest(&items[i], TP_CPU_GENERIC, generic, &none);
        for (tp_cpu cpu = TP_CPU_SSE2; cpu <= tp_cpu_found(); cpu++) {
            memset(fast, 0, sizeof fast);
            run_at_rest(&items[i], cpu, fast, &still);
            assert_memory_equal(fast, generic, sizeof fast);
            print_message("%s by %s: up to %zu of 4 blocks stood still\n", items[i].model->name,
                          items[i].method.integrator->name, still);
            assert_int_equal(still, 4);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(izhikevich_has_the_generic_bits),
        cmocka_unit_test(li_rinzel_has_the_generic_bits),
        cmocka_unit_test(other_arithmetic_is_plain_but_for_its_rounding),
        cmocka_unit_test(a_map_is_taken_where_it_keeps_its_digits),
        cmocka_unit_test(how_often_a_map_is_looked_at_decides_no_bit),
        cmocka_unit_test(what_has_not_moved_is_known),
        cmocka_unit_test(who_stands_still_moves_again_with_its_input),
    };
    return cmocka_run_group_tests_name("kernels", tests, NULL, NULL);
}
