/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stimuli/labelled.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "stimuli/data_file.h"
#include "stimuli/idx_file.h"

enum { LABEL_HEADER = 8, MAGIC_LABELS = 0x00000801, FIRST_ROOM = 1 << 20, SKIP_BLOCK = 65536 };
static const uint64_t MOST_BYTES = (uint64_t)1 << 31;

/* Bytes skip ... skip + count - 1 behind the header. Room grows with what there is, not with what a
 * header announces. `each` bytes are one `item`. */
static tp_status take_bytes(gzFile file, const char *path, uint64_t skip, uint64_t count,
                            uint64_t each, const char *item, uint8_t **bytes, tp_error *error) {
    unsigned char skipped[SKIP_BLOCK];
    uint64_t at = 0, room = 0;
    *bytes = NULL;
    while (at < skip + count) {
        const uint64_t end = at < skip ? skip : skip + count;
        size_t taken = 0, wanted = end - at < SKIP_BLOCK ? (size_t)(end - at) : SKIP_BLOCK;
        uint8_t *to = skipped;
        if (at >= skip) {
            if (at - skip + wanted > room) {
                room = room ? 2 * room : FIRST_ROOM;
                uint8_t *more = realloc(*bytes, room);
                if (!more)
                    return tp_fail_memory(error, "reading an IDX file");
                *bytes = more;
            }
            to = *bytes + (at - skip);
        }
        tp_status status = tp_idx_take(file, path, to, wanted, &taken, error);
        if (status != TP_OK)
            return status;
        if (taken == 0) {
            tp_fail(error, TP_INVALID, path,
                    "the file is cut short: it holds %llu whole %ss; %llu were to be read",
                    (unsigned long long)(at / each), item,
                    (unsigned long long)((skip + count) / each));
            return tp_hint(error, "download or copy the file again");
        }
        at += taken;
    }
    return TP_OK;
}

static tp_status check_range(const char *path, uint64_t there, size_t first, size_t count,
                             tp_error *error) {
    if ((uint64_t)first + count <= there)
        return TP_OK;
    tp_fail(error, TP_INVALID, path, "the file holds %llu images; %zu to %zu were to be read",
            (unsigned long long)there, first, first + count - 1);
    return tp_hint(error, "take fewer: data.train, data.test, data.first");
}

static tp_status read_images(const char *path, size_t first, size_t count, uint64_t *announced,
                             tp_labelled *set, tp_error *error) {
    gzFile file = NULL;
    tp_idx_header h = {0};
    tp_status status = tp_idx_open(path, &file, error);
    if (status != TP_OK)
        return status;
    status = tp_idx_read_header(file, path, &h, error);
    *announced = h.images;
    if (status == TP_OK)
        status = check_range(path, h.images, first, count, error);
    const uint64_t each = (uint64_t)h.rows * h.columns;
    if (status == TP_OK && each * count > MOST_BYTES)
        status =
            tp_fail(error, TP_INVALID, path, "%zu images of %lu x %lu pixels are more than 2 GiB",
                    count, (unsigned long)h.rows, (unsigned long)h.columns);
    if (status == TP_OK)
        status =
            take_bytes(file, path, each * first, each * count, each, "image", &set->pixels, error);
    gzclose(file);
    set->rows = h.rows;
    set->columns = h.columns;
    return status;
}

static tp_status read_label_header(gzFile file, const char *path, uint64_t *announced,
                                   tp_error *error) {
    unsigned char bytes[LABEL_HEADER];
    size_t taken = 0;
    tp_status status = tp_idx_take(file, path, bytes, sizeof bytes, &taken, error);
    if (status != TP_OK)
        return status;
    if (taken < sizeof bytes)
        return tp_fail(error, TP_INVALID, path,
                       "the file ends after %zu bytes; an IDX file of labels begins with a header "
                       "of %d",
                       taken, (int)LABEL_HEADER);
    if (tp_idx_number(bytes) != MAGIC_LABELS) {
        tp_fail(error, TP_INVALID, path,
                "no IDX file of labels: it begins with %02x %02x %02x %02x; expected 00 00 08 01",
                bytes[0], bytes[1], bytes[2], bytes[3]);
        return tp_hint(error, "give the file of labels, for example t10k-labels-idx1-ubyte.gz");
    }
    *announced = tp_idx_number(bytes + 4);
    return TP_OK;
}

static tp_status read_labels(const char *path, const char *images, uint64_t image_count,
                             size_t first, size_t count, uint8_t **labels, tp_error *error) {
    gzFile file = NULL;
    uint64_t announced = 0;
    tp_status status = tp_idx_open(path, &file, error);
    if (status != TP_OK)
        return status;
    status = read_label_header(file, path, &announced, error);
    if (status == TP_OK && announced != image_count) {
        tp_fail(error, TP_INVALID, path, "holds %llu labels, but %.300s holds %llu images",
                (unsigned long long)announced, images, (unsigned long long)image_count);
        status = tp_hint(error, "give the labels of those images");
    }
    if (status == TP_OK)
        status = take_bytes(file, path, first, count, 1, "label", labels, error);
    gzclose(file);
    return status;
}

tp_status tp_labelled_read(const char *images, const char *labels, size_t first, size_t count,
                           tp_labelled *set, tp_error *error) {
    uint64_t announced = 0;
    *set = (tp_labelled){.count = count};
    tp_status status = read_images(images, first, count, &announced, set, error);
    if (status == TP_OK)
        status = read_labels(labels, images, announced, first, count, &set->labels, error);
    if (status != TP_OK)
        tp_labelled_free(set);
    return status;
}

void tp_labelled_free(tp_labelled *set) {
    free(set->pixels);
    free(set->labels);
    *set = (tp_labelled){0};
}

static tp_status find(const tp_resolved *resolved, const char *block, const char *key,
                      const char *name, char **found, tp_error *error) {
    char path[120];
    snprintf(path, sizeof path, "%.80s.%s", block, key);
    tp_status status;
    if (name) {
        status = tp_data_file_find(name, resolved, path, found, error);
    } else {
        status = tp_resolved_fail(resolved, error, path, "expected the name of an IDX file");
    }
    if (status == TP_INVALID)
        tp_hint(error,
                "MNIST is at https://ossci-datasets.s3.amazonaws.com/mnist/ (%s); put it beside "
                "the scenario, or name its folder's parent in TRIPARTITE_DATA",
                strstr(key, "labels") ? "t10k-labels-idx1-ubyte.gz" : "t10k-images-idx3-ubyte.gz");
    return status;
}

/* One part, of the files of these keys. */
static tp_status load(const tp_labelled_description *d, const tp_resolved *resolved,
                      const char *path, bool own_files, size_t first, size_t count,
                      tp_labelled *set, tp_error *error) {
    char *images = NULL, *labels = NULL;
    tp_status status = find(resolved, path, own_files ? "test_images" : "images",
                            own_files ? d->test_images : d->images, &images, error);
    if (status == TP_OK)
        status = find(resolved, path, own_files ? "test_labels" : "labels",
                      own_files ? d->test_labels : d->labels, &labels, error);
    if (status == TP_OK)
        status = tp_labelled_read(images, labels, first, count, set, error);
    for (size_t i = 0; status == TP_OK && i < count; i++)
        /* There are labels where they could be read, which the analyzer does not follow so far.
         * NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
        if (set->labels[i] >= d->classes) {
            tp_fail(error, TP_INVALID, labels, "image %zu has the label %d; expected 0 to %d",
                    first + i, set->labels[i], (int)d->classes - 1);
            status = tp_hint(error, "data.classes says how many there are");
        }
    free(images);
    free(labels);
    return status;
}

tp_status tp_labelled_load(const tp_labelled_description *d, const tp_resolved *resolved,
                           const char *path, tp_labelled *train, tp_labelled *test,
                           tp_error *error) {
    const bool own = d->test_images || d->test_labels;
    const size_t first = (size_t)d->first, count = (size_t)d->train;
    *train = *test = (tp_labelled){0};
    tp_status status = load(d, resolved, path, false, first, count, train, error);
    if (status == TP_OK)
        status =
            load(d, resolved, path, own, own ? 0 : first + count, (size_t)d->test, test, error);
    if (status == TP_OK && (train->rows != test->rows || train->columns != test->columns))
        status = tp_resolved_fail(resolved, error, path,
                                  "images of %zu x %zu pixels to learn from, of %zu x %zu to test",
                                  train->rows, train->columns, test->rows, test->columns);
    return status;
}
