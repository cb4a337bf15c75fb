// SPDX-License-Identifier: GPL-3.0-or-later
// A sweep's curves: means with intervals over what is varied.
import { choice, h, section } from "../draw/dom.js";
import { dropPlots, makePlot } from "../draw/plot.js";
import { curvesOf } from "../record/curves.js";
import { readTable } from "../record/tables.js";
import { format, inWords } from "../record/words.js";

const MOST_FIRST = 4;

/** The columns of a sweep's summary, as what is varied and what was measured. */
async function readSweep(record) {
    const varied = String(record.attribute("/summary", "varied") ?? "").split("\n").filter(Boolean);
    const measures = record.inGroup("/summary").filter((array) => array.path.endsWith("_mean"));
    if (varied.length === 0 || measures.length === 0)
        return null;
    const columns = await readTable(record, { group: "/summary", axis: measures[0].axes[0] });
    const named = new Map(columns.map((column) => [column.name, column]));
    return {
        axes: varied.map((name) => named.get(name)).filter(Boolean),
        series: columns.filter((column) => column.lower),
        measure: record.attribute("/summary", "measure"),
        baseline: record.attribute("/summary", "baseline"),
        confidence: record.attribute("/summary", "confidence"),
    };
}

function firstSeries({ series, measure, baseline }) {
    const wanted = [measure, baseline, `control_${measure}`];
    const found = series.filter(({ name }) => wanted.includes(name)).map(({ name }) => name);
    return new Set(found.length > 0 ? found : series.slice(0, 1).map(({ name }) => name));
}

class Curves {
    constructor(sweep) {
        this.sweep = sweep;
        this.along = sweep.axes.find((axis) => !axis.isText) ?? sweep.axes[0];
        this.chosen = firstSeries(sweep);
        this.place = h("div");
        this.element = h("div", {}, this.#axisChoice(), this.#seriesChoice(), this.place);
    }

    #axisChoice() {
        const { axes } = this.sweep;
        return axes.length < 2 ? null : choice("Along", axes.map(({ name }) => [name, inWords(name)]),
            this.along.name, (name) => {
                this.along = axes.find((axis) => axis.name === name);
                this.draw();
            });
    }

    #seriesChoice() {
        const boxes = this.sweep.series.map(({ name }) => h("label", {},
            h("input", { type: "checkbox", checked: this.chosen.has(name), onchange: (event) => {
                if (event.target.checked)
                    this.chosen.add(name);
                else
                    this.chosen.delete(name);
                this.draw();
            } }), inWords(name)));
        return h("details", { open: boxes.length <= MOST_FIRST }, h("summary", {}, "Curves"),
            h("fieldset", { className: "boxes" }, h("legend", {}, "What is drawn"), boxes));
    }

    draw() {
        dropPlots(this.place);
        const { along } = this;
        const curves = curvesOf(this.sweep.axes, along);
        // One abscissa for all: the values that any curve has.
        const labels = [...new Set(Array.from(along.values))];
        if (!along.isText)
            labels.sort((a, b) => a - b);
        const x = along.isText ? labels.map((_, i) => i) : labels;
        const at = new Map(labels.map((value, i) => [value, i]));
        const series = this.sweep.series.filter(({ name }) => this.chosen.has(name));
        const lines = series.flatMap((one) => curves.map(({ name, rows }) => {
            const spread = (values) => {
                const line = new Array(x.length).fill(NaN);
                rows.forEach((row) => {
                    line[at.get(along.values[row])] = values[row];
                });
                return line;
            };
            return { label: [inWords(one.name), name].filter(Boolean).join(", "), points: true,
                values: spread(one.values), interval: [spread(one.lower), spread(one.upper)] };
        })).map((line, number) => ({ ...line, number }));
        if (lines.length === 0) {
            this.place.replaceChildren(h("p", {}, "Choose a curve."));
            return;
        }
        const unit = along.unit ? ` (${along.unit})` : "";
        const { element } = makePlot({ x, series: lines, height: 380, gaps: false,
            xLabel: `${inWords(along.name)}${unit}`, yLabel: series.map(({ name }) =>
                inWords(name)).slice(0, 2).join(", "),
            xText: along.isText ? (i) => String(labels[i] ?? "") : undefined });
        this.place.replaceChildren(element);
    }
}

export async function curvesPart(record) {
    if (record.root.experiment !== "sweep")
        return null;
    const sweep = await readSweep(record);
    if (!sweep || sweep.axes.length === 0)
        return null;
    const curves = new Curves(sweep);
    const percent = sweep.confidence ? `${format(100 * sweep.confidence, 3)} % ` : "";
    const element = section("curves", "Curves",
        h("p", {}, `Means over trials, with their ${percent}intervals.`), curves.element);
    element.start = () => curves.draw();
    return element;
}
