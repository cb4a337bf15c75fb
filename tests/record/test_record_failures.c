/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records that cannot be written, and files that cannot be read. */
#include "sample.h"

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* HDF5 forgets a buffer of its own when a write fails; the leak checker is to mind the rest. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libhdf5";
}

static void names_that_cannot_be_written(void **state) {
    (void)state;
    tp_writer *writer;
    tp_error error;
    int before = count_files(folder);
    const char *names[] = {"", folder, in_folder("no/such/run.h5"), "/dev/null", in_folder("x/")};
    const char *says[] = {"empty", "is a directory", "No such file", "not a regular", "directory"};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(tp_writer_create(names[i], &writer, &error), TP_FAILED);
        assert_null(writer);
        assert_non_null(strstr(error.message, says[i]));
    }
    assert_int_equal(tp_writer_create(names[2], &writer, &error), TP_FAILED);
    assert_non_null(strstr(error.hint, "mkdir -p"));
    assert_int_equal(tp_writer_create(NULL, &writer, NULL), TP_FAILED);
    assert_int_equal(count_files(folder), before);
}

/* A child that ends when it crashes, where CMocka's handlers would go on with the next test. */
static pid_t fork_plainly(void) {
    const int crashes[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
    fflush(NULL);
    pid_t child = fork();
    for (size_t i = 0; child == 0 && i < sizeof crashes / sizeof *crashes; i++)
        signal(crashes[i], SIG_DFL);
    return child;
}

static int wait_for(pid_t child) {
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    if (!WIFEXITED(status))
        fail_msg("the child was ended by signal %d", WTERMSIG(status));
    return WEXITSTATUS(status);
}

static void unwritable_directories(void **state) {
    (void)state;
    char locked[600];
    snprintf(locked, sizeof locked, "%s", in_folder("locked"));
    assert_int_equal(mkdir(locked, 0555), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    pid_t child = fork_plainly();
    if (child == 0) {
        /* Nothing is forbidden to root. */
        if (geteuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0))
            _exit(3);
        tp_writer *writer;
        tp_error error;
        if (tp_writer_create(in_folder("locked/run.h5"), &writer, &error) != TP_FAILED)
            _exit(1);
        _exit(strstr(error.message, "Permission denied") ? 0 : 2);
    }
    assert_int_equal(wait_for(child), 0);
    assert_int_equal(rmdir(locked), 0);
}

static void earlier_files_stay_whole(void **state) {
    (void)state;
    tp_writer *writer;
    const char *path = in_folder("kept.h5");
    spill(path, "earlier", 7);
    assert_int_equal(tp_writer_create(path, &writer, NULL), TP_OK);
    assert_int_equal(fill(writer, NULL), TP_OK);
    int during = count_files(folder);
    tp_writer_discard(&writer);
    assert_int_equal(count_files(folder), during - 1);
    size_t size;
    char *bytes = slurp(path, &size);
    assert_int_equal(size, 7);
    assert_memory_equal(bytes, "earlier", 7);
    free(bytes);
    assert_int_equal(write_sample(path, NULL), TP_OK);
    tp_record *record;
    assert_int_equal(tp_record_open(path, &record, NULL), TP_OK);
    tp_record_close(&record);
    unlink(path);
}

typedef enum reaction { GIVE_UP, GO_ON, CHANGE_MIND } reaction;

/* Writes with no file longer than `limit`. 0 where all went as it should, 4 where the file went
 * through; the exit itself is part of the test. */
static int write_within(rlim_t limit, reaction then) {
    struct rlimit bounds;
    tp_writer *writer;
    tp_error error = {0};
    const char *path = in_folder("full.h5");
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &bounds);
    bounds.rlim_cur = limit;
    setrlimit(RLIMIT_FSIZE, &bounds);
    tp_status status = tp_writer_create(path, &writer, &error);
    if (status == TP_OK) {
        status = fill(writer, &error);
        if (status != TP_OK && then == GO_ON) {
            (void)write_arrays(writer, NULL);
            (void)write_noise(writer, NULL);
        }
        if (then == CHANGE_MIND || (status != TP_OK && then == GIVE_UP)) {
            tp_writer_discard(&writer);
            status = TP_FAILED;
        } else {
            status = tp_writer_finish(&writer, &error);
        }
        if (writer)
            return 1;
    }
    if (status == TP_OK)
        return 4;
    if (then != CHANGE_MIND && !strstr(error.message, strerror(EFBIG))) {
        fprintf(stderr, "%s\n", error.message);
        return 2;
    }
    /* The library must still be of use. */
    bounds.rlim_cur = bounds.rlim_max;
    setrlimit(RLIMIT_FSIZE, &bounds);
    return write_sample(in_folder("after.h5"), &error) == TP_OK ? 0 : 3;
}

/* True where the record was not stopped by the limit. */
static bool survive(rlim_t limit) {
    bool through = false;
    int before = count_files(folder);
    for (int then = GIVE_UP; then <= CHANGE_MIND; then++) {
        pid_t child = fork_plainly();
        if (child == 0)
            exit(write_within(limit, (reaction)then));
        int result = wait_for(child);
        if (result != 0 && result != 4)
            fail_msg("limit %llu, reaction %d: %d", (unsigned long long)limit, then, result);
        through = through || result == 4;
        unlink(in_folder(result == 4 ? "full.h5" : "after.h5"));
        assert_int_equal(count_files(folder), before);
    }
    return through;
}

static void full_disks_are_survived(void **state) {
    (void)state;
    struct stat found;
    assert_int_equal(write_sample(in_folder("size.h5"), NULL), TP_OK);
    assert_int_equal(stat(in_folder("size.h5"), &found), 0);
    unlink(in_folder("size.h5"));
    rlim_t size = (rlim_t)found.st_size;
    for (rlim_t limit = 0; limit < size; limit += 1021 + limit / 6)
        assert_false(survive(limit));
    /* Metadata is written last: a failure there is what HDF5's exit handler crashes over. */
    for (rlim_t limit = size - 12000; limit < size; limit += 1021)
        assert_false(survive(limit));
    /* Space that is set aside in blocks, and given back at the end, counts too. */
    assert_true(survive(2 * size));
}

/* Everything that may be asked of a file, whatever it holds. */
static void read_all(const char *path) {
    const char *arrays[] = {"/patterns/label", "/patterns/sample", "/training/neurons/v",
                            "/training/spikes/neurons/node_ids", "/noise/noise"};
    tp_record *record;
    tp_error error = {0};
    tp_array array;
    char *text;
    if (tp_record_open(path, &record, &error) != TP_OK) {
        assert_true(error.status == TP_INVALID && strlen(error.message) > 0);
        return;
    }
    for (size_t i = 0; i < 5; i++) {
        (void)tp_record_has(record, arrays[i]);
        if (tp_record_array(record, arrays[i], &array, &error) == TP_OK)
            tp_array_free(&array);
        if (tp_record_string(record, arrays[i], 1, &text, &error) == TP_OK)
            free(text);
        if (tp_record_text(record, arrays[i], "units", &text, &error) == TP_OK)
            free(text);
    }
    tp_record_close(&record);
}

static void damaged_files_are_refused(void **state) {
    (void)state;
    tp_record *record = open_sample();
    tp_record_close(&record);
    size_t size;
    char *bytes = slurp(in_folder("sample.h5"), &size);
    for (size_t length = 0; length < size; length += 1 + length / 9) {
        spill(in_folder("cut.h5"), bytes, length);
        assert_int_equal(tp_record_open(in_folder("cut.h5"), &record, NULL), TP_INVALID);
    }
    /* Whole in length, and zeros from somewhere on. */
    for (size_t length = 600; length < size; length += 1 + length / 9) {
        char *hollow = calloc(1, size);
        memcpy(hollow, bytes, length);
        spill(in_folder("cut.h5"), hollow, size);
        free(hollow);
        read_all(in_folder("cut.h5"));
    }
    free(bytes);
    unlink(in_folder("cut.h5"));
}

static void expect_refused(const char *path, const char *why) {
    tp_record *record;
    tp_error error;
    assert_int_equal(tp_record_open(path, &record, &error), TP_INVALID);
    assert_null(record);
    if (!strstr(error.message, why))
        fail_msg("'%s' does not say '%s'", error.message, why);
    assert_string_equal(error.where, path);
}

static void foreign_files_are_refused(void **state) {
    (void)state;
    const char *path = in_folder("foreign.h5");
    tp_writer *writer;
    expect_refused(in_folder("absent.h5"), "No such file");
    expect_refused(folder, "is a directory");
    expect_refused("/dev/null", "not a regular file");
    spill(path, "network: grid\n", 14);
    expect_refused(path, "is not an HDF5 file");
    assert_int_equal(tp_writer_create(path, &writer, NULL), TP_OK);
    assert_int_equal(tp_writer_text(writer, "/", "source", "tripartite 0.1.0", NULL), TP_OK);
    assert_int_equal(tp_writer_finish(&writer, NULL), TP_OK);
    expect_refused(path, "is no record of Tripartite");
    assert_int_equal(tp_writer_create(path, &writer, NULL), TP_OK);
    assert_int_equal(tp_writer_text(writer, "/", "source", "another 1.0", NULL), TP_OK);
    assert_int_equal(tp_writer_integer(writer, "/", "format_version", 1, NULL), TP_OK);
    assert_int_equal(tp_writer_finish(&writer, NULL), TP_OK);
    expect_refused(path, "is no record of Tripartite");
    assert_int_equal(tp_writer_create(path, &writer, NULL), TP_OK);
    assert_int_equal(tp_writer_text(writer, "/", "source", "tripartite 9.0", NULL), TP_OK);
    assert_int_equal(tp_writer_integer(writer, "/", "format_version", 2, NULL), TP_OK);
    assert_int_equal(tp_writer_finish(&writer, NULL), TP_OK);
    expect_refused(path, "format version 2, expected 1");
    unlink(path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_that_cannot_be_written), cmocka_unit_test(unwritable_directories),
        cmocka_unit_test(earlier_files_stay_whole),     cmocka_unit_test(full_disks_are_survived),
        cmocka_unit_test(damaged_files_are_refused),    cmocka_unit_test(foreign_files_are_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
