/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Folders of PNGs, one for each class, read by libpng's simplified interface. */
#include <dirent.h>
#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fail.h"
#include "stimuli/image_set.h"

typedef struct names {
    char **items;
    size_t count, room;
} names;

static void free_names(names *n) {
    for (size_t i = 0; i < n->count; i++)
        free(n->items[i]);
    free(n->items);
    *n = (names){0};
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool wanted(const char *folder, const char *name, bool folders) {
    char path[4096];
    struct stat about;
    const size_t length = strlen(name);
    if (name[0] == '.')
        return false;
    if (!folders)
        return length > 4 &&
               (strcmp(name + length - 4, ".png") == 0 || strcmp(name + length - 4, ".PNG") == 0);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return stat(path, &about) == 0 && S_ISDIR(about.st_mode);
}

static tp_status list(const char *folder, bool folders, names *n, tp_error *error) {
    DIR *open = opendir(folder);
    if (!open) {
        tp_fail(error, TP_INVALID, folder, "cannot open the folder: %s", strerror(errno));
        return tp_hint(error, "expected a folder that holds a folder of PNGs for each class");
    }
    tp_status status = TP_OK;
    for (struct dirent *entry; status == TP_OK && (entry = readdir(open));) {
        if (!wanted(folder, entry->d_name, folders))
            continue;
        if (n->count == n->room) {
            n->room = 2 * n->room + 16;
            char **more = realloc(n->items, n->room * sizeof *more);
            if (more)
                n->items = more;
            else
                status = tp_fail_memory(error, "reading a folder");
        }
        if (status == TP_OK && !(n->items[n->count] = strdup(entry->d_name)))
            status = tp_fail_memory(error, "reading a folder");
        n->count += status == TP_OK;
    }
    closedir(open);
    if (status == TP_OK && n->count > 0)
        qsort(n->items, n->count, sizeof *n->items, by_text);
    return status;
}

static tp_status grow(tp_image_set *set, size_t *room, tp_error *error) {
    if (set->count < *room)
        return TP_OK;
    const size_t more = 2 * *room + 64, size = set->channels * set->rows * set->columns;
    unsigned char *pixels = realloc(set->pixels, more * size);
    set->pixels = pixels ? pixels : set->pixels;
    uint8_t *labels = realloc(set->labels, more);
    set->labels = labels ? labels : set->labels;
    *room = more;
    return pixels && labels ? TP_OK : tp_fail_memory(error, "reading images");
}

static tp_status check_size(const png_image *image, const char *path, tp_image_set *set,
                            tp_error *error) {
    if (image->width > TP_SET_LONGEST_SIDE || image->height > TP_SET_LONGEST_SIDE)
        return tp_fail(error, TP_INVALID, path,
                       "the image has %u rows and %u columns; expected at "
                       "most %d of each",
                       image->height, image->width, (int)TP_SET_LONGEST_SIDE);
    if (set->count == 0) {
        set->rows = image->height;
        set->columns = image->width;
    }
    if (set->rows == image->height && set->columns == image->width)
        return TP_OK;
    tp_fail(error, TP_INVALID, path,
            "the image has %u rows and %u columns, those before it %zu and %zu", image->height,
            image->width, set->rows, set->columns);
    return tp_hint(error,
                   "make all images of one size, for example by ImageMagick: mogrify "
                   "-resize %zux%zu!",
                   set->columns, set->rows);
}

static tp_status refuse(const png_image *image, const char *path, tp_error *error) {
    tp_fail(error, TP_INVALID, path, "cannot be read as a PNG: %s", image->message);
    return tp_hint(error, "copy or save the image again; what is no image belongs elsewhere");
}

/* Interleaved samples become channels. */
static tp_status read_png(const char *path, size_t label, tp_image_set *set, size_t *room,
                          tp_error *error) {
    png_image image = {.version = PNG_IMAGE_VERSION};
    const png_color white = {255, 255, 255};
    if (!png_image_begin_read_from_file(&image, path))
        return refuse(&image, path, error);
    tp_status status = check_size(&image, path, set, error);
    if (status == TP_OK)
        status = grow(set, room, error);
    image.format = set->channels == 3 ? PNG_FORMAT_RGB : PNG_FORMAT_GRAY;
    const size_t pixels = set->rows * set->columns;
    unsigned char *samples = status == TP_OK ? malloc(PNG_IMAGE_SIZE(image) + 1) : NULL;
    if (status == TP_OK && !samples)
        status = tp_fail_memory(error, "reading images");
    if (status == TP_OK && !png_image_finish_read(&image, &white, samples, 0, NULL))
        status = refuse(&image, path, error);
    png_image_free(&image);
    unsigned char *to = set->pixels + set->count * set->channels * pixels;
    for (size_t c = 0; status == TP_OK && c < set->channels; c++)
        for (size_t i = 0; i < pixels; i++)
            *to++ = samples[i * set->channels + c];
    free(samples);
    if (status == TP_OK)
        set->labels[set->count++] = (uint8_t)label;
    return status;
}

static tp_status read_class(const char *folder, const char *name, size_t label, tp_image_set *set,
                            size_t *room, tp_error *error) {
    char path[4096];
    names files = {0};
    snprintf(path, sizeof path, "%s/%s", folder, name);
    tp_status status = list(path, false, &files, error);
    if (status == TP_OK && files.count == 0) {
        tp_fail(error, TP_INVALID, path, "the class '%.60s' has no images", name);
        status = tp_hint(error, "put its PNGs into the folder, or take the folder away");
    }
    for (size_t i = 0; status == TP_OK && i < files.count; i++) {
        snprintf(path, sizeof path, "%s/%s/%s", folder, name, files.items[i]);
        status = read_png(path, label, set, room, error);
    }
    free_names(&files);
    return status;
}

tp_status tp_png_folder_read(const char *folder, bool colour, tp_image_set *out,
                             char ***class_names, size_t *classes, tp_error *error) {
    tp_image_set set = {.channels = colour ? 3 : 1};
    size_t room = 0;
    names folders = {0};
    tp_status status = list(folder, true, &folders, error);
    if (status == TP_OK && (folders.count < 2 || folders.count > TP_SET_MOST_CLASSES)) {
        tp_fail(error, TP_INVALID, folder,
                "found %zu folders in it; expected one for each class, "
                "from 2 to %d",
                folders.count, (int)TP_SET_MOST_CLASSES);
        status = tp_hint(error, "for example cats/ and dogs/, each with its PNGs");
    }
    for (size_t i = 0; status == TP_OK && i < folders.count; i++)
        status = read_class(folder, folders.items[i], i, &set, &room, error);
    if (status != TP_OK) {
        free_names(&folders);
        tp_image_set_free(&set);
        return status;
    }
    *out = set;
    *class_names = folders.items;
    *classes = folders.count;
    return TP_OK;
}
