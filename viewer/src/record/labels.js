// SPDX-License-Identifier: GPL-3.0-or-later
import { nameOf } from "./record.js";
import { format, inWords } from "./words.js";

/** Names of the places of an axis: a text beside the array that lies along it, or one along an axis of
 *  the same name elsewhere, or the axis's own values. */
export async function labelsOf(record, array, axis) {
    const path = array.axes[axis];
    const texts = record.arrays.filter((other) => other.type === "text" && !other.isAxis &&
        other.shape.length === 1 && other.shape[0] === array.shape[axis] && path &&
        record.axisName(other, 0) === nameOf(path));
    const text = texts.find((other) => other.axes[0] === path) ?? texts[0];
    if (text)
        return Array.from(await record.read(text.path), String);
    const name = inWords(record.axisName(array, axis));
    return Array.from(await record.axisValues(array, axis), (value) => `${name} ${format(value)}`);
}
