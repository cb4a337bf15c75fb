// SPDX-License-Identifier: GPL-3.0-or-later
// What lies along a segment's time: traces of the chosen cells, all spikes, accuracy.
import { ink } from "../draw/colours.js";
import { h } from "../draw/dom.js";
import { drawInstant, dropPlots, makePlot, SharedRange } from "../draw/plot.js";
import { nameOf } from "../record/record.js";
import { inWords, longNameOf, unitOf } from "../record/words.js";

const X_LABEL = "time since the run's start (ms)";
const KEYS = { "+": (range, time) => range.zoom(0.5, time), "=": (range, time) => range.zoom(0.5, time),
    "-": (range, time) => range.zoom(2, time), 0: (range) => range.all(),
    ArrowLeft: (range) => range.move(-0.2), ArrowRight: (range) => range.move(0.2) };

export class Timeline {
    #asked = { neurons: 0, astrocytes: 0 };

    /** `onclick(time, cell)` where one clicks on a plot; cell is null but on the spikes. */
    constructor({ record, segment, spikes, maps, span, onclick }) {
        Object.assign(this, { record, segment, spikes, maps, onclick, time: span[0] });
        this.range = new SharedRange(...span);
        this.plots = [];
        this.traces = { neurons: h("div", { className: "traces" }),
            astrocytes: h("div", { className: "traces" }) };
        this.rasterPlace = h("div");
        this.accuracyPlace = h("div");
        const button = (text, name, act) => h("button", { type: "button", title: name,
            "aria-label": name, onclick: act }, text);
        this.element = h("div", { className: "timeline", tabIndex: 0, role: "group",
            "aria-label": "Plots over time. Plus and minus zoom, 0 shows all, arrow keys move",
            onkeydown: (event) => this.#key(event) },
            h("div", { className: "zoom" }, h("span", {}, "Drag across a plot to zoom in"),
                button("+", "Zoom in", () => this.range.zoom(0.5, this.time)),
                button("−", "Zoom out", () => this.range.zoom(2, this.time)),
                button("All", "Show all of the time", () => this.range.all())),
            this.traces.neurons, this.traces.astrocytes, this.rasterPlace, this.accuracyPlace);
    }

    #key(event) {
        const act = KEYS[event.key];
        if (!act || event.target !== this.element || event.ctrlKey || event.metaKey || event.altKey)
            return;
        event.preventDefault();
        act(this.range, this.time);
    }

    async start() {
        this.#raster();
        await this.#accuracy();
    }

    #add(place, heading, options) {
        const made = makePlot({ xLabel: "ms", range: this.range, ...options,
            onclick: options.onclick ?? ((time) => this.onclick(time, null)),
            drawOver: (plot) => {
                options.drawOver?.(plot);
                drawInstant(plot, this.time, ink("--now"));
            } });
        place.append(h("h4", {}, heading), made.element);
        this.plots.push(made.plot);
    }

    /** Draws the quantities of the chosen cell, in one plot for each unit. */
    async choose(kind, cell) {
        const asked = ++this.#asked[kind];
        const map = this.maps[kind];
        const columns = map.population.columns;
        const where = `row ${Math.floor(cell / columns)}, column ${cell % columns}`;
        const arrays = map.population.quantities;
        const traces = await Promise.all(arrays.map((array) =>
            map.frames.get(nameOf(array.path)).trace(cell)));
        if (asked !== this.#asked[kind])
            return;
        const place = this.traces[kind];
        this.#clear(place);
        const own = kind === "neurons" && this.spikes ? this.spikes.ofCell(cell) : [];
        const units = [...new Set(arrays.map(unitOf))];
        for (const unit of units) {
            const lines = arrays.map((array, i) => ({ array, values: traces[i], number: i }))
                .filter(({ array }) => unitOf(array) === unit);
            const names = lines.map(({ array }) => inWords(nameOf(array.path))).join(", ");
            this.#add(place, `${kind === "neurons" ? "Neuron" : "Astrocyte"} at ${where}: ${names}`, {
                x: map.times, height: 185, yLabel: unit || names,
                series: lines.map(({ array, values, number }) => ({ values, number,
                    label: longNameOf(array, nameOf(array.path)) })),
                drawOver: (plot) => drawMarks(plot, own),
            });
        }
        if (units.length === 0)
            place.replaceChildren(h("p", { className: "note" }, `Neuron at ${where}: ` +
                `${own.length} spikes; no other quantity was recorded.`));
    }

    #clear(place) {
        const gone = new Set([...place.querySelectorAll(".plot")].map((holder) => holder.plot));
        this.plots = this.plots.filter((plot) => !gone.has(plot));
        dropPlots(place);
        place.replaceChildren();
    }

    #raster() {
        const { spikes, segment } = this;
        if (!spikes || !segment.neurons)
            return;
        const cells = segment.neurons.rows * segment.neurons.columns;
        this.#add(this.rasterPlace, `Spikes of all neurons (${spikes.times.length})`, {
            x: [...this.range.whole], series: [], height: 240, xLabel: X_LABEL, yLabel: "neuron", legend: false,
            yRange: [0, cells],
            onclick: (time, neuron) => this.onclick(time,
                Math.max(0, Math.min(cells - 1, Math.floor(neuron)))),
            drawOver: (plot) => drawSpikes(plot, spikes),
        });
    }

    async #accuracy() {
        const group = this.segment.accuracy;
        if (!group)
            return;
        const names = ["accuracy", "pixel_accuracy"].filter((name) =>
            this.record.array(`${group}/${name}`));
        const arrays = names.map((name) => this.record.array(`${group}/${name}`));
        const since = await this.record.axisValues(arrays[0], 0);
        const onset = this.segment.stimulus
            ? (await this.record.read(`${this.segment.stimulus}/onset`))[0] : this.segment.start;
        const values = await Promise.all(arrays.map((array) => this.record.read(array.path)));
        this.#add(this.accuracyPlace, "Accuracy of what the neurons show", {
            x: Array.from(since, (time) => onset + time), height: 160, yLabel: "accuracy",
            yRange: [0, 1.05], xLabel: X_LABEL,
            series: names.map((name, i) => ({ label: inWords(name), values: values[i], number: i })),
        });
    }

    /** Moves the line of the present. */
    show(time) {
        this.time = time;
        for (const plot of this.plots)
            plot.redraw(false, false);
    }
}

/** Ticks along the top edge: when the cell spiked. */
function drawMarks(plot, times) {
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.fillStyle = ink("--ink");
    for (const time of times) {
        if (time < plot.scales.x.min || time > plot.scales.x.max)
            continue;
        ctx.fillRect(Math.round(plot.valToPos(time, "x", true)), bbox.top, devicePixelRatio,
            6 * devicePixelRatio);
    }
    ctx.restore();
}

function drawSpikes(plot, { times, cells }) {
    const { ctx, bbox } = plot;
    const { min, max } = plot.scales.x;
    const bottom = plot.scales.y.max;
    const size = Math.max(1, Math.round(devicePixelRatio));
    ctx.save();
    ctx.fillStyle = ink("--ink");
    ctx.globalAlpha = 0.75;
    for (let i = 0; i < times.length; i++)
        if (times[i] >= min && times[i] <= max)
            ctx.fillRect(bbox.left + ((times[i] - min) / (max - min)) * bbox.width,
                bbox.top + (1 - cells[i] / bottom) * bbox.height - size, size, size);
    ctx.restore();
}
