/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A series in CSV: all columns, and by name with times. */
#include <math.h>

#include "input.h"
#include "stimuli/series.h"

static void read_series(const tp_series_description *description, const char *path) {
    tp_series series = {0};
    tp_error error = {0};
    const tp_status status = tp_series_read_csv(description, path, &series, &error);
    fuzz_check(status, &error);
    for (size_t i = 0; status == TP_OK && i < series.count * series.coordinates; i++)
        if (!isfinite(series.values[i]))
            fuzz_fail("a value that is no number");
    tp_series_free(&series);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *names[] = {"x", "y"};
    const char *path = fuzz_file(data, size);
    const tp_series_description all = {.kind = TP_SERIES_FILE, .interval = 1};
    const tp_series_description some = {
        .kind = TP_SERIES_FILE, .interval = 1, .columns = {names, 2}, .time = "t"};
    read_series(&all, path);
    read_series(&some, path);
    return 0;
}
