/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The life of a writer. */
#include "record/writer.h"
#include "base/fail.h"
#include "record/hdf5_library.h"
#include "record/writer_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

tp_status tp_writer_break(tp_writer *writer, tp_error *error, const char *format, ...) {
    char reason[512], action[400];
    tp_hdf5_reason(reason, sizeof reason);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(action, sizeof action, format, arguments);
    va_end(arguments);
    if (!writer->broken)
        tp_fail(&writer->failure, TP_FAILED, writer->temporary.target, "%s failed: %s", action,
                reason);
    writer->broken = true;
    if (error)
        *error = writer->failure;
    return TP_FAILED;
}

tp_status tp_writer_starve(tp_writer *writer, tp_error *error) {
    const tp_status status = tp_fail_memory(&writer->failure, "packing rows");
    writer->broken = true;
    if (error)
        *error = writer->failure;
    return status;
}

tp_status tp_writer_ready(tp_writer *writer, tp_error *error) {
    if (!writer->broken)
        return tp_stream_settle(writer, true, error);
    if (error)
        *error = writer->failure;
    return TP_FAILED;
}

static void destroy(tp_writer **writer) {
    tp_writer *gone = *writer;
    tp_packs_destroy(&gone->packs);
    tp_forms_free(&gone->forms);
    tp_stream_free(gone);
    for (size_t i = 0; i < gone->axis_count; i++) {
        free(gone->axes[i].path);
        free(gone->axes[i].array);
    }
    for (size_t i = 0; i < gone->entry_count; i++)
        free(gone->entries[i].path);
    for (size_t i = 0; i < gone->group_count; i++)
        free(gone->groups[i]);
    free(gone->groups);
    free(gone->axes);
    free(gone->entries);
    tp_journal_destroy(&gone->journal);
    tp_temporary_drop(&gone->temporary);
    free(gone);
    *writer = NULL;
}

tp_status tp_writer_create(const char *path, tp_writer **writer, tp_error *error) {
    *writer = NULL;
    tp_writer *made = calloc(1, sizeof *made);
    if (!made)
        return tp_fail_memory(error, "making a writer");
    made->file = H5I_INVALID_HID;
    tp_status status = tp_temporary_create(&made->temporary, path, error);
    if (status == TP_OK) {
        if (!tp_forms_make(&made->forms) || (made->file = tp_hdf5_create(made->temporary.path)) < 0)
            status = tp_writer_break(made, error, "making the file");
    }
    if (status == TP_OK)
        *writer = made;
    else
        destroy(&made);
    return status;
}

/* Everything into the file, and the file closed. */
static tp_status complete(tp_writer *writer, tp_error *error) {
    tp_status status = tp_writer_ready(writer, error);
    if (status == TP_OK)
        status = tp_stream_finish(writer, error);
    if (status == TP_OK)
        status = tp_axis_attach(writer, error);
    if (status != TP_OK)
        return status;
    /* H5Fclose may report success where it could not write: all is written before it. */
    if (H5Fflush(writer->file, H5F_SCOPE_GLOBAL) < 0)
        return tp_writer_break(writer, error, "writing the file out");
    if (H5Fclose(writer->file) < 0)
        return tp_writer_break(writer, error, "closing the file");
    writer->file = H5I_INVALID_HID;
    return TP_OK;
}

static bool has_shape(const tp_writer *writer, const tp_entry *entry, hid_t file) {
    hsize_t dims[TP_MAX_RANK];
    hid_t dataset = H5Dopen2(file, entry->path, H5P_DEFAULT);
    hid_t space = dataset >= 0 ? H5Dget_space(dataset) : -1;
    bool same = space >= 0 && H5Sget_simple_extent_ndims(space) == (int)entry->rank &&
                H5Sget_simple_extent_dims(space, dims, NULL) >= 0;
    for (size_t axis = 0; same && axis < entry->rank; axis++)
        same = dims[axis] == writer->axes[entry->axes[axis]].length;
    if (space >= 0)
        H5Sclose(space);
    if (dataset >= 0)
        H5Dclose(dataset);
    return same;
}

/* Reads the file that was just closed as a stranger would. */
static tp_status verify(const tp_writer *writer, tp_error *error) {
    const char *path = writer->temporary.path;
    const char *where = writer->temporary.target;
    char reason[512];
    hid_t file = H5Fopen(path, H5F_ACC_RDONLY, H5P_DEFAULT);
    if (file < 0) {
        tp_hdf5_reason(reason, sizeof reason);
        return tp_fail(error, TP_FAILED, where, "cannot be read back after writing: %s", reason);
    }
    struct stat found;
    hsize_t size = 0;
    tp_status status = TP_OK;
    if (H5Fget_filesize(file, &size) < 0 || stat(path, &found) != 0 ||
        size != (hsize_t)found.st_size)
        status = tp_fail(error, TP_FAILED, where, "has another size than was written");
    for (size_t i = 0; status == TP_OK && i < writer->entry_count; i++)
        if (!has_shape(writer, &writer->entries[i], file)) {
            tp_hdf5_reason(reason, sizeof reason);
            status = tp_fail(error, TP_FAILED, where, "array '%s' cannot be read back: %s",
                             writer->entries[i].path, reason);
        }
    if (H5Fclose(file) < 0 && status == TP_OK)
        status = tp_fail(error, TP_FAILED, where, "cannot be closed after reading back");
    return status;
}

/* Closes the file, unless a write to it has failed: its ids then stay open for good, since closing
 * them would make HDF5 write again from a state that it makes no promises about. */
static void abandon(tp_writer *writer) {
    if (writer->file < 0 || writer->broken)
        return;
    if (H5Fflush(writer->file, H5F_SCOPE_GLOBAL) >= 0)
        (void)H5Fclose(writer->file);
    writer->file = H5I_INVALID_HID;
}

tp_status tp_writer_finish(tp_writer **writer, tp_error *error) {
    tp_status status = complete(*writer, error);
    if (status == TP_OK)
        status = verify(*writer, error);
    if (status == TP_OK)
        status = tp_temporary_publish(&(*writer)->temporary, error);
    if (status == TP_OK)
        tp_temporary_free(&(*writer)->temporary);
    abandon(*writer);
    destroy(writer);
    return status;
}

const char *tp_writer_file(const tp_writer *writer) {
    return writer->temporary.path;
}

tp_status tp_writer_retarget(tp_writer *writer, const char *path, tp_error *error) {
    return tp_temporary_retarget(&writer->temporary, path, error);
}

void tp_writer_discard(tp_writer **writer) {
    if (!writer || !*writer)
        return;
    abandon(*writer);
    destroy(writer);
}
