/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/cell_block.h"

#include <math.h>

#include "base/fail.h"

static const char *const shape_names[] = {"step", "pulse", "ramp", NULL};

/* A waveform's values have the unit of the input that it belongs to. */
static tp_status waveform_block(const tp_input *input, tp_arena *arena, const tp_block **out,
                                tp_error *error) {
    const tp_field fields[] = {
        {.key = "shape",
         .kind = TP_CHOICE,
         .offset = offsetof(tp_waveform, shape),
         .values = shape_names,
         .fallback = "step",
         .help = "step: on from `at`; pulse: on for `length`; ramp: from `from` to `value` in "
                 "`length`, and stays"},
        {.key = "at",
         .kind = TP_REAL,
         .offset = offsetof(tp_waveform, at_ms),
         .unit = "ms",
         .fallback = "0 ms",
         .lower = 0,
         .upper = INFINITY,
         .help = "when it begins"},
        {.key = "length",
         .kind = TP_REAL,
         .offset = offsetof(tp_waveform, length_ms),
         .unit = "ms",
         .fallback = "0 ms",
         .lower = 0,
         .upper = INFINITY,
         .help = "of a pulse or a ramp"},
        {.key = "value",
         .kind = TP_REAL,
         .offset = offsetof(tp_waveform, value),
         .unit = input->unit,
         .fallback = NULL,
         .lower = -INFINITY,
         .upper = INFINITY,
         .help = "of a step or a pulse; where a ramp ends"},
        {.key = "from",
         .kind = TP_REAL,
         .offset = offsetof(tp_waveform, from),
         .unit = input->unit,
         .fallback = NULL,
         .lower = -INFINITY,
         .upper = INFINITY,
         .help = "where a ramp begins; 0 where it is left out"},
    };
    enum { COUNT = sizeof fields / sizeof *fields };
    tp_block *block = tp_arena_alloc(arena, sizeof *block);
    tp_field *copy = tp_arena_alloc(arena, (COUNT + 1) * sizeof *copy);
    if (!block || !copy)
        return tp_fail_memory(error, "reading the scenario");
    for (size_t i = 0; i < COUNT; i++)
        copy[i] = fields[i];
    *block = (tp_block){sizeof(tp_waveform), copy, NULL, NULL};
    *out = block;
    return TP_OK;
}

static tp_status inputs_block(const tp_model *model, tp_arena *arena, const tp_block **out,
                              tp_error *error) {
    tp_block *block = tp_arena_alloc(arena, sizeof *block);
    tp_field *fields = tp_arena_alloc(arena, (model->input_count + 1) * sizeof *fields);
    if (!block || !fields)
        return tp_fail_memory(error, "reading the scenario");
    for (size_t k = 0; k < model->input_count; k++) {
        fields[k] = (tp_field){
            .key = model->inputs[k].name,
            .kind = TP_BLOCKS,
            .offset = offsetof(struct tp_cell_inputs, of) + k * sizeof(tp_block_list),
            .help = model->inputs[k].long_name,
        };
        tp_status status = waveform_block(&model->inputs[k], arena, &fields[k].block, error);
        if (status != TP_OK)
            return status;
    }
    *block = (tp_block){sizeof(struct tp_cell_inputs), fields, NULL, NULL};
    *out = block;
    return TP_OK;
}

static tp_status levels_block(const tp_model *model, tp_arena *arena, const tp_block **out,
                              tp_error *error) {
    tp_block *block = tp_arena_alloc(arena, sizeof *block);
    tp_field *fields = tp_arena_alloc(arena, (model->state_count + 1) * sizeof *fields);
    if (!block || !fields)
        return tp_fail_memory(error, "reading the scenario");
    for (size_t s = 0; s < model->state_count; s++)
        fields[s] = (tp_field){
            .key = model->states[s].name,
            .kind = TP_REAL,
            .offset = offsetof(struct tp_cell_levels, of) + s * sizeof(double),
            .unit = model->states[s].unit,
            .lower = -INFINITY,
            .upper = INFINITY,
            .help = model->states[s].long_name,
        };
    *block = (tp_block){sizeof(struct tp_cell_levels), fields, NULL, NULL};
    *out = block;
    return TP_OK;
}

static tp_status extend_population(const void *block, tp_arena *arena, const tp_field **fields,
                                   tp_error *error) {
    const struct tp_cell_population *cell = block;
    return tp_population_extend(&cell->cells, offsetof(struct tp_cell_population, cells), arena,
                                fields, error);
}

static tp_status extend_root(const void *structure, tp_arena *arena, const tp_field **fields,
                             tp_error *error) {
    const tp_cell_description *description = structure;
    const tp_model *model = tp_model_at((size_t)description->cell.cells.model);
    tp_field *field = tp_arena_alloc(arena, 3 * sizeof *field);
    if (!field)
        return tp_fail_memory(error, "reading the scenario");
    *fields = field;
    field[0] = (tp_field){.key = "inputs",
                          .kind = TP_BLOCK,
                          .offset = offsetof(tp_cell_description, inputs),
                          .help = "for each input of the model, what adds up to it"};
    field[1] = (tp_field){.key = "levels",
                          .kind = TP_BLOCK,
                          .offset = offsetof(tp_cell_description, levels),
                          .help = "values of states whose crossings are told"};
    tp_status status = inputs_block(model, arena, &field[0].block, error);
    return status == TP_OK ? levels_block(model, arena, &field[1].block, error) : status;
}

static const tp_field population_fields[] = {
    TP_POPULATION_FIELDS(struct tp_cell_population, cells, "izhikevich", "rk4", "0.1 ms"),
    {0},
};
static const tp_block population_block = {sizeof(struct tp_cell_population), population_fields,
                                          NULL, extend_population};

#define CELL(member) offsetof(tp_cell_description, member)
static const tp_field cell_fields[] = {
    TP_HEADING_FIELDS(tp_cell_description, heading),
    {.key = "cell",
     .kind = TP_BLOCK,
     .offset = CELL(cell),
     .block = &population_block,
     .help = "the cell: its model and its integrator"},
    {.key = "tick",
     .kind = TP_REAL,
     .offset = CELL(tick_ms),
     .unit = "ms",
     .fallback = "0.1 ms",
     .lower = 0,
     .above = 1,
     .upper = INFINITY,
     .help = "the interval at which inputs change"},
    {.key = "duration",
     .kind = TP_REAL,
     .offset = CELL(duration_ms),
     .unit = "ms",
     .fallback = "100 ms",
     .lower = 0,
     .above = 1,
     .upper = INFINITY,
     .help = "of the run"},
    {.key = "every",
     .kind = TP_REAL,
     .offset = CELL(every_ms),
     .unit = "ms",
     .fallback = "0.1 ms",
     .lower = 0,
     .above = 1,
     .upper = INFINITY,
     .help = "how often states and inputs are recorded; at most once in an exchange interval"},
    {0},
};

const tp_block tp_cell_block = {sizeof(tp_cell_description), cell_fields, NULL, extend_root};
