/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the processes that read come from, in place of the fuzzer itself: a small process with HDF5
 * at work already. A fuzzer holds much memory, and each start would have it copied. For a target
 * linked with --wrap of socketpair, fork and waitpid. */
#ifndef TP_TESTS_FUZZ_NURSERY_H
#define TP_TESTS_FUZZ_NURSERY_H

/* From now on they come from there; each is a child of this process, as if it had forked it. HDF5
 * has read the file in them. Ends the program where a sanitizer finds a fault in one of them that
 * is this tree's and not HDF5's. */
void fuzz_nursery_begin(const char *path);

#endif
