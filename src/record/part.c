/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/part.h"

#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "record/arrays.h"
#include "record/reader_private.h"
#include "record/writer_private.h"

enum { BLOCK = 1 << 18 };

static const char JOURNAL[] = "journal";

tp_status tp_writer_keep_journal(tp_writer *writer, tp_error *error) {
    return writer->journal
               ? TP_OK
               : tp_journal_create(writer->temporary.directory, &writer->journal, error);
}

void tp_writer_forget_journal(tp_writer *writer) {
    tp_journal_clear(writer->journal);
}

static tp_status open_bytes(tp_writer *part, const char *name, const char *long_name,
                            tp_writer_stream **stream, tp_error *error) {
    char axis[40];
    snprintf(axis, sizeof axis, "%s_byte", name);
    const tp_layout layout = tp_layout_along(TP_BYTES, axis, BLOCK, "1", long_name);
    return tp_writer_stream_open(part, name, &layout, stream, error);
}

tp_status tp_part_put_bytes(tp_writer *part, const char *name, const tp_bytes *bytes,
                            tp_error *error) {
    tp_writer_stream *stream;
    tp_status status = open_bytes(part, name, "what is needed to go on", &stream, error);
    return status == TP_OK ? tp_writer_append(stream, bytes->data, bytes->size, error) : status;
}

typedef struct commit {
    tp_writer *writer;
    tp_writer_stream *into;
    tp_bytes step; /* a step that is more than the journal's */
} commit;

static tp_status put_step(commit *c, tp_step_kind kind, const tp_bytes *step, tp_error *error) {
    const uint64_t head[2] = {kind, step->size};
    tp_status status = tp_writer_append(c->into, head, sizeof head, error);
    return status == TP_OK ? tp_writer_append(c->into, step->data, step->size, error) : status;
}

/* Rows that were written are followed by their chunks. */
static tp_status put_rows(commit *c, tp_bytes *step, tp_error *error) {
    uint64_t number = 0, first = 0, count = 0;
    tp_bytes_take_number(step, &number);
    tp_bytes_take_number(step, &first);
    tp_bytes_take_number(step, &count);
    const tp_writer_stream *stream = c->writer->streams;
    while (stream->number != number)
        stream = stream->next;
    c->step.size = c->step.at = 0;
    if (!tp_bytes_put(&c->step, step->data, step->size))
        return tp_fail_memory(error, "committing");
    tp_status status = tp_stream_take_chunks(stream, first, (size_t)count, &c->step, error);
    return status == TP_OK ? put_step(c, TP_STEP_ROWS, &c->step, error) : status;
}

static tp_status visit(void *context, tp_step_kind kind, tp_bytes *step, tp_error *error) {
    commit *c = context;
    return kind == TP_STEP_ROWS ? put_rows(c, step, error) : put_step(c, kind, step, error);
}

/* What the streams hold that is not in the file yet. */
static tp_status put_held(commit *c, tp_error *error) {
    tp_status status = TP_OK;
    for (const tp_writer_stream *s = c->writer->streams; status == TP_OK && s; s = s->next) {
        if (s->closed || s->held == 0)
            continue;
        c->step.size = c->step.at = 0;
        if (!tp_bytes_put_number(&c->step, s->number) ||
            !tp_bytes_put_number(&c->step, s->written) || !tp_bytes_put_number(&c->step, s->held) ||
            !tp_bytes_put(&c->step, s->buffer.bytes, s->held * s->row_bytes))
            return tp_fail_memory(error, "committing");
        status = put_step(c, TP_STEP_HELD, &c->step, error);
    }
    return status;
}

tp_status tp_part_put_journal(tp_writer *part, tp_writer *writer, tp_error *error) {
    commit c = {.writer = writer};
    tp_status status = tp_writer_ready(writer, error);
    if (status == TP_OK)
        status = open_bytes(part, JOURNAL, "what the record was told", &c.into, error);
    if (status == TP_OK)
        status = tp_journal_walk(writer->journal, visit, &c, error);
    if (status == TP_OK)
        status = put_held(&c, error);
    tp_bytes_free(&c.step);
    return status;
}

/* An array of bytes, read block after block. */
typedef struct source {
    const tp_record *record;
    const char *name;
    size_t size, read;
    tp_bytes block; /* read, and not taken yet */
} source;

static tp_status damaged(const source *from, tp_error *error) {
    tp_fail(error, TP_INVALID, from->record->path, "this part of a run is damaged");
    return tp_hint(error, "it cannot be gone on with; --fresh begins anew");
}

/* What failed for want of memory, say, is no damage. */
static tp_status as_damage(const source *from, tp_status status, tp_error *error) {
    return status == TP_INVALID ? damaged(from, error) : status;
}

static tp_status open_source(const tp_record *record, const char *name, source *from,
                             tp_error *error) {
    *from = (source){.record = record, .name = name};
    tp_status status = tp_record_byte_count(record, name, &from->size, error);
    if (status == TP_OK && from->size > record->bytes)
        status = TP_INVALID;
    return as_damage(from, status, error);
}

/* Reads on until the block holds `wanted` bytes that were not taken. */
static tp_status fill(source *from, size_t wanted, tp_error *error) {
    tp_bytes *block = &from->block;
    const size_t there = block->size - block->at;
    if (there >= wanted)
        return TP_OK;
    if (wanted - there > from->size - from->read)
        return damaged(from, error);
    if (there > 0)
        memmove(block->data, block->data + block->at, there);
    block->size = there;
    block->at = 0;
    size_t more = wanted - there > BLOCK ? wanted - there : BLOCK;
    if (more > from->size - from->read)
        more = from->size - from->read;
    void *place = tp_bytes_reserve(block, more);
    if (!place)
        return tp_fail_memory(error, "reading a part");
    tp_status status = tp_record_bytes(from->record, from->name, from->read, more, place, error);
    from->read += more;
    return as_damage(from, status, error);
}

tp_status tp_part_bytes(const tp_record *part, const char *name, tp_bytes *bytes, tp_error *error) {
    source from;
    *bytes = (tp_bytes){0};
    tp_status status = open_source(part, name, &from, error);
    if (status == TP_OK)
        status = fill(&from, (size_t)from.size, error);
    if (status == TP_OK) {
        *bytes = from.block;
        from.block = (tp_bytes){0};
    }
    tp_bytes_free(&from.block);
    return status;
}

static tp_status replay_step(source *from, tp_writer *writer, tp_error *error) {
    uint64_t head[2];
    tp_status status = fill(from, sizeof head, error);
    if (status != TP_OK)
        return status;
    tp_bytes_take(&from->block, head, sizeof head);
    status = fill(from, (size_t)head[1], error);
    if (status != TP_OK)
        return status;
    tp_bytes step = {.data = from->block.data + from->block.at, .size = (size_t)head[1]};
    from->block.at += (size_t)head[1];
    status = tp_step_again(writer, (tp_step_kind)head[0], &step, error);
    return status == TP_INVALID ? damaged(from, error) : status;
}

tp_status tp_part_replay(const tp_record *part, tp_writer *writer, tp_error *error) {
    source from;
    tp_status status = open_source(part, JOURNAL, &from, error);
    while (status == TP_OK && (from.read < from.size || from.block.at < from.block.size))
        status = replay_step(&from, writer, error);
    tp_bytes_free(&from.block);
    return status;
}
