/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/room.h"

#include <stdlib.h>

bool tp_room_for_one(void **items, size_t count, size_t *room, size_t size) {
    if (count < *room)
        return true;
    const size_t wanted = *room ? 2 * *room : 32;
    void *grown = realloc(*items, wanted * size);
    if (!grown)
        return false;
    *items = grown;
    *room = wanted;
    return true;
}
