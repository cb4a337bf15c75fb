/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keeps what the process that reads answers, as an input of the target `answers`: make_corpus.py
 * calls it. Usage: keep_answers RECORD PART INPUT */
#include <stdio.h>
#include <stdlib.h>

#include "input.h"
#include "record/reader_private.h"
#include "record_reads.h"
#include "stand_in.h"

static FILE *kept;

static void keep(const void *bytes, size_t size) {
    if (fwrite(bytes, 1, size, kept) != size)
        fuzz_fail("what was heard cannot be written");
}

int main(int count, char **arguments) {
    tp_record *record;
    if (count != 4 || !(kept = fopen(arguments[3], "wb"))) {
        fprintf(stderr, "usage: %s RECORD PART INPUT\n", *arguments);
        return 2;
    }
    const unsigned part = (unsigned)atoi(arguments[2]);
    fputc((int)part, kept);
    fputc(0, kept);
    fuzz_stand_in_listen(keep);
    if (tp_record_open_any(arguments[1], &record, NULL) != TP_OK)
        fuzz_fail(arguments[1]);
    fuzz_read_part(record, part);
    tp_record_close(&record);
    return fclose(kept) == 0 ? 0 : 1;
}
