// SPDX-License-Identifier: GPL-3.0-or-later
// Light or dark, as the system is or as the reader chooses.
import { choice } from "../draw/dom.js";
import { redrawPlots } from "../draw/plot.js";

const KEY = "tripartite-theme";

/** A page opened as a file may not be allowed to remember anything. */
function remembered() {
    try {
        return localStorage.getItem(KEY);
    } catch {
        return null;
    }
}

function remember(theme) {
    try {
        localStorage.setItem(KEY, theme);
    } catch { /* then it is not remembered */ }
}

function apply(theme) {
    if (theme === "light" || theme === "dark")
        document.documentElement.dataset.theme = theme;
    else
        delete document.documentElement.dataset.theme;
    redrawPlots();
}

export function themeChoice() {
    const theme = remembered() ?? "system";
    apply(theme);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawPlots);
    return choice("Colours", [["system", "as the system"], ["light", "light"], ["dark", "dark"]],
        theme, (value) => {
            remember(value);
            apply(value);
        });
}
