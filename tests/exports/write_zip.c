/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes an archive, all of whose sizes and offsets from `large` on are told as those of a file of
 * more than 4 GiB are; read_zip.py reads it. Usage: write_zip FILE LARGE */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exports/zip_writer.h"

enum { NOISE_BYTES = 300000 };

static tp_status write_entries(tp_zip_writer *zip, tp_error *error) {
    unsigned char *noise = malloc(NOISE_BYTES);
    if (!noise)
        return TP_FAILED;
    unsigned state = 1;
    for (size_t i = 0; i < NOISE_BYTES; i++) {
        state = state * 1664525u + 1013904223u;
        noise[i] = (unsigned char)(state >> 24);
    }
    tp_status status = tp_zip_entry(zip, "empty", error);
    if (status == TP_OK)
        status = tp_zip_entry(zip, "noise/\xc2\xb5", error);
    /* In pieces, none of which is as long as what goes through at once. */
    for (size_t at = 0; status == TP_OK && at < NOISE_BYTES; at += 100000)
        status = tp_zip_write(zip, noise + at, 100000, error);
    if (status == TP_OK)
        status = tp_zip_entry(zip, "zeros", error);
    memset(noise, 0, NOISE_BYTES);
    if (status == TP_OK)
        status = tp_zip_write(zip, noise, NOISE_BYTES, error);
    if (status == TP_OK)
        status = tp_zip_entry(zip, "short", error);
    if (status == TP_OK)
        status = tp_zip_write(zip, "a", 1, error);
    free(noise);
    return status;
}

int main(int argc, char **argv) {
    tp_zip_writer *zip = NULL;
    tp_error error = {.message = "usage: write_zip FILE LARGE"};
    FILE *file = argc == 3 ? fopen(argv[1], "wb") : NULL;
    tp_status status = file && fclose(file) == 0 ? TP_OK : TP_FAILED;
    if (status == TP_OK)
        status = tp_zip_open(argv[1], argv[1], strtoull(argv[2], NULL, 10), &zip, &error);
    if (status == TP_OK)
        status = write_entries(zip, &error);
    if (status == TP_OK)
        status = tp_zip_finish(zip, &error);
    tp_zip_close(&zip);
    if (status != TP_OK)
        fprintf(stderr, "%s\n", error.message);
    return status == TP_OK ? 0 : 1;
}
