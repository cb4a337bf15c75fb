/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The experiment anan on small images that are made here: bars that lie or stand. */
#include <math.h>
#include <tripartite/figure.h>

#include "base/random.h"
#include "experiments/anan_fold.h"
#include "experiments/scenario.h"
#include "folder.h"

enum { SIDE = 8, EACH = 30, CLASSES = 3, COUNT = EACH * CLASSES };

static unsigned char pixel_of(size_t image, size_t class, size_t row, size_t column) {
    const tp_stream_key key = {5, TP_PURPOSE_IMAGE_NOISE, 9, (uint32_t)image};
    uint32_t words[4];
    tp_random_words(&key, (uint32_t)(row * SIDE + column), words);
    const size_t at = image / CLASSES % 5 + 1;
    const bool bar = class == 0 ? row == at : class == 1 ? column == at : row == column;
    return (unsigned char)(words[0] % 60 + (bar ? 190 : 0));
}

static void add_number(unsigned char **to, size_t number) {
    for (int shift = 24; shift >= 0; shift -= 8)
        *(*to)++ = (unsigned char)(number >> shift);
}

static void write_idx(const char *images, const char *labels, size_t side, size_t classes) {
    static unsigned char bytes[16 + COUNT * 100];
    unsigned char *to = bytes;
    add_number(&to, 0x803);
    add_number(&to, COUNT);
    add_number(&to, side);
    add_number(&to, side);
    for (size_t i = 0; i < COUNT; i++)
        for (size_t k = 0; k < side * side; k++)
            *to++ = pixel_of(i, i % classes, k / side, k % side);
    spill(in_folder(images), (char *)bytes, (size_t)(to - bytes));
    to = bytes;
    add_number(&to, 0x801);
    add_number(&to, COUNT);
    for (size_t i = 0; i < COUNT; i++)
        *to++ = (unsigned char)(i % classes);
    spill(in_folder(labels), (char *)bytes, (size_t)(to - bytes));
}

static const char text[] =
    "experiment: anan\n"
    "data: {images: images, labels: labels, classes: [0, 1]}\n"
    "folds: {count: 3}\n"
    "layers: [{kind: conv, units: 4}, relu, {kind: max_pool}, {kind: conv, units: 3, padding: "
    "same}, relu,"
    " flatten, {kind: dense, units: 6}, relu, {kind: dense, units: 1}, sigmoid]\n"
    "training: {epochs: 12, batch: 8, rate: 0.01}\n"
    "astrocytes: {k: [2, 3, 4], mu: [2, 3], a: [1.1, 1.5], b: [0.1, 0.4]}\n"
    "robustness: {noise: [0, 0.3]}\n";

static tp_status read_with(const char *const *sets, size_t count, tp_scenario **scenario,
                           tp_error *error) {
    spill(in_folder("s.yaml"), text, sizeof text - 1);
    return tp_scenario_read(in_folder("s.yaml"), sets, count, scenario, error);
}

static tp_scenario *scenario_with(const char *set) {
    tp_scenario *scenario;
    tp_error error;
    if (read_with(&set, set != NULL, &scenario, &error) != TP_OK)
        fail_msg("%s: %s", error.where, error.message);
    return scenario;
}

static void run_to(tp_scenario *scenario, const char *record, const char *from) {
    tp_error error;
    const tp_run_options options = {.from = from ? in_folder(from) : NULL};
    if (tp_run_with(scenario, in_folder(record), &options, NULL, &error) != TP_OK)
        fail_msg("%s: %s", error.where, error.message);
}

static tp_array array_of(const char *record, const char *path) {
    tp_record *opened;
    tp_array array;
    tp_error error;
    assert_int_equal(tp_record_open(in_folder(record), &opened, &error), TP_OK);
    if (tp_record_array(opened, path, &array, &error) != TP_OK)
        fail_msg("%s: %s", path, error.message);
    tp_record_close(&opened);
    return array;
}

static size_t size_of(const tp_array *a) {
    size_t size = 1;
    for (size_t i = 0; i < a->rank; i++)
        size *= a->dims[i];
    return size;
}

static void assert_same_array(const char *one, const char *other, const char *path) {
    tp_array a = array_of(one, path), b = array_of(other, path);
    assert_int_equal(size_of(&a), size_of(&b));
    assert_memory_equal(a.values, b.values, size_of(&a) * sizeof(double));
    tp_array_free(&a);
    tp_array_free(&b);
}

static void equal_runs_are_equal_bytes(void **unused) {
    (void)unused;
    tp_scenario *scenario = scenario_with(NULL);
    size_t sizes[2];
    run_to(scenario, "a.h5", NULL);
    run_to(scenario, "b.h5", NULL);
    char *a = slurp(in_folder("a.h5"), &sizes[0]), *b = slurp(in_folder("b.h5"), &sizes[1]);
    assert_int_equal(sizes[0], sizes[1]);
    assert_memory_equal(a, b, sizes[0]);
    free(a);
    free(b);
    tp_scenario_destroy(&scenario);
}

/* Whatever thread a fold was run by, and beside whatever others. */
static void a_fold_alone_is_as_among_others(void **unused) {
    (void)unused;
    tp_scenario *scenario = scenario_with(NULL);
    tp_anan_task *task;
    tp_anan_fold fold;
    tp_error error;
    tp_array losses = array_of("a.h5", "training/loss"), f1 = array_of("a.h5", "folds/f1");
    assert_int_equal(tp_anan_task_create(scenario->description, &scenario->resolved, &task, &error),
                     TP_OK);
    for (size_t i = 3; i-- > 0;) {
        assert_int_equal(tp_anan_fold_run(task, i, NULL, &fold, &error), TP_OK);
        assert_memory_equal(fold.losses, losses.values + i * 12, 12 * sizeof(double));
        for (size_t m = 0; m < 3; m++)
            assert_true(fold.tested[m].f1 == f1.values[m * 3 + i]);
        tp_anan_fold_free(&fold);
    }
    tp_array_free(&losses);
    tp_array_free(&f1);
    tp_anan_task_destroy(&task);
    tp_scenario_destroy(&scenario);
}

static void it_learns(void **unused) {
    (void)unused;
    tp_array losses = array_of("a.h5", "training/loss"),
             accuracy = array_of("a.h5", "folds/accuracy");
    for (size_t i = 0; i < 3; i++) {
        assert_true(losses.values[i * 12 + 11] < 0.7 * losses.values[i * 12]);
        assert_true(accuracy.values[i] > 0.6);
    }
    tp_array_free(&losses);
    tp_array_free(&accuracy);
}

static void the_setting_is_the_best_of_the_validation_part(void **unused) {
    (void)unused;
    static const char *const names[] = {"k", "mu", "a", "b"};
    tp_array f1 = array_of("a.h5", "grid/f1"), loss = array_of("a.h5", "grid/loss");
    const size_t settings = 24;
    assert_int_equal(f1.dims[2], settings);
    for (size_t i = 0; i < 6; i++) { /* activity and fold */
        const double *f = f1.values + i * settings, *l = loss.values + i * settings;
        size_t best = 0;
        for (size_t s = 1; s < settings; s++)
            if (f[s] > f[best] || (f[s] == f[best] && l[s] < l[best]))
                best = s;
        for (int n = 0; n < 4; n++) {
            char path[2][20];
            snprintf(path[0], sizeof path[0], "grid/%s", names[n]);
            snprintf(path[1], sizeof path[1], "folds/%s", names[n]);
            tp_array of = array_of("a.h5", path[0]), chosen = array_of("a.h5", path[1]);
            assert_true(chosen.values[i] == of.values[best]);
            tp_array_free(&of);
            tp_array_free(&chosen);
        }
    }
    tp_array_free(&f1);
    tp_array_free(&loss);
}

/* Of noise 0 the scores are the test's. */
static void no_noise_is_the_test(void **unused) {
    (void)unused;
    tp_array noisy = array_of("a.h5", "robustness/loss"), loss = array_of("a.h5", "folds/loss");
    assert_memory_equal(noisy.values, loss.values, 9 * sizeof(double));
    assert_memory_not_equal(noisy.values + 9, loss.values, 9 * sizeof(double));
    tp_array_free(&noisy);
    tp_array_free(&loss);
}

static void networks_are_taken_from_a_record(void **unused) {
    (void)unused;
    static const char *const same[] = {"networks/2/conv1/weight", "networks/0/dense2/bias",
                                       "training/loss", "training/epochs"};
    tp_scenario *scenario = scenario_with(NULL);
    run_to(scenario, "c.h5", "a.h5");
    for (size_t i = 0; i < 4; i++)
        assert_same_array("a.h5", "c.h5", same[i]);
    assert_same_array("a.h5", "c.h5", "grid/loss");
    assert_same_array("a.h5", "c.h5", "folds/auc");
    tp_scenario_destroy(&scenario);
    /* With other astrocytes: the network alone stays as it was. */
    scenario = scenario_with("astrocytes.layer=conv2");
    run_to(scenario, "d.h5", "a.h5");
    tp_array a = array_of("a.h5", "folds/loss"), d = array_of("d.h5", "folds/loss");
    assert_memory_equal(a.values, d.values, 3 * sizeof(double));
    assert_memory_not_equal(a.values + 3, d.values + 3, 6 * sizeof(double));
    tp_array_free(&a);
    tp_array_free(&d);
    tp_scenario_destroy(&scenario);
    /* Another training is another network. */
    scenario = scenario_with("training.rate=0.02");
    tp_error error;
    const tp_run_options options = {.from = in_folder("a.h5")};
    assert_int_equal(tp_run_with(scenario, in_folder("e.h5"), &options, NULL, &error), TP_INVALID);
    assert_non_null(strstr(error.message, "training.rate: 0.02, was 0.01"));
    tp_scenario_destroy(&scenario);
}

/* A loss that hardly moves ends the training as soon as the window is full. */
static void training_ends_by_the_rule(void **unused) {
    (void)unused;
    const char *const sets[] = {"training.window=5", "training.range=1000", "astrocytes.k=[4]"};
    tp_scenario *scenario;
    tp_error error;
    assert_int_equal(read_with(sets, 3, &scenario, &error), TP_OK);
    run_to(scenario, "e.h5", NULL);
    tp_array epochs = array_of("e.h5", "training/epochs"), loss = array_of("e.h5", "training/loss");
    for (size_t i = 0; i < 3; i++) {
        assert_true(epochs.values[i] == 5);
        assert_true(isfinite(loss.values[i * 12 + 4]) && isnan(loss.values[i * 12 + 5]));
    }
    tp_array_free(&epochs);
    tp_array_free(&loss);
    tp_scenario_destroy(&scenario);
}

static void folds_are_dealt_class_by_class(void **unused) {
    (void)unused;
    tp_scenario *scenario = scenario_with("folds.count=4");
    tp_anan_task *task;
    tp_error error;
    assert_int_equal(tp_anan_task_create(scenario->description, &scenario->resolved, &task, &error),
                     TP_OK);
    /* 30 of each, a fifth is set apart. */
    assert_int_equal(task->sets.train.count, 48);
    assert_int_equal(task->sets.test.count, 12);
    size_t counts[4][2] = {{0}};
    for (size_t i = 0; i < 48; i++)
        counts[task->fold[i]][task->sets.train.labels[i]]++;
    for (size_t f = 0; f < 4; f++)
        assert_true(counts[f][0] == 6 && counts[f][1] == 6);
    tp_anan_task_destroy(&task);
    tp_scenario_destroy(&scenario);
}

static void run_first(const tp_anan_task *task, tp_anan_fold *fold) {
    tp_error error;
    if (tp_anan_fold_run(task, 0, NULL, fold, &error) != TP_OK)
        fail_msg("%s", error.message);
}

/* What is validated on teaches the network nothing, and what is tested on chooses nothing. */
static void parts_are_kept_apart(void **unused) {
    (void)unused;
    tp_scenario *scenario = scenario_with(NULL);
    tp_anan_task *task;
    tp_anan_fold plain, other;
    tp_error error;
    assert_int_equal(tp_anan_task_create(scenario->description, &scenario->resolved, &task, &error),
                     TP_OK);
    run_first(task, &plain);
    for (size_t i = 0; i < task->sets.test.count * SIDE * SIDE; i++)
        task->sets.test.pixels[i] ^= 255;
    run_first(task, &other);
    assert_memory_equal(other.chosen, plain.chosen, 2 * sizeof *plain.chosen);
    assert_memory_equal(other.grid, plain.grid, 48 * sizeof *plain.grid);
    assert_true(other.tested[0].loss != plain.tested[0].loss);
    tp_anan_fold_free(&other);
    for (size_t i = 0; i < task->sets.train.count * SIDE * SIDE; i++)
        if (task->fold[i / (SIDE * SIDE)] == 0)
            task->sets.train.pixels[i] ^= 255;
    run_first(task, &other);
    assert_memory_equal(other.stack->parameters, plain.stack->parameters,
                        plain.stack->parameter_count * sizeof(double));
    assert_true(other.valid[0].loss != plain.valid[0].loss);
    tp_anan_fold_free(&other);
    tp_anan_fold_free(&plain);
    tp_anan_task_destroy(&task);
    tp_scenario_destroy(&scenario);
}

static void drawn(const char *figure, const char *const *texts) {
    tp_error error;
    size_t size;
    if (tp_figure_draw(in_folder("a.h5"), figure, in_folder("f.svg"), &error) != TP_OK)
        fail_msg("%s: %s", figure ? figure : "", error.message);
    char *svg = slurp(in_folder("f.svg"), &size);
    for (; *texts; texts++)
        if (!strstr(svg, *texts))
            fail_msg("no '%s' in %s", *texts, figure ? figure : "it");
    free(svg);
}

static void figures_show_what_was_found(void **unused) {
    (void)unused;
    tp_array p = array_of("a.h5", "summary/f1_p"), d = array_of("a.h5", "summary/f1_difference");
    char found[60];
    snprintf(found, sizeof found, "%+.4f, p = %.3f", d.values[1], p.values[1]);
    drawn("folds", (const char *const[]){"anan post_mean against cnn", found, "of 3", NULL});
    drawn(NULL, (const char *const[]){"ANAN", NULL});
    drawn("grid", (const char *const[]){"k = 4", "a = 1.5", "0.4", "mu", NULL});
    drawn("kernels", (const char *const[]){"class 0", "class 1", "at the end", NULL});
    tp_array_free(&p);
    tp_array_free(&d);
}

/* Levels that differ in astrocytes alone share their training, and come to what each comes to
 * alone; so does a trial of a sweep and a run of that trial. */
static void a_sweep_is_its_runs(void **unused) {
    (void)unused;
    const tp_trials *trials = tp_anan_experiment.trials;
    tp_scenario *one = scenario_with("astrocytes.layer=conv1");
    tp_scenario *two = scenario_with("astrocytes.layer=conv2");
    tp_scenario *other = scenario_with("training.rate=0.02");
    tp_scenario *third = scenario_with("trial=3");
    const tp_scenario *const both[] = {one, two};
    void *group;
    tp_error error;
    tp_arena arena = {0};
    const tp_measure *measures;
    size_t count;
    double values[24];
    assert_true(trials->alike(one, two) && !trials->alike(one, other));
    assert_int_equal(trials->measures(one, &arena, &measures, &count, &error), TP_OK);
    assert_int_equal(count, 12);
    assert_string_equal(measures[4].name, "f1_post_mean");
    assert_string_equal(measures[4].baseline, measures[8].name);
    assert_int_equal(trials->create(both, 2, NULL, &group, &error), TP_OK);
    assert_int_equal(trials->run(group, 3, NULL, values, &error), TP_OK);
    assert_memory_equal(values + 8, values + 20, 4 * sizeof(double)); /* the network alone */
    assert_true(values[2] != values[14]);
    trials->destroy(&group);
    run_to(third, "e.h5", NULL);
    tp_array loss = array_of("e.h5", "summary/loss");
    assert_close(values[2], loss.values[1], 1e-14, 0);
    assert_close(values[6], loss.values[2], 1e-14, 0);
    assert_close(values[10], loss.values[0], 1e-14, 0);
    tp_array_free(&loss);
    tp_arena_free(&arena);
    tp_scenario_destroy(&one);
    tp_scenario_destroy(&two);
    tp_scenario_destroy(&other);
    tp_scenario_destroy(&third);
}

static void many_classes_end_in_a_softmax(void **unused) {
    (void)unused;
    const char *const sets[] = {"data.classes=[]", "layers.8.units=3", "layers.9=softmax"};
    tp_scenario *scenario;
    tp_error error;
    assert_int_equal(read_with(sets, 3, &scenario, &error), TP_OK);
    run_to(scenario, "e.h5", NULL);
    tp_array confusion = array_of("e.h5", "folds/confusion"),
             accuracy = array_of("e.h5", "folds/accuracy");
    assert_true(confusion.rank == 4 && confusion.dims[2] == 3 && confusion.dims[3] == 3);
    for (size_t i = 0; i < 9; i++) {
        const double *c = confusion.values + i * 9;
        double all = 0;
        for (size_t k = 0; k < 9; k++)
            all += c[k];
        assert_true(all == 18);
        assert_close(accuracy.values[i], (c[0] + c[4] + c[8]) / 18, 1e-15, 0);
    }
    assert_true(accuracy.values[0] > 0.5);
    tp_array_free(&confusion);
    tp_array_free(&accuracy);
    tp_scenario_destroy(&scenario);
}

static void k_below_mu_is_warned_of(void **unused) {
    (void)unused;
    const char *const sets[] = {"astrocytes.k=[2]", "astrocytes.mu=[3, 4]"};
    tp_scenario *scenario;
    tp_error error;
    tp_record *record;
    char *told = NULL;
    size_t length;
    assert_int_equal(read_with(sets, 2, &scenario, &error), TP_OK);
    run_to(scenario, "e.h5", NULL);
    assert_int_equal(tp_record_open(in_folder("e.h5"), &record, &error), TP_OK);
    FILE *stream = open_memstream(&told, &length);
    assert_int_equal(tp_record_describe(record, stream, &error), TP_OK);
    fclose(stream);
    assert_non_null(strstr(told, "Warning: the astrocytes can never act"));
    assert_non_null(strstr(told, "anan post_mean"));
    free(told);
    tp_record_close(&record);
    tp_array loss = array_of("e.h5", "folds/loss");
    assert_memory_equal(loss.values, loss.values + 3, 3 * sizeof(double));
    tp_array_free(&loss);
    tp_scenario_destroy(&scenario);
}

static void refused(const char *set, const char *why) {
    tp_scenario *scenario;
    tp_error error = {0};
    tp_status status = read_with(&set, 1, &scenario, &error);
    if (status == TP_OK) {
        status = tp_run_check(scenario, &error);
        tp_scenario_destroy(&scenario);
    }
    assert_int_equal(status, TP_INVALID);
    if (!strstr(error.message, why))
        fail_msg("%s: '%s' says nothing of '%s'", set, error.message, why);
}

static void what_cannot_be_is_refused(void **unused) {
    (void)unused;
    write_idx("larger", "larger_labels", SIDE + 1, 3);
    char data[1500];
    snprintf(data, sizeof data,
             "data={images: %s, labels: %s, test_images: %s, test_labels: %s, classes: [0, 1]}",
             in_folder("images"), in_folder("labels"), in_folder("larger"),
             in_folder("larger_labels"));
    refused(data, "unequal size");
    refused("data.classes=[0, 7]", "the class '7' has no images");
    refused("data.classes=[1]", "one class");
    refused("data.classes=[1, 1]", "twice");
    refused("data.classes=[]", "sigmoid ends a network for two classes, and there are 3");
    refused("data.npz=labels", "found 2 sources");
    snprintf(data, sizeof data, "data.labels=%s", in_folder("images"));
    refused(data, "labels with 3 axes");
    snprintf(data, sizeof data, "data.images=%s", in_folder("labels"));
    refused(data, "have 1 axes");
    refused("data.images=nowhere", "there is no file");
    refused("astrocytes.layer=conv3", "expected one of: conv1, conv2");
    refused("astrocytes.activity=[mean]", "found 'mean'");
    refused("astrocytes.activity=[pre_mean, pre_mean]", "twice");
    refused("astrocytes.k=[2.5]", "whole numbers");
    refused("astrocytes.mu=[]", "at least one");
    refused("layers.0.units=0", "a conv without units");
    refused("layers.0.size=9", "smaller than the kernel");
    refused("layers.2.size=7", "smaller than what is pooled");
    refused("layers.3.size=2", "even size");
    refused("layers.5=sigmoid", "only be the last");
    refused("layers.6={kind: conv, units: 2}", "takes images");
    refused("layers.8.units=2", "found 2 outputs, expected 1");
    refused("layers.9=relu", "expected sigmoid or softmax");
    refused("layers.3.name=conv1", "another layer has this name");
    refused("folds.count=60", "at least one for each of 60 folds");
}

static int make(void **unused) {
    (void)unused;
    snprintf(folder, sizeof folder, "%s/tripartite-anan-XXXXXX",
             getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp");
    if (!mkdtemp(folder))
        return -1;
    write_idx("images", "labels", SIDE, CLASSES);
    return 0;
}

static int leave(void **unused) {
    (void)unused;
    empty_folder(folder, true);
    return rmdir(folder);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_runs_are_equal_bytes),
        cmocka_unit_test(a_fold_alone_is_as_among_others),
        cmocka_unit_test(it_learns),
        cmocka_unit_test(the_setting_is_the_best_of_the_validation_part),
        cmocka_unit_test(no_noise_is_the_test),
        cmocka_unit_test(networks_are_taken_from_a_record),
        cmocka_unit_test(training_ends_by_the_rule),
        cmocka_unit_test(folds_are_dealt_class_by_class),
        cmocka_unit_test(parts_are_kept_apart),
        cmocka_unit_test(figures_show_what_was_found),
        cmocka_unit_test(a_sweep_is_its_runs),
        cmocka_unit_test(many_classes_end_in_a_softmax),
        cmocka_unit_test(k_below_mu_is_warned_of),
        cmocka_unit_test(what_cannot_be_is_refused),
    };
    return cmocka_run_group_tests_name("anan experiment", tests, make, leave);
}
