/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario: read, resolved, and, where it is sound, printed and read again. A first line that
 * begins with '=' is a --set for the rest. */
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "experiments/scenario.h"
#include "input.h"

/* As tp_scenario_read, with the table of units that is read once for all inputs: it takes longer
 * than all else. */
static tp_status resolve(tp_arena *arena, const char *text, size_t length, const char *assignment,
                         tp_scenario **scenario, tp_error *error) {
    static tp_scenario *empty;
    static tp_units *units;
    if ((!empty && tp_scenario_parse("", "empty", &empty, NULL) != TP_OK) ||
        (!units && tp_units_create(&units, NULL) != TP_OK))
        fuzz_fail("the empty scenario cannot be read");
    tp_node *root;
    tp_status status = tp_node_parse(arena, text, length, "input", "", 1, &root, error);
    if (status == TP_OK && root->kind != TP_NODE_MAP) {
        *error = (tp_error){.status = TP_INVALID, .where = "input", .message = "expected a block"};
        return TP_INVALID; /* an input of the target's own */
    }
    if (status == TP_OK && assignment)
        status = tp_node_override(arena, root, assignment, "--set", error);
    const char *const paths[] = {"."};
    const tp_node *const values[] = {root};
    return status == TP_OK ? tp_scenario_vary(empty, paths, values, 1, units, scenario, error)
                           : status;
}

static char *resolved_text(const uint8_t *data, size_t size, const char *assignment) {
    tp_arena arena = {0};
    tp_error error = {0};
    tp_scenario *scenario = NULL;
    char *text = NULL;
    const tp_status status =
        resolve(&arena, (const char *)data, size, assignment, &scenario, &error);
    fuzz_check(status, &error);
    if (status == TP_OK && tp_scenario_resolved_text(scenario, &text, &error) != TP_OK)
        fuzz_fail("a scenario that was read cannot be printed");
    if (scenario)
        tp_scenario_destroy(&scenario);
    tp_arena_free(&arena);
    return text;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char *assignment = NULL;
    /* The reader of the file refuses what has a NUL. */
    if (memchr(data, '\0', size))
        return 0;
    if (size > 0 && data[0] == '=') {
        const uint8_t *end = memchr(data, '\n', size);
        const size_t length = end ? (size_t)(end - data) : size;
        assignment = strndup((const char *)data + 1, length - 1);
        data += end ? length + 1 : length;
        size -= end ? length + 1 : length;
    }
    char *once = resolved_text(data, size, assignment);
    if (once) {
        char *twice = resolved_text((const uint8_t *)once, strlen(once), NULL);
        if (!twice || strcmp(once, twice) != 0)
            fuzz_fail("a resolved scenario does not resolve to itself");
        free(twice);
    }
    free(once);
    free(assignment);
    return 0;
}
