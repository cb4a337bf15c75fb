/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rescaling, and the built-in digits. */
#include "stimuli/image_file.h"

static const size_t shapes[][2] = {{1, 1}, {2, 3}, {7, 5}, {13, 40}, {28, 28}, {40, 40}, {57, 31}};

static tp_image random_image(size_t rows, size_t columns) {
    tp_image image;
    assert_int_equal(tp_image_create(rows, columns, &image, NULL), TP_OK);
    for (size_t i = 0; i < rows * columns; i++) {
        assert_true(image.brightness[i] == 0);
        image.brightness[i] = (double)((i * 7919 + 13) % 1009) / 1008;
    }
    return image;
}

static void area_keeps_mean_and_range(void **state) {
    (void)state;
    for (size_t from = 0; from < COUNT(shapes); from++) {
        tp_image image = random_image(shapes[from][0], shapes[from][1]), out;
        for (size_t to = 0; to < COUNT(shapes); to++) {
            assert_int_equal(
                tp_image_rescale_area(&image, shapes[to][0], shapes[to][1], &out, NULL), TP_OK);
            assert_int_equal(out.rows, shapes[to][0]);
            assert_int_equal(out.columns, shapes[to][1]);
            assert_close(mean_of(&out), mean_of(&image), 1e-13, 0);
            for (size_t i = 0; i < out.rows * out.columns; i++)
                assert_true(out.brightness[i] >= 0 && out.brightness[i] <= 1);
            if (from == to)
                expect_pixels(&out, image.rows, image.columns, image.brightness);
            tp_image_free(&out);
        }
        tp_image_free(&image);
    }
}

static void area_keeps_a_constant(void **state) {
    (void)state;
    const double values[] = {0, 1, 0.3};
    for (size_t v = 0; v < COUNT(values); v++)
        for (size_t to = 0; to < COUNT(shapes); to++) {
            tp_image image = random_image(7, 11), out;
            for (size_t i = 0; i < 77; i++)
                image.brightness[i] = values[v];
            assert_int_equal(
                tp_image_rescale_area(&image, shapes[to][0], shapes[to][1], &out, NULL), TP_OK);
            for (size_t i = 0; i < out.rows * out.columns; i++)
                /* Black and white stay exactly so: thresholds are compared with them. */
                assert_close(out.brightness[i], values[v], v == 2 ? 1e-14 : 0, 0);
            tp_image_free(&image);
            tp_image_free(&out);
        }
}

static void known_rescalings(void **state) {
    (void)state;
    double small[] = {0.1, 0.5, 0.3, 0.9};
    const tp_image two = {.rows = 2, .columns = 2, .brightness = small};
    tp_image out;
    /* The middle third of a side lies half in each pixel. */
    const double larger[] = {0.1, 0.3, 0.5, 0.2, 0.45, 0.7, 0.3, 0.6, 0.9};
    assert_int_equal(tp_image_rescale_area(&two, 3, 3, &out, NULL), TP_OK);
    expect_pixels(&out, 3, 3, larger);
    tp_image_free(&out);
    /* Each half of three pixels: a whole one and half of the middle one. */
    double row[] = {0.6, 0.3, 0.9};
    const tp_image three = {.rows = 1, .columns = 3, .brightness = row};
    const double halves[] = {0.5, 0.7};
    assert_int_equal(tp_image_rescale_area(&three, 1, 2, &out, NULL), TP_OK);
    expect_pixels(&out, 1, 2, halves);
    tp_image_free(&out);
    /* Centres at 1/6, 3/6, 5/6: the middle one lies on the border and belongs to the second. */
    const double nearest[] = {0.1, 0.5, 0.5, 0.3, 0.9, 0.9, 0.3, 0.9, 0.9};
    assert_int_equal(tp_image_rescale_nearest(&two, 3, 3, &out, NULL), TP_OK);
    expect_pixels(&out, 3, 3, nearest);
    tp_image_free(&out);
    const double middle[] = {0.3};
    assert_int_equal(tp_image_rescale_nearest(&three, 1, 1, &out, NULL), TP_OK);
    expect_pixels(&out, 1, 1, middle);
    tp_image_free(&out);
}

static void sizes_have_limits(void **state) {
    (void)state;
    tp_image image = {0};
    tp_error error;
    assert_int_equal(tp_image_create(0, 4, &image, &error), TP_INVALID);
    assert_int_equal(tp_image_create(4, 0, &image, &error), TP_INVALID);
    assert_int_equal(tp_image_create(TP_IMAGE_LONGEST_SIDE + 1, 1, &image, &error), TP_INVALID);
    assert_int_equal(tp_image_create(1, (size_t)-1, &image, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "8192"));
    assert_null(image.brightness);
    double pixel[] = {1};
    const tp_image one = {.rows = 1, .columns = 1, .brightness = pixel};
    assert_int_equal(tp_image_rescale_area(&one, 0, 1, &image, &error), TP_INVALID);
    assert_int_equal(tp_image_rescale_nearest(&one, 1, 9000, &image, &error), TP_INVALID);
    assert_null(image.brightness);
    tp_image_free(&image);
    tp_image_free(NULL);
}

static bool row_is_black(const tp_image *image, size_t row) {
    for (size_t column = 0; column < image->columns; column++)
        if (image->brightness[row * image->columns + column] != 0)
            return false;
    return true;
}

static void digits_fill_the_field(void **state) {
    (void)state;
    tp_image digits[10];
    for (int d = 0; d < 10; d++) {
        assert_int_equal(tp_image_digit(d, &digits[d], NULL), TP_OK);
        const tp_image *digit = &digits[d];
        assert_int_equal(digit->rows, 40);
        assert_int_equal(digit->columns, 40);
        for (size_t i = 0; i < 1600; i++)
            assert_true(digit->brightness[i] == 0 || digit->brightness[i] == 1);
        const double share = mean_of(digit);
        assert_true(share > 0.1 && share < 0.5);
        assert_false(row_is_black(digit, 0) && row_is_black(digit, 1) && row_is_black(digit, 2));
        assert_false(row_is_black(digit, 39) && row_is_black(digit, 38) && row_is_black(digit, 37));
        for (int other = 0; other < d; other++)
            assert_memory_not_equal(digit->brightness, digits[other].brightness,
                                    1600 * sizeof(double));
    }
    for (size_t i = 0; i < 1600; i++) /* a 9 is a 6 upside down */
        assert_true(digits[6].brightness[i] == digits[9].brightness[1599 - i]);
    for (int d = 0; d < 10; d++)
        tp_image_free(&digits[d]);
    tp_image none = {0};
    tp_error error;
    assert_int_equal(tp_image_digit(10, &none, &error), TP_INVALID);
    assert_int_equal(tp_image_digit(-1, &none, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "digit -1; expected 0 to 9"));
    assert_null(none.brightness);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(area_keeps_mean_and_range), cmocka_unit_test(area_keeps_a_constant),
        cmocka_unit_test(known_rescalings),          cmocka_unit_test(sizes_have_limits),
        cmocka_unit_test(digits_fill_the_field),
    };
    return cmocka_run_group_tests_name("images", tests, NULL, NULL);
}
