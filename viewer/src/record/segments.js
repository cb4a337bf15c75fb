// SPDX-License-Identifier: GPL-3.0-or-later
// Stretches of simulated time: who was recorded in them, and what they were shown.
import { byNumber, nameOf, parentOf } from "./record.js";

const isMap = (record, array) =>
    array.shape.length === 3 && array.type !== "text" &&
    record.axisName(array, 0) === "time" && record.axisName(array, 1) === "row";

/** Groups whose arrays are maps over time, as populations of their segment. */
function populationsOf(record) {
    const found = new Map();
    for (const array of record.arrays) {
        if (!isMap(record, array))
            continue;
        const group = parentOf(array.path);
        if (!found.has(group))
            found.set(group, { name: nameOf(group), path: group, time: array.axes[0],
                rows: array.shape[1], columns: array.shape[2], quantities: [] });
        found.get(group).quantities.push(array);
    }
    return found;
}

function shapeOfNeurons(record, segment) {
    const image = record.array(`${segment}/stimulus/image`) ?? record.array("/patterns/image");
    return image?.shape.slice(-2) ?? null;
}

function describe(record, path, populations) {
    const spikes = `${path}/spikes/neurons`;
    const hasSpikes = record.array(`${spikes}/timestamps`) && record.array(`${spikes}/node_ids`);
    let neurons = populations.get(`${path}/neurons`) ?? null;
    const shape = shapeOfNeurons(record, path);
    if (!neurons && hasSpikes && shape)
        neurons = { name: "neurons", path: `${path}/neurons`, time: null, rows: shape[0],
            columns: shape[1], quantities: [] };
    return {
        path,
        start: record.attribute(path, "start") ?? 0,
        end: record.attribute(path, "end"),
        neurons,
        astrocytes: populations.get(`${path}/astrocytes`) ?? null,
        spikes: hasSpikes ? spikes : null,
        stimulus: record.array(`${path}/stimulus/image`) ? `${path}/stimulus` : null,
        accuracy: record.array(`${path}/accuracy/accuracy`) ? `${path}/accuracy` : null,
    };
}

async function label(record, path) {
    const test = /^(.*)\/recall\/(\d+)$/.exec(path);
    if (!test)
        return path.slice(1).replaceAll("/", " ");
    const names = await record.read(`${test[1]}/summary/pattern_name`);
    const name = names?.[Number(test[2])];
    return `${path.slice(1).replaceAll("/", " ")}${name ? `: ${name}` : ""}`;
}

/** The segments that have maps or spikes of a grid, training before recall. */
export async function segmentsOf(record) {
    const populations = populationsOf(record);
    const paths = new Set([...populations.keys()].map(parentOf));
    for (const group of record.groups)
        if (group.endsWith("/spikes/neurons"))
            paths.add(group.slice(0, -"/spikes/neurons".length));
    const segments = [...paths].map((path) => describe(record, path, populations))
        .filter((segment) => segment.neurons || segment.astrocytes);
    // A scenario before its reference, training before recall.
    const order = (path) => `${path.startsWith("/reference") ? 1 : 0}` +
        `${path.endsWith("/training") ? 0 : 1}${path}`;
    segments.sort((a, b) => byNumber(order(a.path), order(b.path)));
    for (const segment of segments)
        segment.label = await label(record, segment.path);
    return segments;
}
