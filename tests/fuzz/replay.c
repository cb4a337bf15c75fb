/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a fuzz target once over each file of a folder: its seed corpus, and what was found once. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "input.h"

static void replay(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file || fseek(file, 0, SEEK_END) != 0)
        fuzz_fail(path);
    const long size = ftell(file);
    rewind(file);
    /* No byte more than the input has, so that AddressSanitizer sees a read behind it. */
    uint8_t *data = malloc(size > 0 ? (size_t)size : 1);
    if (!data || fread(data, 1, (size_t)size, file) != (size_t)size)
        fuzz_fail(path);
    fclose(file);
    LLVMFuzzerTestOneInput(data, (size_t)size);
    free(data);
}

int main(int count, char **arguments) {
    struct dirent **entries;
    int done = 0;
    const int found = count == 2 ? scandir(arguments[1], &entries, NULL, alphasort) : -1;
    if (found < 0) {
        fprintf(stderr, "usage: %s CORPUS\n", *arguments);
        return 2;
    }
    for (int i = 0; i < found; i++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s", arguments[1], entries[i]->d_name);
        if (*entries[i]->d_name != '.') {
            replay(path);
            done++;
        }
        free(entries[i]);
    }
    free(entries);
    printf("%d inputs\n", done);
    return done > 0 ? 0 : 1;
}
