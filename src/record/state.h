/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of something as one list of pieces. Whoever has a state walks through it, piece by
 * piece, with a visitor; one visitor keeps the pieces in memory, another puts them back, others
 * write them into a record and read them from there. So no two of them can disagree. */
#ifndef TP_RECORD_STATE_H
#define TP_RECORD_STATE_H

#include "base/bytes.h"
#include "record/writer.h"

typedef struct tp_piece {
    const char *name; /* GROUP/ARRAY; of a single value, NAME */
    tp_type type;     /* whole numbers by their size alone */
    void *values;     /* where they live */
    size_t rank;      /* 0: a single value */
    size_t dims[2];
    const char *axes[2];
    const char *units, *long_name;
} tp_piece;

typedef struct tp_visitor {
    void *context;
    bool sets; /* puts values where they live; else it takes them from there */
    tp_status (*piece)(void *context, const tp_piece *piece, tp_error *error);
    /* The length of the lists of that group, before they are visited: told to one that takes, told
     * by one that sets. */
    tp_status (*length)(void *context, const char *group, size_t *length, tp_error *error);
} tp_visitor;

/* Shorthands. */
tp_status tp_visit_value(const tp_visitor *visitor, const char *name, tp_type type, void *value,
                         tp_error *error);
tp_status tp_visit_list(const tp_visitor *visitor, const char *name, tp_type type, void *values,
                        size_t count, tp_error *error);

/* Into bytes, and out of them again. The one that sets answers TP_INVALID where what it finds is
 * not what is visited. */
tp_visitor tp_state_keeper(tp_bytes *bytes);
tp_visitor tp_state_setter(tp_bytes *bytes);

/* Into a group of a record, single values as its attributes, and out of it again. */
typedef struct tp_state_place {
    tp_writer *writer;
    const tp_record *record;
    const char *record_name; /* for messages */
    const char *group;
} tp_state_place;
tp_visitor tp_state_writer(tp_state_place *place);
tp_visitor tp_state_reader(tp_state_place *place);

#endif
