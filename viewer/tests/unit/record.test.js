// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import test from "node:test";
import { curvesOf } from "../../src/record/curves.js";
import { Frames, placeAt, Spikes } from "../../src/record/frames.js";
import { Record } from "../../src/record/record.js";
import { segmentsOf } from "../../src/record/segments.js";
import { joinIntervals, readTable, tablesOf } from "../../src/record/tables.js";
import { format, unitOf } from "../../src/record/words.js";
import { sliceOf } from "../../src/source/slice.js";

/** A record of {path: {values, shape, axes, attributes}}. */
function recordOf(arrays, root = {}) {
    const objects = new Map([["/", { path: "/",
        attributes: { source: "tripartite 0.1.0", format_version: 1, ...root } }]]);
    for (const [path, array] of Object.entries(arrays)) {
        for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1))
            objects.set(path.slice(0, at), { path: path.slice(0, at), attributes: {} });
        objects.set(path, { path, attributes: {}, axes: array.shape.map(() => null),
            type: Array.isArray(array.values) ? "text" : "float64", isAxis: false, ...array });
    }
    return new Record({ name: "a.h5", log: null, omitted: [], objects, close() {},
        read: async (path, ranges) => (ranges
            ? sliceOf(objects.get(path).values, objects.get(path).shape, ranges)
            : objects.get(path).values) });
}

const axis = (path, values) => ({ values, shape: [values.length], axes: [path], isAxis: true });

test("only records of a known format are taken", () => {
    assert.throws(() => recordOf({}, { source: "another" }), /no record of Tripartite/);
    assert.throws(() => recordOf({}, { format_version: 2 }), /newer viewer/);
    assert.throws(() => recordOf({}, { format_version: undefined }), /format version/);
});

test("the last time that is not later", () => {
    const times = [1, 2, 2, 5];
    const linear = (time) => times.filter((each) => each <= time).length - 1;
    for (const time of [0, 1, 1.5, 2, 3, 5, 9])
        assert.equal(placeAt(times, time), linear(time));
});

test("spikes are counted in (from, to]", () => {
    const spikes = new Spikes(Float64Array.of(1, 2, 2, 5), Float64Array.of(0, 1, 1, 0));
    assert.deepEqual([...spikes.counts(1, 2, 2)], [0, 2]);
    assert.deepEqual([...spikes.counts(-Infinity, Infinity, 2)], [2, 2]);
    assert.deepEqual([...spikes.ofCell(0)], [1, 5]);
});

test("frames of an array that is too large to be kept are those of one that is not", async () => {
    const count = 40;
    const values = Float64Array.from({ length: count * 6 }, (_, i) => Math.sin(i));
    const record = recordOf({ "/s/neurons/v": { values, shape: [count, 2, 3] } });
    const array = record.array("/s/neurons/v");
    const small = new Frames(record, array);
    record.isKept = () => false;
    const large = new Frames(record, array);
    large.perBlock = 7;
    for (const instant of [0, 6, 7, 39])
        assert.deepEqual([...await large.at(instant)],
            [...values.subarray(instant * 6, instant * 6 + 6)]);
    assert.deepEqual([...await large.trace(4)], Array.from({ length: count }, (_, i) =>
        values[6 * i + 4]));
    record.isKept = () => true;
    assert.deepEqual([...await small.trace(4)], [...await large.trace(4)]);
    assert.deepEqual(await small.range(), [Math.min(...values), Math.max(...values)]);
});

test("segments: training before recall, tests in order of number, named by their pattern", async () => {
    const arrays = { "/summary/pattern_name": { values: ["zero", "one"], shape: [2] } };
    for (const segment of ["/recall/10", "/recall/2", "/recall/1", "/training"]) {
        const time = `${segment}/neurons/time`;
        arrays[time] = axis(time, Float64Array.of(0, 1));
        arrays[`${segment}/neurons/row`] = axis(`${segment}/neurons/row`, Float64Array.of(0));
        arrays[`${segment}/neurons/v`] = { values: Float64Array.of(1, 2), shape: [2, 1, 1],
            axes: [time, `${segment}/neurons/row`, null] };
    }
    const segments = await segmentsOf(recordOf(arrays));
    assert.deepEqual(segments.map(({ label }) => label),
        ["training", "recall 1: one", "recall 2", "recall 10"]);
});

test("tables hold what lies along one axis, intervals joined to their mean", async () => {
    const level = "/summary/level";
    const column = (...values) => ({ values: Float64Array.from(values), shape: [2], axes: [level] });
    const record = recordOf({ [level]: axis(level, Float64Array.of(0, 1)),
        "/summary/a_mean": column(1, 2), "/summary/a_lower": column(0, 1),
        "/summary/a_upper": column(2, 3), "/summary/a_standard_error": column(9, 9),
        "/summary/name": { values: ["x", "y"], shape: [2], axes: [level] },
        "/summary/frames": { values: Float64Array.of(1, 2, 3, 4), shape: [2, 2],
            axes: [level, null] } });
    const [table] = tablesOf(record);
    const columns = await readTable(record, table);
    assert.deepEqual(columns.map(({ name }) => name), ["level", "name", "a", "frames 0", "frames 1"]);
    assert.deepEqual([...columns[2].lower], [0, 1]);
    assert.deepEqual(columns[4].values, [2, 4]);
    assert.deepEqual(joinIntervals([{ name: "b_lower" }, { name: "c" }]).map(({ name }) => name),
        ["b_lower", "c"]);
});

test("a sweep's rows are curves along one of what is varied, in its order", () => {
    const noise = { name: "noise", values: [0.2, 0.1, 0.2, 0.1] };
    const count = { name: "count", values: [2, 2, 4, 4] };
    assert.deepEqual(curvesOf([noise, count], noise),
        [{ name: "count 2", rows: [1, 0] }, { name: "count 4", rows: [3, 2] }]);
    assert.deepEqual(curvesOf([noise], noise), [{ name: "", rows: [1, 3, 0, 2] }]);
});

test("numbers and units as a reader would write them", () => {
    assert.equal(format(0.123456), "0.1235");
    assert.equal(format(-1.5), "−1.5");
    assert.equal(format(NaN), "–");
    assert.equal(format(-Infinity), "−∞");
    assert.equal(format(2300), "2300");
    assert.equal(format(1.5e-7), "1.500e−7");
    assert.equal(unitOf({ attributes: { units: "uM s-1" } }), "µM\u202fs⁻¹");
    assert.equal(unitOf({ attributes: { units: "1" } }), "");
});
