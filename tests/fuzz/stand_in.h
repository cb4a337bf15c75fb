/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Something in the place of the process that reads records (src/record/reader_process.h), within
 * this process, where a fuzzer sees what happens. A target with it is linked with
 * fuzz_stand_in_wraps of meson.build. */
#ifndef TP_TESTS_FUZZ_STAND_IN_H
#define TP_TESTS_FUZZ_STAND_IN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

typedef struct fuzz_stand_in {
    /* Each end sends bytes, and takes what the other has sent: at most `size` bytes, 0 where there
     * will be none any more. NULL for the child's, where no code of a child runs. */
    void (*parent_sends)(const void *bytes, size_t size);
    size_t (*parent_takes)(void *bytes, size_t size);
    void (*child_sends)(const void *bytes, size_t size);
    size_t (*child_takes)(void *bytes, size_t size);
    void (*begins)(void);
    int (*ends)(void); /* gives its status, as waitpid does */
} fuzz_stand_in;

/* The child's end of the connection. */
enum { FUZZ_PARENT_END = 1000000, FUZZ_CHILD_END };

/* What stands in for processes from now on; NULL: nothing. */
void fuzz_stand_in_set(const fuzz_stand_in *stand_in);

/* What is done with the bytes that a real process has sent to its parent; NULL: nothing. */
void fuzz_stand_in_listen(void (*heard)(const void *bytes, size_t size));

#endif
