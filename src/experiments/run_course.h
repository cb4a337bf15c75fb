/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The course of a run: what it has committed to parts, and what it goes on from. */
#ifndef TP_EXPERIMENTS_RUN_COURSE_H
#define TP_EXPERIMENTS_RUN_COURSE_H

#include "experiments/scenario.h"
#include "record/part.h"
#include "record/parts.h"
#include "record/state.h"

typedef struct tp_run_course {
    const tp_scenario *scenario;
    tp_run_options options;
    tp_parts parts; /* those that the run goes on from */
    size_t count;   /* of all its parts */
    tp_writer *writer;
    double committed_s,
        asked_s;      /* when it has committed last; when it was asked whether it is due */
    double writing_s; /* how long the last commit took */
} tp_run_course;

/* Finds the parts of a record, whose lock the caller has claimed, and checks that this scenario can
 * go on from them. Changes nothing. The course is closed by tp_run_course_close, whatever comes
 * back. */
tp_status tp_run_course_open(const tp_scenario *scenario, const char *record,
                             const tp_run_options *options, tp_run_course *course, tp_error *error);

/* Whether there are parts to go on from: the record's beginning is in them. */
bool tp_run_course_goes_on(const tp_run_course *course);

/* Tells the writer, which has been told nothing yet, all that was committed, and lets it keep a
 * journal of what comes then. */
tp_status tp_run_course_begin(tp_run_course *course, tp_writer *writer, tp_error *error);

/* What a run goes on from: walks through all that is not in a part yet. */
typedef tp_status tp_run_visit(void *run, const tp_visitor *visitor, tp_error *error);

/* Takes up what was committed, part after part, by a visitor that sets. TP_INVALID where a part is
 * damaged or of another run: `error` says why. */
tp_status tp_run_course_take_up(const tp_run_course *course, tp_run_visit *visit, void *run,
                                tp_error *error);

/* Whether it is time to commit; and that. It is asked wherever the run can be gone on from. It is
 * time before the interval is over: what is written next shall be there by then, even if it takes
 * until the run is asked again. */
bool tp_run_course_due(tp_run_course *course);
tp_status tp_run_course_commit(tp_run_course *course, tp_run_visit *visit, void *run,
                               tp_error *error);

/* After an interruption: commits as far as that is possible (visit NULL: not at all), and tells in
 * `error` how to go on. */
void tp_run_course_leave(tp_run_course *course, tp_run_visit *visit, void *run, tp_error *error);

/* done: the record is whole, and the parts go. TP_FAILED where they do not. */
tp_status tp_run_course_close(tp_run_course *course, bool done, tp_error *error);

#endif
