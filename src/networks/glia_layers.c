/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "networks/glia_layers.h"

#include <math.h>

const char *const tp_glia_bias_names[] = {"published", "additive", "none", NULL};
const char *const tp_gather_reading_names[] = {"published", "window", NULL};

enum { BAND = TP_GLIA_BAND };

static tp_glia_setting setting_of(const tp_layer *layer) {
    static const tp_glia_setting published = {TP_BIAS_PUBLISHED, TP_GATHER_PUBLISHED};
    return layer->setting ? *(const tp_glia_setting *)layer->setting : published;
}

bool tp_is_glia(const tp_layer_kind *kind) {
    return kind == &tp_slide || kind == &tp_spread || kind == &tp_gather;
}

size_t tp_glia_outputs(const tp_layer_kind *kind, size_t inputs) {
    if (kind == &tp_spread)
        return inputs + 2;
    if (kind == &tp_gather)
        return inputs > 2 ? inputs - 2 : 1;
    return inputs;
}

/* j - 1, j, j + 1 around a ring of n, each once, in rising order. */
static size_t ring(size_t n, size_t j, size_t columns[BAND]) {
    const size_t last = n - 1;
    if (n <= BAND) {
        for (size_t k = 0; k < n; k++)
            columns[k] = k;
        return n;
    }
    const size_t first = j == 0 ? 0 : j == last ? 0 : j - 1;
    columns[0] = first;
    columns[1] = j == 0 ? 1 : j == last ? last - 1 : j;
    columns[2] = j == 0 ? last : j == last ? last : j + 1;
    return BAND;
}

static size_t span(size_t first, size_t last, size_t columns[BAND]) {
    size_t count = 0;
    for (size_t n = first; n <= last; n++)
        columns[count++] = n;
    return count;
}

size_t tp_glia_columns(const tp_layer *layer, size_t j, size_t columns[BAND]) {
    const size_t inputs = layer->inputs, last = inputs - 1;
    if (layer->kind == &tp_slide)
        return ring(inputs, j, columns);
    if (layer->kind == &tp_spread)
        return span(j < 2 ? 0 : j - 2, j < last ? j : last, columns);
    if (setting_of(layer).gather == TP_GATHER_PUBLISHED)
        return ring(layer->outputs, j, columns);
    return span(j, j + 2 < last ? j + 2 : last, columns);
}

static size_t parameter_count(const tp_layer *layer) {
    return layer->outputs * (setting_of(layer).bias == TP_BIAS_NONE ? BAND : BAND + 1);
}

size_t tp_glia_in_use(const tp_layer *layer) {
    size_t columns[BAND], used = parameter_count(layer) - layer->outputs * BAND;
    for (size_t j = 0; j < layer->outputs; j++)
        used += tp_glia_columns(layer, j, columns);
    return used;
}

static void initialise(const tp_layer *layer, uint64_t seed, uint32_t trial, uint32_t number,
                       double *parameters) {
    const double bound = 1 / sqrt((double)layer->inputs);
    const tp_stream_key key = {seed, TP_PURPOSE_LAYER_PARAMETER, trial, number};
    for (size_t i = 0; i < parameter_count(layer); i++) {
        size_t columns[BAND];
        uint32_t words[4];
        tp_random_words(&key, (uint32_t)i, words);
        const bool used =
            i >= layer->outputs * BAND || i % BAND < tp_glia_columns(layer, i / BAND, columns);
        parameters[i] = used ? bound * (2 * tp_random_unit(words[0], words[1]) - 1) : 0;
    }
}

/* What one output does: which inputs it has, and what is applied to each. */
typedef struct strand {
    size_t columns[BAND], count;
    double power[BAND]; /* c^(L-m+1), or 1 */
    double slope[BAND]; /* its derivative by b */
    double weight[BAND];
    double offset; /* an additive bias */
} strand;

static strand strand_of(const tp_layer *layer, tp_glia_bias bias, const double *parameters,
                        size_t j) {
    strand s = {.offset = 0};
    s.count = tp_glia_columns(layer, j, s.columns);
    const double b = bias == TP_BIAS_NONE ? 0 : parameters[layer->outputs * BAND + j];
    double power = 1;
    for (size_t m = s.count; m-- > 0;) {
        s.weight[m] = parameters[j * BAND + m];
        s.power[m] = 1;
        if (bias != TP_BIAS_PUBLISHED)
            continue;
        s.slope[m] = (double)(s.count - m) * power;
        power *= 1 + b;
        s.power[m] = power;
    }
    s.offset = bias == TP_BIAS_ADDITIVE ? b : 0;
    return s;
}

static void forward(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                    const double *restrict x, double *restrict y, double *memo) {
    const size_t in = layer->inputs, out = layer->outputs;
    const tp_glia_bias bias = setting_of(layer).bias;
    (void)pass;
    (void)memo;
    for (size_t j = 0; j < out; j++) {
        const strand s = strand_of(layer, bias, parameters, j);
        for (size_t i = 0; i < n; i++) {
            double sum = s.offset;
            for (size_t m = 0; m < s.count; m++)
                sum += s.power[m] * s.weight[m] * x[i * in + s.columns[m]];
            y[i * out + j] = sum;
        }
    }
}

static void backward(const tp_layer *layer, const tp_pass *pass, const double *parameters, size_t n,
                     const double *restrict x, const double *y, const double *memo,
                     const double *restrict dy, double *restrict dx, double *restrict gradient) {
    const size_t in = layer->inputs, out = layer->outputs;
    const tp_glia_bias bias = setting_of(layer).bias;
    (void)pass;
    (void)y;
    (void)memo;
    for (size_t i = 0; dx && i < n * in; i++)
        dx[i] = 0;
    for (size_t j = 0; j < out; j++) {
        const strand s = strand_of(layer, bias, parameters, j);
        double along[BAND] = {0}, total = 0; /* sums of g x, and of g */
        for (size_t i = 0; i < n; i++) {
            const double g = dy[i * out + j];
            total += g;
            for (size_t m = 0; m < s.count; m++) {
                along[m] += g * x[i * in + s.columns[m]];
                if (dx)
                    dx[i * in + s.columns[m]] += g * s.power[m] * s.weight[m];
            }
        }
        double by_bias = bias == TP_BIAS_ADDITIVE ? total : 0;
        for (size_t m = 0; m < s.count; m++) {
            gradient[j * BAND + m] += s.power[m] * along[m];
            by_bias += s.slope[m] * s.weight[m] * along[m];
        }
        if (bias != TP_BIAS_NONE)
            gradient[out * BAND + j] += by_bias;
    }
}

#define KIND(title)                                                                                \
    {                                                                                              \
        .name = title, .parameter_count = parameter_count, .initialise = initialise,               \
        .forward = forward, .backward = backward                                                   \
    }
const tp_layer_kind tp_slide = KIND("slide");
const tp_layer_kind tp_spread = KIND("spread");
const tp_layer_kind tp_gather = KIND("gather");
