/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which arrays go into a page, and how much of them. */
#include <math.h>
#include <string.h>

#include "report/embed.h"

enum { FEWEST_ROWS = 200 }; /* that thinning leaves */

static bool begins(const char *path, const char *group) {
    const size_t length = strlen(group);
    return strncmp(path, group, length) == 0 && path[length] == '/';
}

void tp_embed_plan(const tp_listing *listing, tp_embedded *plan) {
    for (size_t i = 0; i < listing->count; i++) {
        const char *path = listing->arrays[i].path;
        plan[i] = (tp_embedded){.every = 1};
        if (begins(path, "/trained") || begins(path, "/networks"))
            plan[i].omitted = "a trained state, for runs that go on from it";
        else if (listing->arrays[i].kind == TP_LISTED_OTHER)
            plan[i].omitted = "neither numbers nor texts";
    }
}

/* The axis that the array's rows lie along: its path. */
static const char *axis_of(const tp_listed *array) {
    return array->is_axis ? array->path : array->axes[0];
}

static double values_of(const tp_listed *array) {
    double values = 1;
    for (size_t axis = 0; axis < array->rank && axis < TP_MAX_RANK; axis++)
        values *= (double)array->dims[axis];
    return values;
}

static size_t rows_of(const tp_listed *array) {
    return array->rank > 0 ? array->dims[0] : 1;
}

static bool lies_along(const tp_listed *array, const char *axis) {
    const char *own = axis_of(array);
    return own && strcmp(own, axis) == 0;
}

/* Arrays of one axis are thinned alike. One that is bare, or that is an axis of another array in
 * another place, must stay as it is. */
static bool can_thin(const tp_listing *listing, const char *axis) {
    const tp_listed *scale = tp_listing_find(listing, axis);
    if (!scale || scale->kind == TP_LISTED_BARE)
        return false;
    for (size_t i = 0; i < listing->count; i++)
        for (size_t place = 1; place < listing->arrays[i].rank && place < TP_MAX_RANK; place++) {
            const char *other = listing->arrays[i].axes[place];
            if (other && strcmp(other, axis) == 0)
                return false;
        }
    return true;
}

bool tp_embed_thin(const tp_listing *listing, tp_embedded *plan, double factor) {
    bool thinned = false;
    for (size_t i = 0; i < listing->count; i++) {
        const tp_listed *array = &listing->arrays[i];
        if (plan[i].omitted || !array->is_axis || !can_thin(listing, array->path))
            continue;
        const double most = (double)rows_of(array) / FEWEST_ROWS;
        const double wanted = fmin(ceil((double)plan[i].every * factor), floor(most));
        if (!(wanted > (double)plan[i].every))
            continue;
        thinned = true;
        for (size_t k = 0; k < listing->count; k++)
            if (lies_along(&listing->arrays[k], array->path))
                plan[k].every = (size_t)wanted;
    }
    return thinned;
}

void tp_embed_omit(const tp_listing *listing, tp_embedded *plan, size_t excess) {
    for (size_t gone = 0; gone < excess;) {
        size_t largest = 0;
        for (size_t i = 1; i < listing->count; i++)
            if (plan[i].length > plan[largest].length)
                largest = i;
        if (listing->count == 0 || plan[largest].length == 0)
            return;
        gone += plan[largest].length;
        plan[largest].length = 0;
        plan[largest].omitted = "too large for a page of this size";
    }
}

double tp_embed_unpacked(const tp_listing *listing, const tp_embedded *plan) {
    double bytes = 0;
    for (size_t i = 0; i < listing->count; i++)
        if (!plan[i].omitted)
            bytes += values_of(&listing->arrays[i]) / (double)plan[i].every * sizeof(double);
    return bytes;
}
