/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arrays and texts of a record, each checked. */
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fail.h"
#include "figures/view.h"

tp_status tp_view_lacks(const tp_view *view, const char *path, tp_error *error) {
    tp_fail(error, TP_INVALID, view->source->path, "holds no '%s', which the figure '%s' needs%s",
            path, view->source->figure,
            view->partial ? "; the run was interrupted before its end" : "");
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    const tp_record *record = view->source->record;
    if (strncmp(path, "training/", strlen("training/")) == 0 &&
        !tp_record_has(record, "training") && tp_record_has(record, "trained"))
        return tp_hint(error, "its tests were run --from another record, which has the training");
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

tp_status tp_view_damaged(const tp_view *view, const char *path, const char *expected,
                          tp_error *error) {
    tp_fail(error, TP_INVALID, view->source->path, "array '%s' is not as expected: %s", path,
            expected);
    return tp_hint(error, "the file may be damaged; run the scenario again");
}

/* Whether the lengths are those of the array; sets those that may be any. */
static bool fit(const tp_array *array, size_t rank, size_t *dims, size_t *count) {
    bool fits = array->rank == rank;
    *count = 1;
    for (size_t axis = 0; axis < rank; axis++) {
        if (fits && dims[axis] == TP_ANY_LENGTH)
            dims[axis] = array->dims[axis];
        fits = fits && dims[axis] == array->dims[axis];
        *count *= dims[axis];
    }
    return fits;
}

static tp_status read_fitting(tp_view *view, const char *path, size_t rank, size_t *dims,
                              const double **values, tp_error *error) {
    if (!tp_record_has(view->source->record, path))
        return tp_view_lacks(view, path, error);
    tp_array array;
    tp_status status = tp_record_array(view->source->record, path, &array, error);
    if (status != TP_OK)
        return status;
    size_t count;
    double *kept = NULL;
    if (!fit(&array, rank, dims, &count))
        status = tp_view_damaged(view, path, "it does not fit the other arrays", error);
    else if ((kept = tp_view_alloc(view, count, sizeof *kept, error)) == NULL)
        status = TP_FAILED;
    else if (count > 0)
        memcpy(kept, array.values, count * sizeof *kept);
    *values = kept;
    tp_array_free(&array);
    return status;
}

tp_status tp_view_array(tp_view *view, const char *path, size_t rank, size_t *dims,
                        const double **values, tp_error *error) {
    tp_status status = read_fitting(view, path, rank, dims, values, error);
    for (size_t axis = 0; axis < rank; axis++)
        if (dims[axis] == TP_ANY_LENGTH)
            dims[axis] = 0;
    return status;
}

tp_status tp_view_check_times(const tp_view *view, const char *path, const double *times,
                              size_t count, tp_error *error) {
    for (size_t i = 0; i < count; i++)
        if (!isfinite(times[i]) || times[i] < 0 || (i > 0 && times[i] < times[i - 1]))
            return tp_view_damaged(view, path, "times in order", error);
    return TP_OK;
}

tp_status tp_view_times(tp_view *view, const char *path, size_t *count, const double **times,
                        tp_error *error) {
    *count = TP_ANY_LENGTH;
    tp_status status = tp_view_array(view, path, 1, count, times, error);
    return status == TP_OK ? tp_view_check_times(view, path, *times, *count, error) : status;
}

static tp_status keep_text(tp_view *view, tp_status status, char *text, const char **kept,
                           tp_error *error) {
    if (status != TP_OK)
        return status;
    *kept = tp_arena_text(&view->arena, text);
    free(text);
    return *kept ? TP_OK : tp_fail_memory(error, "drawing a figure");
}

tp_status tp_view_text(tp_view *view, const char *path, const char *attribute, const char **text,
                       tp_error *error) {
    char *found = NULL;
    tp_status status = tp_record_text(view->source->record, path, attribute, &found, error);
    return keep_text(view, status, found, text, error);
}

tp_status tp_view_string(tp_view *view, const char *path, size_t index, const char **text,
                         tp_error *error) {
    char *found = NULL;
    tp_status status = tp_record_string(view->source->record, path, index, &found, error);
    return keep_text(view, status, found, text, error);
}

tp_short_text tp_view_unit(const char *unit) {
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    tp_short_text out = {""};
    size_t used = 0;
    if (strcmp(unit, "1") == 0)
        return out;
    for (const char *s = unit; *s && used + 8 < sizeof out.text; s++) {
        const bool begins = s == unit || !isalpha((unsigned char)s[-1]);
        const char letter[] = {*s, '\0'}, *piece = letter;
        if (*s == 'u' && begins && isalpha((unsigned char)s[1]))
            piece = "µ";
        else if (*s == '-' && isdigit((unsigned char)s[1]))
            piece = "⁻";
        else if (*s >= '0' && *s <= '9' && s > unit)
            piece = digits[*s - '0'];
        strcpy(out.text + used, piece);
        used += strlen(piece);
    }
    return out;
}
