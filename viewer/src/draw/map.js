// SPDX-License-Identifier: GPL-3.0-or-later
// A grid of cells as a picture, in which one can be chosen with a click or the arrow keys.
import { coloured, gradient } from "./colours.js";
import { h } from "./dom.js";
import { format } from "../record/words.js";

const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const WIDTH = 480; // of the drawing, in its own pixels; the page scales it

export class CellMap {
    /** `onchoose(cell)` where a cell can be chosen; without it the map is a picture alone. */
    constructor({ label, rows, columns, palette, onchoose }) {
        Object.assign(this, { label, rows, columns, palette, onchoose, chosen: null, low: 0, high: 1,
            unit: "", values: null, marked: null });
        this.small = new OffscreenCanvas(columns, rows);
        this.canvas = h("canvas", { width: WIDTH, height: Math.round((WIDTH * rows) / columns),
            tabIndex: onchoose ? 0 : -1, role: onchoose ? "application" : "img" });
        this.canvas.style.aspectRatio = `${columns} / ${rows}`;
        this.note = h("output", { className: "reading" });
        this.lowText = h("span");
        this.highText = h("span");
        this.bar = h("span", { className: "bar" });
        this.bar.style.background = gradient(palette);
        this.caption = h("figcaption", {}, label);
        this.element = h("figure", { className: "map" }, this.caption, this.canvas,
            h("div", { className: "scale" }, this.lowText, this.bar, this.highText), this.note);
        if (onchoose)
            this.#listen();
    }

    #listen() {
        this.canvas.addEventListener("click", (event) => {
            const box = this.canvas.getBoundingClientRect();
            const column = Math.floor(((event.clientX - box.left) / box.width) * this.columns);
            const row = Math.floor(((event.clientY - box.top) / box.height) * this.rows);
            if (row >= 0 && row < this.rows && column >= 0 && column < this.columns)
                this.onchoose(row * this.columns + column);
        });
        this.canvas.addEventListener("keydown", (event) => {
            const step = STEPS[event.key];
            if (!step || event.ctrlKey || event.metaKey || event.altKey)
                return;
            event.preventDefault();
            const cell = this.chosen ?? 0;
            const row = Math.floor(cell / this.columns) + step[0];
            const column = (cell % this.columns) + step[1];
            if (row >= 0 && row < this.rows && column >= 0 && column < this.columns)
                this.onchoose(row * this.columns + column);
        });
    }

    /** What the colours mean. */
    describe(label, unit, low, high) {
        Object.assign(this, { label, unit, low, high });
        this.caption.textContent = unit ? `${label} (${unit})` : label;
        this.lowText.textContent = format(low, 3);
        this.highText.textContent = format(high, 3);
    }

    choose(cell) {
        this.chosen = cell;
        this.draw();
    }

    /** A rectangle of cells {row, column, rows, columns} to be framed; null for none. */
    mark(rectangle) {
        this.marked = rectangle;
        this.draw();
    }

    show(values) {
        this.values = values;
        this.draw();
    }

    #read() {
        const where = this.chosen === null ? ""
            : `row ${Math.floor(this.chosen / this.columns)}, column ${this.chosen % this.columns}`;
        const value = this.values && this.chosen !== null
            ? `: ${format(this.values[this.chosen])}${this.unit ? ` ${this.unit}` : ""}` : "";
        const text = where ? `${where}${value}` : "";
        if (this.note.textContent !== text)
            this.note.textContent = text;
        const help = this.onchoose ? ". Arrow keys choose a cell" : "";
        this.canvas.setAttribute("aria-label", `${this.label}${text ? `, ${text}` : ""}${help}`);
    }

    draw() {
        if (this.values) {
            const pixels = coloured(this.values, this.low, this.high, this.palette);
            this.small.getContext("2d").putImageData(new ImageData(
                new Uint8ClampedArray(pixels.buffer), this.columns, this.rows), 0, 0);
            const context = this.canvas.getContext("2d");
            context.imageSmoothingEnabled = false;
            context.drawImage(this.small, 0, 0, this.canvas.width, this.canvas.height);
            if (this.marked)
                this.#frame(context, this.marked, [5, 4]);
            if (this.chosen !== null)
                this.#frame(context, { row: Math.floor(this.chosen / this.columns),
                    column: this.chosen % this.columns, rows: 1, columns: 1 }, []);
        }
        this.#read();
    }

    /** Dark within light: it is seen on every colour. */
    #frame(context, { row, column, rows, columns }, dash) {
        const across = this.canvas.width / this.columns;
        const down = this.canvas.height / this.rows;
        const box = [column * across - 1, row * down - 1, columns * across + 2, rows * down + 2];
        context.setLineDash([]);
        context.strokeStyle = "#fff";
        context.lineWidth = 5;
        context.strokeRect(...box);
        context.setLineDash(dash);
        context.strokeStyle = "#d0021b";
        context.lineWidth = 2.5;
        context.strokeRect(...box);
        context.setLineDash([]);
    }
}
