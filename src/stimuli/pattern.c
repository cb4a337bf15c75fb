/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/text.h"
#include "stimuli/data_file.h"
#include "stimuli/image.h"
#include "stimuli/pattern.h"

enum { RESCALE_AREA, RESCALE_NEAREST, RESCALE_NONE };
static const char *const rescale_names[] = {"area", "nearest", "none", NULL};

static const char *const digit_names[] = {"zero", "one",   "two",   "three", "four", "five",
                                          "six",  "seven", "eight", "nine",  NULL};

#define PATTERN(member) offsetof(tp_pattern_description, member)
static const tp_field pattern_fields[] = {
    {.key = "digit",
     .kind = TP_TEXT,
     .offset = PATTERN(digit),
     .help = "a built-in digit: zero ... nine, or 0 ... 9"},
    {.key = "image", .kind = TP_TEXT, .offset = PATTERN(image), .help = "a PNG, PBM or PGM file"},
    {.key = "idx",
     .kind = TP_TEXT,
     .offset = PATTERN(idx),
     .help = "an IDX file of images (MNIST's form), gzip-compressed or not"},
    {.key = "index",
     .kind = TP_INTEGER,
     .offset = PATTERN(index),
     .fallback = "0",
     .lower = 0,
     .upper = INFINITY,
     .help = "which image of the IDX file, from 0"},
    {.key = "name",
     .kind = TP_TEXT,
     .offset = PATTERN(name),
     .help = "what the pattern is called in records and figures"},
    {.key = "threshold",
     .kind = TP_REAL,
     .offset = PATTERN(threshold),
     .unit = "1",
     .fallback = "50 %",
     .lower = 0,
     .upper = 1,
     .help = "a pixel is on where its brightness (0 black, 1 white) is above this"},
    {.key = "invert",
     .kind = TP_BOOLEAN,
     .offset = PATTERN(invert),
     .fallback = "false",
     .help = "true: the dark pixels are on, as in black ink on paper"},
    {.key = "rescale",
     .kind = TP_CHOICE,
     .offset = PATTERN(rescale),
     .fallback = "area",
     .values = rescale_names,
     .help = "to the size of the grid: by area mean, by nearest pixel, or not at all"},
    {0},
};
const tp_block tp_pattern_block = {sizeof(tp_pattern_description), pattern_fields, "digit", NULL};

void tp_pattern_free(tp_pattern *pattern) {
    free(pattern->name);
    free(pattern->pixels);
    *pattern = (tp_pattern){0};
}

/* The path of one key of the item, for messages. */
static const char *key_path(const char *item, const char *key, char *out, size_t room) {
    snprintf(out, room, "%s.%s", item, key);
    return out;
}

static tp_status load_digit(const char *digit, const tp_resolved *resolved, const char *path,
                            tp_image *image, int *number, tp_error *error) {
    for (int i = 0; digit_names[i]; i++)
        if (strcmp(digit, digit_names[i]) == 0 || (digit[0] == '0' + i && digit[1] == '\0')) {
            *number = i;
            return tp_image_digit(i, image, error);
        }
    tp_resolved_fail(resolved, error, path, "there is no built-in digit '%.60s'", digit);
    const char *nearest = tp_text_nearest(digit, digit_names);
    if (nearest)
        return tp_hint(error, "did you mean '%s'?", nearest);
    return tp_hint(error, "digits are zero ... nine; a file is {image: FILE.png}");
}

static tp_status load_image(const tp_pattern_description *d, const tp_resolved *resolved,
                            const char *item, tp_image *image, char **name, tp_error *error) {
    char path[120];
    const int sources = (d->digit != NULL) + (d->image != NULL) + (d->idx != NULL);
    if (sources != 1) {
        tp_resolved_fail(resolved, error, item,
                         "expected one of digit, image and idx to say what the pattern is, "
                         "found %s",
                         sources ? "more than one" : "none");
        return tp_hint(error, "as in: zero, {image: my.png}, or {idx: FILE, index: 7}");
    }
    if (d->digit) {
        int number = 0;
        tp_status status = load_digit(
            d->digit, resolved, key_path(item, "digit", path, sizeof path), image, &number, error);
        if (status == TP_OK)
            *name = strdup(digit_names[number]);
        return status;
    }
    key_path(item, d->image ? "image" : "idx", path, sizeof path);
    const char *file = d->image ? d->image : d->idx;
    char *found = NULL;
    tp_error reason;
    tp_status status = tp_data_file_find(file, resolved, path, &found, error);
    if (status != TP_OK)
        return status;
    status = d->image ? tp_image_read(found, image, &reason)
                      : tp_idx_read(found, (size_t)d->index, image, &reason);
    if (status == TP_INVALID) {
        tp_resolved_fail(resolved, error, path, "%s: %s", reason.where, reason.message);
        tp_hint(error, "%s", reason.hint);
    } else if (status != TP_OK && error) {
        *error = reason;
    }
    free(found);
    if (status == TP_OK)
        *name = tp_data_file_stem(file, d->idx ? d->index : -1);
    return status;
}

static tp_status fit(const tp_pattern_description *d, const tp_resolved *resolved, const char *item,
                     size_t rows, size_t columns, tp_image *image, tp_error *error) {
    if (image->rows == rows && image->columns == columns)
        return TP_OK;
    if (d->rescale == RESCALE_NONE) {
        tp_resolved_fail(resolved, error, item,
                         "the image has %zu rows and %zu columns, the "
                         "grid %zu and %zu",
                         image->rows, image->columns, rows, columns);
        return tp_hint(error, "choose rescale: area, or an image of that size");
    }
    tp_image fitted;
    tp_status status = d->rescale == RESCALE_AREA
                           ? tp_image_rescale_area(image, rows, columns, &fitted, error)
                           : tp_image_rescale_nearest(image, rows, columns, &fitted, error);
    if (status != TP_OK)
        return status;
    tp_image_free(image);
    *image = fitted;
    return TP_OK;
}

static tp_status binarise(const tp_pattern_description *d, const tp_resolved *resolved,
                          const char *item, const tp_image *image, tp_pattern *pattern,
                          tp_error *error) {
    size_t n = image->rows * image->columns;
    pattern->pixels = malloc(n ? n : 1);
    if (!pattern->pixels)
        return tp_fail_memory(error, "loading a pattern");
    for (size_t i = 0; i < n; i++) {
        double brightness = d->invert ? 1 - image->brightness[i] : image->brightness[i];
        pattern->pixels[i] = brightness > d->threshold;
        pattern->on_count += pattern->pixels[i];
    }
    if (pattern->on_count > 0 && pattern->on_count < n)
        return TP_OK;
    tp_resolved_fail(resolved, error, item, "%s of the pattern's pixels are on",
                     pattern->on_count ? "all" : "none");
    return tp_hint(error, "choose another threshold, or invert the image");
}

tp_status tp_pattern_load(const tp_pattern_description *description, const tp_resolved *resolved,
                          const char *path, size_t rows, size_t columns, tp_pattern *pattern,
                          tp_error *error) {
    tp_pattern p = {0};
    tp_image image = {0};
    tp_status status = load_image(description, resolved, path, &image, &p.name, error);
    if (status == TP_OK && description->name) {
        free(p.name);
        p.name = strdup(description->name);
    }
    if (status == TP_OK && !p.name)
        status = tp_fail_memory(error, "loading a pattern");
    if (status == TP_OK)
        status = fit(description, resolved, path, rows, columns, &image, error);
    if (status == TP_OK)
        status = binarise(description, resolved, path, &image, &p, error);
    tp_image_free(&image);
    if (status != TP_OK) {
        tp_pattern_free(&p);
        return status;
    }
    *pattern = p;
    return TP_OK;
}
