/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Noise: its statistics, its exactness, and that it depends on its key alone. */
#include <string.h>

#include "close.h"
#include "stimuli/noise.h"

enum { N = 1600 };

static void half_on(uint8_t *pixels) {
    for (size_t i = 0; i < N; i++)
        pixels[i] = i % 2;
}

static size_t differing(const uint8_t *a, const uint8_t *b) {
    size_t count = 0;
    for (size_t i = 0; i < N; i++)
        count += a[i] != b[i];
    return count;
}

/* Known answers of Random123's own test vectors (kat_vectors, philox4x32-10). */
static void philox_gives_its_known_answers(void **unused) {
    (void)unused;
    const tp_stream_key zero = {0, (tp_purpose)0, 0, 0};
    const tp_stream_key pi = {0x299f31d0a4093822, (tp_purpose)0x03707344, 0x13198a2e, 0x85a308d3};
    uint32_t words[4];
    tp_random_words(&zero, 0, words);
    const uint32_t expected_zero[] = {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
    assert_memory_equal(words, expected_zero, sizeof words);
    tp_random_words(&pi, 0x243f6a88, words);
    const uint32_t expected_pi[] = {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1};
    assert_memory_equal(words, expected_pi, sizeof words);
    assert_close(tp_random_unit(0, 0), 0, 0, 0);
    assert_close(tp_random_unit(0x80000000, 0), 0.5, 0, 0);
    assert_true(tp_random_unit(0xffffffff, 0xffffffff) < 1);
}

static void salt_pepper_inverts_half_of_its_level(void **unused) {
    (void)unused;
    enum { TRIALS = 400 };
    uint8_t pixels[N], noisy[N];
    half_on(pixels);
    for (double level = 0; level <= 1; level += 0.2) {
        double inverted = 0, on = 0;
        for (uint32_t trial = 0; trial < TRIALS; trial++) {
            const tp_stream_key key = {3, TP_PURPOSE_RECALL_NOISE, trial, 0};
            tp_noise_apply(TP_NOISE_SALT_PEPPER, level, &key, pixels, N, noisy);
            inverted += (double)differing(pixels, noisy);
            for (size_t i = 0; i < N; i++)
                on += noisy[i];
        }
        const double n = (double)N * TRIALS, p = level / 2;
        assert_close(inverted / n, p, 0, 4 * sqrt(p * (1 - p) / n) + 1e-15);
        assert_close(on / n, 0.5, 0, 4 * sqrt(0.25 / n));
    }
}

static void flip_inverts_exactly(void **unused) {
    (void)unused;
    uint8_t pixels[N], noisy[N];
    double times_flipped[N] = {0};
    half_on(pixels);
    const struct {
        double level;
        size_t flips;
    } cases[] = {{0, 0}, {0.1, 160}, {0.4, 640}, {1, N}, {0.0003125, 1}, {0.0003124, 0}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++)
        for (uint32_t sample = 0; sample < 50; sample++) {
            const tp_stream_key key = {5, TP_PURPOSE_TRAINING_NOISE, 0, sample};
            tp_noise_apply(TP_NOISE_FLIP, cases[c].level, &key, pixels, N, noisy);
            assert_int_equal(differing(pixels, noisy), cases[c].flips);
        }
    /* Every pixel has the same chance, the first and the last as well. */
    enum { TRIALS = 4000 };
    for (uint32_t trial = 0; trial < TRIALS; trial++) {
        const tp_stream_key key = {5, TP_PURPOSE_TRAINING_NOISE, trial, 0};
        tp_noise_apply(TP_NOISE_FLIP, 0.1, &key, pixels, N, noisy);
        for (size_t i = 0; i < N; i++)
            times_flipped[i] += pixels[i] != noisy[i];
    }
    for (size_t i = 0; i < N; i++)
        assert_close(times_flipped[i] / TRIALS, 0.1, 0, 5 * sqrt(0.09 / TRIALS));
}

static void noise_depends_on_all_of_its_key(void **unused) {
    (void)unused;
    const tp_stream_key base = {1, TP_PURPOSE_TRAINING_NOISE, 0, 0};
    tp_stream_key others[] = {base, base, base, base, base};
    others[0].seed = 2;
    others[1].seed += (uint64_t)1 << 32;
    others[2].purpose = TP_PURPOSE_RECALL_NOISE;
    others[3].trial = 1;
    others[4].sample = 1;
    uint8_t pixels[N], one[N], two[N];
    half_on(pixels);
    for (int kind = 0; kind < 2; kind++) {
        tp_noise_apply((tp_noise_kind)kind, 0.4, &base, pixels, N, one);
        tp_noise_apply((tp_noise_kind)kind, 0.4, &base, pixels, N, two);
        assert_memory_equal(one, two, N);
        for (size_t k = 0; k < sizeof others / sizeof *others; k++) {
            tp_noise_apply((tp_noise_kind)kind, 0.4, &others[k], pixels, N, two);
            assert_true(differing(one, two) > 100);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_its_known_answers),
        cmocka_unit_test(salt_pepper_inverts_half_of_its_level),
        cmocka_unit_test(flip_inverts_exactly),
        cmocka_unit_test(noise_depends_on_all_of_its_key),
    };
    return cmocka_run_group_tests_name("noise", tests, NULL, NULL);
}
