// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers, units and names as a reader would write them.

const MINUS = "\u2212";
const UNITS = [[/\buM\b/g, "µM"], [/\bum\b/g, "µm"], [/\^?(?<=[a-zA-Z])(-?\d+)/g, superscript],
    [/ /g, "\u202f"]];

function superscript(_, digits) {
    return digits.replace("-", "⁻").replace(/\d/g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit]);
}

/** "uM s-1" as "µM s⁻¹", "1" as "". */
export function unitOf(array) {
    const unit = String(array?.attributes?.units ?? "1");
    if (unit === "1" || / since /.test(unit))
        return "";
    return UNITS.reduce((text, [pattern, by]) => text.replace(pattern, by), unit);
}

export function longNameOf(array, name) {
    return String(array?.attributes?.long_name ?? name.replaceAll("_", " "));
}

export const inWords = (name) => name.replaceAll("_", " ");

/** A number in at most so many significant digits. */
export function format(value, digits = 4) {
    if (typeof value === "string")
        return value;
    if (value === null || value === undefined || Number.isNaN(value))
        return "–";
    if (!Number.isFinite(value))
        return value > 0 ? "∞" : `${MINUS}∞`;
    const size = Math.abs(value);
    const text = Number.isInteger(value) && size < 1e15 ? String(value)
        : size !== 0 && (size < 1e-4 || size >= 1e7) ? value.toExponential(digits - 1)
        : String(Number(value.toPrecision(digits)));
    return text.replace("-", MINUS);
}

/** A number of milliseconds or the like on an axis or a slider. */
export const formatTime = (value) => format(Math.round(value * 1000) / 1000, 8);
