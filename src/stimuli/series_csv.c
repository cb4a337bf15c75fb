/* SPDX-License-Identifier: GPL-3.0-or-later */
/* CSV as instruments and spreadsheets write it: a line for each sample; comma, semicolon, tab or
 * blanks between; names in the first line or none; lines that begin with # are remarks. */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fail.h"
#include "base/text.h"
#include "stimuli/series.h"

enum { LARGEST_FILE = 1 << 28, MOST_FIELDS = TP_MOST_COORDINATES + 1 };

typedef struct csv {
    const char *path;
    tp_error *error;
    char *text, *next; /* the file, cut into lines and fields as it is read */
    size_t line;       /* number of the line at hand, from 1 */
    char between;      /* ' ' for any blanks */
    char *fields[MOST_FIELDS];
    size_t field_count;
    char **names; /* as many as there are columns; NULL: none */
    size_t columns;
} csv;

/* The file as a whole is not what it should be. */
static tp_status refuse(const csv *c, const char *message) {
    tp_fail(c->error, TP_INVALID, c->path, "%s", message);
    return tp_hint(c->error,
                   "expected text: a line for each sample, its numbers separated by commas, "
                   "semicolons, tabs or blanks");
}

static tp_status read_whole(csv *c) {
    struct stat about;
    FILE *file = fopen(c->path, "rb");
    if (!file) {
        tp_fail(c->error, TP_INVALID, c->path, "cannot be opened: %s", strerror(errno));
        return tp_hint(c->error, "check that you may read it");
    }
    tp_status status = TP_OK;
    size_t length = 0;
    if (fstat(fileno(file), &about) != 0 || !S_ISREG(about.st_mode))
        status = refuse(c, "is not a regular file");
    else if (about.st_size > LARGEST_FILE) {
        tp_fail(c->error, TP_INVALID, c->path, "has %lld MiB, expected at most %d",
                (long long)about.st_size >> 20, LARGEST_FILE >> 20);
        status = tp_hint(c->error, "put the series into an HDF5 file, and name its dataset");
    } else if (!(c->text = malloc((size_t)about.st_size + 1)))
        status = tp_fail_memory(c->error, "reading a series");
    else {
        length = fread(c->text, 1, (size_t)about.st_size, file);
        c->text[length] = '\0';
        if (memchr(c->text, '\0', length))
            status = refuse(c, "is a binary file, no CSV");
    }
    (void)fclose(file);
    c->next = c->text;
    return status;
}

/* What stands between the fields of the first line decides for all. */
static char find_between(const char *line) {
    static const char candidates[] = ",;\t";
    for (const char *k = candidates; *k; k++)
        if (strchr(line, *k))
            return *k;
    return ' ';
}

static char *trimmed(char *field) {
    while (isspace((unsigned char)*field))
        field++;
    size_t length = strlen(field);
    while (length > 0 && isspace((unsigned char)field[length - 1]))
        length--;
    if (length > 1 && field[0] == '"' && field[length - 1] == '"') {
        field++;
        length -= 2;
    }
    field[length] = '\0';
    return field;
}

static tp_status fail_at(const csv *c, const char *message) {
    char where[460];
    snprintf(where, sizeof where, "%.400s:%zu", c->path, c->line);
    return tp_fail(c->error, TP_INVALID, where, "%s", message);
}

static tp_status split(csv *c, char *line) {
    if (c->between == '\0')
        c->between = find_between(line);
    c->field_count = 0;
    for (char *rest = line; rest;) {
        char *field = rest;
        if (c->between == ' ') {
            field += strspn(field, " \r");
            if (!*field)
                break;
            rest = field + strcspn(field, " \r");
        } else {
            rest = strchr(field, c->between);
        }
        if (rest && *rest)
            *rest++ = '\0';
        else
            rest = NULL;
        if (c->field_count == MOST_FIELDS) {
            fail_at(c, "has too many columns");
            return tp_hint(c->error, "expected at most %d, and one of times", TP_MOST_COORDINATES);
        }
        c->fields[c->field_count++] = trimmed(field);
    }
    return TP_OK;
}

/* The fields of the next line that holds any; *more is false behind the last. */
static tp_status next_line(csv *c, bool *more) {
    while (*c->next) {
        char *line = c->next, *end = strchr(line, '\n');
        c->next = end ? end + 1 : line + strlen(line);
        if (end)
            *end = '\0';
        c->line++;
        if (line[0] == '#' || line[strspn(line, " \t\r")] == '\0')
            continue;
        *more = true;
        return split(c, line);
    }
    *more = false;
    return TP_OK;
}

static bool is_number(const char *field, double *number) {
    char *end;
    *number = strtod(field, &end);
    return end != field && *end == '\0';
}

/* Takes the first line for names where one of its fields is neither a number nor empty. */
static tp_status read_names(csv *c) {
    bool named = false;
    double number;
    for (size_t k = 0; k < c->field_count; k++)
        named |= *c->fields[k] && !is_number(c->fields[k], &number);
    c->columns = c->field_count;
    if (!named)
        return TP_OK;
    c->names = calloc(c->columns + 1, sizeof *c->names);
    if (!c->names)
        return tp_fail_memory(c->error, "reading a series");
    for (size_t k = 0; k < c->columns; k++)
        c->names[k] = c->fields[k];
    return TP_OK;
}

static tp_status find_column(const csv *c, const char *name, size_t *column) {
    for (*column = 0; c->names && *column < c->columns; ++*column)
        if (strcmp(c->names[*column], name) == 0)
            return TP_OK;
    if (!c->names) {
        tp_fail(c->error, TP_INVALID, c->path,
                "there is no column '%s': the first line has no names", name);
        return tp_hint(c->error, "put the columns' names into the first line");
    }
    tp_fail(c->error, TP_INVALID, c->path, "there is no column '%s'", name);
    const char *nearest = tp_text_nearest(name, (const char *const *)c->names);
    if (nearest)
        return tp_hint(c->error, "did you mean '%s'?", nearest);
    return tp_hint(c->error, "the first of its %zu columns is '%.60s'", c->columns, c->names[0]);
}

/* Which columns are the coordinates. */
static tp_status choose(const csv *c, const tp_series_description *d, size_t *chosen, size_t *count,
                        size_t *time) {
    tp_status status = TP_OK;
    *time = MOST_FIELDS;
    *count = 0;
    if (d->time)
        status = find_column(c, d->time, time);
    for (size_t k = 0; status == TP_OK && k < d->columns.count && k < MOST_FIELDS; k++)
        status = find_column(c, d->columns.items[k], &chosen[(*count)++]);
    for (size_t k = 0; status == TP_OK && d->columns.count == 0 && k < c->columns; k++)
        if (k != *time)
            chosen[(*count)++] = k;
    if (status == TP_OK && *count == 0)
        status = refuse(c, "there is no column to forecast beside that of the times");
    return status;
}

static tp_status read_number(const csv *c, size_t column, double *number) {
    char message[200];
    if (column < c->field_count && is_number(c->fields[column], number) && isfinite(*number))
        return TP_OK;
    const char *found = column < c->field_count ? c->fields[column] : "";
    if (*found)
        snprintf(message, sizeof message, "column %zu: found '%.60s', expected a number",
                 column + 1, found);
    else
        snprintf(message, sizeof message, "column %zu: there is no value", column + 1);
    fail_at(c, message);
    return tp_hint(c->error, "a series must not have gaps; fill them before");
}

/* Whether this time is one interval behind the one before. */
static tp_status check_time(const csv *c, size_t row, double time, double *last, double *interval) {
    char message[200];
    const double step = time - *last;
    if (row == 1)
        *interval = step;
    *last = time;
    if (row == 0 || (step > 0 && fabs(step - *interval) <= 1e-3 * *interval))
        return TP_OK;
    if (step <= 0)
        snprintf(message, sizeof message, "%g is not after the sample before; expected it to be",
                 time);
    else
        snprintf(message, sizeof message, "%g after the sample before, where samples are %g apart",
                 step, *interval);
    fail_at(c, message);
    return tp_hint(c->error, "samples must be evenly spaced, without gaps");
}

/* The columns of a file that are read, and how far. */
typedef struct columns {
    size_t chosen[MOST_FIELDS], count;
    size_t time; /* MOST_FIELDS: none */
    double first, last, interval;
    size_t room; /* samples */
} columns;

static tp_status name_coordinates(const csv *c, const columns *of, tp_series *series) {
    for (size_t k = 0; c->names && k < of->count; k++) {
        const char *name = c->names[of->chosen[k]];
        free(series->names[k]);
        series->names[k] = malloc(strlen(name) + 1);
        if (!series->names[k])
            return tp_fail_memory(c->error, "reading a series");
        strcpy(series->names[k], name);
    }
    return TP_OK;
}

/* Takes the line at hand for the next sample. */
static tp_status read_sample(csv *c, columns *of, tp_series *series) {
    if (series->count == of->room) {
        of->room = of->room ? 2 * of->room : 1024;
        double *grown = realloc(series->values, of->room * of->count * sizeof *grown);
        if (!grown)
            return tp_fail_memory(c->error, "reading a series");
        series->values = grown;
    }
    double now = 0;
    tp_status status = TP_OK;
    if (of->time < MOST_FIELDS) {
        status = read_number(c, of->time, &now);
        if (status == TP_OK)
            status = check_time(c, series->count, now, &of->last, &of->interval);
    }
    if (series->count == 0)
        of->first = now;
    for (size_t k = 0; status == TP_OK && k < of->count; k++)
        status = read_number(c, of->chosen[k], &series->values[series->count * of->count + k]);
    if (status == TP_OK && c->field_count != c->columns) {
        char message[120];
        snprintf(message, sizeof message, "has %zu columns, expected %zu as in the first line",
                 c->field_count, c->columns);
        fail_at(c, message);
        status = tp_hint(c->error, "a series must not have gaps; fill them before");
    }
    series->count += status == TP_OK;
    return status;
}

static tp_status read_rows(csv *c, const tp_series_description *d, tp_series *series) {
    columns of = {.time = MOST_FIELDS};
    bool more = true;
    tp_status status = choose(c, d, of.chosen, &of.count, &of.time);
    if (status == TP_OK)
        status = tp_series_shape(series, 0, of.count, c->path, c->error);
    if (status == TP_OK)
        status = name_coordinates(c, &of, series);
    if (status == TP_OK && c->names)
        status = next_line(c, &more);
    while (status == TP_OK && more) {
        status = read_sample(c, &of, series);
        if (status == TP_OK)
            status = next_line(c, &more);
    }
    if (status == TP_OK && of.time < MOST_FIELDS && series->count > 1)
        series->interval = (of.last - of.first) / (double)(series->count - 1);
    return status;
}

tp_status tp_series_read_csv(const tp_series_description *d, const char *found, tp_series *series,
                             tp_error *error) {
    csv c = {.path = found, .error = error};
    bool more = false;
    tp_status status = read_whole(&c);
    if (status == TP_OK)
        status = next_line(&c, &more);
    if (status == TP_OK && !more)
        status = refuse(&c, "holds no samples");
    if (status == TP_OK)
        status = read_names(&c);
    if (status == TP_OK)
        status = read_rows(&c, d, series);
    free(c.names);
    free(c.text);
    return status;
}
