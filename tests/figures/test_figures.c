/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Drawing figures: what comes out, and what is said where nothing can. */
#include "figures_folder.h"

#include "record/writer.h"

/* HDF5 forgets a buffer of its own when a read fails; the leak checker is to mind the rest. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void) {
    return "leak:libhdf5";
}

static const char *const still[] = {"accuracy", "raster", "recall", "traces", "training", NULL};

/* --- what comes out ------------------------------------------------------------------------ */

static void figures_are_listed_in_order(void **state) {
    (void)state;
    size_t count = 0;
    for (; tp_figure_at(count); count++) {
        assert_true(strlen(tp_figure_at(count)->summary) > 10);
        if (count > 0)
            assert_true(strcmp(tp_figure_at(count - 1)->name, tp_figure_at(count)->name) < 0);
    }
    assert_int_equal(count, 19);
}

static void expect_signature(const char *output, const char *signature) {
    size_t size;
    char *bytes = slurp(in_folder(output), &size);
    assert_true(size > 2000);
    assert_memory_equal(bytes, signature, strlen(signature));
    free(bytes);
}

static void each_figure_in_each_format(void **state) {
    (void)state;
    static const char *const formats[][2] = {
        {"drawn/a.png", "\x89PNG\r\n\x1a\n"}, {"drawn/a.svg", "<?xml"}, {"drawn/a.PDF", "%PDF"}};
    for (size_t i = 0; still[i]; i++)
        for (size_t k = 0; k < 3; k++) {
            expect_drawn("small.h5", still[i], formats[k][0]);
            expect_signature(formats[k][0], formats[k][1]);
        }
    /* Each of its sheets takes gnuplot as long as a figure. */
    const char *const few_sheets[] = {"training.samples=2", "recall.shown=5 ms",
                                      "recall.after=1 ms", "recall.readout.frames=[4.4 ms]", NULL};
    run_small("film.h5", few_sheets, 0);
    expect_drawn("film.h5", "movie", "drawn/a.gif");
    expect_signature("drawn/a.gif", "GIF89a");
    assert_int_equal(count_files(in_folder("drawn")), 4);
}

static void same_record_same_bytes(void **state) {
    (void)state;
    static const char *const names[][2] = {{"drawn/a.png", "drawn/b.png"},
                                           {"drawn/a.svg", "drawn/b.svg"},
                                           {"drawn/a.pdf", "drawn/b.pdf"}};
    for (size_t k = 0; k < 3; k++) {
        expect_drawn("small.h5", "training", names[k][0]);
        sleep(k == 2 ? 1 : 0); /* a PDF would tell the second */
        expect_drawn("small.h5", "training", names[k][1]);
        size_t sizes[2];
        char *a = slurp(in_folder(names[k][0]), &sizes[0]);
        char *b = slurp(in_folder(names[k][1]), &sizes[1]);
        assert_int_equal(sizes[0], sizes[1]);
        assert_memory_equal(a, b, sizes[0]);
        free(a);
        free(b);
    }
}

static void records_of_other_shapes(void **state) {
    (void)state;
    static const char *const shapes[][8] = {
        {"patterns=[zero,one,two,three,four,five,six,seven,eight,nine]", "pause=100 ms",
         "training.samples=2", NULL},
        {"network.neurons.rows=4", "network.neurons.columns=7", "patterns=[three]", NULL},
        {"network.neurons.rows=10", "network.neurons.columns=61", "recall.samples=15", NULL},
        {"network.astrocytes.equations=as_printed", "recall.readout.frames=[]", NULL},
        {"recall.tests=sequential", "pause=0 s", "record.every=0.5 ms", NULL},
        {"record.neuron_region.first_row=5", "record.neuron_region.rows=10",
         "record.astrocyte_region.first_row=1", "record.astrocyte_region.rows=4",
         "recall.shown=12 ms", "recall.after=1 ms", "training.samples=3", NULL},
    };
    const int count = sizeof shapes / sizeof *shapes;
    for (int i = 0; i < count; i++) {
        run_small("shape.h5", shapes[i], 0);
        for (size_t k = 0; still[k]; k++)
            expect_drawn("shape.h5", still[k], "drawn/a.pdf");
    }
    /* The last one's maps have cells that were not recorded. */
    expect_drawn("shape.h5", "movie", "drawn/a.gif");
}

static void odd_file_names(void **state) {
    (void)state;
    static const char *const names[] = {
        "drawn/two words.png", "drawn/it's.png",           "drawn/a\"b`c`$HOME.png",
        "drawn/100%d %s.png",  "drawn/back\\slash\\n.png", "drawn/new\nline.png",
        "drawn/-d.png",        "drawn/größer µ \xff.png"};
    const int count = sizeof names / sizeof *names;
    for (int i = 0; i < count; i++) {
        expect_drawn("small.h5", "accuracy", names[i]);
        assert_int_equal(access(in_folder(names[i]), R_OK), 0);
    }
    assert_int_equal(count_files(in_folder("drawn")), count);
    char odd[] = "drawn/o'd\nrecord %s\\.h5";
    size_t size;
    char *bytes = slurp(in_folder("small.h5"), &size);
    spill(in_folder(odd), bytes, size);
    free(bytes);
    expect_drawn(odd, "accuracy", "drawn/a.png");
}

static void titles_are_only_words(void **state) {
    (void)state;
    char title[600];
    snprintf(title, sizeof title, "title=\"It's `touch %s` \\n'; {x_2} @a %%s \\\\ \\\"$x\\\" µ\"",
             in_folder("drawn/pwned"));
    const char *const overrides[] = {title, NULL};
    run_small("title.h5", overrides, 0);
    expect_drawn("title.h5", "recall", "drawn/a.svg");
    assert_int_equal(count_files(in_folder("drawn")), 1);
    size_t size;
    char *bytes = slurp(in_folder("drawn/a.svg"), &size);
    assert_non_null(strstr(bytes, "It's `touch"));
    free(bytes);
}

/* --- what is said -------------------------------------------------------------------------- */

static void unknown_figures(void **state) {
    (void)state;
    expect_failure("small.h5", "recal", "drawn/a.png", TP_INVALID,
                   "accuracy, cell, confusion, folds, forecast, grid, kernels, learning, movie, "
                   "perturbation, raster, ratio, recall, reconstructions, robustness, traces, "
                   "training, verify, work-precision",
                   "'recall'");
    expect_failure("small.h5", "astronomy", "drawn/a.png", TP_INVALID, "'astronomy'", "");
}

static void wrong_endings(void **state) {
    (void)state;
    static const char *const wrong[] = {"drawn/a.jpg", "drawn/a", "drawn/.x/a", "drawn/a.png~"};
    for (size_t i = 0; i < 4; i++)
        expect_failure("small.h5", "recall", wrong[i], TP_INVALID, ".png, .svg or .pdf", ".png");
    expect_failure("small.h5", "recall", "drawn/a.gif", TP_INVALID, "'.gif'", "movie");
    expect_failure("small.h5", "movie", "drawn/a.png", TP_INVALID, "expected .gif", ".gif");
}

static void unwritable_outputs(void **state) {
    (void)state;
    expect_failure("small.h5", "recall", "nowhere/a.png", TP_FAILED, "cannot be written", "mkdir");
    assert_int_equal(mkdir(in_folder("drawn/d.png"), 0777), 0);
    expect_failure("small.h5", "recall", "drawn/d.png", TP_FAILED, "is a directory", "");
    if (geteuid() == 0)
        return; /* whom nothing is forbidden */
    assert_int_equal(chmod(in_folder("drawn"), 0555), 0);
    expect_failure("small.h5", "recall", "drawn/a.png", TP_FAILED, "cannot be written", "");
    assert_int_equal(chmod(in_folder("drawn"), 0777), 0);
}

static void files_that_are_no_records(void **state) {
    (void)state;
    expect_failure("missing.h5", "recall", "drawn/a.png", TP_INVALID, "cannot be opened", "");
    spill(in_folder("text.h5"), "no record", 9);
    expect_failure("text.h5", "recall", "drawn/a.png", TP_INVALID, "not an HDF5 file", "");
}

static void records_of_other_experiments(void **state) {
    (void)state;
    tp_writer *writer = NULL;
    tp_error error;
    assert_int_equal(tp_writer_create(in_folder("other.h5"), &writer, &error), TP_OK);
    assert_int_equal(tp_writer_text(writer, "/", "source", "tripartite 0.1.0", &error), TP_OK);
    assert_int_equal(tp_writer_integer(writer, "/", "format_version", 1, &error), TP_OK);
    assert_int_equal(tp_writer_text(writer, "/", "experiment", "forecast", &error), TP_OK);
    assert_int_equal(tp_writer_finish(&writer, &error), TP_OK);
    for (size_t i = 0; still[i]; i++)
        expect_failure("other.h5", still[i], "drawn/a.png", TP_INVALID, "'forecast'", "memory");
}

static void records_that_lack_something(void **state) {
    (void)state;
    const char *const bare[] = {"record.neurons=[]", "record.astrocytes=[]", "record.spikes=false",
                                NULL};
    run_small("bare.h5", bare, 0);
    expect_failure("bare.h5", "training", "drawn/a.png", TP_INVALID,
                   "'training/neurons/membrane_potential'", "record.neurons=[membrane_potential]");
    expect_failure("bare.h5", "traces", "drawn/a.png", TP_INVALID,
                   "'training/neurons/membrane_potential'", "record.neurons=[membrane_potential]");
    expect_failure("bare.h5", "raster", "drawn/a.png", TP_INVALID,
                   "'training/spikes/neurons/timestamps'", "record.spikes=true");
    expect_failure("bare.h5", "movie", "drawn/a.gif", TP_INVALID, "'training/", "--set record.");
    expect_drawn("bare.h5", "recall", "drawn/a.png");
    expect_drawn("bare.h5", "accuracy", "drawn/a.png");
    const char *const silent[] = {"record.spikes=false", NULL};
    run_small("silent.h5", silent, 0);
    expect_drawn("silent.h5", "training", "drawn/a.png");
    expect_drawn("silent.h5", "traces", "drawn/a.png");
    const char *const untrained[] = {"training.samples=0", NULL};
    run_small("untrained.h5", untrained, 0);
    expect_failure("untrained.h5", "training", "drawn/a.png", TP_INVALID, "no sample",
                   "training.samples");
    expect_drawn("untrained.h5", "traces", "drawn/a.png");
}

static void partial_records(void **state) {
    (void)state;
    run_small("partial.h5", NULL, 5000);
    for (size_t i = 0; i < 4; i++)
        expect_failure("partial.h5", still[i], "drawn/a.png", TP_INVALID, "interrupted",
                       "to its end");
    expect_drawn("partial.h5", "training", "drawn/a.png");
    expect_drawn("partial.h5", "movie", "drawn/a.gif");
    run_small("early.h5", NULL, 3);
    tp_error error;
    for (size_t i = 0; still[i]; i++)
        if (draw("early.h5", still[i], "drawn/b.png", &error) != TP_OK)
            assert_true(strlen(error.message) > 0);
}

/* --- gnuplot itself ------------------------------------------------------------------------ */

static void missing_gnuplot(void **state) {
    (void)state;
    spill(in_folder("drawn/old.png"), "old", 3);
    replace_gnuplot(NULL);
    expect_failure("small.h5", "recall", "drawn/a.png", TP_FAILED, "gnuplot", "gnuplot-nox");
    expect_failure("small.h5", "recall", "drawn/old.png", TP_FAILED, "gnuplot", "gnuplot-nox");
    size_t size;
    char *bytes = slurp(in_folder("drawn/old.png"), &size);
    assert_string_equal(bytes, "old");
    free(bytes);
}

static void failing_gnuplot(void **state) {
    (void)state;
    replace_gnuplot("#!/bin/sh\necho 'line 2:\n  no such terminal' >&2\nexit 3\n");
    expect_failure("small.h5", "recall", "drawn/a.png", TP_FAILED, "line 2: no such terminal",
                   "gnuplot-nox");
    replace_gnuplot("#!/bin/sh\nkill -9 $$\n");
    expect_failure("small.h5", "recall", "drawn/a.png", TP_FAILED, "signal 9", "");
    replace_gnuplot("#!/bin/sh\nexit 0\n");
    expect_failure("small.h5", "recall", "drawn/a.png", TP_FAILED, "drew nothing", "");
}

static void damaged_records(void **state) {
    (void)state;
    size_t size;
    char *bytes = slurp(in_folder("small.h5"), &size);
    replace_gnuplot(echo);
    unsigned random = 1;
    for (int i = 0; i < 150; i++) {
        /* Half of the bytes of a record are data, and most of the rest is at its beginning. */
        random = random * 1664525u + 1013904223u;
        const size_t at = (i % 2 ? random % size : random % 20000 % size);
        const char kept = bytes[at];
        bytes[at] = (char)(kept ^ (1 << (i % 8)));
        spill(in_folder("damaged.h5"), bytes, size);
        bytes[at] = kept;
        tp_error error;
        if (draw("damaged.h5", still[i % 5], "drawn/a.png", &error) != TP_OK)
            assert_true(error.message[0] != '\0');
    }
    for (size_t part = 1; part < 8; part++) {
        spill(in_folder("damaged.h5"), bytes, size * part / 8);
        expect_failure("damaged.h5", "recall", "drawn/b.png", TP_INVALID, "", "");
    }
    free(bytes);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(figures_are_listed_in_order),
        cmocka_unit_test_setup(each_figure_in_each_format, clear_drawn),
        cmocka_unit_test_setup(same_record_same_bytes, clear_drawn),
        cmocka_unit_test_setup(records_of_other_shapes, clear_drawn),
        cmocka_unit_test_setup(odd_file_names, clear_drawn),
        cmocka_unit_test_setup(titles_are_only_words, clear_drawn),
        cmocka_unit_test_setup(unknown_figures, clear_drawn),
        cmocka_unit_test_setup(wrong_endings, clear_drawn),
        cmocka_unit_test_setup(unwritable_outputs, clear_drawn),
        cmocka_unit_test_setup(files_that_are_no_records, clear_drawn),
        cmocka_unit_test_setup(records_of_other_experiments, clear_drawn),
        cmocka_unit_test_setup(records_that_lack_something, clear_drawn),
        cmocka_unit_test_setup(partial_records, clear_drawn),
        cmocka_unit_test_setup(missing_gnuplot, clear_drawn),
        cmocka_unit_test_setup(failing_gnuplot, clear_drawn),
        cmocka_unit_test_setup(damaged_records, clear_drawn),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
