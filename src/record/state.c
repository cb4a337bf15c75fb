/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/state.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/fail.h"

tp_status tp_visit_value(const tp_visitor *visitor, const char *name, tp_type type, void *value,
                         tp_error *error) {
    const tp_piece piece = {.name = name, .type = type, .values = value};
    return visitor->piece(visitor->context, &piece, error);
}

tp_status tp_visit_list(const tp_visitor *visitor, const char *name, tp_type type, void *values,
                        size_t count, tp_error *error) {
    const tp_piece piece = {
        .name = name, .type = type, .values = values, .rank = 1, .dims = {count}};
    return visitor->piece(visitor->context, &piece, error);
}

static size_t size_of(tp_type type) {
    switch (type) {
    case TP_UINT8:
    case TP_BYTES:
        return 1;
    case TP_FLOAT32:
    case TP_INT32:
        return 4;
    default:
        return 8;
    }
}

static size_t count_of(const tp_piece *piece) {
    size_t count = 1;
    for (size_t axis = 0; axis < piece->rank; axis++)
        count *= piece->dims[axis];
    return count;
}

static tp_status keep_piece(void *context, const tp_piece *piece, tp_error *error) {
    tp_bytes *bytes = context;
    const size_t size = count_of(piece) * size_of(piece->type);
    return tp_bytes_put_text(bytes, piece->name) && tp_bytes_put_number(bytes, size) &&
                   tp_bytes_put(bytes, piece->values, size)
               ? TP_OK
               : tp_fail_memory(error, "keeping a state");
}

static tp_status keep_length(void *context, const char *group, size_t *length, tp_error *error) {
    return tp_bytes_put_text(context, group) && tp_bytes_put_number(context, *length)
               ? TP_OK
               : tp_fail_memory(error, "keeping a state");
}

static tp_status other(const char *name, tp_error *error) {
    return tp_fail(error, TP_INVALID, "", "the state that was kept has no %s as it is here", name);
}

static tp_status set_piece(void *context, const tp_piece *piece, tp_error *error) {
    tp_bytes *bytes = context;
    const size_t size = count_of(piece) * size_of(piece->type);
    const char *name = tp_bytes_view_text(bytes);
    uint64_t kept;
    if (!name || strcmp(name, piece->name) != 0 || !tp_bytes_take_number(bytes, &kept) ||
        kept != size || !tp_bytes_take(bytes, piece->values, size))
        return other(piece->name, error);
    return TP_OK;
}

static tp_status set_length(void *context, const char *group, size_t *length, tp_error *error) {
    tp_bytes *bytes = context;
    const char *name = tp_bytes_view_text(bytes);
    uint64_t kept;
    /* Nothing that is listed takes less than a byte. */
    if (!name || strcmp(name, group) != 0 || !tp_bytes_take_number(bytes, &kept) ||
        kept > bytes->size)
        return other(group, error);
    *length = (size_t)kept;
    return TP_OK;
}

tp_visitor tp_state_keeper(tp_bytes *bytes) {
    return (tp_visitor){bytes, false, keep_piece, keep_length};
}

tp_visitor tp_state_setter(tp_bytes *bytes) {
    return (tp_visitor){bytes, true, set_piece, set_length};
}

static uint64_t whole_value(const tp_piece *piece) {
    uint64_t wide;
    uint8_t narrow;
    if (size_of(piece->type) == 1) {
        memcpy(&narrow, piece->values, sizeof narrow);
        return narrow;
    }
    memcpy(&wide, piece->values, sizeof wide);
    return wide;
}

static tp_status write_piece(void *context, const tp_piece *piece, tp_error *error) {
    const tp_state_place *place = context;
    char path[160];
    if (piece->rank == 0)
        return tp_writer_integer(place->writer, place->group, piece->name, whole_value(piece),
                                 error);
    snprintf(path, sizeof path, "%s/%s", place->group, piece->name);
    tp_layout layout = {.type = piece->type,
                        .rank = piece->rank,
                        .units = piece->units,
                        .long_name = piece->long_name};
    for (size_t axis = 0; axis < piece->rank; axis++) {
        layout.dims[axis] = piece->dims[axis];
        layout.axes[axis] = piece->axes[axis];
    }
    return tp_writer_array(place->writer, path, &layout, count_of(piece) ? piece->values : "",
                           error);
}

static tp_status write_length(void *context, const char *group, size_t *length, tp_error *error) {
    (void)context, (void)group, (void)length, (void)error;
    return TP_OK; /* that of its arrays */
}

static tp_status unfit(const tp_state_place *place, const char *path, const char *what,
                       tp_error *error) {
    return tp_fail(error, TP_INVALID, place->record_name, "its state cannot be used: '%s' %s", path,
                   what);
}

/* False where a number is none of that type. */
static bool fits(tp_type type, double value) {
    switch (type) {
    case TP_FLOAT64:
        return isfinite(value);
    case TP_UINT8:
        return value == 0 || value == 1;
    default:
        return value >= 0 && value <= 0x1p53 && value == floor(value);
    }
}

static void set_value(const tp_piece *piece, size_t i, double value) {
    const uint64_t wide = piece->type == TP_FLOAT64 ? 0 : (uint64_t)value;
    if (piece->type == TP_FLOAT64)
        ((double *)piece->values)[i] = value;
    else if (piece->type == TP_UINT8)
        ((uint8_t *)piece->values)[i] = (uint8_t)wide;
    else
        ((uint64_t *)piece->values)[i] = wide;
}

static tp_status read_value(const tp_state_place *place, const tp_piece *piece, tp_error *error) {
    uint64_t value;
    tp_status status = tp_record_integer(place->record, place->group, piece->name, &value, error);
    if (status != TP_OK)
        return status;
    if (!fits(piece->type, (double)value))
        return unfit(place, piece->name, "is not in its range", error);
    set_value(piece, 0, (double)value);
    return TP_OK;
}

static tp_status read_piece(void *context, const tp_piece *piece, tp_error *error) {
    const tp_state_place *place = context;
    char path[160];
    tp_array array;
    if (piece->rank == 0)
        return read_value(place, piece, error);
    snprintf(path, sizeof path, "%s/%s", place->group, piece->name);
    tp_status status = tp_record_array(place->record, path, &array, error);
    if (status != TP_OK)
        return status;
    bool same = array.rank == piece->rank;
    for (size_t axis = 0; same && axis < piece->rank; axis++)
        same = array.dims[axis] == piece->dims[axis];
    if (!same)
        status = unfit(place, path, "has another shape", error);
    for (size_t i = 0; status == TP_OK && i < count_of(piece); i++) {
        if (!fits(piece->type, array.values[i]))
            status = unfit(place, path, "has values out of range", error);
        else
            set_value(piece, i, array.values[i]);
    }
    tp_array_free(&array);
    return status;
}

static tp_status read_length(void *context, const char *group, size_t *length, tp_error *error) {
    const tp_state_place *place = context;
    char path[160];
    tp_array array;
    snprintf(path, sizeof path, "%s/%s/tick", place->group, group);
    tp_status status = tp_record_array(place->record, path, &array, error);
    if (status != TP_OK)
        return status;
    if (array.rank == 1)
        *length = array.dims[0];
    else
        status = unfit(place, path, "has another shape", error);
    tp_array_free(&array);
    return status;
}

tp_visitor tp_state_writer(tp_state_place *place) {
    return (tp_visitor){place, false, write_piece, write_length};
}

tp_visitor tp_state_reader(tp_state_place *place) {
    return (tp_visitor){place, true, read_piece, read_length};
}
