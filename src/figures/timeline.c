/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/timeline.h"

#include <math.h>
#include <stdio.h>

#include "base/fail.h"

enum { LEFT = 72, RUN_WIDTH = 420, TEST_LEFT = 536, TEST_WIDTH = 246 };

static const double lead = 10;    /* ms before the onset that a test's panel begins */
static const double detail = 100; /* ms of a test that its panel shows at most */

tp_status tp_timeline_read(tp_view *view, tp_timeline *t, tp_error *error) {
    *t = (tp_timeline){.view = view};
    tp_status status = tp_memory_need_tests(view, error);
    if (status == TP_OK)
        status = tp_memory_images(view, "training", &t->training, error);
    if (status == TP_OK)
        status = tp_memory_images(view, "recall/0", &t->test, error);
    if (status != TP_OK)
        return status;
    if (t->test.count == 0)
        return tp_view_damaged(view, "recall/0/stimulus/image", "an image", error);
    t->pattern = t->test.pattern[0];
    t->onset = t->test.onset[0];
    double after = 0, pause = 0;
    status = tp_view_number(view, "recall.after", &after, error);
    if (status == TP_OK)
        status = tp_view_number(view, "pause", &pause, error);
    t->end = t->onset + t->test.duration[0] + after;
    t->detail_end = fmin(t->end, t->onset + fmax(detail, 2 * t->test.duration[0]));
    t->training_end = fmax(0, t->onset - pause);
    return status;
}

tp_box tp_timeline_box(tp_part part, double y, double height) {
    return part == TP_PART_RUN ? (tp_box){LEFT, y, RUN_WIDTH, height}
                               : (tp_box){TEST_LEFT, y, TEST_WIDTH, height};
}

double tp_timeline_axis(const tp_timeline *t, tp_part part, double ms) {
    return part == TP_PART_RUN ? ms / 1000 : ms - t->onset;
}

void tp_timeline_data(const tp_timeline *t, tp_page *page) {
    const tp_shown_images *const shown[TP_PARTS] = {&t->training, &t->test};
    for (int part = 0; part < TP_PARTS; part++) {
        fprintf(page->script, "$shown%d << EOD\n", part);
        for (int k = 0; k < TP_PARTS; k++)
            for (size_t i = 0; i < shown[k]->count; i++)
                fprintf(
                    page->script, "%.7g %.7g\n",
                    tp_timeline_axis(t, (tp_part)part, shown[k]->onset[i]),
                    tp_timeline_axis(t, (tp_part)part, shown[k]->onset[i] + shown[k]->duration[i]));
        fputs("EOD\n", page->script);
    }
}

void tp_timeline_panel(const tp_timeline *t, tp_page *page, tp_part part, double y, double height,
                       double low, double high, bool last) {
    const tp_box box = tp_timeline_box(part, y, height);
    tp_page_panel(page, box);
    const double from = part == TP_PART_RUN ? 0 : -lead;
    fprintf(page->script, "set xrange [%.7g:%.7g]\nset yrange [%.6g:%.6g]\n", from,
            tp_timeline_axis(t, part, part == TP_PART_RUN ? t->end : t->detail_end), low, high);
    if (part == TP_PART_TEST)
        fputs("set format y ''\n", page->script);
    if (!last) {
        fputs("set format x ''\n", page->script);
        return;
    }
    tp_page_text(page, box.x + box.width / 2, y + height + 32, TP_CENTRE, TP_LETTERING_HEADING,
                 part == TP_PART_RUN ? "time (s)" : "time since the test's onset (ms)");
}

void tp_timeline_shade(tp_page *page, tp_part part, double low, double high) {
    fprintf(page->script,
            "plot $shown%d using (($1+$2)/2):(%.6g):1:2:(%.6g):(%.6g) with boxxyerror "
            "fillcolor rgb '%s'",
            part, (low + high) / 2, low, high, TP_COLOUR_FAINT);
}

static void phase(tp_page *page, double from, double to, double y, const char *colour,
                  const char *name) {
    if (to <= from)
        return;
    tp_page_rectangle(page, (tp_box){from, y, to - from, 16}, colour);
    if (to - from > tp_page_text_width("mmmm", TP_LETTERING_SMALL))
        tp_page_text(page, (from + to) / 2, y + 8, TP_CENTRE, TP_LETTERING_SMALL, "%s",
                     tp_page_shorten(name, TP_LETTERING_SMALL, to - from).text);
}

void tp_timeline_band(const tp_timeline *t, tp_page *page, double y) {
    static const char trained[] = "#CFE3F2", paused[] = "#F4F4F4", tested[] = "#F9E2B5";
    const double scale = RUN_WIDTH / t->end;
    const char *const *names = t->view->pattern_names;
    double begun = 0;
    for (size_t i = 0; i < t->training.count; i++) {
        const bool last = i + 1 == t->training.count;
        if (!last && t->training.pattern[i + 1] == t->training.pattern[i])
            continue;
        const double until = last ? t->training_end : t->training.onset[i + 1];
        phase(page, LEFT + begun * scale, LEFT + until * scale, y, trained,
              names[t->training.pattern[i]]);
        begun = until;
    }
    phase(page, LEFT + t->training_end * scale, LEFT + t->onset * scale, y, paused, "pause");
    phase(page, LEFT + t->onset * scale, LEFT + RUN_WIDTH, y, tested, "");
    const double zero = TEST_LEFT + TEST_WIDTH * lead / (t->detail_end - t->onset + lead);
    char name[TP_LONGEST_TEXT];
    snprintf(name, sizeof name, "%s%s",
             t->detail_end < t->end ? "start of the test of " : "test of ", names[t->pattern]);
    phase(page, zero, TEST_LEFT + TEST_WIDTH, y, tested, name);
}
