/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "base/fail.h"
#include "record/reader_private.h"
#include "stimuli/series.h"

tp_status tp_series_read_hdf5(const tp_series_description *d, const char *found, tp_series *series,
                              tp_error *error) {
    tp_record *file = NULL;
    tp_array array = {0};
    if (!d->dataset) {
        tp_fail(error, TP_INVALID, found, "which of its arrays is the series?");
        return tp_hint(error, "name it: dataset: /path/of/the/array");
    }
    tp_status status = tp_record_open_any(found, &file, error);
    if (status == TP_OK && !tp_record_has(file, d->dataset))
        status =
            tp_fail(error, TP_INVALID, found, "there is no array '%s', as expected", d->dataset);
    if (status == TP_OK)
        status = tp_record_array(file, d->dataset, &array, error);
    if (status == TP_OK && array.rank != 1 && array.rank != 2)
        status = tp_fail(error, TP_INVALID, found,
                         "'%s' has %zu axes, expected [sample] or [sample, coordinate]", d->dataset,
                         array.rank);
    if (status == TP_OK)
        status = tp_series_shape(series, array.dims[0], array.rank == 2 ? array.dims[1] : 1, found,
                                 error);
    if (status == TP_OK)
        memcpy(series->values, array.values, series->count * series->coordinates * sizeof(double));
    tp_array_free(&array);
    tp_record_close(&file);
    return status;
}
