// SPDX-License-Identifier: GPL-3.0-or-later
// What all parts of the page know of a record, wherever it comes from. Layout: docs/record.md.

const FORMAT = 1;
/** Arrays up to this size are read once, whole, and kept. */
const KEPT_BYTES = 256e6;

export const parentOf = (path) => path.slice(0, path.lastIndexOf("/")) || "/";
export const nameOf = (path) => path.slice(path.lastIndexOf("/") + 1);
export const byNumber = new Intl.Collator("en", { numeric: true }).compare;

export class Record {
    #source;
    #read = new Map();

    /** Throws where the source is no record of Tripartite's. */
    constructor(source) {
        this.#source = source;
        this.name = source.name;
        this.omitted = source.omitted;
        const root = source.objects.get("/")?.attributes ?? {};
        if (!String(root.source ?? "").startsWith("tripartite"))
            throw new Error("this is an HDF5 file, but no record of Tripartite");
        if (!(root.format_version <= FORMAT))
            throw new Error(`this is a record of format version ${root.format_version}, ` +
                `expected ${FORMAT} at most: read it with a newer viewer`);
        this.root = root;
        this.arrays = [...source.objects.values()].filter((object) => object.shape);
        this.arrays.sort((a, b) => byNumber(a.path, b.path));
        this.groups = [...source.objects.keys()].filter((path) => !source.objects.get(path).shape);
        this.groups.sort(byNumber);
        this.log = parseLog(source.log);
    }

    close() {
        this.#source.close();
    }

    has(path) {
        return this.#source.objects.has(path);
    }

    /** The array of that path; undefined where there is none. */
    array(path) {
        const object = this.#source.objects.get(path);
        return object?.shape ? object : undefined;
    }

    attribute(path, name) {
        return this.#source.objects.get(path)?.attributes[name];
    }

    /** The arrays that lie in a group itself. */
    inGroup(group) {
        return this.arrays.filter((array) => parentOf(array.path) === group);
    }

    bytes(array) {
        return array.shape.reduce((product, length) => product * length, 1) *
            (array.type === "float32" ? 4 : 8);
    }

    isKept(array) {
        return this.bytes(array) <= KEPT_BYTES;
    }

    /** All values of an array, row-major; null where there is none of that path, or no values. */
    read(path) {
        const array = this.array(path);
        if (!array || array.type === "bare")
            return Promise.resolve(null);
        if (!this.isKept(array))
            return Promise.reject(new Error(`${path} is too large to be read whole`));
        if (!this.#read.has(path))
            this.#read.set(path, this.#source.read(path));
        return this.#read.get(path);
    }

    /** The values within ranges, one [from, to) for each axis. */
    async slice(path, ranges) {
        return this.#source.read(path, ranges);
    }

    /** The values of an axis, or numbers from 0 where it has none. */
    async axisValues(array, place) {
        const values = await this.read(array.axes[place] ?? "");
        return values ?? Float64Array.from({ length: array.shape[place] }, (_, i) => i);
    }

    axisName(array, place) {
        return array.axes[place] ? nameOf(array.axes[place]) : `axis ${place}`;
    }
}

function parseLog(text) {
    try {
        const log = JSON.parse(text ?? "null");
        return log && typeof log === "object" && !Array.isArray(log) ? log : null;
    } catch {
        return null;
    }
}
