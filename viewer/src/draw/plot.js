// SPDX-License-Identifier: GPL-3.0-or-later
// Lines by uPlot, in the page's colours, with axes that zoom together.
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { ink, lineStyle } from "./colours.js";
import { h } from "./dom.js";
import { format, formatTime } from "../record/words.js";

const FONT = "12px system-ui, sans-serif";
const live = new Set();

/** Colours and widths follow the page. */
export function redrawPlots() {
    for (const plot of live)
        plot.redraw(false, true);
}

const sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
        const plot = target.plot;
        if (plot && contentRect.width > 0 && Math.abs(contentRect.width - plot.width) >= 1)
            plot.setSize({ width: Math.floor(contentRect.width), height: plot.height });
    }
});

/** Steps between the marks of an axis of whole numbers. */
const WHOLE_STEPS = [1, 2, 5].flatMap((step) => Array.from({ length: 9 }, (_, i) => step * 10 ** i))
    .sort((a, b) => a - b);
const areWhole = (x) => x.length > 0 && Array.prototype.every.call(x, Number.isInteger);

const axis = (label, more = {}) => ({
    label, font: FONT, labelFont: FONT, labelSize: label ? 20 : 0, size: 42, gap: 4,
    stroke: () => ink("--faint-ink"),
    grid: { stroke: () => ink("--grid"), width: 1 },
    ticks: { stroke: () => ink("--grid"), width: 1 },
    ...more,
});

/** A stretch of an axis that several plots show. */
export class SharedRange {
    #plots = new Set();
    #setting = false;

    constructor(low, high) {
        this.whole = [low, high];
        this.now = [low, high];
        this.key = `range-${Math.random().toString(36).slice(2)}`;
    }

    add(plot) {
        this.#plots.add(plot);
    }

    set(low, high) {
        const [first, last] = this.whole;
        const from = Math.max(first, Math.min(low, last));
        const to = Math.min(last, Math.max(high, first));
        if (this.#setting || !(to > from))
            return;
        this.now = [from, to];
        this.#setting = true;
        for (const plot of this.#plots)
            plot.setScale("x", { min: from, max: to });
        this.#setting = false;
    }

    /** Stretches what is shown by a factor about `centre`, or about its middle. */
    zoom(factor, centre) {
        const [low, high] = this.now;
        const about = centre >= low && centre <= high ? centre : (low + high) / 2;
        this.set(about - (about - low) * factor, about + (high - about) * factor);
    }

    move(part) {
        const [low, high] = this.now;
        const by = Math.max(this.whole[0] - low, Math.min(this.whole[1] - high, part * (high - low)));
        this.set(low + by, high + by);
    }

    all() {
        this.set(...this.whole);
    }
}

/** Makes a plot. `series` are {label, values, number, interval: [lower, upper], points}; `x` their
 *  common abscissa; `range` a SharedRange; `drawOver(plot)` draws on top of the lines. */
export function makePlot({ x, series, xLabel, yLabel, height = 190, range, drawOver, onclick,
    yRange, xText, legend = true, gaps = true }) {
    const data = [x];
    const described = [{ label: xLabel, value: (_, value) =>
        value === null ? "" : xText ? xText(value) : formatTime(value) }];
    const bands = [];
    for (const { label, values, number, interval, points } of series) {
        const style = lineStyle(number);
        described.push({ label, width: 1.8, ...style, spanGaps: !gaps,
            points: { show: Boolean(points), size: 6, fill: style.stroke },
            value: (_, value) => (value === null || value === undefined ? "–" : format(value, 5)) });
        data.push(nullForNaN(values));
        for (const edge of interval ?? []) {
            described.push({ label: `${label} (interval)`, width: 0, points: { show: false },
                class: "hidden-legend" });
            data.push(nullForNaN(edge));
        }
        if (interval)
            bands.push({ series: [data.length - 1, data.length - 2],
                fill: () => ink(`--band-${(number % 7) + 1}`) });
    }
    const holder = h("div", { className: "plot" });
    const options = {
        width: 600, height, series: described, bands,
        scales: { x: { time: false, ...(range ? { auto: false, range: (_, low, high) =>
            (low === null ? range.now : [low, high]) } : {}) },
            y: yRange ? { range: yRange } : {} },
        axes: [axis(xLabel, xText ? { values: (_, places) => places.map(xText), splits: () => x }
            : areWhole(x) ? { incrs: WHOLE_STEPS } : {}),
            axis(yLabel, { size: 56 })],
        cursor: { drag: { x: true, y: false, setScale: true }, focus: { prox: 30 },
            sync: range ? { key: range.key, setSeries: false } : undefined },
        legend: { show: legend, live: true },
        hooks: { draw: [(plot) => drawOver?.(plot)], setScale: [], ready: [] },
    };
    if (range)
        options.hooks.setScale.push((plot, key) => {
            if (key === "x" && plot.status === 1)
                range.set(plot.scales.x.min, plot.scales.x.max);
        });
    const plot = new uPlot(options, data, holder);
    holder.plot = plot;
    live.add(plot);
    sizes.observe(holder);
    if (range) {
        range.add(plot);
        plot.setScale("x", { min: range.now[0], max: range.now[1] });
        plot.over.addEventListener("dblclick", (event) => {
            event.stopImmediatePropagation();
            range.all();
        }, true);
    }
    if (onclick)
        listenToClicks(plot, onclick);
    return { element: holder, plot };
}

/** A click that is no drag: where it was, in the units of the axes. */
function listenToClicks(plot, onclick) {
    let pressed = 0;
    plot.over.addEventListener("mousedown", (event) => {
        pressed = event.clientX;
    });
    plot.over.addEventListener("click", (event) => {
        if (Math.abs(event.clientX - pressed) > 3)
            return;
        const box = plot.over.getBoundingClientRect();
        onclick(plot.posToVal(event.clientX - box.left, "x"),
            plot.posToVal(event.clientY - box.top, "y"));
    });
}

function nullForNaN(values) {
    return Array.from(values, (value) => (Number.isFinite(value) ? value : null));
}

/** Frees what the plots below an element hold. */
export function dropPlots(element) {
    for (const holder of element.querySelectorAll(".plot")) {
        if (!holder.plot)
            continue;
        sizes.unobserve(holder);
        live.delete(holder.plot);
        holder.plot.destroy();
    }
}

/** An upright line at a place of the abscissa. */
export function drawInstant(plot, x, colour) {
    if (x < plot.scales.x.min || x > plot.scales.x.max)
        return;
    const at = Math.round(plot.valToPos(x, "x", true)) + 0.5;
    const { ctx, bbox } = plot;
    ctx.save();
    ctx.strokeStyle = colour;
    ctx.lineWidth = 2 * devicePixelRatio;
    ctx.beginPath();
    ctx.moveTo(at, bbox.top);
    ctx.lineTo(at, bbox.top + bbox.height);
    ctx.stroke();
    ctx.restore();
}
