/* SPDX-License-Identifier: GPL-3.0-or-later */
/* MNIST's IDX, gzip or not: one image, all of them, labels, and a pair of files. */
#include "input.h"
#include "stimuli/image.h"
#include "stimuli/image_set.h"
#include "stimuli/labelled.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *path = fuzz_file(data, size);
    const size_t index = size ? data[size - 1] % 4 : 0;
    tp_error error = {0};
    tp_image image = {0};
    fuzz_check(tp_idx_read(path, index, &image, &error), &error);
    tp_image_free(&image);

    tp_byte_array array = {0};
    error = (tp_error){0};
    fuzz_check(tp_idx_read_all(path, &array, &error), &error);
    tp_byte_array_free(&array);

    /* The input as both, and with labels that fit. */
    static const uint8_t labels[] = {0, 0, 8, 1, 0, 0, 0, 5, 0, 1, 2, 3, 4};
    const char *const others[] = {path, fuzz_other_file(labels, sizeof labels)};
    for (int i = 0; i < 2; i++) {
        tp_labelled set = {0};
        error = (tp_error){0};
        fuzz_check(tp_labelled_read(path, others[i], index, 2, &set, &error), &error);
        tp_labelled_free(&set);
    }
    return 0;
}
