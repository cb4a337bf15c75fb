/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "record/pack.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Packing is seldom more than twice what the run itself takes. Rows under way are memory: a few,
 * however large, or many that are small. */
enum { MOST_THREADS = 4, MOST_UNDER_WAY = 32, FEW_UNDER_WAY = 8, BYTES_UNDER_WAY = 4 << 20 };

/* Memory that is given back and asked for again is cleared by the system each time. Of one size of
 * several alike each can take the place of any other. */
enum { MOST_SPARE = 20, BUFFER_UNIT = 1 << 16 };

typedef enum pack_state { FREE, GIVEN, TAKEN, READY } pack_state;

typedef struct slot {
    tp_pack pack;
    tp_pack_buffer rows;
    pack_state state;
} slot;

/* A ring: first the oldest, that is the next to go into the file. */
struct tp_packs {
    pthread_mutex_t lock; /* of the states, and of all below */
    pthread_cond_t given, ready;
    slot slots[MOST_UNDER_WAY];
    size_t first, count, bytes;
    bool started, end;
    pthread_t threads[MOST_THREADS];
    int thread_count;
    /* For who writes: */
    tp_pack_room room;
    tp_pack_buffer spare[MOST_SPARE]; /* the one that was used last is the last */
    size_t spare_count;
    /* Likewise, for what rows are packed into, which grows to the largest that it has met: as much
     * of it as of rows may be under way, and not one for each slot. */
    tp_bytes spare_chunks[MOST_UNDER_WAY];
    size_t spare_chunks_count, spare_chunks_bytes;
};

static int wanted_threads = -1;

void tp_packs_threads(int count) {
    __atomic_store_n(&wanted_threads, count, __ATOMIC_RELAXED);
}

static int threads_wanted(void) {
    const int wanted = __atomic_load_n(&wanted_threads, __ATOMIC_RELAXED);
    const long others = sysconf(_SC_NPROCESSORS_ONLN) - 1;
    const long count = wanted >= 0 ? wanted : others;
    return (int)(count < 0 ? 0 : count < MOST_THREADS ? count : MOST_THREADS);
}

static void pack(slot *s, tp_pack_room *room) {
    s->pack.chunks.size = s->pack.chunks.at = 0;
    s->pack.out_of_memory =
        s->pack.count > 0 &&
        !tp_pack_chunks(s->pack.stream, s->rows.bytes, s->pack.count, room, &s->pack.chunks);
}

/* The oldest that nobody has taken; NULL where there is none. */
static slot *next_given(tp_packs *packs) {
    for (size_t k = 0; k < packs->count; k++) {
        slot *s = &packs->slots[(packs->first + k) % MOST_UNDER_WAY];
        if (s->state == GIVEN)
            return s;
    }
    return NULL;
}

/* Packs one that nobody has taken; false where there is none. Holds the lock before and after. */
static bool pack_next(tp_packs *packs, tp_pack_room *room) {
    slot *s = next_given(packs);
    if (!s)
        return false;
    s->state = TAKEN;
    pthread_mutex_unlock(&packs->lock);
    pack(s, room);
    pthread_mutex_lock(&packs->lock);
    s->state = READY;
    pthread_cond_signal(&packs->ready);
    return true;
}

static void *work(void *context) {
    tp_packs *packs = context;
    tp_pack_room room = {0};
    pthread_mutex_lock(&packs->lock);
    while (!packs->end)
        if (!pack_next(packs, &room))
            pthread_cond_wait(&packs->given, &packs->lock);
    pthread_mutex_unlock(&packs->lock);
    tp_pack_room_free(&room);
    return NULL;
}

static tp_packs *create(void) {
    tp_packs *packs = calloc(1, sizeof *packs);
    if (!packs)
        return NULL;
    pthread_mutex_init(&packs->lock, NULL);
    pthread_cond_init(&packs->given, NULL);
    pthread_cond_init(&packs->ready, NULL);
    return packs;
}

/* Not before there is something for them to do. */
static void start_threads(tp_packs *packs) {
    packs->started = true;
    /* Signals are for the thread that asked for them. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    const int wanted = threads_wanted();
    while (packs->thread_count < wanted &&
           pthread_create(&packs->threads[packs->thread_count], NULL, work, packs) == 0)
        packs->thread_count++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* The smallest that is large enough, and of several alike the one that was used last; NULL where
 * there is none. */
static tp_pack_buffer *find_spare(tp_packs *packs, size_t size) {
    tp_pack_buffer *found = NULL;
    for (size_t k = packs->spare_count; k-- > 0;) {
        tp_pack_buffer *spare = &packs->spare[k];
        if (spare->room >= size && (!found || spare->room < found->room))
            found = spare;
    }
    return found;
}

static void remove_spare(tp_packs *packs, tp_pack_buffer *spare) {
    const size_t behind = (size_t)(packs->spare + --packs->spare_count - spare);
    memmove(spare, spare + 1, behind * sizeof *spare);
}

static void give_back(tp_packs *packs, tp_pack_buffer *buffer) {
    if (!buffer->bytes)
        return;
    if (packs->spare_count == MOST_SPARE) {
        free(packs->spare[0].bytes);
        remove_spare(packs, packs->spare);
    }
    packs->spare[packs->spare_count++] = *buffer;
    *buffer = (tp_pack_buffer){0};
}

tp_pack_buffer tp_packs_buffer(tp_packs **made, size_t size) {
    tp_pack_buffer buffer = {0};
    if (!*made)
        *made = create();
    if (!*made)
        return buffer;
    tp_pack_buffer *spare = find_spare(*made, size);
    if (spare) {
        buffer = *spare;
        remove_spare(*made, spare);
        return buffer;
    }
    buffer.room = (size / BUFFER_UNIT + 1) * BUFFER_UNIT;
    buffer.bytes = malloc(buffer.room);
    return buffer;
}

tp_pack_room *tp_packs_room(tp_packs **made) {
    if (!*made)
        *made = create();
    return *made ? &(*made)->room : NULL;
}

static bool is_full(const tp_packs *packs) {
    return packs->count == MOST_UNDER_WAY ||
           (packs->count >= FEW_UNDER_WAY && packs->bytes >= BYTES_UNDER_WAY);
}

static tp_bytes take_spare_chunks(tp_packs *packs) {
    if (packs->spare_chunks_count == 0)
        return (tp_bytes){0};
    const tp_bytes chunks = packs->spare_chunks[--packs->spare_chunks_count];
    packs->spare_chunks_bytes -= chunks.room;
    return chunks;
}

/* One is kept, however large. */
static void give_back_chunks(tp_packs *packs, tp_bytes *chunks) {
    if (packs->spare_chunks_count > 0 &&
        packs->spare_chunks_bytes + chunks->room > BYTES_UNDER_WAY) {
        tp_bytes_free(chunks);
    } else if (chunks->data) {
        packs->spare_chunks[packs->spare_chunks_count++] = *chunks;
        packs->spare_chunks_bytes += chunks->room;
    }
    *chunks = (tp_bytes){0};
}

bool tp_packs_give(tp_packs **made, struct tp_writer_stream *stream, size_t count, bool last,
                   tp_pack_buffer *buffer) {
    if (!*made)
        *made = create();
    tp_packs *packs = *made;
    if (!packs || is_full(packs))
        return false;
    if (!packs->started)
        start_threads(packs);
    slot *s = &packs->slots[(packs->first + packs->count) % MOST_UNDER_WAY];
    s->rows = *buffer;
    *buffer = (tp_pack_buffer){0};
    if (count > 0)
        s->pack.chunks = take_spare_chunks(packs);
    s->pack.stream = stream;
    s->pack.count = count;
    s->pack.last = last;
    const bool at_once = packs->thread_count == 0 || count == 0;
    if (at_once)
        pack(s, &packs->room);
    pthread_mutex_lock(&packs->lock);
    s->state = at_once ? READY : GIVEN;
    packs->count++;
    packs->bytes += s->rows.room;
    pthread_cond_signal(&packs->given);
    pthread_mutex_unlock(&packs->lock);
    return true;
}

tp_pack *tp_packs_oldest(tp_packs *packs, bool wait) {
    if (!packs || packs->count == 0)
        return NULL;
    slot *s = &packs->slots[packs->first];
    pthread_mutex_lock(&packs->lock);
    while (s->state != READY && (wait || is_full(packs)))
        if (!pack_next(packs, &packs->room))
            pthread_cond_wait(&packs->ready, &packs->lock);
    const bool ready = s->state == READY;
    pthread_mutex_unlock(&packs->lock);
    return ready ? &s->pack : NULL;
}

void tp_packs_drop(tp_packs *packs) {
    slot *s = &packs->slots[packs->first];
    pthread_mutex_lock(&packs->lock);
    s->state = FREE;
    packs->first = (packs->first + 1) % MOST_UNDER_WAY;
    packs->count--;
    packs->bytes -= s->rows.room;
    pthread_mutex_unlock(&packs->lock);
    give_back(packs, &s->rows);
    give_back_chunks(packs, &s->pack.chunks);
}

void tp_packs_destroy(tp_packs **made) {
    tp_packs *packs = *made;
    if (!packs)
        return;
    pthread_mutex_lock(&packs->lock);
    packs->end = true;
    pthread_cond_broadcast(&packs->given);
    pthread_mutex_unlock(&packs->lock);
    for (int i = 0; i < packs->thread_count; i++)
        pthread_join(packs->threads[i], NULL);
    for (size_t k = 0; k < MOST_UNDER_WAY; k++) {
        free(packs->slots[k].rows.bytes);
        tp_bytes_free(&packs->slots[k].pack.chunks);
    }
    for (size_t k = 0; k < packs->spare_count; k++)
        free(packs->spare[k].bytes);
    for (size_t k = 0; k < packs->spare_chunks_count; k++)
        tp_bytes_free(&packs->spare_chunks[k]);
    tp_pack_room_free(&packs->room);
    pthread_cond_destroy(&packs->ready);
    pthread_cond_destroy(&packs->given);
    pthread_mutex_destroy(&packs->lock);
    free(packs);
    *made = NULL;
}
