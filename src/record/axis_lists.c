/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ties arrays to the scales of their axes: in each array the scale of each of its axes, in
 * each scale the arrays that it serves. HDF5's own H5DSattach_scale reads and writes the latter
 * anew for each array that comes to them: here each is written once, as that would leave it. */
#include <hdf5_hl.h>
#include <stdlib.h>

#include "base/fail.h"
#include "record/writer_private.h"

/* One array that a scale serves, as HDF5's own have it. */
typedef struct served {
    hobj_ref_t array;
    int axis;
} served;

typedef struct lists {
    tp_writer *writer;
    hid_t scales_type, served_type;
    served *served; /* axis by axis: those of `axis` begin at first[axis] */
    size_t *first;  /* one more than axes */
} lists;

static bool make_types(lists *l) {
    l->scales_type = H5Tvlen_create(H5T_STD_REF_OBJ);
    l->served_type = H5Tcreate(H5T_COMPOUND, sizeof(served));
    return l->scales_type >= 0 && l->served_type >= 0 &&
           H5Tinsert(l->served_type, "dataset", HOFFSET(served, array), H5T_STD_REF_OBJ) >= 0 &&
           H5Tinsert(l->served_type, "dimension", HOFFSET(served, axis), H5T_NATIVE_INT) >= 0;
}

/* Sorts what is served by axes; within one, arrays follow each other as they were written. */
static bool gather(lists *l) {
    const tp_writer *writer = l->writer;
    size_t count = 0;
    /* Counted one place too far, so that each is a beginning once all of them are filled in. */
    l->first = calloc(writer->axis_count + 2, sizeof *l->first);
    if (!l->first)
        return false;
    for (size_t i = 0; i < writer->entry_count; i++)
        for (size_t k = 0; k < writer->entries[i].rank; k++, count++)
            l->first[writer->entries[i].axes[k] + 2] += !writer->entries[i].is_scale;
    for (size_t axis = 0; axis < writer->axis_count; axis++)
        l->first[axis + 2] += l->first[axis + 1];
    /* What lies between an axis and the next array is written too, and is to be zero. */
    l->served = calloc(count + 1, sizeof *l->served);
    if (!l->served)
        return false;
    for (size_t i = 0; i < writer->entry_count; i++) {
        const tp_entry *entry = &writer->entries[i];
        for (size_t k = 0; !entry->is_scale && k < entry->rank; k++) {
            served *next = &l->served[l->first[entry->axes[k] + 1]++];
            next->array = entry->reference;
            next->axis = (int)k;
        }
    }
    return true;
}

static herr_t write_list(tp_writer *writer, const char *path, const char *name, hid_t type,
                         hsize_t length, const void *values) {
    const hid_t space = H5Screate_simple(1, &length, NULL);
    if (space < 0 || tp_attribute_fill(H5Acreate_by_name(writer->file, path, name, type, space,
                                                         H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                                       type, values) < 0)
        return -1;
    return H5Sclose(space);
}

static tp_status write_scales(const lists *l, const tp_entry *entry, tp_error *error) {
    tp_writer *writer = l->writer;
    hvl_t scales[TP_MAX_RANK];
    if (entry->is_scale || entry->rank == 0)
        return TP_OK;
    for (size_t k = 0; k < entry->rank; k++)
        scales[k] = (hvl_t){1, &writer->axes[entry->axes[k]].reference};
    return write_list(writer, entry->path, DIMENSION_LIST, l->scales_type, entry->rank, scales) < 0
               ? tp_writer_break(writer, error, "attaching the axes of '%s'", entry->path)
               : TP_OK;
}

static tp_status write_served(const lists *l, size_t axis, tp_error *error) {
    tp_writer *writer = l->writer;
    const char *path = writer->axes[axis].path;
    const size_t first = l->first[axis], count = l->first[axis + 1] - first;
    return count > 0 && write_list(writer, path, REFERENCE_LIST, l->served_type, count,
                                   l->served + first) < 0
               ? tp_writer_break(writer, error, "attaching axis '%s'", path)
               : TP_OK;
}

static tp_status write_lists(lists *l, tp_error *error) {
    const tp_writer *writer = l->writer;
    if (!make_types(l))
        return tp_writer_break(l->writer, error, "making the types of axes");
    tp_status status = gather(l) ? TP_OK : tp_fail_memory(error, "attaching axes");
    for (size_t i = 0; status == TP_OK && i < writer->entry_count; i++)
        status = write_scales(l, &writer->entries[i], error);
    for (size_t axis = 0; status == TP_OK && axis < writer->axis_count; axis++)
        status = write_served(l, axis, error);
    return status;
}

tp_status tp_axis_write_lists(tp_writer *writer, tp_error *error) {
    lists l = {.writer = writer, .scales_type = H5I_INVALID_HID, .served_type = H5I_INVALID_HID};
    const tp_status status = write_lists(&l, error);
    /* Types of their own, not the file's: closing them writes nothing. */
    if (l.scales_type >= 0)
        H5Tclose(l.scales_type);
    if (l.served_type >= 0)
        H5Tclose(l.served_type);
    free(l.served);
    free(l.first);
    return status;
}
