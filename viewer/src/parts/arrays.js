// SPDX-License-Identifier: GPL-3.0-or-later
// Any array of a record: as lines along one of its axes, or as a picture of its last two.
import { choice, h, section } from "../draw/dom.js";
import { CellMap } from "../draw/map.js";
import { dropPlots, makePlot } from "../draw/plot.js";
import { labelsOf } from "../record/labels.js";
import { nameOf } from "../record/record.js";
import { inWords, longNameOf, unitOf } from "../record/words.js";

const MOST_LINES = 8;
const LARGEST = 3e7; // values of an array that is read whole for this
const FIRST = [/^\/response\/cell\//, /^\/free_run\/(forecast|target)$/, /^\/training\/loss$/,
    /^\/folds\/accuracy$/, /^\/map\//, /^\/summary\/.*_mean$/, /accuracy$/];

const canShow = (array) => !array.isAxis && array.type !== "text" && array.type !== "other" &&
    array.shape.length > 0 && array.shape.some((length) => length > 1) &&
    array.shape.reduce((product, length) => product * length, 1) <= LARGEST;

const stridesOf = (shape) => shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * b, 1));

/** Places along all axes but those drawn along, where they are to be chosen. */
class Places {
    constructor(record, array, free, onchange) {
        this.at = new Array(array.shape.length).fill(0);
        this.element = h("div", { className: "choices" });
        for (const axis of free)
            if (array.shape[axis] > 1)
                void this.#add(record, array, axis, onchange);
    }

    async #add(record, array, axis, onchange) {
        const name = inWords(record.axisName(array, axis));
        const output = h("output");
        const slider = h("input", { type: "range", min: 0, max: array.shape[axis] - 1, value: 0,
            "aria-label": name, oninput: () => {
                this.at[axis] = Number(slider.value);
                output.textContent = labels?.[this.at[axis]] ?? this.at[axis];
                onchange();
            } });
        let labels = null;
        this.element.append(h("label", { className: "choice" }, h("span", {}, name), slider, output));
        labels = await labelsOf(record, array, axis);
        output.textContent = labels[0];
    }
}

function linesAlong(values, array, axis, at, labels) {
    const strides = stridesOf(array.shape);
    const many = labels.axis;
    const count = many === null ? 1 : array.shape[many];
    return Array.from({ length: count }, (_, line) => {
        const base = at.reduce((sum, place, k) =>
            sum + (k === axis ? 0 : (k === many ? line : place) * strides[k]), 0);
        return { number: line, label: labels.of(line),
            values: Array.from({ length: array.shape[axis] }, (_unused, i) =>
                values[base + i * strides[axis]]) };
    });
}

/** The axis whose every place becomes a line: the last short one beside that drawn along. */
const manyAxis = (shape, axis) =>
    shape.findLastIndex((length, k) => k !== axis && length > 1 && length <= MOST_LINES);

class ArrayView {
    constructor(record, array) {
        Object.assign(this, { record, array });
        this.place = h("div");
        this.controls = h("div", { className: "choices" });
        this.element = h("div", {}, this.controls, this.place);
        const { shape } = array;
        this.isPicture = shape.length >= 2 && /^(row|answer|taken_for|column)$/.test(
            record.axisName(array, shape.length - 1));
        this.axis = shape.indexOf(Math.max(...shape));
    }

    async start() {
        this.values = await this.record.read(this.array.path);
        this.#setUp();
    }

    #setUp() {
        const { record, array } = this;
        const { shape } = array;
        const last = shape.length - 1;
        const many = this.isPicture ? -1 : manyAxis(shape, this.axis);
        const drawn = this.isPicture ? [last - 1, last] : [this.axis, many];
        this.places = new Places(record, array, shape.map((_, i) => i).filter((i) =>
            !drawn.includes(i)), () => this.#draw());
        const again = (change) => (value) => {
            change(value);
            this.#setUp();
        };
        const axes = shape.map((_, i) => [String(i), inWords(record.axisName(array, i))]);
        this.controls.replaceChildren(
            ...(shape.length >= 2 ? [choice("As", [["lines", "lines"], ["picture", "a picture"]],
                this.isPicture ? "picture" : "lines", again((value) => {
                    this.isPicture = value === "picture";
                }))] : []),
            ...(shape.length >= 2 && !this.isPicture ? [choice("Along", axes, String(this.axis),
                again((value) => {
                    this.axis = Number(value);
                }))] : []), this.places.element);
        void this.#draw(many);
    }

    async #draw() {
        dropPlots(this.place);
        if (this.isPicture)
            this.#drawPicture();
        else
            await this.#drawLines();
    }

    #drawPicture() {
        const { array, values } = this;
        const [rows, columns] = array.shape.slice(-2);
        const strides = stridesOf(array.shape);
        const base = this.places.at.slice(0, -2).reduce((sum, at, k) => sum + at * strides[k], 0);
        const part = Array.from({ length: rows * columns }, (_, i) => values[base + i]);
        let low = Infinity;
        let high = -Infinity;
        for (const value of values)
            if (Number.isFinite(value)) {
                low = Math.min(low, value);
                high = Math.max(high, value);
            }
        const map = new CellMap({ label: longNameOf(array, nameOf(array.path)), rows, columns,
            palette: "viridis", onchoose: (cell) => map.choose(cell) });
        map.describe(longNameOf(array, nameOf(array.path)), unitOf(array), low, high);
        map.show(part);
        this.place.replaceChildren(h("div", { className: "maps single" },
            h("div", { className: "panel" }, map.element)));
    }

    async #drawLines() {
        const { record, array, axis } = this;
        const many = manyAxis(array.shape, axis);
        const names = many >= 0 ? await labelsOf(record, array, many) : [];
        const abscissa = await record.axisValues(array, axis);
        const isText = Array.isArray(abscissa);
        const increases = !isText && abscissa.every((value, i) => i === 0 || value > abscissa[i - 1]);
        const x = increases ? abscissa : Array.from(abscissa, (_, i) => i);
        const name = longNameOf(array, nameOf(array.path));
        const lines = linesAlong(this.values, array, axis, this.places.at,
            { axis: many >= 0 ? many : null, of: (line) => (many >= 0 ? String(names[line]) : inWords(nameOf(array.path))) });
        const unit = unitOf(array);
        const axisUnit = unitOf(record.array(array.axes[axis] ?? ""));
        const { element } = makePlot({ x, height: 300, yLabel: [inWords(nameOf(array.path)), unit && `(${unit})`].filter(Boolean).join(" "),
            series: lines.map((line) => ({ ...line, points: x.length <= 60 })),
            xLabel: inWords(record.axisName(array, axis)) + (axisUnit ? ` (${axisUnit})` : ""),
            xText: isText ? (i) => String(abscissa[i] ?? "") : undefined });
        this.place.replaceChildren(h("h4", {}, name), element);
    }
}

/** Every array that can be drawn; the most telling one first. */
export function arraysPart(record) {
    const arrays = record.arrays.filter(canShow);
    if (arrays.length === 0)
        return null;
    const rank = (array) => {
        const place = FIRST.findIndex((pattern) => pattern.test(array.path));
        return place < 0 ? FIRST.length : place;
    };
    const first = arrays.reduce((best, array) => (rank(array) < rank(best) ? array : best));
    const place = h("div");
    const show = async (path) => {
        dropPlots(place);
        const view = new ArrayView(record, record.array(path));
        place.replaceChildren(view.element);
        await view.start();
    };
    const element = section("arrays", "Any array",
        choice("Array", arrays.map((array) =>
            [array.path, `${array.path} [${array.shape.map((_, i) =>
                record.axisName(array, i)).join(", ")}]`]), first.path, show), place);
    element.start = () => show(first.path);
    return element;
}
