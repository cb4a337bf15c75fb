/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "figures/recorded.h"

#include <math.h>
#include <string.h>

#include "base/fail.h"

static tp_status read_number_of(const tp_view *view, const char *path, size_t below, size_t *number,
                                tp_error *error) {
    double found;
    tp_status status = tp_view_number(view, path, &found, error);
    if (status != TP_OK)
        return status;
    if (!(found >= 1 && found < (double)below + 1))
        return tp_fail(error, TP_INVALID, view->source->path,
                       "its resolved_scenario has %s: %g, expected 1 to %zu", path, found, below);
    *number = (size_t)found;
    return TP_OK;
}

tp_status tp_tiles_read(const tp_view *view, tp_tiles *tiles, tp_error *error) {
    const size_t least = view->rows < view->columns ? view->rows : view->columns;
    tp_status status = read_number_of(view, "network.astrocytes.tile", least, &tiles->tile, error);
    if (status == TP_OK)
        status = read_number_of(view, "network.astrocytes.stride", least, &tiles->stride, error);
    if (status != TP_OK)
        return status;
    tiles->rows = (view->rows - tiles->tile) / tiles->stride + 1;
    tiles->columns = (view->columns - tiles->tile) / tiles->stride + 1;
    return TP_OK;
}

double tp_tiles_share(const tp_view *view, const tp_tiles *tiles, size_t row, size_t column,
                      const double *image) {
    size_t on = 0;
    for (size_t i = 0; i < tiles->tile; i++)
        for (size_t k = 0; k < tiles->tile; k++)
            on +=
                image[(row * tiles->stride + i) * view->columns + column * tiles->stride + k] != 0;
    return (double)on / (double)(tiles->tile * tiles->tile);
}

/* The rectangle's rows or columns, by their numbers. */
static tp_status read_range(tp_view *view, const char *segment, const char *cells, const char *axis,
                            size_t whole, size_t *first, size_t *count, tp_error *error) {
    char path[96];
    snprintf(path, sizeof path, "%s/%s/%s", segment, cells, axis);
    const double *numbers = NULL;
    *count = TP_ANY_LENGTH;
    tp_status status = tp_view_array(view, path, 1, count, &numbers, error);
    if (status != TP_OK)
        return status;
    for (size_t i = 0; i < *count; i++)
        if (!(numbers[0] >= 0 && numbers[i] == numbers[0] + (double)i &&
              numbers[i] < (double)whole))
            return tp_view_damaged(view, path, "numbers in order, within the grid", error);
    if (*count == 0)
        return tp_view_damaged(view, path, "at least one cell", error);
    *first = (size_t)numbers[0];
    return TP_OK;
}

tp_status tp_recorded_open(tp_view *view, const char *segment, const char *cells, const char *name,
                           tp_recorded *r, tp_error *error) {
    *r = (tp_recorded){
        .grid_rows = view->rows, .grid_columns = view->columns, .instants = TP_ANY_LENGTH};
    snprintf(r->path, sizeof r->path, "%s/%s/%s", segment, cells, name);
    if (!tp_record_has(view->source->record, r->path))
        return tp_view_lacks(view, r->path, error);
    tp_status status = TP_OK;
    if (strcmp(cells, "astrocytes") == 0) {
        tp_tiles tiles;
        status = tp_tiles_read(view, &tiles, error);
        if (status != TP_OK)
            return status;
        r->grid_rows = tiles.rows;
        r->grid_columns = tiles.columns;
    }
    if (status == TP_OK)
        status =
            read_range(view, segment, cells, "row", r->grid_rows, &r->first_row, &r->rows, error);
    if (status == TP_OK)
        status = read_range(view, segment, cells, "column", r->grid_columns, &r->first_column,
                            &r->columns, error);
    char path[96];
    snprintf(path, sizeof path, "%s/%s/time", segment, cells);
    if (status == TP_OK)
        status = tp_view_array(view, path, 1, &r->instants, &r->time, error);
    for (size_t i = 0; status == TP_OK && i < r->instants; i++)
        if (!isfinite(r->time[i]) || (i > 0 && r->time[i] <= r->time[i - 1]))
            status = tp_view_damaged(view, path, "times in order", error);
    if (status == TP_OK && r->instants == 0)
        status = tp_view_damaged(view, path, "at least one instant", error);
    return status;
}

bool tp_recorded_has(const tp_recorded *r, size_t row, size_t column) {
    return row - r->first_row < r->rows && column - r->first_column < r->columns;
}

size_t tp_recorded_nearest(const tp_recorded *r, double ms) {
    size_t low = 0, high = r->instants - 1;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (r->time[middle] < ms)
            low = middle + 1;
        else
            high = middle;
    }
    if (low > 0 && ms - r->time[low - 1] <= r->time[low] - ms)
        low--;
    return low;
}

static tp_status read_part(const tp_view *view, const tp_recorded *r, const size_t *start,
                           const size_t *count, tp_array *array, tp_error *error) {
    /* Longer than its rank may ask for, whatever that is. */
    size_t from[TP_MAX_RANK] = {start[0], start[1], start[2]};
    size_t length[TP_MAX_RANK] = {count[0], count[1], count[2]};
    tp_status status = tp_record_slice(view->source->record, r->path, from, length, array, error);
    if (status == TP_OK && array->rank != 3) {
        tp_array_free(array);
        status = tp_view_damaged(view, r->path, "time, row, column", error);
    }
    return status;
}

tp_status tp_recorded_map(const tp_view *view, const tp_recorded *r, size_t instant, double *map,
                          tp_error *error) {
    const size_t start[3] = {instant, 0, 0}, count[3] = {1, r->rows, r->columns};
    tp_array array;
    tp_status status = read_part(view, r, start, count, &array, error);
    if (status != TP_OK)
        return status;
    for (size_t i = 0; i < r->grid_rows * r->grid_columns; i++)
        map[i] = NAN;
    for (size_t row = 0; row < r->rows; row++)
        memcpy(map + (r->first_row + row) * r->grid_columns + r->first_column,
               array.values + row * r->columns, r->columns * sizeof *map);
    tp_array_free(&array);
    return TP_OK;
}

tp_status tp_recorded_series(tp_view *view, const tp_recorded *r, size_t row, size_t column,
                             const double **series, tp_error *error) {
    const size_t start[3] = {0, row - r->first_row, column - r->first_column};
    const size_t count[3] = {r->instants, 1, 1};
    double *made = tp_view_alloc(view, r->instants, sizeof *made, error);
    if (!made)
        return TP_FAILED;
    tp_array array;
    tp_status status = read_part(view, r, start, count, &array, error);
    if (status != TP_OK)
        return status;
    memcpy(made, array.values, r->instants * sizeof *made);
    tp_array_free(&array);
    *series = made;
    return TP_OK;
}
