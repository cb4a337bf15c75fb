// SPDX-License-Identifier: GPL-3.0-or-later
// The maps of a segment: neurons, astrocytes, and what the neurons are shown.
import { CellMap } from "../draw/map.js";
import { choice, h } from "../draw/dom.js";
import { Frames, placeAt } from "../record/frames.js";
import { nameOf } from "../record/record.js";
import { inWords, longNameOf, unitOf } from "../record/words.js";

const SPIKES = "spikes";
const SPIKES_WITHIN_MS = 10;

/** One population as a map of one of its quantities, or of its latest spikes. */
class PopulationMap {
    #asked = 0;

    constructor({ record, population, spikes, palette, label, onchoose }) {
        Object.assign(this, { record, population, spikes, label });
        this.frames = new Map(population.quantities.map((array) =>
            [nameOf(array.path), new Frames(record, array)]));
        this.map = new CellMap({ label, rows: population.rows, columns: population.columns, palette,
            onchoose });
        this.names = [...this.frames.keys(), ...(spikes ? [SPIKES] : [])];
        this.quantity = this.names[0];
        const options = this.names.map((name) => [name, name === SPIKES
            ? `spikes within ${SPIKES_WITHIN_MS} ms` : inWords(name)]);
        this.element = h("div", { className: "panel" }, this.map.element,
            choice("Shown", options, this.quantity, (name) => this.select(name)));
    }

    async start() {
        this.times = this.population.time ? await this.record.read(this.population.time) : null;
        await this.select(this.quantity);
    }

    async select(name) {
        this.quantity = name;
        const frames = this.frames.get(name);
        if (frames) {
            const [low, high] = await frames.range();
            this.map.describe(`${this.label}: ${longNameOf(frames.array, name)}`,
                unitOf(frames.array), low, high);
        } else {
            this.map.describe(`${this.label}: spikes within ${SPIKES_WITHIN_MS} ms`, "", 0, 4);
        }
        if (this.time !== undefined)
            await this.show(this.time);
    }

    async show(time) {
        this.time = time;
        const asked = ++this.#asked;
        const frames = this.frames.get(this.quantity);
        const cells = this.population.rows * this.population.columns;
        const values = frames ? await frames.at(Math.max(0, placeAt(this.times, time)))
            : this.spikes.counts(time - SPIKES_WITHIN_MS, time, cells);
        if (asked === this.#asked)
            this.map.show(values);
    }
}

/** What the neurons are shown at a time. */
class InputMap {
    constructor(record, stimulus) {
        this.record = record;
        this.stimulus = stimulus;
        this.image = record.array(`${stimulus}/image`);
        const [, rows, columns] = this.image.shape;
        this.map = new CellMap({ label: "Input", rows, columns, palette: "grey" });
        this.blank = new Float32Array(rows * columns);
        this.element = h("div", { className: "panel" }, this.map.element);
    }

    async start() {
        [this.onsets, this.durations, this.images] = await Promise.all(
            ["onset", "duration", "image"].map((name) =>
                this.record.read(`${this.stimulus}/${name}`)));
        this.map.describe("Input", "", 0, this.images.reduce((a, b) => Math.max(a, b), 1));
    }

    show(time) {
        const sample = placeAt(this.onsets, time);
        const shown = sample >= 0 && time < this.onsets[sample] + this.durations[sample];
        const cells = this.blank.length;
        this.map.show(shown ? this.images.subarray(sample * cells, (sample + 1) * cells)
            : this.blank);
        this.map.note.textContent = shown ? `sample ${sample}` : "no input now";
    }
}

/** The neurons below an astrocyte; null where the scenario does not say. */
function tileOf(record, astrocyte, columns) {
    const block = /^\s+astrocytes:[^\n]*\n((?:\s{4,}.*\n)*)/m.exec(
        String(record.root.resolved_scenario ?? ""))?.[1] ?? "";
    const number = (key) => Number(new RegExp(`^\\s+${key}:\\s*(\\d+)`, "m").exec(block)?.[1]);
    const tile = number("tile");
    const stride = number("stride");
    if (!(tile > 0 && stride > 0))
        return null;
    return { row: Math.floor(astrocyte / columns) * stride, column: (astrocyte % columns) * stride,
        rows: tile, columns: tile };
}

export class Maps {
    /** `onchoose(kind, cell)` with kind "neurons" or "astrocytes". */
    constructor(record, segment, spikes, onchoose) {
        const of = (kind, palette, label) => segment[kind] && new PopulationMap({ record,
            population: segment[kind], spikes: kind === "neurons" ? spikes : null, palette, label,
            onchoose: (cell) => onchoose(kind, cell) });
        this.record = record;
        this.neurons = of("neurons", "viridis", "Neurons");
        this.astrocytes = of("astrocytes", "cividis", "Astrocytes");
        this.input = segment.stimulus && new InputMap(record, segment.stimulus);
        this.all = [this.input, this.neurons, this.astrocytes].filter(Boolean);
        this.element = h("div", { className: "maps" }, this.all.map((map) => map.element));
    }

    start() {
        return Promise.all(this.all.map((map) => map.start()));
    }

    show(time) {
        return Promise.all(this.all.map((map) => map.show(time)));
    }

    choose(kind, cell) {
        this[kind].map.choose(cell);
        if (kind === "astrocytes" && this.neurons)
            this.neurons.map.mark(tileOf(this.record, cell, this.astrocytes.population.columns));
    }
}
