/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The arrays of a memory experiment's record, each checked against the others. */
#include <math.h>
#include <string.h>

#include "base/fail.h"
#include "figures/memory_view.h"

/* Numbers that count something below `below`. */
static tp_status to_indices(tp_view *view, const char *path, const double *values, size_t count,
                            size_t below, const size_t **indices, tp_error *error) {
    size_t *made = tp_view_alloc(view, count, sizeof *made, error);
    if (!made)
        return TP_FAILED;
    for (size_t i = 0; i < count; i++) {
        if (!(values[i] >= 0 && values[i] < (double)below))
            return tp_view_damaged(view, path, "a number in it is too large", error);
        made[i] = (size_t)values[i];
    }
    *indices = made;
    return TP_OK;
}

tp_status tp_memory_images(tp_view *view, const char *segment, tp_shown_images *shown,
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
    size_t dims[3] = {TP_ANY_LENGTH, view->rows, view->columns};
    snprintf(path, sizeof path, "%s/stimulus/image", segment);
    tp_status status = tp_view_array(view, path, 3, dims, &shown->images, error);
    shown->count = status == TP_OK ? dims[0] : 0;
    for (size_t i = 0; status == TP_OK && i < 4; i++) {
        size_t length = TP_ANY_LENGTH;
        snprintf(path, sizeof path, "%s/stimulus/%s", segment, columns[i].name);
        status = tp_view_array(view, path, 1, &length, columns[i].values, error);
        if (status == TP_OK && length != shown->count)
            status = tp_view_damaged(view, path, "one number for each image", error);
        for (size_t k = 0; status == TP_OK && k < length; k++)
            if (!isfinite((*columns[i].values)[k]) || (*columns[i].values)[k] < 0)
                status = tp_view_damaged(view, path, "numbers of 0 and more", error);
    }
    if (status == TP_OK) {
        snprintf(path, sizeof path, "%s/stimulus/onset", segment);
        status = tp_view_check_times(view, path, shown->onset, shown->count, error);
    }
    snprintf(path, sizeof path, "%s/stimulus/pattern", segment);
    if (status == TP_OK)
        status = to_indices(view, path, pattern, shown->count, view->pattern_count, &shown->pattern,
                            error);
    return status;
}

tp_status tp_memory_spikes(tp_view *view, const char *segment, tp_spike_list *spikes,
                           tp_error *error) {
    *spikes = (tp_spike_list){0};
    char times[128], nodes[128];
    snprintf(times, sizeof times, "%s/spikes/neurons/timestamps", segment);
    snprintf(nodes, sizeof nodes, "%s/spikes/neurons/node_ids", segment);
    const double *node = NULL;
    size_t count, node_count = TP_ANY_LENGTH;
    tp_status status = tp_view_times(view, times, &count, &spikes->time, error);
    if (status == TP_OK)
        status = tp_view_array(view, nodes, 1, &node_count, &node, error);
    if (status == TP_OK && node_count != count)
        status = tp_view_damaged(view, nodes, "one neuron for each spike", error);
    if (status == TP_OK)
        status = to_indices(view, nodes, node, count, view->neurons, &spikes->node, error);
    spikes->count = status == TP_OK ? count : 0;
    return status;
}
