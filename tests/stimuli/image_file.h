/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Image files in a temporary folder, for the tests of the readers. */
#ifndef TP_TESTS_IMAGE_FILE_H
#define TP_TESTS_IMAGE_FILE_H

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "close.h"
#include "stimuli/image.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static char folder[64];

static inline const char *path_of(const char *name) {
    static char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/* A new file each time: some file systems flush one that was truncated, which takes long. */
static inline void write_file(const char *name, const void *bytes, size_t count) {
    remove(path_of(name));
    FILE *file = fopen(path_of(name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, count, file), count);
    assert_int_equal(fclose(file), 0);
}

static inline size_t read_file(const char *name, unsigned char *bytes, size_t size) {
    FILE *file = fopen(path_of(name), "rb");
    assert_non_null(file);
    const size_t count = fread(bytes, 1, size, file);
    assert_true(count < size);
    fclose(file);
    return count;
}

static inline int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/tripartite-images-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static inline int remove_folder(void **state) {
    (void)state;
    const char *names[] = {"a.png", "cut.png", "a.pnm", "a.idx", "a.idx.gz", "cut", "said"};
    for (size_t i = 0; i < COUNT(names); i++)
        remove(path_of(names[i]));
    return rmdir(folder);
}

static inline tp_status read_named(const char *name, tp_image *image, tp_error *error) {
    memset(error, 0, sizeof *error);
    return tp_image_read(path_of(name), image, error);
}

static inline void expect_pixels(const tp_image *image, size_t rows, size_t columns,
                                 const double *expected) {
    assert_int_equal(image->rows, rows);
    assert_int_equal(image->columns, columns);
    for (size_t i = 0; i < rows * columns; i++)
        assert_close(image->brightness[i], expected[i], 0, 1e-15);
}

static inline void expect_file(const char *name, size_t rows, size_t columns,
                               const double *expected) {
    tp_image image;
    tp_error error;
    if (read_named(name, &image, &error) != TP_OK)
        fail_msg("%s: %s", error.where, error.message);
    expect_pixels(&image, rows, columns, expected);
    tp_image_free(&image);
}

/* The message has `fragment` in it, the file is named, and the image is left alone. */
static inline void expect_refusal_by(tp_status status, const tp_image *image, const tp_error *error,
                                     const char *fragment) {
    assert_int_equal(status, TP_INVALID);
    assert_int_equal(error->status, TP_INVALID);
    if (!strstr(error->message, fragment))
        fail_msg("\"%s\" is not in \"%s\"", fragment, error->message);
    assert_non_null(strstr(error->where, folder));
    assert_true(error->hint[0] != '\0');
    assert_null(image->brightness);
}

static inline void expect_refusal(const char *name, const char *fragment) {
    tp_image image = {0};
    tp_error error;
    const tp_status status = read_named(name, &image, &error);
    expect_refusal_by(status, &image, &error, fragment);
}

typedef struct text_file {
    const char *bytes;
    size_t count;
} text_file;

#define TEXT(literal)                                                                              \
    { literal, sizeof(literal) - 1 }

static inline double mean_of(const tp_image *image) {
    double sum = 0;
    for (size_t i = 0; i < image->rows * image->columns; i++)
        sum += image->brightness[i];
    return sum / (double)(image->rows * image->columns);
}

#endif
