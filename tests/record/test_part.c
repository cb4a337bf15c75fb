/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _GNU_SOURCE /* memmem */
/* A writer that is told all that another one was told makes the same file, to the byte, from
 * wherever it goes on; a damaged part is told as one. */
#include "../folder.h"
#include "sample.h"

#include "record/part.h"
#include "record/parts.h"

/* HDF5 forgets a buffer of its own when a file is damaged; the leak checker is to mind the rest. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libhdf5";
}

enum { STAGES = 6, TALL = 300, WIDE = 1000 };

static double wide_value(size_t row, size_t i) {
    return row < 2 ? (double)(i % 100) : (double)((i * 2654435761u + row) % 1000003);
}

static tp_status write_wide(tp_writer *writer, size_t first, size_t count, tp_error *error) {
    tp_writer_stream *wide = tp_writer_stream_find(writer, "wide/v");
    double *row = malloc(TALL * WIDE * sizeof *row);
    tp_status status = wide && row ? TP_OK : TP_FAILED;
    for (size_t r = first; status == TP_OK && r < first + count; r++) {
        for (size_t i = 0; i < TALL * WIDE; i++)
            row[i] = wide_value(r, i);
        status = tp_writer_append_doubles(wide, row, 1, error);
    }
    free(row);
    return status;
}

static tp_status write_counts(tp_writer *writer, int32_t first, int32_t count, tp_error *error) {
    tp_writer_stream *counts = tp_writer_stream_find(writer, "/wide/counts/");
    for (int32_t i = first; i < first + count; i++)
        TRY(tp_writer_append(counts, &i, 1, error));
    return TP_OK;
}

static tp_status write_large(tp_writer *writer, const char *path, tp_error *error) {
    const tp_layout layout = {TP_FLOAT64, 2, {TALL, 3 * WIDE}, {"y", "x"}, "1", "large"};
    double *values = calloc(TALL * 3 * WIDE, sizeof *values);
    tp_status status = values ? tp_writer_array(writer, path, &layout, values, error) : TP_FAILED;
    free(values);
    return status;
}

/* One stage of a file that holds all there is: rows wider than a chunk, rows that a chunk is not
 * full of yet, streams that are closed, arrays beyond what a journal keeps in memory. */
static tp_status write_stage(tp_writer *writer, int stage, tp_error *error) {
    const tp_layout wide = {TP_FLOAT64, 3, {0, TALL, WIDE}, {"t", "y", "x"}, "1", "wide"};
    const tp_layout counts = {TP_INT32, 1, {0}, {"count"}, "1", "counts"};
    tp_writer_stream *stream;
    switch (stage) {
    case 0:
        TRY(tp_writer_stream_open(writer, "wide/v", &wide, &stream, error));
        TRY(tp_writer_stream_open(writer, "wide/counts", &counts, &stream, error));
        return write_counts(writer, 0, 1000, error);
    case 1:
        TRY(write_wide(writer, 0, 2, error));
        return write_streams(writer, error);
    case 2:
        TRY(write_counts(writer, 1000, 5000, error));
        return write_attributes(writer, error);
    case 3:
        TRY(write_wide(writer, 2, 1, error));
        TRY(tp_writer_stream_close(tp_writer_stream_find(writer, "wide/v"), error));
        return write_arrays(writer, error);
    case 4:
        TRY(write_noise(writer, error));
        TRY(write_large(writer, "large/one", error));
        TRY(write_large(writer, "large/other", error));
        return write_counts(writer, 6000, 10, error);
    default:
        return tp_writer_stream_close(tp_writer_stream_find(writer, "wide/counts"), error);
    }
}

static void must(tp_status status, const tp_error *error) {
    if (status != TP_OK)
        fail_msg("%s: %s", error->where, error->message);
}

static const char *part_name(int stage) {
    static char name[40];
    snprintf(name, sizeof name, "part-%d.h5", stage);
    return in_folder(name);
}

static void commit(tp_writer *writer, int stage) {
    tp_error error;
    tp_writer *part;
    tp_bytes state = {0};
    assert_true(tp_bytes_put(&state, "state", 6));
    must(tp_writer_create(part_name(stage), &part, &error), &error);
    must(tp_writer_text(part, "/", "source", "tripartite", &error), &error);
    must(tp_writer_integer(part, "/", "format_version", 1, &error), &error);
    must(tp_part_put_journal(part, writer, &error), &error);
    must(tp_part_put_bytes(part, "state", &state, &error), &error);
    must(tp_writer_finish(&part, &error), &error);
    tp_writer_forget_journal(writer);
    tp_bytes_free(&state);
}

static tp_status replay(tp_writer *writer, const char *path, tp_error *error) {
    tp_record *part;
    tp_bytes state;
    tp_status status = tp_record_open(path, &part, error);
    if (status != TP_OK)
        return status;
    status = tp_part_replay(part, writer, error);
    if (status == TP_OK)
        status = tp_part_bytes(part, "state", &state, error);
    if (status == TP_OK) {
        assert_int_equal(state.size, 6);
        assert_memory_equal(state.data, "state", 6);
        tp_bytes_free(&state);
    }
    tp_record_close(&part);
    return status;
}

static void expect_same(const char *one, const char *other) {
    size_t size, other_size;
    char *bytes = slurp(one, &size), *others = slurp(other, &other_size);
    assert_int_equal(size, other_size);
    assert_memory_equal(bytes, others, size);
    free(bytes);
    free(others);
}

/* Writes the file, committing after each stage from `first` on; those before are replayed. */
static void write_from(const char *path, int first, bool commits) {
    tp_error error;
    tp_writer *writer;
    must(tp_writer_create(path, &writer, &error), &error);
    for (int stage = 0; stage < first; stage++)
        must(replay(writer, part_name(stage), &error), &error);
    /* A stream that was closed is closed again. */
    assert_int_equal(tp_writer_stream_find(writer, "wide/v") != NULL, first > 0 && first <= 3);
    if (commits)
        must(tp_writer_keep_journal(writer, &error), &error);
    for (int stage = first; stage < STAGES; stage++) {
        must(write_stage(writer, stage, &error), &error);
        if (commits)
            commit(writer, stage);
    }
    must(tp_writer_finish(&writer, &error), &error);
}

static void a_file_is_the_same_wherever_it_is_gone_on_with(void **unused) {
    (void)unused;
    char whole[700];
    snprintf(whole, sizeof whole, "%s", in_folder("whole.h5"));
    write_from(whole, 0, false);
    write_from(in_folder("committed.h5"), 0, true);
    expect_same(whole, in_folder("committed.h5"));
    for (int stage = STAGES; stage >= 0; stage--) {
        /* From parts of which some were made by one that had gone on itself. */
        write_from(in_folder("again.h5"), stage, true);
        expect_same(whole, in_folder("again.h5"));
    }
    /* Nothing else is left: three files and the parts. */
    assert_int_equal(count_files(folder), 3 + STAGES);
}

/* One byte after another is changed: either it does not matter, or it is told, and where. */
static void a_damaged_part_is_told(void **unused) {
    (void)unused;
    size_t size, told = 0, tried = 0;
    char *bytes = slurp(part_name(0), &size);
    for (size_t at = 0; at < size; at += size / 700 + 1, tried++) {
        tp_writer *writer;
        tp_error error = {0};
        bytes[at] ^= 0x41;
        spill(in_folder("damaged.h5"), bytes, size);
        bytes[at] ^= 0x41;
        must(tp_writer_create(in_folder("rebuilt.h5"), &writer, &error), &error);
        const tp_status status = replay(writer, in_folder("damaged.h5"), &error);
        if (status != TP_OK) {
            assert_int_equal(status, TP_INVALID);
            assert_non_null(strstr(error.where, "damaged.h5"));
            told++;
        }
        tp_writer_discard(&writer);
    }
    assert_true(told > tried / 100);
    for (size_t kept = 0; kept < size; kept += size / 20 + 1) {
        tp_writer *writer;
        tp_error error;
        spill(in_folder("damaged.h5"), bytes, kept);
        must(tp_writer_create(in_folder("rebuilt.h5"), &writer, &error), &error);
        assert_int_equal(replay(writer, in_folder("damaged.h5"), &error), TP_INVALID);
        tp_writer_discard(&writer);
    }
    free(bytes);
}

/* The bytes that matter are under a checksum: whichever of the journal's is changed, it is seen. */
static void what_a_journal_holds_is_under_a_checksum(void **unused) {
    (void)unused;
    size_t size;
    char *bytes = slurp(part_name(0), &size);
    /* Counts 0, 1, 2, ... are in it, as the buffer of a stream held them. */
    const int32_t counts[] = {700, 701, 702, 703};
    char *found = memmem(bytes, size, counts, sizeof counts);
    assert_non_null(found);
    tp_writer *writer;
    tp_error error;
    *found ^= 1;
    spill(in_folder("damaged.h5"), bytes, size);
    must(tp_writer_create(in_folder("rebuilt.h5"), &writer, &error), &error);
    assert_int_equal(replay(writer, in_folder("damaged.h5"), &error), TP_INVALID);
    assert_non_null(strstr(error.message, "damaged"));
    tp_writer_discard(&writer);
    free(bytes);
}

/* The parts of the record r.h5. */
static tp_parts parts_of_record(void) {
    tp_parts parts;
    tp_error error;
    must(tp_parts_find(in_folder("r.h5"), &parts, &error), &error);
    return parts;
}

static void parts_that_cannot_be_removed_are_told(void **unused) {
    (void)unused;
    tp_error error = {0};
    tp_parts parts = parts_of_record();
    must(tp_parts_make_folder(&parts, &error), &error);
    char *paths[3];
    for (size_t i = 0; i < 3; i++) {
        assert_non_null(paths[i] = tp_parts_path(&parts, i));
        if (i != 1)
            spill(paths[i], "x", 1);
    }
    spill(in_folder("r.h5.parts/.part-000000000003.h5-begun"), "x", 1);
    spill(in_folder("r.h5.parts/other"), "x", 1);
    /* A folder cannot be unlinked, not even by root. */
    assert_int_equal(mkdir(paths[1], 0777), 0);
    assert_int_equal(tp_parts_remove(&parts, &error), TP_FAILED);
    assert_string_equal(error.where, paths[1]);
    assert_non_null(strstr(error.message, "the parts cannot be removed: "));
    assert_string_equal(error.hint, "remove the folder");
    assert_int_equal(tp_parts_done(&parts, &error), TP_FAILED);
    assert_string_equal(error.hint, "the record is whole; remove the folder");
    /* Those before it are left, so that it can be gone on from them. */
    assert_int_equal(access(paths[0], F_OK), 0);
    assert_int_equal(access(paths[2], F_OK), -1);
    assert_int_equal(count_files(parts.folder), 3);
    assert_int_equal(rmdir(paths[1]), 0);
    must(tp_parts_remove(&parts, &error), &error);
    assert_int_equal(count_files(parts.folder), 1);
    assert_int_equal(unlink(in_folder("r.h5.parts/other")), 0);
    must(tp_parts_remove(&parts, &error), &error);
    assert_int_equal(access(parts.folder, F_OK), -1);
    must(tp_parts_remove(&parts, &error), &error);
    for (size_t i = 0; i < 3; i++)
        free(paths[i]);
    tp_parts_free(&parts);
}

static int make_folder(void **state) {
    (void)state;
    strcpy(folder, "/tmp/tripartite-part-XXXXXX");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    empty_folder(folder, false);
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_is_the_same_wherever_it_is_gone_on_with),
        cmocka_unit_test(a_damaged_part_is_told),
        cmocka_unit_test(what_a_journal_holds_is_under_a_checksum),
        cmocka_unit_test(parts_that_cannot_be_removed_are_told),
    };
    return cmocka_run_group_tests_name("part", tests, make_folder, remove_folder);
}
