// SPDX-License-Identifier: GPL-3.0-or-later
// Colours that readers with any colour vision can tell apart: viridis and cividis for maps, Okabe and
// Ito's for lines.

const STOPS = {
    viridis: ["440154", "472d7b", "3b528b", "2c728e", "21918c", "28ae80", "5ec962", "addc30",
        "fde725"],
    cividis: ["00224e", "123570", "3b496c", "575d6d", "707173", "8a8678", "a59c74", "c3b369",
        "e1cc55", "fee838"],
    grey: ["101418", "f4f4f0"],
};
const LEVELS = 256;

function table(stops) {
    const parts = stops.map((hex) => [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)));
    const colours = new Uint32Array(LEVELS);
    for (let level = 0; level < LEVELS; level++) {
        const place = (level / (LEVELS - 1)) * (parts.length - 1);
        const below = Math.min(Math.floor(place), parts.length - 2);
        const [red, green, blue] = [0, 1, 2].map((part) => Math.round(parts[below][part] +
            (place - below) * (parts[below + 1][part] - parts[below][part])));
        colours[level] = (255 << 24) | (blue << 16) | (green << 8) | red;
    }
    return colours;
}

const tables = Object.fromEntries(Object.entries(STOPS).map(([name, stops]) => [name, table(stops)]));
const UNKNOWN = 0xff888888;

/** Pixels (as a canvas has them) of values between low and high. */
export function coloured(values, low, high, palette) {
    const colours = tables[palette];
    const scale = high > low ? (LEVELS - 1) / (high - low) : 0;
    return Uint32Array.from(values, (value) => Number.isNaN(value) ? UNKNOWN
        : colours[Math.max(0, Math.min(LEVELS - 1, Math.round((value - low) * scale)))]);
}

export const gradient = (palette) =>
    `linear-gradient(to right, ${STOPS[palette].map((hex) => `#${hex}`).join(", ")})`;

const LINES = ["--line-1", "--line-2", "--line-3", "--line-4", "--line-5", "--line-6", "--line-7"];
const DASHES = [[], [7, 4], [2, 3], [9, 3, 2, 3]];

/** Colour and dashes of the line of that number: one tells apart what the other does not. */
export const lineStyle = (number) => ({
    stroke: () => ink(LINES[number % LINES.length]),
    dash: DASHES[Math.floor(number / LINES.length) % DASHES.length],
});

let probe = null;

/** The colour that a property of the style sheet stands for now, in light or in dark. */
export function ink(property) {
    if (!probe) {
        probe = document.createElement("span");
        probe.hidden = true;
        document.body.append(probe);
    }
    probe.style.color = `var(${property})`;
    return getComputedStyle(probe).color;
}
