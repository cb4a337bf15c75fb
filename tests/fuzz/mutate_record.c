/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Damages the bytes of an HDF5 file where they stand: what libFuzzer does by itself moves all that
 * follows, so that nothing is found where the file says it is. Most of what says something in a
 * record has a checksum, which is put right more often than not; else each change there would be
 * refused at once. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "input.h"

/* libFuzzer's. AFL++ has its own ways. */
__attribute__((weak)) size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t most);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed);

/* HDF5's own, which its library exports. */
uint32_t H5_checksum_metadata(const void *data, size_t size, uint32_t begin);

enum { MOST_BLOCKS = 300, CHECKSUM = 4, DEEPEST = 3 };

typedef struct block {
    size_t at, size; /* the checksum follows */
} block;

typedef struct blocks {
    const uint8_t *data;
    size_t size, count;
    block items[MOST_BLOCKS];
} blocks;

/* Little-endian; 0 where the file ends before. */
static uint64_t number(const blocks *b, size_t at, size_t width) {
    uint64_t value = 0;
    for (size_t i = 0; i < width && at < b->size && width <= b->size - at; i++)
        value |= (uint64_t)b->data[at + i] << (8 * i);
    return value;
}

/* Whether it is one: its checksum is right. */
static bool add(blocks *b, uint64_t at, uint64_t size) {
    if (b->count == MOST_BLOCKS || at > b->size || size > b->size - at ||
        b->size - at - size < CHECKSUM ||
        H5_checksum_metadata(b->data + at, size, 0) != number(b, at + size, CHECKSUM))
        return false;
    b->items[b->count++] = (block){at, size};
    return true;
}

/* The messages of an object's header; one may say that there are more of them elsewhere. */
static void add_continued(blocks *b, size_t from, size_t to, unsigned flags, int depth) {
    const size_t head = flags & 0x04 ? 6 : 4;
    for (size_t at = from; at + head <= to; at += head + number(b, at + 1, 2)) {
        if (number(b, at, 1) != 0x10)
            continue;
        const uint64_t place = number(b, at + head, 8), size = number(b, at + head + 8, 8);
        if (size > CHECKSUM && add(b, place, size - CHECKSUM) && depth < DEEPEST)
            add_continued(b, place + 4, place + size - CHECKSUM, flags, depth + 1);
    }
}

static void add_header(blocks *b, size_t at) {
    const unsigned flags = (unsigned)number(b, at + 5, 1);
    size_t from = at + 6 + (flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0);
    const size_t width = (size_t)1 << (flags & 3), messages = number(b, from, width);
    from += width;
    if (messages < b->size && add(b, at, from + messages - at))
        add_continued(b, from, from + messages, flags, 0);
}

/* What is dense is in a tree: its head says where its leaf is. */
static void add_tree(blocks *b, size_t at) {
    if (add(b, at, 34) && number(b, at + 12, 2) == 0)
        (void)add(b, number(b, at + 16, 8), 6 + number(b, at + 10, 2) * number(b, at + 24, 2));
}

/* Goes through all of each input: counted and looked at, that would be most of the fuzzer's time.
 */
#ifdef __clang__
__attribute__((no_sanitize("address", "undefined", "coverage")))
#endif
static void
find_blocks(blocks *b) {
    for (size_t at = 0; at + 4 < b->size; at++) {
        const uint8_t *here = b->data + at;
        if (*here != 'O' && *here != 'B' && *here != 'F' && *here != 'E' && *here != 0x89)
            continue;
        if (memcmp(here, "OHDR", 4) == 0)
            add_header(b, at);
        else if (memcmp(here, "BTHD", 4) == 0)
            add_tree(b, at);
        else if (memcmp(here, "FRHP", 4) == 0)
            (void)add(b, at, 142);
        else if (memcmp(here, "EAHD", 4) == 0)
            (void)add(b, at, 68);
        else if (memcmp(here, "\x89HDF", 4) == 0)
            (void)add(b, at, 44);
    }
}

static uint32_t next(uint32_t *state) {
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Half of the places are in what has a checksum; of the others most are 0, and say nothing. */
static size_t choose(const blocks *b, uint32_t *state) {
    if (b->count > 0 && next(state) % 2) {
        const block *chosen = &b->items[next(state) % b->count];
        return chosen->at + next(state) % chosen->size;
    }
    size_t at = next(state) % b->size;
    for (int i = 0; i < 6 && b->data[at] == 0; i++)
        at = next(state) % b->size;
    return at;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t most, unsigned seed) {
    static blocks b;
    uint32_t state = seed * 2654435761u + 1;
    state |= state == 0;
    if (!LLVMFuzzerMutate)
        return size;
    if (size < 64 || next(&state) % 8 == 0)
        return LLVMFuzzerMutate(data, size, most);
    b.data = data;
    b.size = size;
    b.count = 0;
    find_blocks(&b);
    for (uint32_t changes = 1 + next(&state) % 3; changes > 0; changes--) {
        uint8_t piece[16];
        const size_t at = choose(&b, &state);
        size_t width = 1 + next(&state) % sizeof piece;
        width = width < size - at ? width : size - at;
        memcpy(piece, data + at, width);
        memcpy(data + at, piece, LLVMFuzzerMutate(piece, width, width));
    }
    const bool right = next(&state) % 4 != 0;
    for (size_t i = 0; right && i < b.count; i++) {
        const block *of = &b.items[i];
        const uint32_t sum = H5_checksum_metadata(data + of->at, of->size, 0);
        for (size_t k = 0; k < CHECKSUM; k++)
            data[of->at + of->size + k] = (uint8_t)(sum >> (8 * k));
    }
    return size;
}
