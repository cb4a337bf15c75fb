/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _DEFAULT_SOURCE /* MAP_ANONYMOUS, realpath */
#include "failing.h"

#include <dirent.h>
#include <errno.h>
#include <execinfo.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <udunits2.h>
#include <unistd.h>

#include "integrators/integrator.h"
#include "learning/adam.h"

/* Of `name`, what it is called by and what it really is. */
#define WRAPPED(type, name, ...)                                                                   \
    type __real_##name(__VA_ARGS__);                                                               \
    type __wrap_##name(__VA_ARGS__)

WRAPPED(void *, malloc, size_t size);
WRAPPED(void *, calloc, size_t count, size_t size);
WRAPPED(void *, realloc, void *old, size_t size);
WRAPPED(void *, aligned_alloc, size_t alignment, size_t size);
WRAPPED(char *, strdup, const char *text);
WRAPPED(char *, realpath, const char *path, char *resolved);
WRAPPED(FILE *, open_memstream, char **text, size_t *length);
WRAPPED(FILE *, tmpfile, void);
WRAPPED(DIR *, opendir, const char *path);
WRAPPED(int, pthread_create, pthread_t *thread, const pthread_attr_t *attributes,
        void *(*work)(void *), void *context);
WRAPPED(int, clock_gettime, clockid_t clock, struct timespec *now);
WRAPPED(int, nanosleep, const struct timespec *pause, struct timespec *left);
WRAPPED(ut_system *, ut_read_xml, const char *path);
WRAPPED(void, ut_free_system, ut_system *system);
WRAPPED(tp_status, tp_integration_create, const tp_method *method, tp_population *population,
        tp_integration **integration, tp_error *error);
WRAPPED(tp_status, tp_integration_advance, tp_integration *integration, double interval_ms,
        tp_spikes *spikes, tp_error *error);
WRAPPED(void, tp_adam_step, tp_adam *adam, const double *gradient, double *parameters);

enum { SEEN_ROOM = 1 << 14, DEEPEST = 64, PLACE_DEPTH = 2, HURRIED_ADVANCES = 100 };

static struct shared {
    atomic_long number, allocations;
    atomic_int which;
    atomic_bool counting, failed;
    atomic_long hurried; /* seconds */
    atomic_bool hurries, slows;
    atomic_int unit_systems;
    atomic_int advances;    /* since an integration was made */
    void *callers[DEEPEST]; /* of the last that failed */
    int caller_count;
    atomic_uint_fast64_t seen[SEEN_ROOM]; /* hashes of callers; 0: free */
} * shared;

bool failing_prepare(void) {
    void *frame[1];
    shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED)
        shared = NULL;
    (void)backtrace(frame, 1); /* loads what it needs */
    return shared != NULL;
}

void failing_begin(failing_which which, long number) {
    atomic_store(&shared->which, which);
    atomic_store(&shared->number, number);
    atomic_store(&shared->allocations, 0);
    atomic_store(&shared->failed, false);
    shared->caller_count = 0;
    atomic_store(&shared->counting, true);
}

long failing_end(bool *failed) {
    atomic_store(&shared->counting, false);
    *failed = atomic_load(&shared->failed);
    return atomic_load(&shared->allocations);
}

bool failing_lost_units(void) {
    return atomic_exchange(&shared->unit_systems, 0) != 0;
}

void failing_tell(void) {
    backtrace_symbols_fd(shared->callers, shared->caller_count, STDERR_FILENO);
}

void failing_hurry(bool hurries) {
    atomic_store(&shared->hurries, hurries);
}

void failing_slow(bool slows) {
    atomic_store(&shared->slows, slows);
}

/* Of the callers from `caller` outwards, PLACE_DEPTH of them at most; never 0. */
static uint_fast64_t hash_callers(const void *caller) {
    void *frames[DEEPEST];
    const int count = backtrace(frames, DEEPEST);
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    int first = 0, depth = PLACE_DEPTH;
    while (first < count && frames[first] != caller)
        first++;
    if (first == count) /* it is not told: the caller alone */
        frames[first = 0] = (void *)(uintptr_t)caller, depth = 1;
    for (int i = first; i < count && i < first + depth; i++)
        hash = (hash ^ (uintptr_t)frames[i]) * UINT64_C(0x100000001b3);
    return hash | 1;
}

/* Puts it among the seen ones; false where it is there. */
static bool see(uint_fast64_t hash) {
    for (size_t at = hash >> 20 & (SEEN_ROOM - 1);; at = (at + 1) & (SEEN_ROOM - 1)) {
        uint_fast64_t there = 0;
        if (atomic_compare_exchange_strong(&shared->seen[at], &there, hash))
            return true;
        if (there == hash)
            return false;
    }
}

static bool is_the_one(const void *caller, long number) {
    const int which = atomic_load(&shared->which);
    if (which == FAIL_NONE || atomic_load(&shared->failed))
        return false;
    if (which == FAIL_NUMBER)
        return number == atomic_load(&shared->number);
    return see(hash_callers(caller));
}

static bool fails(const void *caller) {
    if (!shared || !atomic_load(&shared->counting) ||
        !is_the_one(caller, atomic_fetch_add(&shared->allocations, 1) + 1))
        return false;
    atomic_store(&shared->failed, true);
    shared->caller_count = backtrace(shared->callers, DEEPEST);
    errno = ENOMEM;
    return true;
}

#define FAILS fails(__builtin_return_address(0))

void *__wrap_malloc(size_t size) {
    return FAILS ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size) {
    return FAILS ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size) {
    return FAILS ? NULL : __real_realloc(old, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size) {
    return FAILS ? NULL : __real_aligned_alloc(alignment, size);
}

char *__wrap_strdup(const char *text) {
    return FAILS ? NULL : __real_strdup(text);
}

char *__wrap_realpath(const char *path, char *resolved) {
    return FAILS ? NULL : __real_realpath(path, resolved);
}

FILE *__wrap_open_memstream(char **text, size_t *length) {
    return FAILS ? NULL : __real_open_memstream(text, length);
}

FILE *__wrap_tmpfile(void) {
    return FAILS ? NULL : __real_tmpfile();
}

DIR *__wrap_opendir(const char *path) {
    return FAILS ? NULL : __real_opendir(path);
}

int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attributes,
                          void *(*work)(void *), void *context) {
    return FAILS ? EAGAIN : __real_pthread_create(thread, attributes, work, context);
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now) {
    const int result = __real_clock_gettime(clock, now);
    if (shared && atomic_load(&shared->hurries))
        now->tv_sec += atomic_fetch_add(&shared->hurried, 1);
    return result;
}

/* What waits for threads looks at them every millisecond. */
int __wrap_nanosleep(const struct timespec *pause, struct timespec *left) {
    (void)pause;
    return __real_nanosleep(&(struct timespec){.tv_nsec = 1000000}, left);
}

static ut_system *units;

ut_system *__wrap_ut_read_xml(const char *path) {
    if (!units)
        units = __real_ut_read_xml(path);
    if (shared)
        atomic_fetch_add(&shared->unit_systems, 1);
    return units;
}

void __wrap_ut_free_system(ut_system *system) {
    (void)system;
    if (shared)
        atomic_fetch_sub(&shared->unit_systems, 1);
}

tp_status __wrap_tp_integration_create(const tp_method *method, tp_population *population,
                                       tp_integration **integration, tp_error *error) {
    if (shared)
        atomic_store(&shared->advances, 0);
    return __real_tp_integration_create(method, population, integration, error);
}

tp_status __wrap_tp_integration_advance(tp_integration *integration, double interval_ms,
                                        tp_spikes *spikes, tp_error *error) {
    if (shared && atomic_load(&shared->hurries) &&
        atomic_fetch_add(&shared->advances, 1) >= HURRIED_ADVANCES)
        return TP_OK;
    return __real_tp_integration_advance(integration, interval_ms, spikes, error);
}

void __wrap_tp_adam_step(tp_adam *adam, const double *gradient, double *parameters) {
    if (shared && atomic_load(&shared->slows))
        (void)__real_nanosleep(&(struct timespec){.tv_nsec = 100000000}, NULL);
    __real_tp_adam_step(adam, gradient, parameters);
}
