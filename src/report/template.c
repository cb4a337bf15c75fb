/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/template.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"

/* The page has it in place of a record; see viewer/page.html. */
static const char PLACE[] = "<!-- the record -->";

tp_status tp_template_read_file(const char *path, size_t most, char **text, size_t *length,
                                tp_error *error) {
    *text = NULL;
    *length = 0;
    FILE *file = fopen(path, "rb");
    if (!file)
        return tp_fail(error, TP_INVALID, path, "cannot be read: %s", strerror(errno));
    long size = -1;
    if (fseek(file, 0, SEEK_END) == 0)
        size = ftell(file);
    rewind(file);
    tp_status status = TP_OK;
    if (size < 0 || (unsigned long)size > most)
        status = tp_fail(error, TP_INVALID, path, "is no file of at most %zu bytes", most);
    else if ((*text = malloc((size_t)size + 1)) == NULL)
        status = tp_fail_memory(error, "reading a file");
    else if (fread(*text, 1, (size_t)size, file) != (size_t)size)
        status = tp_fail(error, TP_INVALID, path, "cannot be read whole");
    (void)fclose(file);
    if (status == TP_OK) {
        *length = (size_t)size;
        (*text)[*length] = '\0';
    } else {
        free(*text);
        *text = NULL;
    }
    return status;
}

tp_status tp_template_read(const char *path, tp_template *page, tp_error *error) {
    enum { LARGEST = 32 << 20 };
    *page = (tp_template){0};
    tp_status status = tp_template_read_file(path, LARGEST, &page->text, &page->length, error);
    if (status != TP_OK)
        return status;
    /* From the end: the place stands behind the program, which may name it. */
    const size_t all = sizeof PLACE - 1;
    for (size_t i = page->length >= all ? page->length - all + 1 : 0; i-- > 0;)
        if (memcmp(page->text + i, PLACE, all) == 0) {
            page->before = i;
            page->after = i + all;
            return TP_OK;
        }
    free(page->text);
    page->text = NULL;
    tp_fail(error, TP_INVALID, path, "is no page of the viewer");
    return tp_hint(error, "build the viewer again with scripts/build-viewer");
}
