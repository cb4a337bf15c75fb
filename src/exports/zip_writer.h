/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Writes a ZIP archive (PKWARE's APPNOTE 6.3) piece by piece: of its entries nothing is held but
 * their names. It tells no time of day. */
#ifndef TP_EXPORTS_ZIP_WRITER_H
#define TP_EXPORTS_ZIP_WRITER_H

#include <stddef.h>
#include <stdint.h>
#include <tripartite/error.h>

typedef struct tp_zip_writer tp_zip_writer;

/* Opens the file, which there must be; `target` is its name in messages. Sizes, offsets and counts
 * from `large` on are written as ZIP64; 0 stands for what does not fit otherwise. */
tp_status tp_zip_open(const char *path, const char *target, uint64_t large, tp_zip_writer **zip,
                      tp_error *error);

/* Begins an entry and ends the one before. */
tp_status tp_zip_entry(tp_zip_writer *zip, const char *name, tp_error *error);
tp_status tp_zip_write(tp_zip_writer *zip, const void *bytes, size_t count, tp_error *error);

/* Ends the archive. */
tp_status tp_zip_finish(tp_zip_writer *zip, tp_error *error);
/* Closes the file, whatever is in it. */
void tp_zip_close(tp_zip_writer **zip);

#endif
