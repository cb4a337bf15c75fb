// SPDX-License-Identifier: GPL-3.0-or-later
// A record that stands in the page itself, as `tripartite report` has packed it.
import { sliceOf } from "./slice.js";

/** Undoes base64 and zlib. */
export async function inflate(text) {
    const packed = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
}

/** Undoes what src/report/encode.h describes: columns of differences, byte by byte. */
export function unpackNumbers(bytes, rows, columns, single) {
    const count = rows * columns;
    const width = single ? 4 : 8;
    if (bytes.length !== count * width)
        throw new Error("the page is damaged: an array has another length than it claims");
    const values = single ? new Float32Array(count) : new Float64Array(count);
    const words = new Uint32Array(values.buffer); // low word first, as all browsers' machines have it
    const word = (at) =>
        (bytes[at] | (bytes[at + count] << 8) | (bytes[at + 2 * count] << 16) |
            (bytes[at + 3 * count] << 24)) >>> 0;
    for (let column = 0, place = 0; column < columns; column++) {
        let low = 0;
        let high = 0;
        for (let row = 0; row < rows; row++, place++) {
            const to = row * columns + column;
            const sum = low + word(place);
            low = sum >>> 0;
            if (single) {
                words[to] = low;
                continue;
            }
            high = (high + word(place + 4 * count) + (sum > 0xffffffff ? 1 : 0)) >>> 0;
            words[2 * to] = low;
            words[2 * to + 1] = high;
        }
    }
    return values;
}

async function unpack(entry) {
    if (entry.type === "text")
        return entry.values;
    if (entry.type === "bare")
        return null;
    const rows = entry.shape.length > 0 ? entry.shape[0] : 1;
    const columns = entry.shape.slice(1).reduce((product, length) => product * length, 1);
    return unpackNumbers(await inflate(entry.data), rows, columns, entry.type === "float32");
}

/** The source of the data that a page holds. */
export function embeddedSource(page) {
    const objects = new Map();
    const whole = new Map();
    for (const [path, entry] of Object.entries(page.objects)) {
        const { data, values, ...described } = entry;
        objects.set(path, { path, ...described });
    }
    const load = (path) => {
        if (!whole.has(path))
            whole.set(path, unpack(page.objects[path]));
        return whole.get(path);
    };
    return {
        name: page.name,
        log: page.log,
        omitted: page.omitted ?? [],
        objects,
        async read(path, ranges) {
            const values = await load(path);
            return ranges && values ? sliceOf(values, objects.get(path).shape, ranges) : values;
        },
        close() {},
    };
}
