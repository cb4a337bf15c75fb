// SPDX-License-Identifier: GPL-3.0-or-later

/** The part of a row-major array of that shape that lies within ranges, one [from, to) an axis. */
export function sliceOf(values, shape, ranges) {
    const lengths = ranges.map(([from, to]) => to - from);
    const count = lengths.reduce((product, length) => product * length, 1);
    // Trailing axes that are taken whole are one run of values.
    let run = 1;
    let axis = shape.length - 1;
    for (; axis >= 0 && lengths[axis] === shape[axis]; axis--)
        run *= shape[axis];
    if (axis < 0)
        return values;
    const strides = new Array(shape.length).fill(1);
    for (let i = shape.length - 2; i >= 0; i--)
        strides[i] = strides[i + 1] * shape[i + 1];
    run *= lengths[axis];
    const from = ranges.reduce((sum, [start], i) => sum + start * strides[i], 0);
    if (run === count)
        return values.slice(from, from + run);
    const part = Array.isArray(values) ? new Array(count) : new values.constructor(count);
    const index = new Array(axis).fill(0);
    for (let to = 0; to < count; to += run) {
        const at = index.reduce((sum, i, k) => sum + i * strides[k], from);
        for (let i = 0; i < run; i++)
            part[to + i] = values[at + i];
        for (let k = axis - 1; k >= 0 && ++index[k] === lengths[k]; k--)
            index[k] = 0;
    }
    return part;
}
