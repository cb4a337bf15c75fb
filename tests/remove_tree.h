/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Removing a folder with all that is in it; _XOPEN_SOURCE is 700 where this is included. */
#ifndef TP_TESTS_REMOVE_TREE_H
#define TP_TESTS_REMOVE_TREE_H

#include "close.h"

#include <ftw.h>
#include <stdbool.h>
#include <stdio.h>

static inline int remove_one(const char *path, const struct stat *about, int kind,
                             struct FTW *place) {
    (void)about;
    (void)kind;
    const bool hidden = path[place->base] == '.' && place->level > 0;
    if (hidden)
        print_error("%s was left\n", path);
    return remove(path) != 0 || hidden;
}

/* 0 where all is gone, and nothing hidden was among it. */
static inline int remove_tree(const char *path) {
    return nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

#endif
