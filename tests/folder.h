/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The temporary folder that a test works in, and whole files. */
#ifndef TP_TESTS_FOLDER_H
#define TP_TESTS_FOLDER_H

#include "close.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[256];

static inline const char *in_folder(const char *name) {
    static char path[8][700];
    static int turn;
    char *made = path[turn++ % 8];
    snprintf(made, sizeof path[0], "%s/%s", folder, name);
    return made;
}

static inline int count_files(const char *directory) {
    int count = 0;
    DIR *open = opendir(directory);
    assert_non_null(open);
    for (struct dirent *entry; (entry = readdir(open));)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(open);
    return count;
}

/* Removes the files in it, and empty folders where they are expected. */
static inline void empty_folder(const char *path, bool folders) {
    DIR *open = opendir(path);
    for (struct dirent *entry; open && (entry = readdir(open));)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
            unlinkat(dirfd(open), entry->d_name, 0) != 0 && folders)
            unlinkat(dirfd(open), entry->d_name, AT_REMOVEDIR);
    if (open)
        closedir(open);
}

static inline char *slurp(const char *path, size_t *size) {
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    struct stat found;
    assert_int_equal(fstat(fileno(file), &found), 0);
    *size = (size_t)found.st_size;
    char *bytes = malloc(*size + 1);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, file), *size);
    bytes[*size] = '\0';
    fclose(file);
    return bytes;
}

static inline void spill(const char *path, const char *bytes, size_t size) {
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

#endif
