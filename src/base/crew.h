/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Threads that do the parts of one work together, again and again. */
#ifndef TP_BASE_CREW_H
#define TP_BASE_CREW_H

#include <stddef.h>

typedef struct tp_crew tp_crew;

/* As many threads, the caller's own among them; fewer where the system gives fewer. NULL, which
 * does all by itself, for one or where memory is out. */
tp_crew *tp_crew_create(size_t threads);
void tp_crew_destroy(tp_crew **crew);

/* Does work(context, part) once for each part below `parts`, and returns when all are done. Who
 * does which part, and when, is not said: nothing that comes out may depend on it. */
typedef void tp_crew_work(void *context, size_t part);
void tp_crew_do(tp_crew *crew, size_t parts, tp_crew_work *work, void *context);

/* The processors that there are. */
size_t tp_crew_processors(void);

#endif
