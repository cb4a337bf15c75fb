/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stimuli/idx_file.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fail.h"

enum { HEADER_BYTES = 16, MAGIC_IMAGES = 0x00000803, BLOCK_BYTES = 65536 };

typedef tp_idx_header header;

tp_status tp_idx_take(gzFile file, const char *path, unsigned char *bytes, size_t count,
                      size_t *taken, tp_error *error) {
    const int result = gzread(file, bytes, (unsigned)count);
    int code = Z_OK;
    const char *reason = gzerror(file, &code);
    if (result >= 0) {
        *taken = (size_t)result;
        return TP_OK;
    }
    if (code == Z_ERRNO)
        return tp_fail(error, TP_FAILED, path, "cannot read the file: %s", strerror(errno));
    if (code == Z_MEM_ERROR)
        return tp_fail_memory(error, "unpacking an IDX file");
    tp_fail(error, TP_INVALID, path, "the gzip file is damaged: %s", reason);
    return tp_hint(error, "download or copy the file again");
}

uint32_t tp_idx_number(const unsigned char *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static const char *element_name(unsigned char code) {
    switch (code) {
    case 0x08:
        return "unsigned bytes";
    case 0x09:
        return "signed bytes";
    case 0x0b:
        return "16-bit integers";
    case 0x0c:
        return "32-bit integers";
    case 0x0d:
        return "single-precision numbers";
    case 0x0e:
        return "double-precision numbers";
    default:
        return NULL;
    }
}

static tp_status refuse_magic(const char *path, const unsigned char *bytes, tp_error *error) {
    const char *element = element_name(bytes[2]);
    const char *expected = "expected an IDX file of images (00 00 08 03)";
    if (bytes[0] != 0 || bytes[1] != 0 || !element) {
        tp_fail(error, TP_INVALID, path, "not an IDX file: it begins with %02x %02x %02x %02x; %s",
                bytes[0], bytes[1], bytes[2], bytes[3], expected);
        tp_hint(error, "give an IDX file such as MNIST's t10k-images-idx3-ubyte.gz");
    } else if (bytes[2] == 0x08 && bytes[3] == 1) {
        tp_fail(error, TP_INVALID, path, "found a file of labels (00 00 08 01); %s", expected);
        tp_hint(error, "give the file of images, for example t10k-images-idx3-ubyte.gz");
    } else if (bytes[2] != 0x08) {
        tp_fail(error, TP_INVALID, path, "found an IDX file of %s (00 00 %02x %02x); %s", element,
                bytes[2], bytes[3], expected);
        tp_hint(error, "save the images as unsigned bytes, 0 to 255");
    } else {
        tp_fail(error, TP_INVALID, path,
                "found an IDX file with %d axes (00 00 08 %02x); %s, whose axes are image, row "
                "and column",
                bytes[3], bytes[3], expected);
        tp_hint(error, "save grey images, one after the other");
    }
    return TP_INVALID;
}

tp_status tp_idx_read_header(gzFile file, const char *path, header *h, tp_error *error) {
    unsigned char bytes[HEADER_BYTES];
    size_t taken = 0;
    const tp_status status = tp_idx_take(file, path, bytes, sizeof bytes, &taken, error);
    if (status != TP_OK)
        return status;
    if (taken >= 4 && tp_idx_number(bytes) != MAGIC_IMAGES)
        return refuse_magic(path, bytes, error);
    if (taken < sizeof bytes) {
        tp_fail(error, TP_INVALID, path,
                "%s after %zu bytes; an IDX file of images begins with a header of %d",
                taken ? "the file ends" : "the file is empty or ends", taken, (int)HEADER_BYTES);
        return tp_hint(error, "download or copy the file again");
    }
    *h = (header){.images = tp_idx_number(bytes + 4),
                  .rows = tp_idx_number(bytes + 8),
                  .columns = tp_idx_number(bytes + 12)};
    if (h->rows < 1 || h->columns < 1 || h->rows > TP_IMAGE_LONGEST_SIDE ||
        h->columns > TP_IMAGE_LONGEST_SIDE) {
        tp_fail(error, TP_INVALID, path,
                "the file says its images have %lu rows and %lu columns; expected 1 to %d of each",
                (unsigned long)h->rows, (unsigned long)h->columns, (int)TP_IMAGE_LONGEST_SIDE);
        return tp_hint(error, "the file is damaged, or no IDX file: download or copy it again");
    }
    return TP_OK;
}

static tp_status check_index(const char *path, const header *h, size_t index, tp_error *error) {
    if (index < h->images)
        return TP_OK;
    if (h->images == 0) {
        tp_fail(error, TP_INVALID, path, "the file holds no images; expected image %zu", index);
        return tp_hint(error, "give another file");
    }
    tp_fail(error, TP_INVALID, path, "there is no image %zu; expected 0 to %lu", index,
            (unsigned long)h->images - 1);
    return tp_hint(error, "the file holds %lu images, counted from 0", (unsigned long)h->images);
}

static tp_status cut_short(const char *path, const header *h, uint64_t bytes, size_t index,
                           tp_error *error) {
    tp_fail(error, TP_INVALID, path,
            "the file is cut short: it holds %llu whole images of the %lu that it announces; "
            "image %zu (from 0) is not among them",
            (unsigned long long)(bytes / ((uint64_t)h->rows * h->columns)),
            (unsigned long)h->images, index);
    return tp_hint(error, "download or copy the file again");
}

/* Goes through the bytes before the image, rather than seeking past them: only so is it known how
 * much a cut file holds. */
static tp_status read_pixels(gzFile file, const char *path, const header *h, size_t index,
                             tp_image *image, tp_error *error) {
    unsigned char bytes[BLOCK_BYTES];
    const uint64_t size = (uint64_t)h->rows * h->columns;
    const uint64_t begin = size * index, end = begin + size;
    for (uint64_t at = 0; at < end;) {
        const uint64_t left = (at < begin ? begin : end) - at;
        size_t taken = 0;
        const tp_status status = tp_idx_take(
            file, path, bytes, left < BLOCK_BYTES ? (size_t)left : BLOCK_BYTES, &taken, error);
        if (status != TP_OK)
            return status;
        if (taken == 0)
            return cut_short(path, h, at, index, error);
        for (size_t i = 0; at >= begin && i < taken; i++)
            image->brightness[at - begin + i] = bytes[i] / 255.0;
        at += taken;
    }
    return TP_OK;
}

tp_status tp_idx_open(const char *path, gzFile *file, tp_error *error) {
    struct stat about;
    if (stat(path, &about) != 0) {
        tp_fail(error, TP_INVALID, path, "cannot open the IDX file: %s", strerror(errno));
        return tp_hint(error, "check the name, the folder and the permissions");
    }
    if (!S_ISREG(about.st_mode)) {
        tp_fail(error, TP_INVALID, path, "found a %s; expected an IDX file",
                S_ISDIR(about.st_mode) ? "directory" : "pipe or device");
        return tp_hint(error, "name a file such as MNIST's t10k-images-idx3-ubyte.gz");
    }
    errno = 0;
    *file = gzopen(path, "rb");
    if (*file)
        return TP_OK;
    if (errno == 0)
        return tp_fail_memory(error, "opening an IDX file");
    tp_fail(error, TP_INVALID, path, "cannot open the IDX file: %s", strerror(errno));
    return tp_hint(error, "check the name, the folder and the permissions");
}

tp_status tp_idx_read(const char *path, size_t index, tp_image *image, tp_error *error) {
    gzFile file = NULL;
    tp_status status = tp_idx_open(path, &file, error);
    if (status != TP_OK)
        return status;
    header h = {0};
    tp_image picture = {0};
    status = tp_idx_read_header(file, path, &h, error);
    if (status == TP_OK)
        status = check_index(path, &h, index, error);
    if (status == TP_OK)
        status = tp_image_create(h.rows, h.columns, &picture, error);
    if (status == TP_OK)
        status = read_pixels(file, path, &h, index, &picture, error);
    gzclose(file);
    if (status == TP_OK)
        *image = picture;
    else
        tp_image_free(&picture);
    return status;
}
