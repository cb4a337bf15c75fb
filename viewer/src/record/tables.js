// SPDX-License-Identifier: GPL-3.0-or-later
// Tables of a record: arrays of one group along one axis.
import { nameOf, parentOf } from "./record.js";
import { format, longNameOf, unitOf } from "./words.js";

const MOST_SUBCOLUMNS = 4;

const isTime = (name) => name === "time" || name === "spike";

/** Where tables are: [{group, axis, rows}], those of /summary first. */
export function tablesOf(record) {
    const found = new Map();
    for (const array of record.arrays) {
        if (array.isAxis || array.shape.length !== 1 || !array.axes[0] || array.type === "other")
            continue;
        const group = parentOf(array.path);
        const key = `${group} ${array.axes[0]}`;
        if (!found.has(key))
            found.set(key, { group, axis: array.axes[0], rows: array.shape[0],
                isSeries: isTime(nameOf(array.axes[0])) });
    }
    return [...found.values()].filter((table) => table.rows > 0)
        .sort((a, b) => Number(b.group.endsWith("/summary") || b.group === "/summary") -
            Number(a.group.endsWith("/summary") || a.group === "/summary"));
}

const column = (name, array, values) => ({ name, values, unit: unitOf(array),
    title: longNameOf(array, nameOf(array?.path ?? name)),
    isText: Array.from(values).some((value) => typeof value === "string" && !/^-?\d+$/.test(value)) });

/** The columns of one array: one, or one for each place of a second axis. */
async function columnsOf(record, array) {
    const values = await record.read(array.path);
    const name = nameOf(array.path);
    if (array.shape.length === 1)
        return [column(name, array, values)];
    const width = array.shape[1];
    const labels = await record.axisValues(array, 1);
    return Array.from({ length: width }, (_, i) => column(`${name} ${format(labels[i])}`, array,
        Array.from({ length: array.shape[0] }, (_unused, row) => values[row * width + i])));
}

/** Joins SERIES_mean, SERIES_lower and SERIES_upper to one column with an interval. */
export function joinIntervals(columns) {
    const named = new Map(columns.map((one) => [one.name, one]));
    const joined = [];
    for (const one of columns) {
        const base = one.name.replace(/_(mean|standard_error|lower|upper)$/, "");
        const lower = named.get(`${base}_lower`);
        const upper = named.get(`${base}_upper`);
        const centre = named.get(`${base}_mean`) ?? named.get(base);
        if (!lower || !upper || !centre)
            joined.push(one);
        else if (one === centre)
            joined.push({ ...one, name: base, lower: lower.values, upper: upper.values });
    }
    return joined;
}

/** Names come first, then what is varied, then what is measured above all. */
function rankOf(record, group, array) {
    const name = nameOf(array.path);
    const words = (attribute) => String(record.attribute(group, attribute) ?? "").split("\n");
    const order = [...words("varied"), "trials", ...words("measure").flatMap((measure) =>
        [measure, `control_${measure}`]), ...words("baseline")];
    const place = order.indexOf(name.replace(/_(mean|standard_error|lower|upper)$/, ""));
    return array.type === "text" ? -1 : place < 0 ? order.length : place;
}

export async function readTable(record, { group, axis }) {
    const members = record.inGroup(group).filter((array) => !array.isAxis &&
        array.axes[0] === axis && array.type !== "other" &&
        (array.shape.length === 1 || (array.shape.length === 2 && array.shape[1] <= MOST_SUBCOLUMNS)));
    const scale = record.array(axis);
    const first = scale && scale.type !== "bare"
        ? [column(nameOf(axis), scale, await record.read(axis))] : [];
    members.sort((a, b) => rankOf(record, group, a) - rankOf(record, group, b));
    const rest = await Promise.all(members.map((array) => columnsOf(record, array)));
    return joinIntervals([...first, ...rest.flat()]);
}
