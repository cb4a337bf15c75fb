// SPDX-License-Identifier: GPL-3.0-or-later
// Tables that a click on a heading sorts.
import { choice, h, section } from "../draw/dom.js";
import { byNumber } from "../record/record.js";
import { readTable, tablesOf } from "../record/tables.js";
import { format, inWords } from "../record/words.js";

const FEWER_ROWS = 200;

function compare(a, b) {
    if (typeof a === "string" || typeof b === "string")
        return byNumber(String(a), String(b));
    // What is missing comes last.
    if (Number.isNaN(a) || Number.isNaN(b))
        return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return a - b;
}

function cell(column, row) {
    const value = column.values[row];
    const shown = format(value);
    const content = column.lower
        ? [shown, h("span", { className: "interval" },
            ` ${format(column.lower[row], 3)} – ${format(column.upper[row], 3)}`)]
        : [shown];
    const exact = typeof value === "number" && String(value) !== shown ? String(value) : null;
    return h("td", { className: column.isText ? "text" : "", title: exact }, content);
}

/** A table of columns {name, values, unit, lower, upper}, sortable. */
export function tableOf(columns, caption) {
    const count = columns[0]?.values.length ?? 0;
    const order = Array.from({ length: count }, (_, row) => row);
    let sorted = null;
    let rising = true;
    let shown = Math.min(count, FEWER_ROWS);
    const body = h("tbody");
    const more = h("button", { type: "button", className: "quiet", onclick: () => {
        shown = count;
        fill();
    } }, `Show all ${count} rows`);
    const fill = () => {
        body.replaceChildren(...order.slice(0, shown).map((row) =>
            h("tr", {}, columns.map((column) => cell(column, row)))));
        more.hidden = shown >= count;
    };
    const headings = columns.map((column, place) => {
        const button = h("button", { type: "button", title: column.title ?? "", onclick: () => {
            rising = sorted === place ? !rising : true;
            sorted = place;
            // By the row where equal: the order does not hang on what it was sorted by before.
            order.sort((a, b) => (rising ? 1 : -1) * compare(column.values[a], column.values[b]) ||
                a - b);
            headings.forEach((heading, i) => heading.setAttribute("aria-sort",
                i !== place ? "none" : rising ? "ascending" : "descending"));
            fill();
        } }, inWords(column.name), column.unit ? h("small", {}, ` ${column.unit}`) : null);
        return h("th", { scope: "col", "aria-sort": "none",
            className: column.isText ? "text" : "" }, button);
    });
    fill();
    return h("div", {}, h("div", { className: "scroll", tabIndex: 0, role: "region",
        "aria-label": caption },
        h("table", {}, h("caption", {}, caption), h("thead", {}, h("tr", {}, headings)), body)),
    more);
}

/** The summary, where the record has one. */
export async function summaryPart(record) {
    const tables = tablesOf(record).filter(({ group }) =>
        group === "/summary" || group === "/comparison" || group === "/work_precision");
    const shown = await Promise.all(tables.map(async (table) =>
        tableOf(await readTable(record, table), table.group)));
    const verdict = record.attribute("/comparison", "verdict");
    if (shown.length === 0)
        return null;
    return section("summary", "Summary",
        verdict ? h("p", { className: "note" }, String(verdict)) : null, ...shown);
}

/** All other tables, one at a time. */
export function tablesPart(record) {
    const tables = tablesOf(record).filter(({ group, isSeries }) => group !== "/summary" && !isSeries);
    if (tables.length === 0)
        return null;
    const place = h("div", { "aria-live": "polite" });
    const show = async (key) => {
        const table = tables[Number(key)];
        place.replaceChildren(tableOf(await readTable(record, table), table.group));
    };
    void show("0");
    return section("tables", "Tables", choice("Table",
        tables.map(({ group, axis, rows }, i) =>
            [String(i), `${group} by ${axis.slice(axis.lastIndexOf("/") + 1)} (${rows})`]),
        "0", show), place);
}
