/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units, clock, words, GSL's errors. */
#include <gsl/gsl_errno.h>
#include <pthread.h>
#include <string.h>

#include "base/clock.h"
#include "base/cpu.h"
#include "base/fail.h"
#include "base/gsl_errors.h"
#include "base/text.h"
#include "base/units.h"
#include "base/within.h"
#include "close.h"

static void units_convert_by_dimension(void **unused) {
    (void)unused;
    tp_units *units;
    assert_int_equal(tp_units_create(&units, NULL), TP_OK);
    const struct {
        const char *from, *to;
        double factor;
    } good[] = {
        {"s", "ms", 1000},
        {"us", "ms", 1e-3},
        {"1/s", "Hz", 1},
        {"nM", "uM", 1e-3},
        {"umol/L", "uM", 1},
        {"uM/min", "uM/s", 1.0 / 60},
        {"%", "1", 0.01},
        {"", "1", 1},
        {"uM-1 s-1", "1/(uM s)", 1},
        {"mV", "mV", 1},
        {"V", "mV", 1000},
        {"\xc2\xb5M", "uM", 1},
        {"min", "s", 60},
        {"mM^-1 s^-1", "uM-1 s-1", 1e-3},
    };
    double factor;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_int_equal(tp_units_factor(units, good[i].from, good[i].to, &factor),
                         TP_UNIT_CONVERTED);
        assert_close(factor, good[i].factor, 1e-12, 0);
    }
    const char *const unknown[] = {"abc", "5 ms", "ms 5",     "s since 1970-01-01", "s@3", "ms)",
                                   "+s",  "1 ms", "s from 3", "lg(re 1 mW)",        "2"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        assert_int_equal(tp_units_factor(units, unknown[i], "ms", &factor), TP_UNIT_UNKNOWN);
    const char *const other[][2] = {{"Hz", "ms"}, {"ms", "Hz"},          {"mV", "uM"},
                                    {"ms", "1"},  {"celsius", "kelvin"}, {"%", "ms"}};
    for (size_t i = 0; i < sizeof other / sizeof *other; i++)
        assert_int_equal(tp_units_factor(units, other[i][0], other[i][1], &factor),
                         TP_UNIT_INCOMPATIBLE);
    tp_units_destroy(&units);
    assert_null(units);
}

static void the_clock_does_not_drift(void **unused) {
    (void)unused;
    const tp_clock clock = tp_clock_from(0.1);
    assert_close(tp_clock_ms(&clock, 111), 11.1, 0, 0);
    assert_close(tp_clock_ms(&clock, 12345678901), 1234567890.1, 0, 0);
    const tp_clock odd = tp_clock_from(0.3);
    assert_close(tp_clock_ms(&odd, 10), 3, 1e-15, 0);
    int64_t count;
    assert_true(tp_whole_parts(1500, 0.1, &count));
    assert_int_equal(count, 15000);
    assert_true(tp_whole_parts(0.3, 0.1, &count));
    assert_int_equal(count, 3);
    assert_false(tp_whole_parts(0.25, 0.1, &count));
    assert_false(tp_whole_parts(INFINITY, 0.1, &count));
    assert_true(tp_whole_parts(0, 0.1, &count));
    assert_int_equal(count, 0);
}

static void the_nearest_word_is_found(void **unused) {
    (void)unused;
    static const char *const words[] = {"noise", "noise_kind", "shown", "current", NULL};
    assert_string_equal(tp_text_nearest("nosie", words), "noise");
    assert_string_equal(tp_text_nearest("Noise", words), "noise");
    assert_string_equal(tp_text_nearest("noisekind", words), "noise_kind");
    assert_string_equal(tp_text_nearest("curent", words), "current");
    assert_null(tp_text_nearest("threshold", words));
    assert_null(tp_text_nearest("x", words));
}

static void numbers_are_printed_as_short_as_they_can_be(void **unused) {
    (void)unused;
    char text[40];
    const struct {
        double number;
        const char *text;
    } cases[] = {{0.1, "0.1"}, {1500, "1500"},   {17.5, "17.5"},
                 {-65, "-65"}, {1e-12, "1e-12"}, {0.1 + 0.2, "0.30000000000000004"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tp_text_number(cases[i].number, text, sizeof text);
        assert_string_equal(text, cases[i].text);
    }
}

static void a_message_is_utf_8(void **unused) {
    (void)unused;
    tp_error error;
    char longest[2000];
    tp_fail(&error, TP_INVALID, "a.h5", "'%s' and '%s'", "\xff\xc3\x28 \xc3\xa9",
            "\xf0\x9f\xa7\xa0");
    assert_string_equal(error.message, "'?\x3f( \xc3\xa9' and '\xf0\x9f\xa7\xa0'");
    for (size_t i = 0; i < sizeof longest; i++)
        longest[i] = i % 2 == 0 ? '\xc3' : '\xa9';
    longest[sizeof longest - 1] = '\0';
    tp_fail(&error, TP_INVALID, "", "%s", longest); /* it ends within a letter */
    const size_t length = strlen(error.message);
    assert_int_equal(length, sizeof error.message - 1);
    assert_int_equal(error.message[length - 1], '?');
    assert_int_equal(error.message[length - 2], '\xa9');
}

static void a_single_value_outside_is_seen(void **unused) {
    (void)unused;
    const double outside[] = {NAN, INFINITY, -INFINITY, 2.0000001, -1.0000001};
    for (tp_cpu cpu = TP_CPU_GENERIC; cpu <= tp_cpu_found(); cpu++) {
        tp_cpu_limit(cpu);
        double values[81];
        for (size_t n = 0; n <= 80; n++) {
            for (size_t i = 0; i <= n; i++)
                values[i] = i % 2 ? 2 : -1;
            values[n] = NAN;
            assert_true(tp_all_within(values, n, -1, 2));
            for (size_t i = 0; i < n; i++)
                for (size_t k = 0; k < sizeof outside / sizeof *outside; k++) {
                    const double kept = values[i];
                    values[i] = outside[k];
                    assert_false(tp_all_within(values, n, -1, 2));
                    values[i] = kept;
                }
        }
    }
    tp_cpu_limit(TP_CPU_AVX512);
}

static int handled;

static void count_handled(const char *reason, const char *file, int line, int number) {
    (void)reason, (void)file, (void)line, (void)number;
    handled++;
}

static int handled_now(void) {
    const int before = handled;
    gsl_error("tried", __FILE__, __LINE__, GSL_EFAILED);
    return handled - before;
}

static void *ask_gsl_once_more(void *turns) {
    tp_gsl_errors_are_returned();
    pthread_barrier_wait(turns); /* this one has begun */
    pthread_barrier_wait(turns); /* the other one has ended */
    const int seen = handled_now();
    tp_gsl_errors_are_handled();
    return seen == 0 ? turns : NULL;
}

static void the_handler_of_gsl_is_left_as_it_was(void **unused) {
    (void)unused;
    gsl_error_handler_t *others = gsl_set_error_handler(count_handled);
    assert_int_equal(handled_now(), 1);
    tp_gsl_errors_are_returned();
    tp_gsl_errors_are_returned();
    assert_int_equal(handled_now(), 0);
    tp_gsl_errors_are_handled();
    assert_int_equal(handled_now(), 0);
    tp_gsl_errors_are_handled();
    assert_int_equal(handled_now(), 1);
    /* Of two threads, the first to begin ends first. */
    pthread_barrier_t turns;
    pthread_t other;
    void *kept_off;
    assert_int_equal(pthread_barrier_init(&turns, NULL, 2), 0);
    tp_gsl_errors_are_returned();
    assert_int_equal(pthread_create(&other, NULL, ask_gsl_once_more, &turns), 0);
    pthread_barrier_wait(&turns);
    tp_gsl_errors_are_handled();
    pthread_barrier_wait(&turns);
    assert_int_equal(pthread_join(other, &kept_off), 0);
    assert_non_null(kept_off);
    pthread_barrier_destroy(&turns);
    assert_int_equal(handled_now(), 1);
    assert_ptr_equal(gsl_set_error_handler(others), count_handled);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_message_is_utf_8),
        cmocka_unit_test(a_single_value_outside_is_seen),
        cmocka_unit_test(the_handler_of_gsl_is_left_as_it_was),
        cmocka_unit_test(units_convert_by_dimension),
        cmocka_unit_test(the_clock_does_not_drift),
        cmocka_unit_test(the_nearest_word_is_found),
        cmocka_unit_test(numbers_are_printed_as_short_as_they_can_be),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
