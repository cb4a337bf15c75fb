// SPDX-License-Identifier: GPL-3.0-or-later
// Maps over time, instant by instant and cell by cell, also of arrays larger than memory.

const BLOCK_BYTES = 4e6;
const KEPT_BLOCKS = 48;
const SAMPLES = 64; // instants that a range is taken from, where not all are at hand

/** The place of the last time that is not later; -1 before the first. */
export function placeAt(times, time) {
    let low = 0;
    let high = times.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (times[middle] <= time)
            low = middle + 1;
        else
            high = middle;
    }
    return low - 1;
}

export class Frames {
    #record;
    #blocks = new Map();
    #whole = null;

    constructor(record, array) {
        this.#record = record;
        this.array = array;
        [this.count, this.rows, this.columns] = array.shape;
        this.cells = this.rows * this.columns;
        this.perBlock = Math.max(1, Math.floor(BLOCK_BYTES / (8 * this.cells)));
    }

    async #all() {
        if (!this.#whole && this.#record.isKept(this.array))
            this.#whole = await this.#record.read(this.array.path);
        return this.#whole;
    }

    #block(number) {
        let block = this.#blocks.get(number);
        this.#blocks.delete(number);
        if (!block) {
            const from = number * this.perBlock;
            block = this.#record.slice(this.array.path,
                [[from, Math.min(from + this.perBlock, this.count)],
                    [0, this.rows], [0, this.columns]]);
        }
        this.#blocks.set(number, block);
        if (this.#blocks.size > KEPT_BLOCKS)
            this.#blocks.delete(this.#blocks.keys().next().value);
        return block;
    }

    /** The values of all cells at an instant. */
    async at(instant) {
        const whole = await this.#all();
        if (whole)
            return whole.subarray(instant * this.cells, (instant + 1) * this.cells);
        const number = Math.floor(instant / this.perBlock);
        const from = (instant - number * this.perBlock) * this.cells;
        return (await this.#block(number)).subarray(from, from + this.cells);
    }

    /** The values of one cell at all instants. */
    async trace(cell) {
        const whole = await this.#all();
        if (whole)
            return Float64Array.from({ length: this.count }, (_, i) => whole[i * this.cells + cell]);
        const row = Math.floor(cell / this.columns);
        const column = cell % this.columns;
        return Float64Array.from(await this.#record.slice(this.array.path,
            [[0, this.count], [row, row + 1], [column, column + 1]]));
    }

    /** The least and the greatest value; of many instants where the array is a large one. */
    async range() {
        let low = Infinity;
        let high = -Infinity;
        const take = (values) => {
            for (const value of values) {
                if (value < low)
                    low = value;
                if (value > high)
                    high = value;
            }
        };
        const whole = await this.#all();
        const step = whole ? this.count : Math.max(1, Math.floor(this.count / SAMPLES));
        if (whole)
            take(whole);
        for (let i = 0; !whole && i < this.count; i += step)
            take(await this.at(i));
        return low <= high ? [low, high] : [0, 1];
    }
}

/** Spikes in order of time. */
export class Spikes {
    constructor(times, cells) {
        this.times = times;
        this.cells = cells;
    }

    static async of(record, path) {
        if (!path)
            return null;
        const [times, cells] = await Promise.all([record.read(`${path}/timestamps`),
            record.read(`${path}/node_ids`)]);
        return new Spikes(times, cells);
    }

    /** How often each of so many cells spiked in (from, to]. */
    counts(from, to, cells) {
        const counts = new Float32Array(cells);
        for (let i = placeAt(this.times, from) + 1; this.times[i] <= to; i++)
            counts[this.cells[i]]++;
        return counts;
    }

    /** When one cell spiked. */
    ofCell(cell) {
        return this.times.filter((_, i) => this.cells[i] === cell);
    }
}
