/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The process that reads: it holds nothing of its parent's, ends with it, and answers about types
 * and attributes. */
#define _GNU_SOURCE /* prlimit */
#include "sample.h"

#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "record/lock.h"
#include "record/reader_attributes.h"
#include "record/reader_private.h"

/* ---- what it inherits ---- */

/* The one child that a process has. */
static pid_t child_of(pid_t parent) {
    char path[80];
    long child = 0;
    snprintf(path, sizeof path, "/proc/%ld/task/%ld/children", (long)parent, (long)parent);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%ld", &child), 1);
    fclose(file);
    return (pid_t)child;
}

/* Takes a lock, has a record open, says so, and waits to be killed. */
static void hold(int told) {
    tp_lock lock;
    tp_record *record;
    const bool holds = tp_lock_take(in_folder("written.h5"), &lock, NULL) == TP_OK &&
                       tp_lock_held(&lock) &&
                       tp_record_open(in_folder("sample.h5"), &record, NULL) == TP_OK;
    const char word = holds ? 'y' : 'n';
    if (write(told, &word, 1) == 1)
        pause();
    _exit(1);
}

static void a_lock_does_not_outlive_its_owner(void **state) {
    (void)state;
    int ends[2], how = 0;
    char word = 'n';
    assert_int_equal(write_sample(in_folder("sample.h5"), NULL), TP_OK);
    /* So that what the owner leaves behind becomes a child of this process. */
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    assert_int_equal(pipe(ends), 0);
    const pid_t owner = fork();
    assert_true(owner >= 0);
    if (owner == 0)
        hold(ends[1]);
    assert_int_equal(read(ends[0], &word, 1), 1);
    assert_int_equal(word, 'y');
    const pid_t reader = child_of(owner);
    tp_lock lock;
    assert_int_equal(tp_lock_take(in_folder("written.h5"), &lock, NULL), TP_INVALID);
    tp_lock_release(&lock);
    /* It does nothing while its parent dies, and still holds nothing. */
    assert_int_equal(kill(reader, SIGSTOP), 0);
    assert_int_equal(kill(owner, SIGKILL), 0);
    assert_int_equal(waitpid(owner, &how, 0), owner);
    assert_int_equal(tp_lock_take(in_folder("written.h5"), &lock, NULL), TP_OK);
    assert_true(tp_lock_held(&lock));
    tp_lock_release(&lock);
    assert_int_equal(kill(reader, SIGCONT), 0);
    assert_int_equal(waitpid(reader, &how, 0), reader);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 0), 0);
    close(ends[0]);
    close(ends[1]);
}

/* ---- what it may take ---- */

static void half_of_the_memory_is_its_limit(void **state) {
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip(); /* they take memory without end: there is no limit */
#else
    struct rlimit mine, found;
    tp_record *record = open_sample();
    assert_int_equal(getrlimit(RLIMIT_DATA, &mine), 0);
    assert_int_equal(prlimit(child_of(getpid()), RLIMIT_DATA, NULL, &found), 0);
    const rlim_t half = (rlim_t)sysconf(_SC_PHYS_PAGES) / 2 * (rlim_t)sysconf(_SC_PAGESIZE);
    assert_true(found.rlim_cur == (half < mine.rlim_cur ? half : mine.rlim_cur));
    tp_record_close(&record);
#endif
}

static void what_it_has_ended_over_three_times_is_left_alone(void **state) {
    (void)state;
    tp_array array;
    tp_error error;
    tp_record *record = open_sample(), *other;
    for (int ends = 0; ends < 3; ends++) {
        assert_int_equal(tp_record_array(record, "/patterns/label", &array, NULL), TP_OK);
        tp_array_free(&array);
        assert_int_equal(kill(child_of(getpid()), SIGKILL), 0);
        assert_int_equal(tp_record_array(record, "/patterns/label", &array, &error), TP_INVALID);
        assert_non_null(strstr(error.message, "the process that reads it was killed"));
    }
    assert_int_equal(tp_record_array(record, "/patterns/label", &array, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "has ended over it 3 times: it is left alone"));
    assert_string_equal(error.where, in_folder("sample.h5"));
    /* Which says nothing of a file that is opened anew. */
    assert_int_equal(tp_record_open(in_folder("sample.h5"), &other, NULL), TP_OK);
    assert_int_equal(tp_record_array(other, "/patterns/label", &array, NULL), TP_OK);
    tp_array_free(&array);
    tp_record_close(&other);
    tp_record_close(&record);
}

/* ---- types ---- */

static void expect_bytes(const tp_record *record, const char *path, tp_read_as as,
                         const void *bytes, size_t size) {
    tp_array array;
    assert_int_equal(tp_record_array_as(record, path, as, &array, NULL), TP_OK);
    assert_memory_equal(array.values, bytes, size);
    tp_array_free(&array);
}

static void numbers_come_as_asked_for(void **state) {
    (void)state;
    const float level[] = {0.5f, -1.25f, 3e38f};
    const int32_t label[] = {INT32_MIN, 0, INT32_MAX};
    const int64_t wide[] = {INT32_MIN, 0, INT32_MAX};
    const uint8_t image[] = {0, 255, 1, 2, 3, 4};
    const int8_t clipped[] = {0, INT8_MAX, 1, 2, 3, 4};
    const uint16_t whole[] = {0, 255, 1, 2, 3, 4};
    tp_record *record = open_sample();
    expect_bytes(record, "/patterns/level", TP_AS_FLOAT, level, sizeof level);
    expect_bytes(record, "/patterns/label", TP_AS_INT32, label, sizeof label);
    expect_bytes(record, "/patterns/label", TP_AS_INT64, wide, sizeof wide);
    expect_bytes(record, "/patterns/image", TP_AS_UINT8, image, sizeof image);
    expect_bytes(record, "/patterns/image", TP_AS_INT8, clipped, sizeof clipped);
    expect_bytes(record, "/patterns/image", TP_AS_UINT16, whole, sizeof whole);
    tp_array part;
    assert_int_equal(tp_record_slice_as(record, "/patterns/image", (const size_t[]){1, 0},
                                        (const size_t[]){2, 2}, TP_AS_UINT8, &part, NULL),
                     TP_OK);
    assert_int_equal(part.rank, 2);
    assert_memory_equal(part.values, image + 2, 4);
    tp_array_free(&part);
    tp_record_close(&record);
}

/* ---- what there is ---- */

static void arrays_are_listed(void **state) {
    (void)state;
    tp_listing listing;
    tp_record *record = open_sample();
    assert_int_equal(tp_record_list(record, &listing, NULL), TP_OK);
    const tp_listed *v = tp_listing_find(&listing, "/training/neurons/v");
    assert_non_null(v);
    assert_int_equal(v->kind, TP_LISTED_FLOAT);
    assert_int_equal(v->bytes, sizeof(float));
    assert_int_equal(v->rank, 3);
    assert_string_equal(v->axes[0], "/training/neurons/time");
    assert_string_equal(v->axes[1], "/training/neurons/row");
    assert_string_equal(v->axes[2], "/training/neurons/column");
    assert_null(v->axes[3]);
    assert_int_equal(tp_listing_find(&listing, v->axes[2])->kind, TP_LISTED_BARE);
    assert_true(tp_listing_find(&listing, v->axes[0])->is_axis);
    assert_int_equal(tp_listing_find(&listing, "/patterns/image")->bytes, 1);
    tp_listing_free(&listing);
    tp_record_close(&record);
}

static void attributes_are_listed(void **state) {
    (void)state;
    const char *const names[] = {"empty",  "format_version", "scenario", "seed",
                                 "source", "status",         "title"};
    const tp_listed_kind kinds[] = {TP_LISTED_TEXT,     TP_LISTED_UNSIGNED, TP_LISTED_TEXT,
                                    TP_LISTED_UNSIGNED, TP_LISTED_TEXT,     TP_LISTED_TEXT,
                                    TP_LISTED_TEXT};
    tp_attributes list;
    tp_error error;
    tp_record *record = open_sample();
    assert_int_equal(tp_record_attributes(record, "/", &list, NULL), TP_OK);
    assert_int_equal(list.count, sizeof names / sizeof *names);
    for (size_t i = 0; i < list.count; i++) {
        assert_string_equal(list.items[i].name, names[i]);
        assert_int_equal(list.items[i].kind, kinds[i]);
    }
    tp_attributes_free(&list);
    assert_int_equal(tp_record_attributes(record, "/training/spikes/neurons", &list, NULL), TP_OK);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].name, "sorting");
    assert_int_equal(list.items[0].kind, TP_LISTED_UNSIGNED);
    assert_string_equal(list.items[1].name, "tick");
    assert_int_equal(list.items[1].kind, TP_LISTED_FLOAT);
    tp_attributes_free(&list);
    assert_int_equal(tp_record_attributes(record, "/not/there", &list, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "/not/there"));
    tp_attributes_free(&list);
    tp_record_close(&record);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lock_does_not_outlive_its_owner),
        cmocka_unit_test(half_of_the_memory_is_its_limit),
        cmocka_unit_test(what_it_has_ended_over_three_times_is_left_alone),
        cmocka_unit_test(numbers_come_as_asked_for),
        cmocka_unit_test(arrays_are_listed),
        cmocka_unit_test(attributes_are_listed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
