/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a writer does, noted as it is done, and done again from the notes. */
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "record/writer_private.h"

static bool put_layout(tp_bytes *to, const tp_layout *layout) {
    bool put = tp_bytes_put_number(to, (uint64_t)layout->type) &&
               tp_bytes_put_number(to, layout->rank) && tp_bytes_put_text(to, layout->units) &&
               tp_bytes_put_text(to, layout->long_name);
    for (size_t axis = 0; put && axis < layout->rank; axis++)
        put = tp_bytes_put_number(to, layout->dims[axis]) &&
              tp_bytes_put_text(to, layout->axes[axis]);
    return put;
}

static bool take_layout(tp_bytes *from, tp_layout *layout) {
    uint64_t type, rank, length;
    *layout = (tp_layout){0};
    if (!tp_bytes_take_number(from, &type) || type > TP_BYTES ||
        !tp_bytes_take_number(from, &rank) || rank > TP_MAX_RANK)
        return false;
    layout->type = (tp_type)type;
    layout->rank = (size_t)rank;
    layout->units = tp_bytes_view_text(from);
    layout->long_name = tp_bytes_view_text(from);
    bool taken = layout->units && layout->long_name;
    for (size_t axis = 0; taken && axis < layout->rank; axis++) {
        taken = tp_bytes_take_number(from, &length) &&
                (layout->axes[axis] = tp_bytes_view_text(from)) != NULL;
        layout->dims[axis] = (size_t)length;
    }
    return taken;
}

static tp_status fail_noting(tp_error *error) {
    return tp_fail_memory(error, "keeping a journal");
}

tp_status tp_step_group(tp_writer *writer, const char *path, tp_error *error) {
    size_t mark;
    if (!writer->journal)
        return TP_OK;
    return tp_journal_begin(writer->journal, TP_STEP_GROUP, &mark) &&
                   tp_bytes_put_text(&writer->journal->recent, path)
               ? tp_journal_end(writer->journal, mark, error)
               : fail_noting(error);
}

tp_status tp_step_array(tp_writer *writer, const char *path, const tp_layout *layout,
                        const void *values, size_t size, tp_error *error) {
    size_t mark;
    if (!writer->journal)
        return TP_OK;
    tp_bytes *to = &writer->journal->recent;
    return tp_journal_begin(writer->journal, TP_STEP_ARRAY, &mark) && tp_bytes_put_text(to, path) &&
                   put_layout(to, layout) && tp_bytes_put(to, values, size)
               ? tp_journal_end(writer->journal, mark, error)
               : fail_noting(error);
}

tp_status tp_step_strings(tp_writer *writer, const char *path, const tp_layout *layout,
                          const char *const *values, tp_error *error) {
    size_t mark;
    if (!writer->journal)
        return TP_OK;
    tp_bytes *to = &writer->journal->recent;
    bool put = tp_journal_begin(writer->journal, TP_STEP_STRINGS, &mark) &&
               tp_bytes_put_text(to, path) && put_layout(to, layout);
    for (size_t i = 0; put && i < layout->dims[0]; i++)
        put = tp_bytes_put_text(to, values[i]);
    return put ? tp_journal_end(writer->journal, mark, error) : fail_noting(error);
}

tp_status tp_step_attribute(tp_writer *writer, tp_step_kind kind, const char *path,
                            const char *name, const void *value, size_t size, tp_error *error) {
    size_t mark;
    if (!writer->journal)
        return TP_OK;
    tp_bytes *to = &writer->journal->recent;
    return tp_journal_begin(writer->journal, kind, &mark) && tp_bytes_put_text(to, path) &&
                   tp_bytes_put_text(to, name) && tp_bytes_put(to, value, size)
               ? tp_journal_end(writer->journal, mark, error)
               : fail_noting(error);
}

tp_status tp_step_enumeration(tp_writer *writer, const char *path, const char *name,
                              const char *const *names, int value, tp_error *error) {
    size_t mark, count = 0;
    if (!writer->journal)
        return TP_OK;
    while (names[count])
        count++;
    tp_bytes *to = &writer->journal->recent;
    bool put = tp_journal_begin(writer->journal, TP_STEP_ENUMERATION, &mark) &&
               tp_bytes_put_text(to, path) && tp_bytes_put_text(to, name) &&
               tp_bytes_put_number(to, (uint64_t)value) && tp_bytes_put_number(to, count);
    for (size_t i = 0; put && i < count; i++)
        put = tp_bytes_put_text(to, names[i]);
    return put ? tp_journal_end(writer->journal, mark, error) : fail_noting(error);
}

tp_status tp_step_open(tp_writer *writer, const char *path, const tp_layout *layout,
                       tp_error *error) {
    size_t mark;
    if (!writer->journal)
        return TP_OK;
    tp_bytes *to = &writer->journal->recent;
    return tp_journal_begin(writer->journal, TP_STEP_OPEN, &mark) && tp_bytes_put_text(to, path) &&
                   put_layout(to, layout)
               ? tp_journal_end(writer->journal, mark, error)
               : fail_noting(error);
}

tp_status tp_step_stream(tp_writer_stream *stream, tp_step_kind kind, uint64_t first,
                         uint64_t count, tp_error *error) {
    size_t mark;
    tp_journal *journal = stream->writer->journal;
    if (!journal)
        return TP_OK;
    tp_bytes *to = &journal->recent;
    return tp_journal_begin(journal, kind, &mark) && tp_bytes_put_number(to, stream->number) &&
                   tp_bytes_put_number(to, first) && tp_bytes_put_number(to, count)
               ? tp_journal_end(journal, mark, error)
               : fail_noting(error);
}

/* TP_INVALID, for the caller to tell where. */
static tp_status broken(tp_error *error) {
    return tp_fail(error, TP_INVALID, "", "a step in it makes no sense");
}

static tp_status array_again(tp_writer *writer, const char *path, tp_bytes *step, tp_error *error) {
    tp_layout layout;
    size_t count;
    if (!take_layout(step, &layout) || !tp_layout_count(&layout, 0, &count) ||
        count * tp_type_size(layout.type) != step->size - step->at)
        return broken(error);
    /* What lies among the bytes need not lie as its type wants. */
    const size_t size = step->size - step->at;
    void *values = malloc(size + 1);
    if (!values)
        return tp_fail_memory(error, "taking up a run");
    tp_bytes_take(step, values, size);
    tp_status status = tp_writer_array(writer, path, &layout, values, error);
    free(values);
    return status;
}

static tp_status take_texts(tp_bytes *step, uint64_t count, const char ***texts, tp_error *error) {
    if (count > step->size)
        return broken(error);
    *texts = calloc((size_t)count + 1, sizeof **texts);
    if (!*texts)
        return tp_fail_memory(error, "taking up a run");
    for (size_t i = 0; i < count; i++)
        if (!((*texts)[i] = tp_bytes_view_text(step))) {
            free(*texts);
            return broken(error);
        }
    return TP_OK;
}

static tp_status strings_again(tp_writer *writer, const char *path, tp_bytes *step,
                               tp_error *error) {
    tp_layout layout;
    const char **values;
    if (!take_layout(step, &layout) || layout.rank != 1)
        return broken(error);
    tp_status status = take_texts(step, layout.dims[0], &values, error);
    if (status != TP_OK)
        return status;
    status = tp_writer_strings(writer, path, &layout, values, error);
    free(values);
    return status;
}

static tp_status enumeration_again(tp_writer *writer, const char *path, const char *name,
                                   tp_bytes *step, tp_error *error) {
    uint64_t value, count;
    const char **names;
    if (!tp_bytes_take_number(step, &value) || !tp_bytes_take_number(step, &count))
        return broken(error);
    tp_status status = take_texts(step, count, &names, error);
    if (status != TP_OK)
        return status;
    status = tp_writer_enumeration(writer, path, name, names, (int)value, error);
    free(names);
    return status;
}

static tp_status attribute_again(tp_writer *writer, tp_step_kind kind, const char *path,
                                 tp_bytes *step, tp_error *error) {
    const char *name = tp_bytes_view_text(step);
    uint64_t whole;
    double number;
    if (!name)
        return broken(error);
    if (kind == TP_STEP_ENUMERATION)
        return enumeration_again(writer, path, name, step, error);
    if (kind == TP_STEP_NUMBER)
        return tp_bytes_take(step, &number, sizeof number)
                   ? tp_writer_number(writer, path, name, number, error)
                   : broken(error);
    if (kind == TP_STEP_INTEGER)
        return tp_bytes_take_number(step, &whole)
                   ? tp_writer_integer(writer, path, name, whole, error)
                   : broken(error);
    const size_t size = step->size - step->at;
    const char *text = tp_bytes_view(step, size);
    return size > 0 && text[size - 1] == '\0' ? tp_writer_text(writer, path, name, text, error)
                                              : broken(error);
}

static tp_status stream_again(tp_writer *writer, tp_step_kind kind, tp_bytes *step,
                              tp_error *error) {
    uint64_t number, first, count;
    if (!tp_bytes_take_number(step, &number) || !tp_bytes_take_number(step, &first) ||
        !tp_bytes_take_number(step, &count))
        return broken(error);
    tp_writer_stream *stream = writer->streams;
    while (stream && stream->number != number)
        stream = stream->next;
    if (!stream || stream->closed || stream->written != first)
        return broken(error);
    if (kind == TP_STEP_CLOSE)
        return tp_writer_stream_close(stream, error);
    stream->held = 0; /* those that a part held are among the next rows */
    if (kind == TP_STEP_ROWS)
        return tp_stream_put_chunks(stream, (size_t)count, step, error);
    if (count > stream->capacity)
        return broken(error);
    tp_status status = tp_stream_reserve(stream, error);
    if (status != TP_OK)
        return status;
    if (!tp_bytes_take(step, stream->buffer.bytes, count * stream->row_bytes))
        return broken(error);
    stream->held = (size_t)count;
    return TP_OK;
}

tp_status tp_step_again(tp_writer *writer, tp_step_kind kind, tp_bytes *step, tp_error *error) {
    if (kind == TP_STEP_ROWS || kind == TP_STEP_CLOSE || kind == TP_STEP_HELD)
        return stream_again(writer, kind, step, error);
    tp_layout layout;
    tp_writer_stream *stream;
    const char *path = tp_bytes_view_text(step);
    if (!path)
        return broken(error);
    switch (kind) {
    case TP_STEP_GROUP:
        return tp_writer_group(writer, path, error);
    case TP_STEP_ARRAY:
        return array_again(writer, path, step, error);
    case TP_STEP_STRINGS:
        return strings_again(writer, path, step, error);
    case TP_STEP_OPEN:
        return take_layout(step, &layout)
                   ? tp_writer_stream_open(writer, path, &layout, &stream, error)
                   : broken(error);
    case TP_STEP_TEXT:
    case TP_STEP_NUMBER:
    case TP_STEP_INTEGER:
    case TP_STEP_ENUMERATION:
        return attribute_again(writer, kind, path, step, error);
    default:
        return broken(error);
    }
}
