// SPDX-License-Identifier: GPL-3.0-or-later
// A segment to play and to click through.
import { choice, h, section } from "../draw/dom.js";
import { dropPlots } from "../draw/plot.js";
import { Spikes } from "../record/frames.js";
import { segmentsOf } from "../record/segments.js";
import { Maps } from "./maps.js";
import { Playback } from "./playback.js";
import { Timeline } from "./timeline.js";

/** The instants that the slider stops at: those of the recording, each ms where there are none. */
async function instantsOf(record, segment) {
    for (const population of [segment.neurons, segment.astrocytes])
        if (population?.time) {
            const times = await record.read(population.time);
            if (times.length > 0)
                return times;
        }
    const length = Math.max(1, Math.ceil((segment.end ?? segment.start) - segment.start));
    return Float64Array.from({ length }, (_, i) => segment.start + i);
}

const placeOfMost = (values) =>
    values.reduce((best, value, i) => (value > values[best] ? i : best), 0);

/** The neuron that spikes most, and the astrocyte that has most of what its map shows half-way:
 *  something to see from the start. */
async function firstChoice(segment, spikes, maps) {
    const cells = segment.neurons ? segment.neurons.rows * segment.neurons.columns : 0;
    const frames = maps.astrocytes?.frames.values().next().value;
    return {
        neurons: placeOfMost(spikes ? spikes.counts(-Infinity, Infinity, cells)
            : new Float32Array(cells)),
        astrocytes: frames ? placeOfMost(await frames.at(Math.floor(frames.count / 2))) : 0,
    };
}

class Scene {
    constructor(record, segment) {
        this.record = record;
        this.segment = segment;
        this.element = h("div", { className: "scene" });
    }

    async start(chosen) {
        const { record, segment } = this;
        const [times, spikes] = await Promise.all([instantsOf(record, segment),
            Spikes.of(record, segment.spikes)]);
        const last = Math.max(times[times.length - 1], segment.end ?? -Infinity);
        this.maps = new Maps(record, segment, spikes, (kind, cell) => this.choose(kind, cell));
        await this.maps.start();
        this.timeline = new Timeline({ record, segment, spikes, maps: this.maps,
            span: [times[0], last > times[0] ? last : times[0] + 1],
            onclick: (time, neuron) => {
                void this.playback.goTo(time);
                if (neuron !== null)
                    void this.choose("neurons", neuron);
            } });
        this.playback = new Playback(times, (instant) => this.#show(times[instant]));
        await this.timeline.start();
        this.element.append(this.playback.element, this.maps.element, this.timeline.element);
        const first = await firstChoice(segment, spikes, this.maps);
        for (const kind of ["neurons", "astrocytes"])
            if (segment[kind]) {
                const cells = segment[kind].rows * segment[kind].columns;
                await this.choose(kind, chosen[kind] < cells ? chosen[kind] : first[kind]);
            }
        await this.playback.go(0);
    }

    async choose(kind, cell) {
        this.chosen = { ...this.chosen, [kind]: cell };
        this.maps.choose(kind, cell);
        await this.timeline.choose(kind, cell);
    }

    async #show(time) {
        this.timeline.show(time);
        await this.maps.show(time);
    }

    close() {
        this.playback?.stop();
        dropPlots(this.element);
    }
}

export async function explorePart(record, fail) {
    const segments = await segmentsOf(record);
    if (segments.length === 0)
        return null;
    let scene = null;
    const place = h("div");
    const show = async (path) => {
        const chosen = scene?.chosen ?? {};
        scene?.close();
        scene = new Scene(record, segments.find((segment) => segment.path === path));
        place.replaceChildren(scene.element);
        try {
            await scene.start(chosen);
        } catch (error) {
            fail(error);
        }
    };
    const first = segments[0].path;
    const element = section("explore", "Explore",
        h("p", {}, "Play the time, click a cell (or move with the arrow keys), drag across a plot."),
        choice("Part of the run", segments.map(({ path, label }) => [path, label]), first, show),
        place);
    // Drawn once it has its place in the page, from which its colours and sizes come.
    element.start = () => show(first);
    return element;
}
