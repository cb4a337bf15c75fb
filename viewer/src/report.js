// SPDX-License-Identifier: GPL-3.0-or-later
// The page that `tripartite report` writes: the record is in it.
import { Page } from "./page.js";
import { embeddedSource } from "./source/embedded.js";

const page = new Page({ root: document.getElementById("app"),
    figures: document.getElementById("figures") });
try {
    const data = JSON.parse(document.getElementById("record").textContent);
    await page.show(embeddedSource(data));
} catch (error) {
    page.fail(error);
}
