/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A part: an HDF5 file that holds what a writer was told since the part before (its journal), and
 * whatever else is needed to go on from there. A new writer that is told all of it, part after
 * part, is where the first one was, and its file will be the same to the byte. */
#ifndef TP_RECORD_PART_H
#define TP_RECORD_PART_H

#include "base/bytes.h"
#include "record/writer.h"

/* From now on the writer keeps a journal; to be called before anything is written, or right after
 * all parts have been replayed. */
tp_status tp_writer_keep_journal(tp_writer *writer, tp_error *error);

/* Puts the journal into a file that is being written. Once that is whole, the journal can be
 * forgotten. */
tp_status tp_part_put_journal(tp_writer *part, tp_writer *writer, tp_error *error);
void tp_writer_forget_journal(tp_writer *writer);

/* Tells the writer all that the part's journal holds. TP_INVALID where the part is damaged. */
tp_status tp_part_replay(const tp_record *part, tp_writer *writer, tp_error *error);

/* An array of bytes, kept with a checksum. The caller frees what it has read. */
tp_status tp_part_put_bytes(tp_writer *part, const char *name, const tp_bytes *bytes,
                            tp_error *error);
tp_status tp_part_bytes(const tp_record *part, const char *name, tp_bytes *bytes, tp_error *error);

#endif
