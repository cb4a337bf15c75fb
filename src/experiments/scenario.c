/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a scenario: the file, the overrides, and the experiment whose block resolves it. */
#include "experiments/scenario.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/fail.h"
#include "base/text.h"
#include "scenario/print.h"

enum { LARGEST_FILE = 1 << 20 };

static tp_status read_stream(FILE *file, const char *path, tp_arena *arena, char **text,
                             size_t *length, tp_error *error) {
    char *all = tp_arena_alloc(arena, LARGEST_FILE + 2);
    if (!all)
        return tp_fail_memory(error, "reading the scenario");
    *length = fread(all, 1, LARGEST_FILE + 1, file);
    if (ferror(file)) {
        tp_fail(error, TP_INVALID, path, "the scenario cannot be read: %s", strerror(errno));
        return tp_hint(error, "expected a text file that you may read");
    }
    if (*length > LARGEST_FILE) {
        tp_fail(error, TP_INVALID, path, "this is more than 1 MiB: no scenario file");
        return tp_hint(error, "expected a text file in YAML; scenarios are a few KiB");
    }
    if (memchr(all, '\0', *length)) {
        tp_fail(error, TP_INVALID, path, "this is a binary file, not a scenario in YAML");
        return tp_hint(error, "a record is looked at by: tripartite info RECORD");
    }
    *text = all;
    return TP_OK;
}

static tp_status read_file(const char *path, tp_arena *arena, char **text, size_t *length,
                           tp_error *error) {
    struct stat about;
    FILE *file = fopen(path, "rb");
    if (!file) {
        tp_fail(error, TP_INVALID, path, "the scenario cannot be opened: %s", strerror(errno));
        return tp_hint(error, "scenarios to start from are in experiments/memory");
    }
    tp_status status;
    if (fstat(fileno(file), &about) == 0 && S_ISDIR(about.st_mode))
        status = tp_fail(error, TP_INVALID, path, "this is a folder; expected a scenario file");
    else
        status = read_stream(file, path, arena, text, length, error);
    fclose(file);
    return status;
}

static const char *folder_of(tp_arena *arena, const char *path) {
    const char *slash = strrchr(path, '/');
    if (!slash)
        return tp_arena_text(arena, "");
    return tp_arena_format(arena, "%.*s", (int)(slash > path ? slash - path : 1), path);
}

/* The experiment has to be known before its block can be read. */
static tp_status choose_experiment(tp_scenario *s, const tp_node *root, tp_error *error) {
    static const tp_field field = {
        .key = "experiment", .kind = TP_CHOICE, .names = tp_experiment_names};
    const tp_node *named = tp_node_item(root, "experiment");
    int choice;
    const char *text;
    s->experiment = &tp_memory_experiment;
    if (named) {
        tp_status status = tp_value_read(named, "experiment", &field, NULL, &s->resolved.arena,
                                         &choice, &text, error);
        if (status != TP_OK)
            return status;
        s->experiment = tp_experiment_at((size_t)choice);
    }
    s->description = tp_arena_alloc(&s->resolved.arena, s->experiment->block->size);
    return s->description ? TP_OK : tp_fail_memory(error, "reading the scenario");
}

static tp_status resolve(tp_scenario *s, tp_error *error) {
    tp_status status = choose_experiment(s, s->tree, error);
    if (status == TP_OK)
        status = tp_resolve(s->tree, s->experiment->block, s->description, &s->resolved, error);
    return status;
}

/* What the user wrote on the command line: --over stands for a long --set. */
static const char *origin_of(tp_arena *arena, const char *assignment) {
    static const char over[] = "sweep.over.[", trials[] = "sweep.trials=";
    const char *end = strchr(assignment, ']');
    if (strncmp(assignment, over, sizeof over - 1) == 0 && end) {
        const char *path = assignment + sizeof over - 1;
        return tp_arena_format(arena, "--over %.*s%s", (int)(end - path), path, end + 1);
    }
    if (strncmp(assignment, trials, sizeof trials - 1) == 0)
        return tp_arena_format(arena, "--trials %s", assignment + sizeof trials - 1);
    return tp_arena_format(arena, "--set %s", assignment);
}

static tp_status override(tp_scenario *s, const char *const *overrides, size_t override_count,
                          tp_error *error) {
    tp_arena *arena = &s->resolved.arena;
    if (s->tree->kind != TP_NODE_MAP)
        return tp_fail(error, TP_INVALID, s->resolved.file,
                       "expected keys and values, such as 'experiment: memory'");
    for (size_t i = 0; i < override_count; i++) {
        const char *origin = origin_of(arena, overrides[i]);
        if (!origin)
            return tp_fail_memory(error, "reading --set");
        tp_status status = tp_node_override(arena, s->tree, overrides[i], origin, error);
        if (status != TP_OK)
            return status;
    }
    return TP_OK;
}

tp_status tp_scenario_read(const char *path, const char *const *overrides, size_t override_count,
                           tp_scenario **scenario, tp_error *error) {
    tp_scenario *s = calloc(1, sizeof *s);
    if (!s)
        return tp_fail_memory(error, "reading the scenario");
    tp_arena *arena = &s->resolved.arena;
    char *text = NULL;
    size_t length = 0;
    tp_status status = read_file(path, arena, &text, &length, error);
    if (status == TP_OK) {
        s->text = text;
        s->resolved.file = tp_arena_text(arena, path);
        const char *folder = folder_of(arena, path);
        status = s->resolved.file && folder ? tp_node_parse(arena, text, length, s->resolved.file,
                                                            folder, 1, &s->tree, error)
                                            : tp_fail_memory(error, "reading the scenario");
    }
    if (status == TP_OK)
        status = override(s, overrides, override_count, error);
    if (status == TP_OK)
        status = resolve(s, error);
    if (status != TP_OK) {
        tp_scenario_destroy(&s);
        return status;
    }
    *scenario = s;
    return TP_OK;
}

tp_status tp_scenario_vary(const tp_scenario *base, const char *const *paths,
                           const tp_node *const *values, size_t count, struct tp_units *units,
                           tp_scenario **varied, tp_error *error) {
    tp_scenario *s = calloc(1, sizeof *s);
    if (!s)
        return tp_fail_memory(error, "varying the scenario");
    tp_arena *arena = &s->resolved.arena;
    s->text = base->text;
    s->resolved.file = base->resolved.file;
    s->resolved.units = units;
    s->tree = tp_node_copy(arena, base->tree);
    tp_status status = s->tree ? TP_OK : tp_fail_memory(error, "varying the scenario");
    for (size_t i = 0; status == TP_OK && i < count; i++)
        status = tp_node_merge(arena, s->tree, paths[i], values[i], error);
    if (status == TP_OK)
        status = resolve(s, error);
    s->resolved.units = NULL;
    if (status == TP_OK)
        *varied = s;
    else
        tp_scenario_destroy(&s);
    return status;
}

tp_status tp_scenario_parse(const char *text, const char *name, tp_scenario **scenario,
                            tp_error *error) {
    tp_scenario *s = calloc(1, sizeof *s);
    if (!s)
        return tp_fail_memory(error, "reading the scenario");
    tp_arena *arena = &s->resolved.arena;
    s->text = tp_arena_text(arena, text);
    s->resolved.file = tp_arena_text(arena, name);
    tp_status status = s->text && s->resolved.file
                           ? tp_node_parse(arena, s->text, strlen(s->text), s->resolved.file, "", 1,
                                           &s->tree, error)
                           : tp_fail_memory(error, "reading the scenario");
    if (status == TP_OK)
        status = resolve(s, error);
    if (status != TP_OK) {
        tp_scenario_destroy(&s);
        return status;
    }
    *scenario = s;
    return TP_OK;
}

void tp_scenario_destroy(tp_scenario **scenario) {
    if (!*scenario)
        return;
    tp_arena_free(&(*scenario)->resolved.arena);
    free(*scenario);
    *scenario = NULL;
}

const tp_experiment_heading *tp_scenario_heading(const tp_scenario *scenario) {
    return scenario->description;
}

const char *tp_scenario_title(const tp_scenario *scenario) {
    const char *title = tp_scenario_heading(scenario)->title;
    return title ? title : "";
}

tp_status tp_scenario_print(const tp_scenario *scenario, int with_origin, FILE *stream,
                            tp_error *error) {
    return tp_resolved_print(&scenario->resolved, with_origin ? TP_REMARK_ORIGIN : TP_REMARK_NONE,
                             stream, error);
}

tp_status tp_scenario_resolved_text(const tp_scenario *scenario, char **text, tp_error *error) {
    size_t size;
    *text = NULL;
    FILE *stream = open_memstream(text, &size);
    if (!stream)
        return tp_fail_memory(error, "writing the scenario");
    tp_status status = tp_scenario_print(scenario, 0, stream, error);
    if (fclose(stream) != 0 && status == TP_OK)
        status = tp_fail_memory(error, "writing the scenario");
    if (status != TP_OK) {
        free(*text);
        *text = NULL;
    }
    return status;
}

tp_status tp_scenario_print_keys(const char *experiment, FILE *stream, tp_error *error) {
    tp_node name = {.kind = TP_NODE_SCALAR, .text = experiment};
    tp_node key = {.kind = TP_NODE_SCALAR, .text = "experiment"};
    tp_node *keys[] = {&key}, *items[] = {&name};
    tp_node root = {.kind = TP_NODE_MAP, .keys = keys, .items = items, .count = 1};
    tp_scenario s = {.resolved = {.file = ""}, .tree = &root};
    tp_status status = resolve(&s, error);
    if (status == TP_OK)
        status = tp_resolved_print(&s.resolved, TP_REMARK_HELP, stream, error);
    tp_arena_free(&s.resolved.arena);
    return status;
}
