/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of streams on their way into the file. They are packed by threads of their own while the
 * run goes on; into the file they go by the thread that writes, in the order in which they were
 * handed over, and before anything else that is done to the file: its bytes do not depend on the
 * threads, and HDF5 never sees two at a time. */
#ifndef TP_RECORD_PACK_H
#define TP_RECORD_PACK_H

#include <stdbool.h>

#include "base/bytes.h"

struct tp_writer_stream;

typedef struct tp_packs tp_packs;

/* Memory for rows: some that was given back, or new. */
typedef struct tp_pack_buffer {
    unsigned char *bytes; /* NULL where memory is out, or none is held */
    size_t room;
} tp_pack_buffer;
tp_pack_buffer tp_packs_buffer(tp_packs **packs, size_t size);

/* What who writes packs with; NULL where memory is out. */
struct tp_pack_room *tp_packs_room(tp_packs **packs);

/* `count` rows of a stream, handed over with the buffer that they lie in, which may be none where
 * there are none. With `last`, the stream is to be closed behind them. False where memory is out or
 * too much is under way: nothing has been handed over. */
bool tp_packs_give(tp_packs **packs, struct tp_writer_stream *stream, size_t count, bool last,
                   tp_pack_buffer *buffer);

/* The oldest rows, packed as tp_stream_put_chunks takes them. NULL: there are none, or, where
 * `wait` is false and there is still room for more, they are not ready. They stay the oldest until
 * tp_packs_drop. Who waits for them packs meanwhile, too. */
typedef struct tp_pack {
    struct tp_writer_stream *stream;
    size_t count;
    bool last;
    tp_bytes chunks;
    bool out_of_memory;
} tp_pack;
tp_pack *tp_packs_oldest(tp_packs *packs, bool wait);
void tp_packs_drop(tp_packs *packs);

/* Ends the threads; what is still under way is lost. */
void tp_packs_destroy(tp_packs **packs);

/* From now on as many threads for each file: 0 packs where it is written, a negative number stands
 * for what the machine has. For tests. */
void tp_packs_threads(int count);

/* pack_chunk.c */

/* Rows that were packed last, and what came of them, which nothing else decides but how long a
 * value is. */
typedef struct tp_pack_recent {
    size_t value_bytes; /* 0 where there are none */
    tp_bytes rows, chunk;
} tp_pack_recent;

/* What packing takes beside rows and result, kept from one time to the next: memory that is given
 * back and asked for again is cleared by the system each time. All zero at first. */
enum { TP_PACK_RECENT = 4 };
typedef struct tp_pack_room {
    struct libdeflate_compressor *deflate;
    unsigned char *chunk, *mixed;
    size_t chunk_size, mixed_size;
    tp_pack_recent recent[TP_PACK_RECENT]; /* of the streams whose numbers leave this rest */
} tp_pack_room;
void tp_pack_room_free(tp_pack_room *room);

/* The chunks of `count` rows, which HDF5's own shuffle and deflate undo; false where memory is out.
 */
bool tp_pack_chunks(const struct tp_writer_stream *stream, const unsigned char *rows, size_t count,
                    tp_pack_room *room, tp_bytes *into);

#endif
