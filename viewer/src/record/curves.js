// SPDX-License-Identifier: GPL-3.0-or-later
import { format, inWords } from "./words.js";

const textOf = (column, row) => format(column.values[row]);

/** Rows that differ in the abscissa alone, in its order: one curve each. */
export function curvesOf(axes, along) {
    const others = axes.filter((axis) => axis !== along);
    const count = along.values.length;
    const found = new Map();
    for (let row = 0; row < count; row++) {
        const key = others.map((axis) => `${inWords(axis.name)} ${textOf(axis, row)}`).join(", ");
        found.set(key, [...(found.get(key) ?? []), row]);
    }
    const place = along.isText ? () => 0 : (row) => along.values[row];
    return [...found].map(([name, rows]) =>
        ({ name, rows: rows.sort((a, b) => place(a) - place(b) || a - b) }));
}
