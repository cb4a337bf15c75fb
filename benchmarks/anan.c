/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What astrocytes cost: time for an image, without them and with them, for the network of
 * experiments/anan/pneumonia.yaml (28 x 28 pixels, 8 and 16 kernels).
 * Usage: anan [SECONDS]   (a row for each way; the least of many repetitions) */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "networks/anan.h"

enum { SIDE = 28, PIXELS = SIDE * SIDE, IMAGES = 38 };

static const tp_conv_setting first = {1, 28, 28, 8, 3, 0}, second = {8, 13, 13, 16, 3, 0};
static const tp_pool_setting pool1 = {8, 26, 26, 2}, pool2 = {16, 11, 11, 2};
static const tp_layer layers[] = {
    {&tp_conv, PIXELS, 5408, &first},   {&tp_relu, 5408, 5408, NULL},
    {&tp_max_pool, 5408, 1352, &pool1}, {&tp_conv, 1352, 1936, &second},
    {&tp_relu, 1936, 1936, NULL},       {&tp_max_pool, 1936, 400, &pool2},
    {&tp_flatten, 400, 400, NULL},      {&tp_dense_he, 400, 32, NULL},
    {&tp_relu, 32, 32, NULL},           {&tp_dense_he, 32, 1, NULL},
    {&tp_sigmoid, 1, 1, NULL}};

static double now_s(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* The least time for an image, and how often the layer was passed for it. */
static double least(tp_anan *anan, const double *images, const tp_anan_setting *setting,
                    double seconds, double *passes) {
    double best = INFINITY;
    for (const double end = now_s() + seconds; now_s() < end;) {
        const uint64_t before = anan->passes;
        const double start = now_s();
        tp_anan_take(anan, IMAGES, images);
        tp_anan_outputs(anan, setting);
        best = fmin(best, (now_s() - start) / IMAGES);
        *passes = (double)(anan->passes - before) / IMAGES;
    }
    return best;
}

int main(int argc, char **argv) {
    const double seconds = argc > 1 ? atof(argv[1]) : 1;
    const tp_anan_setting setting = {8, 4, 1.2, 0.2};
    const struct {
        const char *name;
        tp_anan_reading reading;
        bool plain;
    } ways[] = {{"network alone", {0}, true},
                {"pre_mean, k = 8, mu = 4", {.activity = TP_ANAN_PRE_MEAN}, false},
                {"post_mean, k = 8, mu = 4", {.activity = TP_ANAN_POST_MEAN}, false},
                {"pre_mean, otherwise: literal", {.literal = true}, false}};
    double images[IMAGES * PIXELS], alone = 0;
    tp_stack *stack = NULL;
    tp_error error;
    for (size_t i = 0; i < IMAGES * PIXELS; i++)
        images[i] = (double)(i * 2654435761u % 1000) / 1000;
    if (tp_stack_create(layers, sizeof layers / sizeof *layers, 1, 0, &stack, &error) != TP_OK)
        return 1;
    printf("%-30s  us an image  times  passes of the layer\n", "");
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        tp_anan *anan = NULL;
        double passes = 0;
        if (tp_anan_create(stack, 0, &ways[i].reading, IMAGES, &anan, &error) != TP_OK)
            return 1;
        const double time = least(anan, images, ways[i].plain ? NULL : &setting, seconds, &passes);
        alone = i == 0 ? time : alone;
        printf("%-30s  %11.1f  %5.2f  %19.1f\n", ways[i].name, 1e6 * time, time / alone, passes);
        tp_anan_destroy(&anan);
    }
    tp_stack_destroy(&stack);
    return 0;
}
