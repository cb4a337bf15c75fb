/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An allocation fails, each one in turn, under every function of the public headers that takes
 * memory: an error comes back, nothing is lost and nothing crashes. Here each place of the source
 * that allocates fails once, whatever was called; with TRIPARTITE_LONG=1 each allocation of each
 * function. Arguments are the names of entries, or K/N for each N-th of them from the K-th on, so
 * that several processes share them; without arguments all are gone through. */
#include "../folder.h"
#include "entries.h"
#include "failing.h"
#include "inputs.h"

#include <time.h>

/* Where there is a leak checker. */
__attribute__((weak)) int __lsan_do_recoverable_leak_check(void);

static char **chosen; /* NULL: all */

typedef struct tally {
    long most, failed, harmless;
    uint64_t output; /* of what it makes where nothing fails */
} tally;

static int complaints;

/* The rest is gone through all the same. */
static void complain(const entry *e, const char *what, const tp_error *error) {
    print_error("%s: %s: %s: %s\n", e->name, what, error->where, error->message);
    failing_tell();
    complaints++;
}

static void judge(const entry *e, tp_status status, const tp_error *error, bool failed,
                  const tally *sum) {
    if (!failed && status != e->expected)
        complain(e, "an error where nothing failed", error);
    if (failing_lost_units())
        complain(e, "units are lost", error);
    if (status != TP_OK && (error->status != status || !*error->message))
        complain(e, "no error is told", error);
    /* The process that reads may crash, but not of this. */
    if (status != TP_OK && strstr(error->message, "HDF5 "))
        complain(e, "no error of the file", error);
    /* Nothing is missing because of a failure that was not told. */
    if (failed && status == TP_OK && !e->measures && hash_output() != sum->output)
        complain(e, "it made something else", error);
}

/* Whether an allocation failed. */
static bool try(const entry *e, failing_which which, long n, tally *sum) {
    tp_error error = {.status = TP_OK};
    bool failed;
    if (e->before)
        e->before(e->input);
    failing_begin(which, n);
    const tp_status status = e->call(e, &error);
    const long count = failing_end(&failed);
    if (which == FAIL_NONE)
        sum->output = hash_output();
    judge(e, status, &error, failed, sum);
    clear_output();
    sum->most = count > sum->most ? count : sum->most;
    sum->failed += failed;
    sum->harmless += failed && status == e->expected;
    return failed;
}

static void fail_in_turn(const entry *e) {
    const bool is_long = getenv("TRIPARTITE_LONG") != NULL;
    const int files = count_files(".");
    tally sum = {0};
    const time_t began = time(NULL);
    try(e, FAIL_NONE, 0, &sum);
    if (is_long) {
        /* Threads share allocations out anew each time: a few more than were counted. */
        for (long n = 1; n <= sum.most + 3; n++)
            try(e, FAIL_NUMBER, n, &sum);
    } else {
        while (try(e, FAIL_PLACE, 0, &sum))
            ;
    }
    assert_int_equal(count_files("."), files);
    if (__lsan_do_recoverable_leak_check && __lsan_do_recoverable_leak_check() != 0)
        complain(e, "memory is lost", &(tp_error){0});
    print_message("%s: %ld allocations, %ld failed, %ld of them did no harm; %ld s\n", e->name,
                  sum.most, sum.failed, sum.harmless, (long)(time(NULL) - began));
    fflush(NULL); /* it takes hours: how far it has come */
}

static bool is_chosen(const entry *e) {
    static unsigned number;
    unsigned share, shares;
    bool is = !chosen;
    for (char **name = chosen; name && *name; name++)
        is = is || strcmp(*name, e->name) == 0 ||
             (sscanf(*name, "%u/%u", &share, &shares) == 2 && shares > 0 &&
              number % shares == share % shares);
    number++;
    return is;
}

static void go_through(const entry *entries) {
    for (const entry *e = entries; e->name; e++)
        if (is_chosen(e) && (!e->late || getenv("TRIPARTITE_LONG")))
            fail_in_turn(e);
    assert_int_equal(complaints, 0);
}

static void runs_fail(void **state) {
    (void)state;
    go_through(run_entries);
}

static void what_is_made_of_records_fails(void **state) {
    (void)state;
    go_through(record_entries);
}

static void every_figure_is_drawn(void **state) {
    (void)state;
    for (size_t i = 0; tp_figure_at(i); i++) {
        bool drawn = false;
        for (const entry *e = record_entries; e->name; e++)
            drawn = drawn || (e->what && strcmp(e->what, tp_figure_at(i)->name) == 0);
        if (!drawn)
            fail_msg("the figure %s is not drawn", tp_figure_at(i)->name);
    }
}

static void what_takes_no_memory_takes_none(void **state) {
    (void)state;
    bool failed;
    failing_begin(FAIL_NONE, 0);
    call_without_memory();
    assert_int_equal(failing_end(&failed), 0);
}

static int prepare(void **state) {
    const char *source = getenv("TRIPARTITE_SOURCE");
    (void)state;
    return !source || !failing_prepare() || make_inputs(source) != 0;
}

static int tidy(void **state) {
    (void)state;
    remove_inputs();
    return 0;
}

int main(int count, char **arguments) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_takes_no_memory_takes_none),
        cmocka_unit_test(every_figure_is_drawn),
        cmocka_unit_test(runs_fail),
        cmocka_unit_test(what_is_made_of_records_fails),
    };
    chosen = count > 1 ? arguments + 1 : NULL;
    return cmocka_run_group_tests(tests, prepare, tidy);
}
