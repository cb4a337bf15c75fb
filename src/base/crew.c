/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/crew.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <unistd.h>

enum { MOST_THREADS = 256 };

struct tp_crew {
    pthread_mutex_t lock; /* of all below but `next` */
    pthread_cond_t called, done;
    size_t call; /* how many works there were */
    tp_crew_work *work;
    void *context;
    size_t parts;
    size_t busy; /* threads that have not seen the end of the work */
    bool end;
    size_t next; /* part that nobody has taken; atomic */
    size_t count;
    pthread_t threads[];
};

static void do_parts(tp_crew *crew, size_t parts, tp_crew_work *work, void *context) {
    for (;;) {
        const size_t part = __atomic_fetch_add(&crew->next, 1, __ATOMIC_RELAXED);
        if (part >= parts)
            return;
        work(context, part);
    }
}

static void *serve(void *context) {
    tp_crew *crew = context;
    size_t seen = 0;
    pthread_mutex_lock(&crew->lock);
    for (;;) {
        while (crew->call == seen && !crew->end)
            pthread_cond_wait(&crew->called, &crew->lock);
        if (crew->end)
            break;
        seen = crew->call;
        tp_crew_work *work = crew->work;
        void *with = crew->context;
        const size_t parts = crew->parts;
        pthread_mutex_unlock(&crew->lock);
        do_parts(crew, parts, work, with);
        pthread_mutex_lock(&crew->lock);
        if (--crew->busy == 0)
            pthread_cond_signal(&crew->done);
    }
    pthread_mutex_unlock(&crew->lock);
    return NULL;
}

tp_crew *tp_crew_create(size_t threads) {
    const size_t others = threads > MOST_THREADS ? MOST_THREADS - 1 : threads > 0 ? threads - 1 : 0;
    if (others == 0)
        return NULL;
    tp_crew *crew = calloc(1, sizeof *crew + others * sizeof *crew->threads);
    if (!crew)
        return NULL;
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->called, NULL);
    pthread_cond_init(&crew->done, NULL);
    /* Signals are for the thread that asked for them. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (crew->count < others &&
           pthread_create(&crew->threads[crew->count], NULL, serve, crew) == 0)
        crew->count++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return crew;
}

void tp_crew_destroy(tp_crew **made) {
    tp_crew *crew = *made;
    if (!crew)
        return;
    pthread_mutex_lock(&crew->lock);
    crew->end = true;
    pthread_cond_broadcast(&crew->called);
    pthread_mutex_unlock(&crew->lock);
    for (size_t i = 0; i < crew->count; i++)
        pthread_join(crew->threads[i], NULL);
    pthread_cond_destroy(&crew->done);
    pthread_cond_destroy(&crew->called);
    pthread_mutex_destroy(&crew->lock);
    free(crew);
    *made = NULL;
}

void tp_crew_do(tp_crew *crew, size_t parts, tp_crew_work *work, void *context) {
    if (!crew || crew->count == 0 || parts <= 1) {
        for (size_t part = 0; part < parts; part++)
            work(context, part);
        return;
    }
    pthread_mutex_lock(&crew->lock);
    __atomic_store_n(&crew->next, 0, __ATOMIC_RELAXED);
    crew->work = work;
    crew->context = context;
    crew->parts = parts;
    crew->busy = crew->count;
    crew->call++;
    pthread_cond_broadcast(&crew->called);
    pthread_mutex_unlock(&crew->lock);
    do_parts(crew, parts, work, context);
    pthread_mutex_lock(&crew->lock);
    while (crew->busy > 0)
        pthread_cond_wait(&crew->done, &crew->lock);
    pthread_mutex_unlock(&crew->lock);
}

size_t tp_crew_processors(void) {
    const long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (size_t)count : 1;
}
