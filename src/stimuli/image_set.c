/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stimuli/image_set.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "base/random.h"
#include "stimuli/data_file.h"

typedef struct loading {
    const tp_image_source *source;
    const tp_resolved *resolved;
    const char *path; /* of the block */
    tp_error *error;
} loading;

void tp_image_set_free(tp_image_set *set) {
    free(set->pixels);
    free(set->labels);
    *set = (tp_image_set){0};
}

void tp_image_sets_free(tp_image_sets *sets) {
    tp_image_set_free(&sets->train);
    tp_image_set_free(&sets->test);
    for (size_t i = 0; sets->class_names && i < sets->classes; i++)
        free(sets->class_names[i]);
    free(sets->class_names);
    *sets = (tp_image_sets){0};
}

static tp_status find(const loading *l, const char *key, const char *name, char **file) {
    char path[80];
    snprintf(path, sizeof path, "%s.%s", l->path, key);
    return tp_data_file_find(name, l->resolved, path, file, l->error);
}

static tp_status check_arrays(const tp_byte_array *images, const tp_byte_array *labels,
                              const char *where, tp_error *error) {
    const size_t *d = images->dims;
    if ((images->rank != 3 && images->rank != 4) || (images->rank == 4 && d[3] != 1 && d[3] != 3))
        return tp_fail(error, TP_INVALID, where,
                       "the images have %zu axes; expected image, row, column and, for colour, 3",
                       images->rank);
    if (d[1] < 1 || d[2] < 1 || d[1] > TP_SET_LONGEST_SIDE || d[2] > TP_SET_LONGEST_SIDE)
        return tp_fail(error, TP_INVALID, where,
                       "the images have %zu rows and %zu columns; expected 1 to %d of each", d[1],
                       d[2], (int)TP_SET_LONGEST_SIDE);
    if (labels->rank < 1 || labels->rank > 2 || (labels->rank == 2 && labels->dims[1] != 1) ||
        labels->dims[0] != d[0])
        return tp_fail(error, TP_INVALID, where,
                       "there are %zu images, and %zu labels with %zu axes; expected one for each",
                       d[0], labels->rank ? labels->dims[0] : 0, labels->rank);
    return TP_OK;
}

/* Adds arrays to a set; interleaved colours become channels. */
static tp_status append(tp_image_set *set, const tp_byte_array *images, const tp_byte_array *labels,
                        const char *where, tp_error *error) {
    tp_status status = check_arrays(images, labels, where, error);
    if (status != TP_OK)
        return status;
    const size_t channels = images->rank == 4 ? images->dims[3] : 1, count = images->dims[0];
    const size_t rows = images->dims[1], columns = images->dims[2], size = rows * columns;
    if (set->count > 0 &&
        (set->channels != channels || set->rows != rows || set->columns != columns))
        return tp_fail(error, TP_INVALID, where,
                       "images of unequal size: %zu x %zu x %zu, and before %zu x %zu x %zu",
                       channels, rows, columns, set->channels, set->rows, set->columns);
    unsigned char *pixels = realloc(set->pixels, (set->count + count) * channels * size + 1);
    set->pixels = pixels ? pixels : set->pixels;
    uint8_t *all = realloc(set->labels, set->count + count + 1);
    set->labels = all ? all : set->labels;
    if (!pixels || !all)
        return tp_fail_memory(error, "reading images");
    unsigned char *to = pixels + set->count * channels * size;
    for (size_t i = 0; i < count; i++)
        for (size_t c = 0; c < channels; c++)
            for (size_t k = 0; k < size; k++)
                *to++ = images->values[(i * size + k) * channels + c];
    memcpy(all + set->count, labels->values, count);
    set->count += count;
    set->channels = channels;
    set->rows = rows;
    set->columns = columns;
    return TP_OK;
}

static tp_status load_npz(const loading *l, const tp_text_list *parts, tp_image_set *set) {
    char *file = NULL;
    tp_status status = find(l, "npz", l->source->npz, &file);
    for (size_t i = 0; status == TP_OK && i < parts->count; i++) {
        tp_byte_array arrays[2] = {{0}, {0}};
        char name[90];
        for (int k = 0; status == TP_OK && k < 2; k++) {
            snprintf(name, sizeof name, "%.70s_%s", parts->items[i], k ? "labels" : "images");
            status = tp_numpy_read(file, name, &arrays[k], l->error);
        }
        if (status == TP_OK)
            status = append(set, &arrays[0], &arrays[1], file, l->error);
        tp_byte_array_free(&arrays[0]);
        tp_byte_array_free(&arrays[1]);
    }
    free(file);
    return status;
}

static tp_status load_array(const char *file, tp_byte_array *array, tp_error *error) {
    const size_t length = strlen(file);
    return length > 4 && strcmp(file + length - 4, ".npy") == 0
               ? tp_numpy_read(file, NULL, array, error)
               : tp_idx_read_all(file, array, error);
}

static tp_status load_files(const loading *l, bool test, tp_image_set *set) {
    const tp_image_source *s = l->source;
    const char *const names[] = {test ? s->test_images : s->images,
                                 test ? s->test_labels : s->labels};
    const char *const keys[] = {test ? "test_images" : "images", test ? "test_labels" : "labels"};
    tp_byte_array arrays[2] = {{0}, {0}};
    char *file = NULL;
    tp_status status = TP_OK;
    for (int k = 0; status == TP_OK && k < 2; k++)
        if (!names[k])
            status = tp_resolved_fail(l->resolved, l->error, l->path,
                                      "'%s' is wanted beside the other", keys[k]);
    for (int k = 0; status == TP_OK && k < 2; k++) {
        free(file);
        file = NULL;
        status = find(l, keys[k], names[k], &file);
        if (status == TP_OK)
            status = load_array(file, &arrays[k], l->error);
    }
    if (status == TP_OK)
        status = append(set, &arrays[0], &arrays[1], file, l->error);
    free(file);
    tp_byte_array_free(&arrays[0]);
    tp_byte_array_free(&arrays[1]);
    return status;
}

static void free_list(char **list, size_t count) {
    for (size_t i = 0; list && i < count; i++)
        free(list[i]);
    free(list);
}

static tp_status load_folder(const loading *l, bool test, tp_image_sets *sets) {
    char *folder = NULL, **names = NULL;
    size_t classes = 0;
    tp_status status = find(l, test ? "test_folder" : "folder",
                            test ? l->source->test_folder : l->source->folder, &folder);
    if (status == TP_OK)
        status = tp_png_folder_read(folder, l->source->colour == 1,
                                    test ? &sets->test : &sets->train, &names, &classes, l->error);
    if (status == TP_OK && !test) {
        sets->class_names = names;
        sets->classes = classes;
        names = NULL;
    } else if (status == TP_OK) {
        bool same = classes == sets->classes;
        for (size_t i = 0; same && i < classes; i++)
            same = strcmp(names[i], sets->class_names[i]) == 0;
        if (!same)
            status = tp_fail(l->error, TP_INVALID, folder,
                             "its folders are not those of the folder to learn from");
    }
    free_list(names, classes);
    free(folder);
    return status;
}

static tp_status load_all(const loading *l, tp_image_sets *sets) {
    const tp_image_source *s = l->source;
    const int sources = (s->npz != NULL) + (s->images != NULL) + (s->folder != NULL);
    if (sources != 1) {
        tp_resolved_fail(l->resolved, l->error, l->path, "found %d sources of images, expected one",
                         sources);
        return tp_hint(l->error, "give one of npz, images (with labels), folder");
    }
    tp_status status = s->npz      ? load_npz(l, &s->train, &sets->train)
                       : s->images ? load_files(l, false, &sets->train)
                                   : load_folder(l, false, sets);
    if (status != TP_OK)
        return status;
    if (s->npz)
        return s->tests.count > 0 ? load_npz(l, &s->tests, &sets->test) : TP_OK;
    if (s->images)
        return s->test_images ? load_files(l, true, &sets->test) : TP_OK;
    return s->test_folder ? load_folder(l, true, sets) : TP_OK;
}

/* Labels 0 ... largest, by their numbers. */
static tp_status name_labels(tp_image_sets *sets, tp_error *error) {
    size_t largest = 0;
    for (size_t i = 0; i < sets->train.count; i++)
        largest = sets->train.labels[i] > largest ? sets->train.labels[i] : largest;
    sets->class_names = calloc(largest + 2, sizeof *sets->class_names);
    if (!sets->class_names)
        return tp_fail_memory(error, "reading labels");
    for (; sets->classes <= largest; sets->classes++) {
        char name[8];
        snprintf(name, sizeof name, "%zu", sets->classes);
        sets->class_names[sets->classes] = strdup(name);
        if (!sets->class_names[sets->classes])
            return tp_fail_memory(error, "reading labels");
    }
    return TP_OK;
}

/* Keeps the images whose label has a place, in their order, by that place. */
static void keep(tp_image_set *set, const int *place) {
    const size_t size = set->channels * set->rows * set->columns;
    size_t kept = 0;
    for (size_t i = 0; i < set->count; i++) {
        if (place[set->labels[i]] < 0)
            continue;
        memmove(set->pixels + kept * size, set->pixels + i * size, size);
        set->labels[kept++] = (uint8_t)place[set->labels[i]];
    }
    set->count = kept;
}

static tp_status choose_classes(const loading *l, tp_image_sets *sets) {
    const tp_text_list *wanted = &l->source->classes;
    int place[TP_SET_MOST_CLASSES];
    if (wanted->count == 0)
        return TP_OK;
    char **names = calloc(wanted->count + 1, sizeof *names);
    if (!names)
        return tp_fail_memory(l->error, "reading labels");
    for (int i = 0; i < TP_SET_MOST_CLASSES; i++)
        place[i] = -1;
    tp_status status = TP_OK;
    for (size_t k = 0; status == TP_OK && k < wanted->count; k++) {
        size_t at = 0;
        while (at < sets->classes && (strcmp(sets->class_names[at], wanted->items[k]) != 0))
            at++;
        if (at == sets->classes || place[at] >= 0)
            status = tp_resolved_fail(l->resolved, l->error, "data.classes",
                                      at < sets->classes ? "the class '%.60s' stands there twice"
                                                         : "the class '%.60s' has no images",
                                      wanted->items[k]);
        else {
            place[at] = (int)k;
            names[k] = strdup(wanted->items[k]);
            if (!names[k])
                status = tp_fail_memory(l->error, "reading labels");
        }
    }
    if (status != TP_OK) {
        free_list(names, wanted->count);
        return status;
    }
    keep(&sets->train, place);
    keep(&sets->test, place);
    free_list(sets->class_names, sets->classes);
    sets->class_names = names;
    sets->classes = wanted->count;
    return TP_OK;
}

typedef struct drawn {
    uint64_t number;
    size_t image;
} drawn;

static int by_number(const void *a, const void *b) {
    const drawn *x = a, *y = b;
    return x->number != y->number ? (x->number > y->number) - (x->number < y->number)
                                  : (x->image > y->image) - (x->image < y->image);
}

/* The images of a class in an order that is drawn. */
static size_t order_class(const tp_image_set *set, size_t class, const tp_stream_key *key,
                          drawn *order) {
    size_t n = 0;
    for (size_t i = 0; i < set->count; i++) {
        uint32_t words[4];
        if (set->labels[i] != class)
            continue;
        tp_random_words(key, (uint32_t)i, words);
        order[n++] = (drawn){(uint64_t)words[0] << 32 | words[1], i};
    }
    if (n > 0)
        qsort(order, n, sizeof *order, by_number);
    return n;
}

static tp_status copy_chosen(const tp_image_set *from, const uint8_t *chosen, uint8_t which,
                             tp_image_set *to, tp_error *error) {
    const size_t size = from->channels * from->rows * from->columns;
    *to = *from;
    to->count = 0;
    to->pixels = malloc(from->count * size + 1);
    to->labels = malloc(from->count + 1);
    if (!to->pixels || !to->labels)
        return tp_fail_memory(error, "dividing images");
    for (size_t i = 0; i < from->count; i++)
        if (chosen[i] == which) {
            memcpy(to->pixels + to->count * size, from->pixels + i * size, size);
            to->labels[to->count++] = from->labels[i];
        }
    return TP_OK;
}

enum { LEFT_OUT, TO_LEARN, TO_TEST };

/* Sets a part apart for the test where there is none, and leaves out what is too much. */
static tp_status divide(const loading *l, uint64_t seed, uint32_t trial, tp_image_sets *sets) {
    const bool apart = sets->test.count == 0;
    const size_t most = (size_t)l->source->per_class;
    if (!apart && most == 0)
        return TP_OK;
    tp_image_set all = sets->train, learn = {0}, test = {0};
    uint8_t *chosen = calloc(all.count + 1, 1);
    drawn *order = malloc((all.count + 1) * sizeof *order);
    tp_status status = chosen && order ? TP_OK : tp_fail_memory(l->error, "dividing images");
    for (size_t class = 0; status == TP_OK && class < sets->classes; class ++) {
        const tp_stream_key key = {seed, TP_PURPOSE_IMAGES_APART, trial, (uint32_t) class};
        const size_t n = order_class(&all, class, &key, order);
        const size_t tested = apart ? (size_t)floor(l->source->test * (double)n + 0.5) : 0;
        for (size_t i = 0; i < n; i++)
            chosen[order[i].image] = i < tested                       ? TO_TEST
                                     : most == 0 || i - tested < most ? TO_LEARN
                                                                      : LEFT_OUT;
    }
    if (status == TP_OK)
        status = copy_chosen(&all, chosen, TO_LEARN, &learn, l->error);
    if (status == TP_OK && apart)
        status = copy_chosen(&all, chosen, TO_TEST, &test, l->error);
    free(chosen);
    free(order);
    tp_image_set_free(&sets->train);
    sets->train = learn;
    if (apart) {
        tp_image_set_free(&sets->test);
        sets->test = test;
    }
    return status;
}

static tp_status check(const loading *l, const tp_image_sets *sets) {
    const tp_image_set *const both[] = {&sets->train, &sets->test};
    if (both[0]->rows != both[1]->rows || both[0]->columns != both[1]->columns ||
        both[0]->channels != both[1]->channels)
        return tp_resolved_fail(l->resolved, l->error, l->path,
                                "images of unequal size: %zu x %zu x %zu to learn from, %zu x %zu "
                                "x %zu to test on",
                                both[0]->channels, both[0]->rows, both[0]->columns,
                                both[1]->channels, both[1]->rows, both[1]->columns);
    for (int k = 0; k < 2; k++) {
        size_t counts[TP_SET_MOST_CLASSES] = {0};
        for (size_t i = 0; i < both[k]->count; i++) {
            if (both[k]->labels[i] >= sets->classes)
                return tp_resolved_fail(l->resolved, l->error, l->path,
                                        "the class '%d' is in the test alone", both[k]->labels[i]);
            counts[both[k]->labels[i]]++;
        }
        for (size_t class = 0; class < sets->classes; class ++)
            if (counts[class] == 0) {
                tp_resolved_fail(l->resolved, l->error, l->path,
                                 "the class '%.60s' has no images to %s", sets->class_names[class],
                                 k ? "test on" : "learn from");
                return tp_hint(l->error, "name the classes that are there in data.classes");
            }
    }
    return sets->classes >= 2 ? TP_OK
                              : tp_resolved_fail(l->resolved, l->error, l->path,
                                                 "found one class, expected at least two");
}

tp_status tp_image_sets_load(const tp_image_source *source, const tp_resolved *resolved,
                             const char *path, uint64_t seed, uint32_t trial, tp_image_sets *out,
                             tp_error *error) {
    const loading l = {source, resolved, path, error};
    tp_image_sets sets = {0};
    tp_status status = load_all(&l, &sets);
    if (status == TP_OK && !sets.class_names)
        status = name_labels(&sets, error);
    if (status == TP_OK)
        status = choose_classes(&l, &sets);
    if (status == TP_OK)
        status = divide(&l, seed, trial, &sets);
    if (status == TP_OK)
        status = check(&l, &sets);
    if (status == TP_OK)
        *out = sets;
    else
        tp_image_sets_free(&sets);
    return status;
}
