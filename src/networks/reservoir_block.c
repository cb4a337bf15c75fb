/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Defaults are the reconstruction of Yang et al. (arXiv 2503.06798). */
#include "networks/reservoir_block.h"

#include <math.h>

enum { MOST_UNITS = 100000 };

static tp_status extend(const void *block, tp_arena *arena, const tp_field **fields,
                        tp_error *error) {
    const struct tp_reservoir_units *units = block;
    return tp_population_extend(&units->cells, offsetof(struct tp_reservoir_units, cells), arena,
                                fields, error);
}

#define UNIT_FIELDS(name, default_count, default_model)                                            \
    static const tp_field name[] = {                                                               \
        {.key = "count",                                                                           \
         .kind = TP_INTEGER,                                                                       \
         .offset = offsetof(struct tp_reservoir_units, count),                                     \
         .fallback = default_count,                                                                \
         .lower = 0,                                                                               \
         .upper = MOST_UNITS,                                                                      \
         .help = "how many"},                                                                      \
        TP_POPULATION_FIELDS(struct tp_reservoir_units, cells, default_model, "exponential",       \
                             "1 ms"),                                                              \
        {0},                                                                                       \
    }
UNIT_FIELDS(neuron_fields, "60", "leaky_integrate_and_fire");
UNIT_FIELDS(astrocyte_fields, "120", "astrocyte_unit");

static const tp_block neuron_block = {sizeof(struct tp_reservoir_units), neuron_fields, NULL,
                                      extend};
static const tp_block astrocyte_block = {sizeof(struct tp_reservoir_units), astrocyte_fields, NULL,
                                         extend};

#define PART(name, member, value, text)                                                            \
    {                                                                                              \
        .key = name, .kind = TP_REAL, .offset = offsetof(tp_wiring_description, member),           \
        .unit = "1", .fallback = value, .lower = 0, .upper = 1, .help = text                       \
    }

static const tp_field tripartite_fields[] = {
    {.key = "subnetworks",
     .kind = TP_INTEGER,
     .offset = offsetof(tp_wiring_description, subnetworks),
     .fallback = "0",
     .lower = 0,
     .upper = MOST_UNITS,
     .help = "units are dealt to them in turn; 0: one for each ten neurons"},
    PART("within", within, "0.3", "probability of a link between neurons of a subnetwork"),
    PART("pre_to_astrocyte", pre_to_astrocyte, "0.3",
         "for each such link, that its sender is linked to the astrocyte drawn for it"),
    PART("astrocyte_to_pre", astrocyte_to_pre, "0.3",
         "that this astrocyte is linked to the sender"),
    PART("astrocyte_to_post", astrocyte_to_post, "0.3", "and to the receiver"),
    PART("between", between, "0.05", "probability of a link to a neuron of another subnetwork"),
    {0},
};

static const tp_field maass_fields[] = {
    {.key = "lambda",
     .kind = TP_REAL,
     .offset = offsetof(tp_wiring_description, lambda),
     .unit = "1",
     .fallback = "2",
     .lower = 0,
     .above = 1,
     .upper = 1000,
     .help = "a link over the distance D has the probability C exp(-(D/lambda)^2)"},
    PART("ee", ee, "0.3", "C from excitatory to excitatory; astrocytes count as excitatory"),
    PART("ei", ei, "0.2", "from excitatory to inhibitory"),
    PART("ie", ie, "0.4", "from inhibitory to excitatory"),
    PART("ii", ii, "0.1", "from inhibitory to inhibitory"),
    {0},
};

static tp_status extend_wiring(const void *block, tp_arena *arena, const tp_field **fields,
                               tp_error *error) {
    const tp_wiring_description *wiring = block;
    (void)arena;
    (void)error;
    *fields = wiring->kind == TP_WIRING_MAASS ? maass_fields : tripartite_fields;
    return TP_OK;
}

static const char *const wiring_names[] = {"tripartite", "maass", NULL};
static const tp_field wiring_fields[] = {
    {.key = "kind",
     .kind = TP_CHOICE,
     .offset = offsetof(tp_wiring_description, kind),
     .fallback = "tripartite",
     .values = wiring_names,
     .help =
         "tripartite: subnetworks with an astrocyte for each link; maass: by distance on a grid"},
    PART("inhibitory", inhibitory, "0.2", "part of a subnetwork's neurons, its last ones"),
    {0},
};
static const tp_block wiring_block = {sizeof(tp_wiring_description), wiring_fields, "kind",
                                      extend_wiring};

#define INPUT(member) offsetof(struct tp_reservoir_input, member)
static const char *const gain_names[] = {"scaled", "scaled_all", "unit", NULL};
static const tp_field input_fields[] = {
    {.key = "gain",
     .kind = TP_CHOICE,
     .offset = INPUT(gain),
     .fallback = "scaled",
     .values = gain_names,
     .help = "scaled: the series into an astrocyte_unit times (1-alpha)(1-beta); scaled_all: its "
             "spikes too; unit: as it is"},
    {.key = "neurons",
     .kind = TP_REAL,
     .offset = INPUT(neurons),
     .unit = "1",
     .fallback = "1",
     .lower = -INFINITY,
     .upper = INFINITY,
     .help = "factor of the series into neurons"},
    {.key = "astrocytes",
     .kind = TP_REAL,
     .offset = INPUT(astrocytes),
     .unit = "1",
     .fallback = "1",
     .lower = -INFINITY,
     .upper = INFINITY,
     .help = "factor of the series into astrocytes, on top of the gain"},
    {0},
};
static const tp_block input_block = {sizeof(struct tp_reservoir_input), input_fields, NULL, NULL};

#define RESERVOIR(member) offsetof(tp_reservoir_description, member)
static const tp_field reservoir_fields[] = {
    {.key = "neurons",
     .kind = TP_BLOCK,
     .offset = RESERVOIR(neurons),
     .block = &neuron_block,
     .help = "the neuron-like units"},
    {.key = "astrocytes",
     .kind = TP_BLOCK,
     .offset = RESERVOIR(astrocytes),
     .block = &astrocyte_block,
     .help = "the astrocyte-like units"},
    {.key = "wiring",
     .kind = TP_BLOCK,
     .offset = RESERVOIR(wiring),
     .block = &wiring_block,
     .help = "who is linked to whom"},
    {.key = "input",
     .kind = TP_BLOCK,
     .offset = RESERVOIR(input),
     .block = &input_block,
     .help = "how the series reaches the units"},
    {.key = "low_pass",
     .kind = TP_REAL,
     .offset = RESERVOIR(low_pass),
     .unit = "1",
     .fallback = "0.9",
     .lower = 0,
     .upper = 1,
     .help = "what the trace of a unit's spikes, which is read out, keeps of itself in a step"},
    {0},
};

const tp_block tp_reservoir_block = {sizeof(tp_reservoir_description), reservoir_fields, NULL,
                                     NULL};
