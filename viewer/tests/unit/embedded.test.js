// SPDX-License-Identifier: GPL-3.0-or-later
import assert from "node:assert/strict";
import test from "node:test";
import { deflateSync } from "node:zlib";
import { embeddedSource, unpackNumbers } from "../../src/source/embedded.js";
import { sliceOf } from "../../src/source/slice.js";

/** What src/report/encode.h describes, written from its description. */
function pack(values, rows, columns) {
    const width = values.BYTES_PER_ELEMENT;
    const view = new DataView(values.buffer);
    const bits = (i) => (width === 4 ? BigInt(view.getUint32(4 * i, true))
        : view.getBigUint64(8 * i, true));
    const count = rows * columns;
    const bytes = new Uint8Array(count * width);
    let place = 0;
    for (let column = 0; column < columns; column++) {
        let before = 0n;
        for (let row = 0; row < rows; row++, place++) {
            const now = bits(row * columns + column);
            const difference = BigInt.asUintN(8 * width, now - before);
            before = now;
            for (let b = 0; b < width; b++)
                bytes[b * count + place] = Number((difference >> BigInt(8 * b)) & 255n);
        }
    }
    return bytes;
}

const wild = [0, -0, 1.5, -2.25, 1e30, -1e-30, Infinity, -Infinity, Number.NaN, 3, 1e-45, 7];

for (const [name, Type] of [["single", Float32Array], ["double", Float64Array]])
    test(`numbers of ${name} precision come back to the bit`, () => {
        const values = Type.from(wild);
        for (const [rows, columns] of [[12, 1], [1, 12], [4, 3], [2, 6], [6, 2]]) {
            const back = unpackNumbers(pack(values, rows, columns), rows, columns,
                Type === Float32Array);
            assert.deepEqual(new Uint8Array(back.buffer), new Uint8Array(values.buffer));
        }
    });

test("an array that is shorter than it claims is refused", () => {
    assert.throws(() => unpackNumbers(new Uint8Array(11), 3, 1, true), /damaged/);
});

test("a part of an array is what it is by index arithmetic", () => {
    const shape = [3, 4, 5];
    const values = Float64Array.from({ length: 60 }, (_, i) => i);
    for (const ranges of [[[0, 3], [0, 4], [0, 5]], [[1, 2], [0, 4], [0, 5]], [[0, 3], [2, 3], [1, 2]],
        [[1, 3], [1, 4], [2, 5]], [[0, 2], [0, 4], [4, 5]], [[2, 2], [0, 4], [0, 5]]]) {
        const expected = [];
        for (let i = ranges[0][0]; i < ranges[0][1]; i++)
            for (let j = ranges[1][0]; j < ranges[1][1]; j++)
                for (let k = ranges[2][0]; k < ranges[2][1]; k++)
                    expected.push((i * 4 + j) * 5 + k);
        assert.deepEqual([...sliceOf(values, shape, ranges)], expected, JSON.stringify(ranges));
    }
});

test("an embedded record reads its arrays, whole and in part", async () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    const data = deflateSync(pack(values, 2, 3)).toString("base64");
    const source = embeddedSource({ name: "x.h5", objects: {
        "/": { attributes: { source: "tripartite 0" } },
        "/a": { attributes: {}, shape: [2, 3], axes: [null, null], type: "float32", data },
        "/names": { attributes: {}, shape: [2], axes: [null], type: "text", values: ["b", "c"] } } });
    assert.deepEqual([...await source.read("/a")], [1, 2, 3, 4, 5, 6]);
    assert.deepEqual([...await source.read("/a", [[0, 2], [1, 2]])], [2, 5]);
    assert.deepEqual(await source.read("/names", [[1, 2]]), ["c"]);
});
