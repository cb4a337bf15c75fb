/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arrays of a memory experiment's record, each checked against the others. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "figures/memory_view.h"

tp_status tp_memory_lacks(const tp_memory_view *view, const char *path, tp_error *error) {
    tp_fail(error, TP_INVALID, view->source->path, "holds no '%s', which the figure '%s' needs%s",
            path, view->source->figure,
            view->partial ? "; the run was interrupted before its end" : "");
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    if (strstr(path, "/spikes/"))
        return tp_hint(error, "record the spikes: --set record.spikes=true");
    if (strstr(path, "/neurons/"))
        return tp_hint(error, "record it: --set record.neurons=[%s]", name);
    if (strstr(path, "/astrocytes/"))
        return tp_hint(error, "record it: --set record.astrocytes=[%s]", name);
    if (view->partial)
        return tp_hint(error, "run the scenario to its end");
    return tp_hint(error, "the file may be damaged; run the scenario again");
}

tp_status tp_memory_damaged(const tp_memory_view *view, const char *path, const char *expected,
                            tp_error *error) {
    tp_fail(error, TP_INVALID, view->source->path, "array '%s' is not as expected: %s", path,
            expected);
    return tp_hint(error, "the file may be damaged; run the scenario again");
}

tp_status tp_memory_array(tp_memory_view *view, const char *path, size_t rank, size_t *dims,
                          const double **values, tp_error *error) {
    if (!tp_record_has(view->source->record, path))
        return tp_memory_lacks(view, path, error);
    tp_array array;
    tp_status status = tp_record_array(view->source->record, path, &array, error);
    if (status != TP_OK)
        return status;
    size_t count = 1;
    bool fits = array.rank == rank;
    for (size_t axis = 0; fits && axis < rank; axis++) {
        fits = dims[axis] == 0 || dims[axis] == array.dims[axis];
        dims[axis] = array.dims[axis];
        count *= dims[axis];
    }
    double *kept = NULL;
    if (!fits)
        status = tp_memory_damaged(view, path, "it does not fit the other arrays", error);
    else if ((kept = tp_memory_alloc(view, count, sizeof *kept, error)) == NULL)
        status = TP_FAILED;
    else if (count > 0)
        memcpy(kept, array.values, count * sizeof *kept);
    *values = kept;
    tp_array_free(&array);
    return status;
}

/* Numbers that count something below `below`. */
static tp_status to_indices(tp_memory_view *view, const char *path, const double *values,
                            size_t count, size_t below, const size_t **indices, tp_error *error) {
    size_t *made = tp_memory_alloc(view, count, sizeof *made, error);
    if (!made)
        return TP_FAILED;
    for (size_t i = 0; i < count; i++) {
        if (!(values[i] >= 0 && values[i] < (double)below))
            return tp_memory_damaged(view, path, "a number in it is too large", error);
        made[i] = (size_t)values[i];
    }
    *indices = made;
    return TP_OK;
}

static tp_status check_times(const tp_memory_view *view, const char *path, const double *times,
                             size_t count, tp_error *error) {
    for (size_t i = 0; i < count; i++)
        if (!isfinite(times[i]) || times[i] < 0 || (i > 0 && times[i] < times[i - 1]))
            return tp_memory_damaged(view, path, "times in order", error);
    return TP_OK;
}

tp_status tp_memory_images(tp_memory_view *view, const char *segment, tp_shown_images *shown,
                           tp_error *error) {
    const double *pattern = NULL;
    const struct {
        const char *name;
        const double **values;
    } columns[] = {{"onset", &shown->onset},
                   {"duration", &shown->duration},
                   {"noise", &shown->noise},
                   {"pattern", &pattern}};
    *shown = (tp_shown_images){0};
    char path[128];
    size_t dims[3] = {0, view->rows, view->columns};
    snprintf(path, sizeof path, "%s/stimulus/image", segment);
    tp_status status = tp_memory_array(view, path, 3, dims, &shown->images, error);
    shown->count = status == TP_OK ? dims[0] : 0;
    for (size_t i = 0; status == TP_OK && i < 4; i++) {
        size_t length = 0;
        snprintf(path, sizeof path, "%s/stimulus/%s", segment, columns[i].name);
        status = tp_memory_array(view, path, 1, &length, columns[i].values, error);
        if (status == TP_OK && length != shown->count)
            status = tp_memory_damaged(view, path, "one number for each image", error);
        for (size_t k = 0; status == TP_OK && k < length; k++)
            if (!isfinite((*columns[i].values)[k]) || (*columns[i].values)[k] < 0)
                status = tp_memory_damaged(view, path, "numbers of 0 and more", error);
    }
    if (status == TP_OK) {
        snprintf(path, sizeof path, "%s/stimulus/onset", segment);
        status = check_times(view, path, shown->onset, shown->count, error);
    }
    snprintf(path, sizeof path, "%s/stimulus/pattern", segment);
    if (status == TP_OK)
        status = to_indices(view, path, pattern, shown->count, view->pattern_count, &shown->pattern,
                            error);
    return status;
}

tp_status tp_memory_spikes(tp_memory_view *view, const char *segment, tp_spike_list *spikes,
                           tp_error *error) {
    *spikes = (tp_spike_list){0};
    char times[128], nodes[128];
    snprintf(times, sizeof times, "%s/spikes/neurons/timestamps", segment);
    snprintf(nodes, sizeof nodes, "%s/spikes/neurons/node_ids", segment);
    const double *node = NULL;
    size_t count = 0, node_count = 0;
    tp_status status = tp_memory_array(view, times, 1, &count, &spikes->time, error);
    if (status == TP_OK)
        status = check_times(view, times, spikes->time, count, error);
    if (status == TP_OK)
        status = tp_memory_array(view, nodes, 1, &node_count, &node, error);
    if (status == TP_OK && node_count != count)
        status = tp_memory_damaged(view, nodes, "one neuron for each spike", error);
    if (status == TP_OK)
        status = to_indices(view, nodes, node, count, view->neurons, &spikes->node, error);
    spikes->count = status == TP_OK ? count : 0;
    return status;
}
