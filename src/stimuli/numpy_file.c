/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stimuli/numpy_file.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fail.h"
#include "base/memory.h"
#include "stimuli/numpy_header.h"
#include "stimuli/zip_entry.h"

void tp_byte_array_free(tp_byte_array *array) {
    free(array->values);
    *array = (tp_byte_array){0};
}

tp_status tp_byte_array_fits(const char *path, uint64_t bytes, tp_error *error) {
    char words[120];
    if (!tp_memory_lacks((double)bytes, words, sizeof words))
        return TP_OK;
    tp_fail(error, TP_INVALID, path, "%s", words);
    return tp_hint(error, "take fewer images, or run it where there is more memory");
}

static tp_status open_file(const char *path, FILE **file, uint64_t *size, tp_error *error) {
    struct stat about;
    *file = NULL;
    if (stat(path, &about) != 0 || !(S_ISREG(about.st_mode)) || !(*file = fopen(path, "rb"))) {
        tp_fail(error, TP_INVALID, path, "cannot open the NumPy file: %s",
                S_ISDIR(about.st_mode) ? "it is a folder" : strerror(errno));
        return tp_hint(error, "check the name, the folder and the permissions");
    }
    *size = (uint64_t)about.st_size;
    return TP_OK;
}

static tp_status read_whole(FILE *file, const char *path, uint64_t size, unsigned char **bytes,
                            size_t *length, tp_error *error) {
    if (size > TP_BYTES_MOST + TP_NUMPY_LONGEST_HEADER)
        return tp_fail(error, TP_INVALID, path,
                       "the file is larger than 4 GiB; expected at most that");
    *bytes = malloc(size + 1);
    if (!*bytes)
        return tp_fail_memory(error, "reading a NumPy file");
    *length = fread(*bytes, 1, size, file);
    return ferror(file)
               ? tp_fail(error, TP_FAILED, path, "cannot read the file: %s", strerror(errno))
               : TP_OK;
}

/* A number of any size, as NumPy's default for labels is int64; false where it is no byte. */
static int byte_of(const tp_numpy_header *h, const unsigned char *number, unsigned char *byte) {
    const size_t low = h->big_endian ? h->item - 1 : 0;
    for (size_t i = 0; i < h->item; i++)
        if (i != low && number[i] != 0)
            return 0;
    *byte = number[low];
    return !(h->is_signed && h->item == 1 && *byte > 127);
}

static tp_status take_values(const unsigned char *bytes, size_t length, const char *path,
                             const char *what, tp_byte_array *array, tp_error *error) {
    tp_numpy_header h;
    tp_status status = tp_numpy_header_read(bytes, length, path, what, &h, error);
    if (status != TP_OK)
        return status;
    if ((length - h.bytes) / h.item < h.count) {
        tp_fail(error, TP_INVALID, path,
                "%.80s is cut short: it holds %zu of the %llu numbers that it announces", what,
                (length - h.bytes) / h.item, (unsigned long long)h.count);
        return tp_hint(error, "download or copy the file again");
    }
    status = tp_byte_array_fits(path, 2 * h.count, error); /* here, and in a set */
    if (status != TP_OK)
        return status;
    array->values = malloc(h.count + 1);
    if (!array->values)
        return tp_fail_memory(error, "reading a NumPy file");
    array->rank = h.rank;
    memcpy(array->dims, h.dims, sizeof h.dims);
    for (uint64_t i = 0; i < h.count; i++)
        if (!byte_of(&h, bytes + h.bytes + i * h.item, &array->values[i])) {
            tp_fail(error, TP_INVALID, path,
                    "%.80s: number %llu (from 0) does not lie from 0 to 255", what,
                    (unsigned long long)i);
            return tp_hint(error, "expected grey values or classes: scale them, and save them as "
                                  "numpy.uint8");
        }
    return TP_OK;
}

tp_status tp_numpy_read(const char *path, const char *name, tp_byte_array *out, tp_error *error) {
    FILE *file;
    uint64_t size = 0;
    unsigned char *bytes = NULL;
    size_t length = 0;
    char entry[120];
    tp_byte_array array = {0};
    tp_status status = open_file(path, &file, &size, error);
    if (status != TP_OK)
        return status;
    if (name) {
        snprintf(entry, sizeof entry, "%.100s.npy", name);
        status = tp_zip_entry_read(file, path, entry, &bytes, &length, error);
    } else
        status = read_whole(file, path, size, &bytes, &length, error);
    (void)fclose(file);
    if (status == TP_OK)
        status = take_values(bytes, length, path, name ? name : "the array", &array, error);
    free(bytes);
    if (status == TP_OK)
        *out = array;
    else
        tp_byte_array_free(&array);
    return status;
}
