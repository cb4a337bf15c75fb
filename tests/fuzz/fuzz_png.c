/* SPDX-License-Identifier: GPL-3.0-or-later */
/* PNG: as it is, and with its checksums put right, since hardly a changed file passes them. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "input.h"
#include "stimuli/image.h"

enum { MARK = 8, HEAD = 8, CHECKSUM = 4 };

static size_t big_endian(const uint8_t *bytes) {
    return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
}

static void mend(uint8_t *data, size_t size) {
    for (size_t at = MARK; at + HEAD + CHECKSUM <= size;) {
        const size_t length = big_endian(data + at);
        if (length > size - at - HEAD - CHECKSUM)
            return;
        uint8_t *to = data + at + HEAD + length;
        const uLong sum = crc32_z(0, data + at + 4, length + 4);
        for (int i = 0; i < CHECKSUM; i++)
            to[i] = (uint8_t)(sum >> (24 - 8 * i));
        at += HEAD + length + CHECKSUM;
    }
}

static void read_image(const uint8_t *data, size_t size) {
    tp_image image = {0};
    tp_error error = {0};
    const tp_status status = tp_image_read(fuzz_file(data, size), &image, &error);
    fuzz_check(status, &error);
    for (size_t i = 0; status == TP_OK && i < image.rows * image.columns; i++)
        if (!(image.brightness[i] >= 0 && image.brightness[i] <= 1))
            fuzz_fail("a brightness outside of 0 to 1");
    tp_image_free(&image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    /* Images of many pixels take a second each: one in 256 of them is enough. */
    const int many = size >= 24 && big_endian(data + 16) <= TP_IMAGE_LONGEST_SIDE &&
                     big_endian(data + 20) <= TP_IMAGE_LONGEST_SIDE &&
                     big_endian(data + 16) * big_endian(data + 20) > 1 << 16;
    if (many && crc32_z(0, data, size) % 256 != 0)
        return 0;
    read_image(data, size);
    uint8_t *mended = malloc(size + 1);
    if (!mended)
        return 0;
    memcpy(mended, data, size);
    mend(mended, size);
    read_image(mended, size);
    free(mended);
    return 0;
}
