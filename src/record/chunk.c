/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/writer_private.h"

/* A chunk is what is read and unpacked at once: full-width in space, so that one instant is one
 * chunk, and not so tall that one instant drags a whole run along. HDF5 keeps 1 MiB of chunks, and
 * a processor's second cache holds one while it is packed. */
enum { CHUNK_BYTES = 1 << 18, SMALL_BYTES = 4096, ROWS_UNKNOWN = 4096 };

static hsize_t limited(size_t wanted, size_t most) {
    return wanted < most ? wanted : most;
}

bool tp_chunk_shape(const tp_layout *layout, size_t value_bytes, tp_growth growth,
                    hsize_t chunk[TP_MAX_RANK]) {
    size_t count = 0;
    if (growth == TP_WHOLE && tp_layout_count(layout, 0, &count) &&
        count < SMALL_BYTES / value_bytes)
        return false;
    size_t bytes = value_bytes;
    for (size_t axis = layout->rank; axis-- > 0;) {
        size_t length = layout->dims[axis];
        if (length == 0)
            length = axis == 0 ? ROWS_UNKNOWN : 1;
        size_t room = CHUNK_BYTES / bytes;
        chunk[axis] = limited(length, room > 0 ? room : 1);
        bytes *= (size_t)chunk[axis];
    }
    return true;
}
