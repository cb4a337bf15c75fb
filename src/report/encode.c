/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/encode.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/fail.h"

void tp_encode_base64(FILE *file, const unsigned char *bytes, size_t length) {
    static const char letters[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < length; i += 3) {
        const size_t left = length - i;
        const unsigned group = (unsigned)bytes[i] << 16 |
                               (left > 1 ? (unsigned)bytes[i + 1] << 8 : 0) |
                               (left > 2 ? bytes[i + 2] : 0);
        fputc(letters[group >> 18], file);
        fputc(letters[group >> 12 & 63], file);
        fputc(left > 1 ? letters[group >> 6 & 63] : '=', file);
        fputc(left > 2 ? letters[group & 63] : '=', file);
    }
}

static uint64_t bits_of(double value, int is_single) {
    uint64_t bits = 0;
    if (is_single) {
        const float single = (float)value;
        uint32_t short_bits;
        memcpy(&short_bits, &single, sizeof short_bits);
        return short_bits;
    }
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static void put_differences(const double *values, size_t rows, size_t columns, int is_single,
                            unsigned char *bytes) {
    const size_t width = is_single ? sizeof(float) : sizeof(double), count = rows * columns;
    size_t place = 0;
    for (size_t column = 0; column < columns; column++) {
        uint64_t before = 0;
        for (size_t row = 0; row < rows; row++, place++) {
            const uint64_t bits = bits_of(values[row * columns + column], is_single);
            const uint64_t difference = bits - before;
            for (size_t b = 0; b < width; b++)
                bytes[b * count + place] = (unsigned char)(difference >> 8 * b);
            before = bits;
        }
    }
}

tp_status tp_encode_numbers(FILE *file, const double *values, size_t rows, size_t columns,
                            int is_single, tp_error *error) {
    enum { LEVEL = 6 };
    size_t length = is_single ? sizeof(float) : sizeof(double);
    if (__builtin_mul_overflow(length, rows, &length) ||
        __builtin_mul_overflow(length, columns, &length) || length > UINT32_MAX)
        return tp_fail(error, TP_INVALID, "", "an array is too large for a page");
    uLongf packed = compressBound((uLong)length);
    unsigned char *bytes = malloc(length + 1), *stream = malloc(packed);
    tp_status status = TP_OK;
    if (!bytes || !stream) {
        status = tp_fail_memory(error, "packing an array");
    } else {
        put_differences(values, rows, columns, is_single, bytes);
        if (compress2(stream, &packed, bytes, (uLong)length, LEVEL) != Z_OK)
            status = tp_fail_memory(error, "packing an array");
        else
            tp_encode_base64(file, stream, packed);
    }
    free(bytes);
    free(stream);
    return status;
}
