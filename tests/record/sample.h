/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record with one of everything, and the folder that it is written to. */
#ifndef TP_TESTS_RECORD_SAMPLE_H
#define TP_TESTS_RECORD_SAMPLE_H

#include "../folder.h"
#include "record/writer.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <tripartite/record.h>
#include <unistd.h>

enum { ROWS = 3, COLUMNS = 4, FRAMES = 11, NOISE = 40000, LONG_TEXT = 100000 };

static inline int setup(void **state) {
    (void)state;
    const char *parent = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/test_record.XXXXXX", parent ? parent : "/tmp");
    return mkdtemp(folder) ? 0 : -1;
}

static inline int teardown(void **state) {
    (void)state;
    empty_folder(folder, false);
    return rmdir(folder);
}

/* ---- the sample ---- */

#define TRY(call)                                                                                  \
    do {                                                                                           \
        if ((call) != TP_OK)                                                                       \
            return TP_FAILED;                                                                      \
    } while (0)

static inline double frame_value(size_t frame, size_t cell) {
    return (double)frame + (double)cell / 64;
}

static inline tp_status write_attributes(tp_writer *writer, tp_error *error) {
    static const char *const sortings[] = {"none", "by_id", "by_time", NULL};
    char *text = malloc(LONG_TEXT + 1);
    if (!text)
        return TP_FAILED;
    memset(text, 'x', LONG_TEXT);
    text[LONG_TEXT] = '\0';
    tp_status status = tp_writer_text(writer, "/", "scenario", text, error);
    free(text);
    TRY(status);
    TRY(tp_writer_text(writer, "/", "source", "tripartite 0.1.0", error));
    TRY(tp_writer_integer(writer, "/", "format_version", 1, error));
    TRY(tp_writer_text(writer, "/", "title", "Zwei Muster für 5 µM", error));
    TRY(tp_writer_text(writer, "/", "empty", "", error));
    TRY(tp_writer_integer(writer, "/", "seed", UINT64_MAX, error));
    TRY(tp_writer_text(writer, "/", "status", "partial", error));
    TRY(tp_writer_text(writer, "/", "status", "complete", error));
    TRY(tp_writer_number(writer, "training/spikes/neurons", "tick", 0.1, error));
    return tp_writer_enumeration(writer, "training/spikes/neurons", "sorting", sortings, 2, error);
}

/* The scale of `row` comes before the arrays, that of `time` is a stream beside them, that of
 * `sample` comes after; `column` and `spike` stay bare. */
static inline tp_status write_streams(tp_writer *writer, tp_error *error) {
    tp_layout frames = {TP_FLOAT32,        3, {0, ROWS, COLUMNS}, {"time", "row", "column"}, "mV",
                        "v of the neurons"};
    tp_layout time = {TP_FLOAT64, 1, {FRAMES}, {"time"}, "ms", "time since the run's start"};
    tp_layout spikes = {TP_UINT64, 1, {0}, {"spike"}, "1", "cell that fired"};
    double row[ROWS] = {0, 1, 2};
    tp_layout rows = {TP_FLOAT64, 1, {ROWS}, {"row"}, "1", "row"};
    TRY(tp_writer_array(writer, "/training/neurons/row", &rows, row, error));
    tp_writer_stream *potential, *clock, *fired;
    TRY(tp_writer_stream_open(writer, "training/neurons/v", &frames, &potential, error));
    TRY(tp_writer_stream_open(writer, "training/neurons/time", &time, &clock, error));
    TRY(tp_writer_stream_open(writer, "training/spikes/neurons/node_ids", &spikes, &fired, error));
    double block[FRAMES][ROWS * COLUMNS];
    for (size_t frame = 0; frame < FRAMES; frame++) {
        double now = 0.5 * (double)frame;
        for (size_t cell = 0; cell < ROWS * COLUMNS; cell++)
            block[frame][cell] = frame_value(frame, cell);
        TRY(tp_writer_append_doubles(clock, &now, 1, error));
    }
    /* Odd blocks, and none. */
    TRY(tp_writer_append_doubles(potential, block[0], 0, error));
    TRY(tp_writer_append_doubles(potential, block[0], 1, error));
    TRY(tp_writer_append_doubles(potential, block[1], 7, error));
    TRY(tp_writer_append_doubles(potential, block[8], 3, error));
    /* More than a chunk at once. */
    uint64_t *ids = malloc(NOISE * sizeof *ids);
    for (uint64_t i = 0; ids && i < NOISE; i++)
        ids[i] = i * UINT64_C(0x9E3779B97F4A7C15);
    tp_status status = ids ? tp_writer_append(fired, ids, NOISE, error) : TP_FAILED;
    free(ids);
    return status;
}

static inline tp_status write_arrays(tp_writer *writer, tp_error *error) {
    const char *names[] = {"zero", "größer", ""};
    const uint8_t image[3][2] = {{0, 255}, {1, 2}, {3, 4}};
    const int32_t label[3] = {INT32_MIN, 0, INT32_MAX};
    const float level[3] = {0.5f, -1.25f, 3e38f};
    const double pi = 3.14159;
    tp_layout sample = {TP_INT32, 1, {3}, {"sample"}, "1", "label"};
    TRY(tp_writer_array(writer, "/patterns/label", &sample, label, error));
    sample.type = TP_FLOAT32;
    TRY(tp_writer_array(writer, "/patterns/level", &sample, level, error));
    tp_layout images = {TP_UINT8, 2, {3, 2}, {"sample", "pixel"}, "1", "image"};
    TRY(tp_writer_array(writer, "/patterns/image", &images, image, error));
    TRY(tp_writer_strings(writer, "/patterns/sample", &sample, names, error));
    tp_layout scalar = {TP_FLOAT64, 0, {0}, {NULL}, "1", "a lone number"};
    TRY(tp_writer_array(writer, "/patterns/lone", &scalar, &pi, error));
    tp_layout none = {TP_FLOAT64, 2, {0, 5}, {"nothing", "five"}, "ms", "no values"};
    TRY(tp_writer_array(writer, "/patterns/none", &none, NULL, error));
    tp_writer_stream *never;
    tp_layout growing = {TP_FLOAT64, 2, {0, 5}, {"never", "five"}, "ms", "no rows"};
    TRY(tp_writer_stream_open(writer, "/patterns/never_fed", &growing, &never, error));
    growing = (tp_layout){TP_UINT8, 2, {0, 0}, {"hollow", "nil"}, "1", "rows of nothing"};
    TRY(tp_writer_stream_open(writer, "/patterns/hollow_rows", &growing, &never, error));
    TRY(tp_writer_append(never, NULL, 2, error));
    return tp_writer_group(writer, "/recall/0", error);
}

static inline tp_status write_noise(tp_writer *writer, tp_error *error) {
    double *noise = malloc(NOISE * sizeof *noise);
    uint64_t bits = 1;
    for (size_t i = 0; noise && i < NOISE; i++) {
        bits = bits * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
        noise[i] = (double)(bits >> 12);
    }
    tp_layout layout = {TP_FLOAT64, 2, {NOISE / 100, 100}, {"time", "cell"}, "1", "noise"};
    tp_status status =
        noise ? tp_writer_array(writer, "/noise/noise", &layout, noise, error) : TP_FAILED;
    free(noise);
    return status;
}

static inline tp_status fill(tp_writer *writer, tp_error *error) {
    TRY(write_streams(writer, error));
    TRY(write_attributes(writer, error));
    TRY(write_arrays(writer, error));
    return write_noise(writer, error);
}

static inline tp_status write_sample(const char *path, tp_error *error) {
    tp_writer *writer;
    TRY(tp_writer_create(path, &writer, error));
    tp_status status = fill(writer, error);
    if (status == TP_OK)
        return tp_writer_finish(&writer, error);
    tp_writer_discard(&writer);
    return status;
}

static inline tp_record *open_sample(void) {
    tp_error error = {0};
    if (write_sample(in_folder("sample.h5"), &error) != TP_OK)
        fail_msg("%s: %s", error.where, error.message);
    tp_record *record;
    if (tp_record_open(in_folder("sample.h5"), &record, &error) != TP_OK)
        fail_msg("%s: %s", error.where, error.message);
    assert_int_equal(count_files(folder), 1);
    return record;
}

#endif
