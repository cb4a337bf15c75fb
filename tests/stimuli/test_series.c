/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Series of users' files: what is read, and what is refused where. */
#include <string.h>

#include "folder.h"
#include "record/arrays.h"
#include "stimuli/series.h"

static tp_series series;
static tp_error error;

static tp_status load(const char *name, const char *text, const tp_series_description *d,
                      size_t wanted) {
    const tp_resolved resolved = {.file = "s.yaml"};
    tp_series_description own = *d;
    own.kind = TP_SERIES_FILE;
    own.interval = d->interval > 0 ? d->interval : 1;
    own.file = in_folder(name);
    if (text)
        spill(own.file, text, strlen(text));
    error = (tp_error){0};
    return tp_series_load(&own, &resolved, "series", wanted, &series, &error);
}

static const tp_series_description plain = {.kind = TP_SERIES_FILE};

static void expect(size_t count, size_t coordinates, const double *values) {
    if (error.status != TP_OK)
        fail_msg("%s: %s", error.where, error.message);
    assert_int_equal(series.count, count);
    assert_int_equal(series.coordinates, coordinates);
    for (size_t i = 0; i < count * coordinates; i++)
        assert_close(series.values[i], values[i], 0, 0);
    tp_series_free(&series);
}

static void tables_are_read(void **unused) {
    (void)unused;
    const double values[] = {1, 2.5, 3, -4e3, 5, 6};
    static const char *const texts[] = {
        "1,2.5\n3,-4e3\n5,6\n",
        "1;2.5\r\n3;-4e3\r\n5;6",
        "# a remark\n\n1\t2.5\n3\t-4e3\n\n5\t6\n\n",
        "  1  2.5\n3 -4e3 \n5 6\n",
        "a,\"b\"\n1,2.5\n3, -4e3\n5,6\n",
    };
    for (size_t k = 0; k < sizeof texts / sizeof *texts; k++) {
        load("a.csv", texts[k], &plain, 3);
        expect(3, 2, values);
    }
}

static void columns_and_times_are_found_by_name(void **unused) {
    (void)unused;
    const char *text = "t,x,y\n10,1,2\n10.5,3,4\n11,5,6\n";
    tp_series_description d = plain;
    const char *columns[] = {"y"};
    d.time = "t";
    assert_int_equal(load("a.csv", text, &d, 3), TP_OK);
    assert_close(series.interval, 0.5, 1e-12, 0);
    assert_string_equal(series.names[1], "y");
    expect(3, 2, (double[]){1, 2, 3, 4, 5, 6});
    d.columns = (tp_text_list){columns, 1};
    load("a.csv", text, &d, 3);
    expect(3, 1, (double[]){2, 4, 6});
    d.time = NULL;
    columns[0] = "z";
    assert_int_equal(load("a.csv", text, &d, 3), TP_INVALID);
    assert_non_null(strstr(error.message, "no column 'z'"));
}

static void refused(const char *text, const tp_series_description *d, const char *where,
                    const char *message) {
    assert_int_equal(load("a.csv", text, d, 3), TP_INVALID);
    if (!strstr(error.where, where) || !strstr(error.message, message))
        fail_msg("%s: %s", error.where, error.message);
}

static void gaps_and_what_is_no_number_are_told_by_line(void **unused) {
    (void)unused;
    tp_series_description timed = plain;
    timed.time = "t";
    refused("1,2\n3,\n5,6\n", &plain, "a.csv:2", "column 2: there is no value");
    refused("1,2\n3\n5,6\n", &plain, "a.csv:2", "column 2: there is no value");
    refused("1,2\n3,4,5\n5,6\n", &plain, "a.csv:2", "has 3 columns, expected 2");
    refused("1,2\n3,nan\n5,6\n", &plain, "a.csv:2", "found 'nan'");
    refused("1,2\n3,inf\n5,6\n", &plain, "a.csv:2", "found 'inf'");
    refused("x,y\n1,2\n3,four\n", &plain, "a.csv:3", "found 'four'");
    refused("t,x\n0,1\n1,2\n3,3\n4,4\n", &timed, "a.csv:4", "2 after the sample before");
    refused("t,x\n0,1\n0,2\n3,3\n4,4\n", &timed, "a.csv:3", "0 is not after the sample before");
    refused("1,2\n3,4\n", &plain, "s.yaml", "has 2 samples, and 3 are wanted");
    refused("# nothing\n\n", &plain, "a.csv", "no samples");
    refused("", &plain, "a.csv", "no samples");
}

static void arrays_of_hdf5_are_read(void **unused) {
    (void)unused;
    const double values[] = {1, 2, 3, 4, 5, 6};
    tp_writer *writer;
    tp_layout layout = {.type = TP_FLOAT64,
                        .rank = 2,
                        .dims = {3, 2},
                        .axes = {"sample", "coordinate"},
                        .units = "1",
                        .long_name = "x"};
    tp_series_description d = plain;
    assert_int_equal(tp_writer_create(in_folder("a.h5"), &writer, NULL), TP_OK);
    assert_int_equal(tp_writer_array(writer, "own/x", &layout, values, NULL), TP_OK);
    layout.rank = 1;
    assert_int_equal(tp_writer_array(writer, "own/line", &layout, values, NULL), TP_OK);
    const double holed[] = {1, NAN, 3};
    assert_int_equal(tp_writer_array(writer, "own/holed", &layout, holed, NULL), TP_OK);
    assert_int_equal(tp_writer_finish(&writer, NULL), TP_OK);
    d.dataset = "own/x";
    load("a.h5", NULL, &d, 3);
    expect(3, 2, values);
    d.dataset = "/own/line";
    load("a.h5", NULL, &d, 3);
    expect(3, 1, values);
    d.dataset = "own/holed";
    assert_int_equal(load("a.h5", NULL, &d, 3), TP_INVALID);
    assert_non_null(strstr(error.message, "sample 1 of '0' is no number"));
    d.dataset = "own/y";
    assert_int_equal(load("a.h5", NULL, &d, 3), TP_INVALID);
    assert_non_null(strstr(error.message, "no array 'own/y'"));
    d.dataset = NULL;
    assert_int_equal(load("a.h5", NULL, &d, 3), TP_INVALID);
}

static int make_folder(void **unused) {
    (void)unused;
    snprintf(folder, sizeof folder, "%s/tripartite-series-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **unused) {
    (void)unused;
    empty_folder(folder, false);
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tables_are_read),
        cmocka_unit_test(columns_and_times_are_found_by_name),
        cmocka_unit_test(gaps_and_what_is_no_number_are_told_by_line),
        cmocka_unit_test(arrays_of_hdf5_are_read),
    };
    return cmocka_run_group_tests_name("series", tests, make_folder, remove_folder);
}
