/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NumPy's archives (ZIP) and arrays. The archive is read as it is, and with the checksum that its
 * directory has for the array put right. */
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "input.h"
#include "stimuli/numpy_file.h"

enum { ENTRY = 46, STORED = 0 };

static size_t little(const uint8_t *bytes, int count) {
    size_t number = 0;
    for (int i = count; i-- > 0;)
        number = number << 8 | bytes[i];
    return number;
}

static void read_array(const char *path, const char *name) {
    tp_byte_array array = {0};
    tp_error error = {0};
    fuzz_check(tp_numpy_read(path, name, &array, &error), &error);
    tp_byte_array_free(&array);
}

/* Of stored arrays: what is packed is left to the checksums of zlib. */
static void mend(uint8_t *data, size_t size) {
    for (size_t at = 0; at + ENTRY <= size; at++) {
        uint8_t *entry = data + at;
        if (memcmp(entry, "PK\1\2", 4) != 0 || little(entry + 10, 2) != STORED)
            continue;
        const size_t length = little(entry + 20, 4), local = little(entry + 42, 4);
        if (local > size || size - local < 30)
            continue;
        const size_t from =
            local + 30 + little(data + local + 26, 2) + little(data + local + 28, 2);
        if (from > size || length > size - from)
            continue;
        const uLong sum = crc32_z(0, data + from, length);
        for (int i = 0; i < 4; i++)
            entry[16 + i] = (uint8_t)(sum >> (8 * i));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *path = fuzz_file(data, size);
    read_array(path, NULL);
    read_array(path, "a");
    uint8_t *mended = malloc(size + 1);
    if (!mended)
        return 0;
    memcpy(mended, data, size);
    mend(mended, size);
    read_array(fuzz_file(mended, size), "a");
    free(mended);
    return 0;
}
