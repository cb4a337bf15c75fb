/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders of PNGs, one for each class. */
#include <png.h>

#include "folder.h"
#include "stimuli/image_set.h"

static void write_png(const char *name, size_t side, bool colour, const unsigned char *pixels) {
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (unsigned)side,
                       .height = (unsigned)side,
                       .format = colour ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY};
    assert_true(png_image_write_to_file(&image, in_folder(name), 0, pixels, 0, NULL));
}

static void folders_of_pngs_are_read(void **unused) {
    (void)unused;
    unsigned char grey[4] = {0, 50, 100, 255}, other[4] = {9, 9, 9, 9}, wide[9] = {0};
    unsigned char colours[12] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    tp_image_set set;
    tp_error error;
    char **names;
    size_t classes;
    mkdir(in_folder("pngs"), 0777);
    mkdir(in_folder("pngs/cat"), 0777);
    assert_int_equal(tp_png_folder_read(in_folder("pngs"), false, &set, &names, &classes, &error),
                     TP_INVALID);
    mkdir(in_folder("pngs/ant"), 0777);
    write_png("pngs/cat/b.png", 2, false, grey);
    assert_int_equal(tp_png_folder_read(in_folder("pngs"), false, &set, &names, &classes, &error),
                     TP_INVALID);
    assert_non_null(strstr(error.message, "the class 'ant' has no images"));
    write_png("pngs/cat/a.png", 2, false, other);
    write_png("pngs/ant/z.png", 2, true, colours);
    for (int colour = 0; colour < 2; colour++) {
        assert_int_equal(
            tp_png_folder_read(in_folder("pngs"), colour, &set, &names, &classes, &error), TP_OK);
        assert_true(set.count == 3 && classes == 2 && set.channels == (colour ? 3 : 1));
        assert_memory_equal(set.labels, ((uint8_t[]){0, 1, 1}), 3);
        assert_string_equal(names[0], "ant");
        const size_t size = set.channels * 4;
        assert_memory_equal(set.pixels + size, other, 4);
        assert_memory_equal(set.pixels + 2 * size, grey, 4);
        if (colour)
            assert_memory_equal(set.pixels, ((unsigned char[]){1, 4, 7, 10, 2, 5, 8, 11}), 8);
        free(names[0]);
        free(names[1]);
        free(names);
        tp_image_set_free(&set);
    }
    write_png("pngs/cat/c.png", 3, false, wide);
    assert_int_equal(tp_png_folder_read(in_folder("pngs"), false, &set, &names, &classes, &error),
                     TP_INVALID);
    assert_non_null(strstr(error.message, "3 rows and 3 columns, those before it 2 and 2"));
    spill(in_folder("pngs/cat/c.png"), "no png", 6);
    assert_int_equal(tp_png_folder_read(in_folder("pngs"), false, &set, &names, &classes, &error),
                     TP_INVALID);
    empty_folder(in_folder("pngs/cat"), false);
    empty_folder(in_folder("pngs/ant"), false);
    empty_folder(in_folder("pngs"), true);
}

static int make(void **unused) {
    (void)unused;
    snprintf(folder, sizeof folder, "%s/tripartite-pngs-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    return mkdtemp(folder) ? 0 : -1;
}

static int leave(void **unused) {
    (void)unused;
    empty_folder(folder, true);
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(folders_of_pngs_are_read)};
    return cmocka_run_group_tests_name("png folders", tests, make, leave);
}
