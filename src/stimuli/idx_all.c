/* SPDX-License-Identifier: GPL-3.0-or-later */
/* IDX files whole: of images, and of labels. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/fail.h"
#include "stimuli/image_set.h"

enum { PART = 1 << 20 };

static tp_status refuse(const char *path, const char *why, tp_error *error) {
    tp_fail(error, TP_INVALID, path, "%s", why);
    return tp_hint(error, "give IDX files such as MNIST's t10k-images-idx3-ubyte.gz and "
                          "t10k-labels-idx1-ubyte.gz");
}

static tp_status take(gzFile file, const char *path, unsigned char *bytes, uint64_t count,
                      tp_error *error) {
    for (uint64_t done = 0; done < count;) {
        const unsigned part = count - done < PART ? (unsigned)(count - done) : PART;
        const int taken = gzread(file, bytes + done, part);
        if (taken < 0)
            return refuse(path, "the gzip file is damaged", error);
        if (taken == 0)
            return refuse(path, "the file is cut short", error);
        done += (uint64_t)taken;
    }
    return TP_OK;
}

static tp_status read_header(gzFile file, const char *path, tp_byte_array *a, uint64_t *count,
                             tp_error *error) {
    unsigned char head[4], size[4];
    tp_status status = take(file, path, head, 4, error);
    if (status != TP_OK)
        return status;
    if (head[0] != 0 || head[1] != 0 || head[2] != 0x08 || (head[3] != 1 && head[3] != 3))
        return refuse(path,
                      "not an IDX file of images (00 00 08 03) or labels (00 00 08 01) in "
                      "unsigned bytes",
                      error);
    a->rank = head[3];
    *count = 1;
    for (size_t i = 0; i < a->rank; i++) {
        status = take(file, path, size, 4, error);
        if (status != TP_OK)
            return status;
        a->dims[i] = (size_t)size[0] << 24 | (size_t)size[1] << 16 | (size_t)size[2] << 8 | size[3];
        if (a->dims[i] > 0 && *count > TP_BYTES_MOST / a->dims[i])
            return refuse(path, "the file says that it has more than 4 GiB", error);
        *count *= a->dims[i];
    }
    return TP_OK;
}

/* Memory grows with what the file holds, not with what it says. */
static tp_status read_values(gzFile file, const char *path, tp_byte_array *a, uint64_t count,
                             tp_error *error) {
    uint64_t room = 0;
    for (uint64_t done = 0; done < count;) {
        const uint64_t part = count - done < PART ? count - done : PART;
        if (done + part > room) {
            room = 2 * room > done + part ? 2 * room : done + part;
            room = room > count ? count : room;
            /* Here, and in a set. */
            tp_status status = tp_byte_array_fits(path, 2 * (done + part) - done, error);
            if (status != TP_OK)
                return status;
            unsigned char *more = realloc(a->values, room);
            if (!more)
                return tp_fail_memory(error, "reading an IDX file");
            a->values = more;
        }
        tp_status status = take(file, path, a->values + done, part, error);
        if (status != TP_OK)
            return status;
        done += part;
    }
    return TP_OK;
}

tp_status tp_idx_read_all(const char *path, tp_byte_array *out, tp_error *error) {
    tp_byte_array a = {0};
    uint64_t count = 0;
    gzFile file = gzopen(path, "rb");
    if (!file)
        return refuse(path, "cannot open the IDX file", error);
    tp_status status = read_header(file, path, &a, &count, error);
    if (status == TP_OK)
        status = read_values(file, path, &a, count, error);
    gzclose(file);
    if (status == TP_OK)
        *out = a;
    else
        tp_byte_array_free(&a);
    return status;
}
