/* SPDX-License-Identifier: GPL-3.0-or-later */
#define _XOPEN_SOURCE 700 /* nftw */
#include "inputs.h"

#include "failing.h"

#include "../folder.h"
#include "../remove_tree.h"

#include <stdint.h>
#include <stdio.h>
#include <tripartite/tripartite.h>

static const char *const scenarios[][2] = {
    {"memory.yaml", "experiment: memory\n"
                    "patterns: [one, {digit: two, name: mine}]\n"
                    "network: {neurons: {rows: 7, columns: 7}}\n"
                    "training: {samples: 1, every: 6 ms}\n"
                    "pause: 2 ms\n"
                    "recall: {shown: 6 ms, after: 2 ms, readout: {frames: [1 ms, 4 ms]}}\n"
                    "sweep: {over: {recall.noise: [0.1, 0.3]}, trials: 2, below: 0.9}\n"},
    {"small.yaml", "experiment: memory\n"
                   "patterns: [{digit: two, name: mine}]\n"
                   "network: {neurons: {rows: 7, columns: 7}}\n"
                   "training: {samples: 1, every: 5 ms}\n"
                   "pause: 1 ms\n"
                   "recall: {shown: 5 ms, after: 0 ms, readout: {frames: [1 ms, 4 ms]}}\n"},
    {"unfinished-memory.yaml", "experiment: memory\n"
                               "patterns: [one]\n"
                               "network: {neurons: {rows: 7, columns: 7}}\n"
                               "training: {samples: 1}\n"
                               "pause: 5 ms\n"
                               "recall: {after: 205 ms}\n"},
    {"adaptive.yaml",
     "experiment: memory\n"
     "patterns: [one]\n"
     "network: {neurons: {rows: 4, columns: 4, integrator: \"cvode:adams\"}, astrocytes: "
     "{integrator: \"gsl:rkf45\"}}\n"
     "training: {samples: 1, every: 10 ms}\n"
     "pause: 5 ms\n"
     "recall: {shown: 5 ms, after: 2 ms, readout: {frames: []}, tests: sequential, between: 1 ms}\n"
     "record: {neuron_region: {rows: 2}, precision: double}\n"
     "repeat: 2\n"},
    {"verify.yaml", "experiment: memory\n"
                    "patterns: [one]\n"
                    "network: {neurons: {rows: 4, columns: 4, integrator: euler}}\n"
                    "training: {samples: 1, every: 5 ms}\n"
                    "pause: 1 ms\n"
                    "recall: {shown: 5 ms, after: 1 ms, readout: {frames: []}}\n"},
    {"images.yaml", "experiment: memory\n"
                    "patterns: [{image: grey.png, threshold: 0.1}, {image: colour.png, rescale: "
                    "nearest, invert: true}, "
                    "{image: grey.pgm}, {idx: images, index: 0}]\n"
                    "network: {neurons: {rows: 7, columns: 7}}\n"},
    {"cell.yaml", "experiment: cell\n"
                  "cell: {model: izhikevich}\n"
                  "duration: 20 ms\n"
                  "inputs: {current: [{value: 5}]}\n"
                  "levels: {membrane_potential: 0 mV}\n"
                  "sweep: {over: {cell.a: [0.05, 0.1]}, trials: 1}\n"},
    {"stiff.yaml", "experiment: cell\n"
                   "cell: {model: li_rinzel, integrator: \"cvode:bdf\", exchange: 1 ms}\n"
                   "tick: 1 ms\n"
                   "every: 1 ms\n"
                   "duration: 5 ms\n"
                   "inputs: {ip3_rate: [{shape: pulse, length: 2 ms, value: 5 uM/s}]}\n"},
    {"forecast.yaml", "experiment: forecast\n"
                      "network: {neurons: {count: 10}, astrocytes: {count: 10}}\n"
                      "samples: {drop: 10, train: 60, test: 20}\n"
                      "readout: {hidden: [4], epochs: 2, batch: 8}\n"
                      "free_run: {samples: 10}\n"
                      "record: {traces: true}\n"
                      "sweep: {over: {readout.batch: [8, 16]}, trials: 2}\n"},
    {"maass.yaml",
     "experiment: forecast\n"
     "series: {kind: file, file: series.csv, interval: 1}\n"
     "network: {neurons: {count: 12}, astrocytes: {count: 6}, wiring: {kind: maass}}\n"
     "samples: {drop: 1, train: 8, test: 3}\n"
     "free_run: {samples: 2}\n"
     "readout: {hidden: [4], epochs: 1}\n"},
    {"series.yaml", "experiment: forecast\n"
                    "series: {kind: file, file: cell.h5, dataset: "
                    "/response/cell/membrane_potential, interval: 1}\n"
                    "samples: {drop: 1, train: 3, test: 1}\n"
                    "free_run: {samples: 1}\n"},
    {"ratio.yaml",
     "experiment: forecast\n"
     "network: {input: {gain: unit}}\n"
     "baselines: false\n"
     "samples: {drop: 5, train: 30, test: 10}\n"
     "readout: {hidden: [2], epochs: 1}\n"
     "free_run: {samples: 5}\n"
     "sweep: {over: {network.neurons.count: [0, 4, 8], network.astrocytes.count: [0, 4, 8]},"
     " leave_out: [{network.neurons.count: 0, network.astrocytes.count: 0}], trials: 2,"
     " interval: bootstrap, resamples: 100}\n"},
    {"xor.yaml",
     "experiment: classification\n"
     "data: xor\n"
     "networks: [{name: n, layers: [{kind: dense, outputs: 3}, softmax, "
     "{kind: dense, outputs: 1}]},\n"
     "           {name: g, bias: none, layers: [spread, slide, softmax, gather, softmax, "
     "gather]}]\n"
     "training: {epochs: 3, batch: 4}\n"
     "trials: 2\n"
     "sweep: {over: {perturbation.leak: [0, 0.1]}, trials: 2}\n"},
    {"unfinished-xor.yaml", "experiment: classification\n"
                            "data: xor\n"
                            "training: {epochs: 1, batch: 4}\n"
                            "networks: [{name: n, layers: [{kind: dense, outputs: 1}]}]\n"
                            "trials: 8\n"},
    {"encoded.yaml", "experiment: classification\n"
                     "data: {images: images, labels: labels, train: 12, test: 6, classes: 3}\n"
                     "encoder: {kind: vae, size: 4, hidden: 3, epochs: 2}\n"
                     "networks: [{name: n, layers: [{kind: dense, outputs: 3}]}]\n"
                     "training: {epochs: 2, batch: 4}\n"
                     "perturbation: {weight_noise: 0.1}\n"
                     "trials: 1\n"},
    {"jointly.yaml", "experiment: classification\n"
                     "data: {images: images, labels: labels, train: 12, test: 6, classes: 3}\n"
                     "encoder: {kind: vae, size: 4, hidden: 3, trained: joint}\n"
                     "networks: [{name: n, layers: [{kind: dense, outputs: 3}]}]\n"
                     "training: {epochs: 2, batch: 4}\n"
                     "trials: 1\n"},
    {"taken.yaml", "experiment: classification\n"
                   "data: {images: images, labels: labels, train: 12, test: 6, classes: 3}\n"
                   "encoder: {kind: vae, size: 4, hidden: 3, epochs: 2, file: encoded.h5}\n"
                   "networks: [{name: n, layers: [{kind: dense, outputs: 3}]}]\n"
                   "training: {epochs: 2, batch: 4}\n"
                   "perturbation: {weight_noise: 0.1}\n"
                   "trials: 1\n"},
    {"projected.yaml", "experiment: classification\n"
                       "data: {images: images, labels: labels, train: 12, test: 6, classes: 3}\n"
                       "encoder: {kind: sparse, size: 4}\n"
                       "networks: [{name: n, layers: [{kind: dense, outputs: 3}]}]\n"
                       "training: {epochs: 1, batch: 4}\n"
                       "trials: 1\n"},
    {"anan.yaml", "experiment: anan\n"
                  "data: {images: images, labels: labels, classes: [0, 1]}\n"
                  "folds: {count: 2}\n"
                  "layers: [{kind: conv, units: 2}, relu, {kind: max_pool}, flatten, {kind: dense, "
                  "units: 1}, sigmoid]\n"
                  "training: {epochs: 1, batch: 4}\n"
                  "astrocytes: {k: [2], mu: [2], a: [1.1, 1.5], b: [0.1]}\n"
                  "robustness: {noise: [0.3]}\n"
                  "sweep: {over: {training.rate: [0.01, 0.1]}, trials: 1}\n"},
    {"unfinished-anan.yaml",
     "experiment: anan\n"
     "data: {images: images, labels: labels, classes: [0, 1]}\n"
     "folds: {count: 5}\n"
     "layers: [{kind: conv, units: 2}, relu, {kind: max_pool}, flatten, {kind: dense, "
     "units: 1}, sigmoid]\n"
     "training: {epochs: 1, batch: 8, range: 0}\n"
     "astrocytes: {k: [2], mu: [2], a: [1.1], b: [0.1]}\n"
     "robustness: {noise: []}\n"},
    {"folders.yaml",
     "experiment: anan\n"
     "data: {folder: classes, colour: rgb}\n"
     "folds: {count: 2}\n"
     "layers: [{kind: conv, units: 2}, flatten, {kind: dense, units: 1}, sigmoid]\n"},
};

static const char stub[] = "#!/bin/sh\n"
                           "echo '<?xml version=\"1.0\"?><svg><image /></svg>'\n";

static char kept[256];

/* --- files ---------------------------------------------------------------------------------- */

static void spill_text(const char *name, const char *text) {
    spill(name, text, strlen(text));
}

static void copy(const char *source, const char *from, const char *to) {
    char path[700];
    size_t size;
    snprintf(path, sizeof path, "%s/tests/fuzz/corpus/%s", source, from);
    char *bytes = slurp(path, &size);
    spill(to, bytes, size);
    free(bytes);
}

enum { SIDE = 5, IMAGES = 24, CLASSES = 3 };

/* Bars that lie, stand, or are none, as IDX files. */
static void write_images(void) {
    unsigned char images[16 + IMAGES * SIDE * SIDE] = {0, 0, 8, 3,    0, 0, 0, IMAGES,
                                                       0, 0, 0, SIDE, 0, 0, 0, SIDE};
    unsigned char labels[8 + IMAGES] = {0, 0, 8, 1, 0, 0, 0, IMAGES};
    for (size_t i = 0; i < IMAGES; i++) {
        labels[8 + i] = (unsigned char)(i % CLASSES);
        for (size_t k = 0; k < SIDE * SIDE; k++) {
            const size_t line = i % CLASSES == 0 ? k / SIDE : k % SIDE;
            const bool on = i % CLASSES < 2 && line == i / CLASSES % SIDE;
            images[16 + i * SIDE * SIDE + k] = (unsigned char)((on ? 200 : 0) + 7 * i % 50);
        }
    }
    spill("images", (const char *)images, sizeof images);
    spill("labels", (const char *)labels, sizeof labels);
}

static void write_series(void) {
    FILE *file = fopen("series.csv", "w");
    assert_non_null(file);
    fputs("# a remark\nx,y\n", file);
    for (int i = 0; i < 20; i++)
        fprintf(file, "%d,%d\n", i * i % 7, i % 3);
    assert_int_equal(fclose(file), 0);
}

static void write_files(const char *source) {
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++)
        spill_text(scenarios[i][0], scenarios[i][1]);
    write_images();
    write_series();
    copy(source, "png/type0-8.png", "grey.png");
    copy(source, "png/type2-8.png", "colour.png");
    copy(source, "pnm/raw.pgm", "grey.pgm");
    assert_int_equal(mkdir("classes", 0777), 0);
    assert_int_equal(mkdir("classes/a", 0777), 0);
    assert_int_equal(mkdir("classes/b", 0777), 0);
    for (int i = 0; i < 6; i++) {
        char name[] = "classes/a/0.png";
        name[8] = i % 2 ? 'b' : 'a';
        name[10] = (char)('0' + i);
        copy(source, "png/type2-8.png", name);
    }
    spill_text("report.html", "<html><!-- the record --></html>");
    spill_text("index.html", "<html><!-- the record --></html>");
    /* Stands in for gnuplot, which takes its time. */
    assert_int_equal(mkdir("tools", 0777), 0);
    spill_text("tools/gnuplot", stub);
    assert_int_equal(chmod("tools/gnuplot", 0755), 0);
}

void clear_output(void) {
    assert_int_equal(remove_tree("out"), 0);
    assert_int_equal(mkdir("out", 0777), 0);
}

static uint64_t output_hash;

static int hash_one(const char *path, const struct stat *about, int kind, struct FTW *place) {
    const char *const log = ".log.json";
    const size_t length = strlen(path);
    (void)about;
    (void)place;
    if (kind != FTW_F || (length > strlen(log) && strcmp(path + length - strlen(log), log) == 0))
        return 0;
    size_t size;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    char *bytes = slurp(path, &size);
    for (size_t i = 0; i < length; i++)
        hash = (hash ^ (unsigned char)path[i]) * UINT64_C(0x100000001b3);
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
    free(bytes);
    output_hash += hash; /* whatever the order */
    return 0;
}

uint64_t hash_output(void) {
    output_hash = 0;
    assert_int_equal(nftw("out", hash_one, 8, FTW_PHYS), 0);
    return output_hash;
}

/* --- records -------------------------------------------------------------------------------- */

static tp_scenario *read_scenario(const char *name) {
    tp_scenario *scenario = NULL;
    tp_error error = {.status = TP_OK};
    if (tp_scenario_read(name, NULL, 0, &scenario, &error) != TP_OK)
        fail_msg("%s: %s: %s", name, error.where, error.message);
    return scenario;
}

static void expect(tp_status expected, tp_status status, const char *name, const tp_error *error) {
    if (status != expected)
        fail_msg("%s: %s: %s", name, error->where, error->message);
}

/* The record of a run (run is tp_run, tp_verify), and no log. */
static void make_record(const char *scenario, const char *record,
                        tp_status (*run)(const tp_scenario *scenario, const char *record,
                                         const tp_observer *observer, tp_error *error)) {
    tp_scenario *read = read_scenario(scenario);
    tp_error error = {.status = TP_OK};
    expect(TP_OK, run(read, record, NULL, &error), scenario, &error);
    tp_scenario_destroy(&read);
}

static void make_sweep(const char *scenario, const char *record, size_t shard, size_t shards) {
    tp_scenario *read = read_scenario(scenario);
    tp_error error = {.status = TP_OK};
    const tp_sweep_options options = {.jobs = 2, .shard = shard, .shards = shards};
    expect(TP_OK, tp_sweep(read, record, &options, NULL, NULL, &error), scenario, &error);
    tp_scenario_destroy(&read);
}

/* Of a run into out/r.h5. */
static bool has_parts(void *unused) {
    (void)unused;
    return tp_run_has_parts("out/r.h5");
}

static bool stops_later(void *left) {
    return --*(int *)left <= 0;
}

/* NAME.left, for NAME.yaml. */
static const char *left_by(const char *scenario) {
    static char folder_name[100];
    snprintf(folder_name, sizeof folder_name, "%.*s.left", (int)strcspn(scenario, "."), scenario);
    return folder_name;
}

static void keep_parts(const char *scenario) {
    if (rename("out/r.h5.parts", left_by(scenario)) != 0)
        fail_msg("%s: there are no parts", scenario);
    clear_output();
}

static void begin_run(const char *scenario) {
    const tp_run_options often = {.commit_seconds = -1, .jobs = 2};
    const tp_observer observer = {.stopped = has_parts};
    tp_scenario *read = read_scenario(scenario);
    tp_error error = {.status = TP_OK};
    failing_slow(true);
    const tp_status status = tp_run_with(read, "out/r.h5", &often, &observer, &error);
    failing_slow(false);
    expect(TP_INTERRUPTED, status, scenario, &error);
    tp_scenario_destroy(&read);
    keep_parts(scenario);
}

static void begin_sweep(const char *scenario, int asked) {
    const tp_sweep_options one = {.jobs = 1};
    const tp_sweep_observer observer = {.context = &asked, .stopped = stops_later};
    tp_scenario *read = read_scenario(scenario);
    tp_error error = {.status = TP_OK};
    expect(TP_INTERRUPTED, tp_sweep(read, "out/r.h5", &one, &observer, NULL, &error), scenario,
           &error);
    tp_scenario_destroy(&read);
    keep_parts(scenario);
}

void leave_parts(const char *scenario) {
    DIR *parts = opendir(left_by(scenario));
    assert_non_null(parts);
    assert_int_equal(mkdir("out/r.h5.parts", 0777), 0);
    for (struct dirent *part; (part = readdir(parts));) {
        char from[400], to[400];
        snprintf(from, sizeof from, "%s/%s", left_by(scenario), part->d_name);
        snprintf(to, sizeof to, "out/r.h5.parts/%s", part->d_name);
        if (part->d_name[0] != '.')
            assert_int_equal(link(from, to), 0);
    }
    closedir(parts);
}

static void make_records(void) {
    static const char *const runs[][2] = {
        {"memory.yaml", "memory.h5"}, {"small.yaml", "small.h5"},
        {"cell.yaml", "cell.h5"},     {"forecast.yaml", "forecast.h5"},
        {"xor.yaml", "xor.h5"},       {"encoded.yaml", "encoded.h5"},
        {"anan.yaml", "anan.h5"},
    };
    static const char *const sweeps[][2] = {
        {"memory.yaml", "swept.h5"}, {"ratio.yaml", "ratio.h5"}, {"xor.yaml", "stuck.h5"}};
    for (size_t i = 0; i < sizeof runs / sizeof *runs; i++)
        make_record(runs[i][0], runs[i][1], tp_run);
    for (size_t i = 0; i < sizeof sweeps / sizeof *sweeps; i++)
        make_sweep(sweeps[i][0], sweeps[i][1], 0, 0);
    make_sweep("memory.yaml", "shard1.h5", 1, 2);
    make_sweep("memory.yaml", "shard2.h5", 2, 2);
    make_record("verify.yaml", "verified.h5", tp_verify);
    failing_hurry(true);
    make_record("verify.yaml", "measured.h5", tp_work_precision);
    failing_hurry(false);
    begin_run("unfinished-memory.yaml");
    begin_run("forecast.yaml");
    begin_run("unfinished-xor.yaml");
    begin_run("unfinished-anan.yaml");
    begin_sweep("ratio.yaml", 8);
}

int make_inputs(const char *source) {
    const char *parent = getenv("TMPDIR"), *path = getenv("PATH");
    char with_tools[4600];
    snprintf(kept, sizeof kept, "%s/test_allocations.XXXXXX", parent ? parent : "/tmp");
    if (!mkdtemp(kept) || chdir(kept) != 0 || mkdir("out", 0777) != 0)
        return 1;
    write_files(source);
    snprintf(with_tools, sizeof with_tools, "%s/tools:%s", kept, path ? path : "");
    setenv("PATH", with_tools, 1);
    make_records();
    return 0;
}

void remove_inputs(void) {
    if (chdir("/") == 0)
        (void)remove_tree(kept);
}
