/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "exports/npy.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "record/reader_private.h"

enum { HEADER_MOST = 512, ALIGNED = 64, START_BYTES = 10 };

static tp_status write_header(tp_zip_writer *zip, const char *name, const char *type,
                              const size_t *dims, size_t rank, tp_error *error) {
    char entry[600], shape[TP_MAX_RANK * 24] = "", text[HEADER_MOST];
    const int length = snprintf(entry, sizeof entry, "%s.npy", name);
    if (length < 0 || (size_t)length >= sizeof entry)
        return tp_fail(error, TP_INVALID, "", "the name '%.80s...' is too long", name);
    for (size_t axis = 0, used = 0; axis < rank; axis++)
        used += (size_t)snprintf(shape + used, sizeof shape - used, "%s%zu%s", axis > 0 ? " " : "",
                                 dims[axis], rank == 1 || axis + 1 < rank ? "," : "");
    int used = snprintf(text + START_BYTES, sizeof text - START_BYTES,
                        "{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", type, shape);
    size_t size = START_BYTES + (size_t)used;
    while ((size + 1) % ALIGNED != 0)
        text[size++] = ' ';
    text[size++] = '\n';
    memcpy(text, "\x93NUMPY\x01", 8); /* and a minor version of 0 */
    text[8] = (char)((size - START_BYTES) & 0xff);
    text[9] = (char)((size - START_BYTES) >> 8);
    tp_status status = tp_zip_entry(zip, entry, error);
    return status == TP_OK ? tp_zip_write(zip, text, size, error) : status;
}

typedef struct array_writer {
    tp_zip_writer *zip;
    size_t row_bytes;
    tp_error *error;
} array_writer;

static tp_status write_rows(void *context, const void *rows, size_t first, size_t count) {
    const array_writer *w = context;
    (void)first;
    return tp_zip_write(w->zip, rows, count * w->row_bytes, w->error);
}

static tp_status write_numbers(tp_export_job *job, tp_zip_writer *zip, const char *name,
                               const tp_listed *array) {
    const size_t bytes = tp_read_as_bytes(tp_job_type(array));
    const char letter = array->kind == TP_LISTED_FLOAT    ? 'f'
                        : array->kind == TP_LISTED_SIGNED ? 'i'
                                                          : 'u';
    char type[8];
    snprintf(type, sizeof type, "%c%c%zu", bytes == 1 ? '|' : '<', letter, bytes);
    array_writer w = {zip, tp_job_row_values(array) * bytes, job->error};
    tp_status status = write_header(zip, name, type, array->dims, array->rank, job->error);
    return status == TP_OK ? tp_job_each(job, array, write_rows, &w) : status;
}

/* The characters of a text, four bytes each, and how many there are; what is no UTF-8 becomes
 * U+FFFD. */
static size_t characters(const char *text, uint32_t *into) {
    size_t count = 0;
    while (*text) {
        unsigned long character;
        const size_t length = tp_text_character(text, &character);
        if (into)
            into[count] = length > 0 ? (uint32_t)character : 0xfffd;
        count++;
        text += length > 0 ? length : 1;
    }
    return count;
}

tp_status tp_npy_texts(tp_zip_writer *zip, const char *name, const char *const *texts, size_t count,
                       bool single, tp_error *error) {
    size_t longest = 1;
    for (size_t i = 0; i < count; i++) {
        const size_t length = characters(texts[i], NULL);
        longest = length > longest ? length : longest;
    }
    char type[32];
    snprintf(type, sizeof type, "<U%zu", longest);
    uint32_t *row = calloc(longest, sizeof *row);
    if (!row)
        return tp_fail_memory(error, "exporting texts");
    tp_status status = write_header(zip, name, type, &count, single ? 0 : 1, error);
    for (size_t i = 0; status == TP_OK && i < count; i++) {
        memset(row, 0, longest * sizeof *row);
        (void)characters(texts[i], row);
        status = tp_zip_write(zip, row, longest * sizeof *row, error);
    }
    free(row);
    return status;
}

tp_status tp_npy_number(tp_zip_writer *zip, const char *name, const char *type, const void *number,
                        tp_error *error) {
    tp_status status = write_header(zip, name, type, NULL, 0, error);
    return status == TP_OK ? tp_zip_write(zip, number, 8, error) : status;
}

tp_status tp_npy_array(tp_export_job *job, tp_zip_writer *zip, const char *name,
                       const tp_listed *array) {
    if (array->kind != TP_LISTED_TEXT)
        return write_numbers(job, zip, name, array);
    char **texts;
    size_t count;
    tp_status status = tp_record_strings(job->record, array->path, &texts, &count, job->error);
    if (status == TP_OK)
        status = tp_npy_texts(zip, name, (const char *const *)texts, count, array->rank == 0,
                              job->error);
    for (size_t i = 0; i < count; i++)
        free(texts[i]);
    free(texts);
    return status;
}
