/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PBM and PGM, plain and raw. */
#include "input.h"
#include "stimuli/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    tp_image image = {0};
    tp_error error = {0};
    const tp_status status = tp_pnm_read(fuzz_file(data, size), &image, &error);
    fuzz_check(status, &error);
    for (size_t i = 0; status == TP_OK && i < image.rows * image.columns; i++)
        if (!(image.brightness[i] >= 0 && image.brightness[i] <= 1))
            fuzz_fail("a brightness outside of 0 to 1");
    tp_image_free(&image);
    return 0;
}
