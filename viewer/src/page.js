// SPDX-License-Identifier: GPL-3.0-or-later
// The page of a record, from its parts.
import "./style.css";
import { h } from "./draw/dom.js";
import { dropPlots } from "./draw/plot.js";
import { aboutPart } from "./parts/about.js";
import { arraysPart } from "./parts/arrays.js";
import { curvesPart } from "./parts/curves.js";
import { explorePart } from "./parts/explore.js";
import { summaryPart, tablesPart } from "./parts/table.js";
import { themeChoice } from "./parts/theme.js";
import { Record } from "./record/record.js";

export class Page {
    /** `tools`: what stands in the header besides; `figures`: a section of pictures, or null. */
    constructor({ root, tools = [], figures = null }) {
        this.figures = figures;
        this.record = null;
        this.title = h("h1", {}, "Tripartite");
        this.subtitle = h("p", { className: "subtitle" });
        this.contents = h("nav", { "aria-label": "Contents" });
        this.message = h("div", { role: "alert", className: "message", hidden: true });
        this.main = h("main", { tabIndex: -1 });
        root.replaceChildren(h("header", {}, h("div", {}, this.title, this.subtitle),
            h("div", { className: "tools" }, tools, themeChoice())),
        this.message, this.contents, this.main);
    }

    /** Tells the reader what went wrong. */
    fail(error) {
        this.message.textContent = String(error?.message ?? error);
        this.message.hidden = false;
    }

    /** Shows another record; where it is none, says so and leaves what is there. */
    async show(source) {
        this.message.hidden = true;
        let record;
        try {
            record = new Record(source);
        } catch (error) {
            source.close();
            throw error;
        }
        this.#clear();
        this.record = record;
        const title = String(record.root.title ?? "") || record.name;
        document.title = `${title} – Tripartite`;
        this.title.textContent = title;
        const partial = record.root.status === "partial" ? ", not run to its end" : "";
        this.subtitle.textContent =
            `${record.root.experiment ?? ""}, seed ${record.root.seed ?? "–"}${partial}`;
        await this.#fill(record);
    }

    async #fill(record) {
        const made = [aboutPart(record), await this.#guard(() => summaryPart(record)),
            await this.#guard(() => curvesPart(record)),
            await this.#guard(() => explorePart(record, (error) => this.fail(error))),
            this.figures, await this.#guard(() => arraysPart(record)),
            await this.#guard(() => tablesPart(record))].filter(Boolean);
        this.main.replaceChildren(...made);
        this.contents.replaceChildren(...made.map((part) =>
            h("a", { href: `#${part.id}` }, part.querySelector("h2").textContent)));
        for (const part of made)
            await this.#guard(() => part.start?.());
        this.main.dataset.ready = "true";
    }

    /** A part of a damaged record that cannot be shown does not take the others with it. */
    async #guard(make) {
        try {
            return await make();
        } catch (error) {
            this.fail(error);
            return null;
        }
    }

    #clear() {
        delete this.main.dataset.ready;
        dropPlots(this.main);
        this.main.replaceChildren();
        this.record?.close();
    }
}
