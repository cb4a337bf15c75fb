/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lists that grow. */
#ifndef TP_BASE_ROOM_H
#define TP_BASE_ROOM_H

#include <stdbool.h>
#include <stddef.h>

/* Makes room for one more behind `count` items of `size` bytes; *room is for how many there is.
 * False where memory is out: all is as it was. */
bool tp_room_for_one(void **items, size_t count, size_t *room, size_t size);

#endif
