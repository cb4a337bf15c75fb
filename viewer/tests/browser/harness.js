// SPDX-License-Identifier: GPL-3.0-or-later
// Pages in headless Chromium that may say nothing on the console and ask nothing of the network.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const FOLDER = process.env.VIEWER_TEST_FOLDER;
const PROGRAM = process.env.TRIPARTITE;
const PATIENCE_MS = 120000; // the machine may be busy
const ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"];

export const expected = JSON.parse(readFileSync(path.join(FOLDER, "expected.json"), "utf8"));
export const file = (name) => path.join(FOLDER, name);
export const address = (name) => pathToFileURL(file(name)).href;
export const VIEWER = pathToFileURL(path.join(ROOT, "viewer", "dist", "index.html")).href;

let browser = null;

export async function startBrowser() {
    browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ARGUMENTS });
}

export const stopBrowser = () => browser.close();

/** Runs `look(page)` and sees to it that the page was quiet: nothing on the console, no errors, no
 *  request but for itself and what begins with `origin`. */
export async function inPage(options, look) {
    const { origin = "file:", ...more } = options;
    const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...more });
    const page = await context.newPage();
    const noise = [];
    page.setDefaultTimeout(PATIENCE_MS);
    page.on("console", (message) => noise.push(`console: ${message.text()}`));
    page.on("pageerror", (error) => noise.push(`error: ${error.stack}`));
    page.on("request", (request) => {
        if (![origin, "data:", "blob:"].some((start) => request.url().startsWith(start)))
            noise.push(`request: ${request.url()}`);
    });
    try {
        await look(page);
        assert.deepEqual(noise, []);
    } finally {
        await context.close();
    }
}

export const whenReady = (page) => page.waitForSelector("main[data-ready]");

export async function openReport(page, name) {
    await page.goto(address(name));
    await whenReady(page);
}

/** Opens a file in the viewer by its file picker. */
export async function openFile(page, name) {
    await page.goto(VIEWER);
    await page.setInputFiles("#picker", file(name));
    await whenReady(page);
}

/** `tripartite view` for a record, while `look(address)` runs. */
export async function serving(name, look) {
    const server = spawn(PROGRAM, ["view", file(name)], { stdio: ["ignore", "pipe", "ignore"] });
    try {
        const [line] = await once(createInterface(server.stdout), "line");
        await look(line);
    } finally {
        server.kill("SIGINT");
        await once(server, "exit");
    }
}

/** What the plot below a heading that begins so shows: abscissa and lines. */
export const plotBelow = (page, heading) => page.evaluate((start) => {
    const found = [...document.querySelectorAll("h4")].find((each) =>
        each.textContent.startsWith(start));
    return found && { heading: found.textContent,
        data: found.nextElementSibling.plot.data.map((line) => Array.from(line)),
        range: [found.nextElementSibling.plot.scales.x.min,
            found.nextElementSibling.plot.scales.x.max] };
}, heading);

/** The place of the map whose caption begins so. */
export const mapOf = (page, caption) => page.locator("figure.map").filter({
    has: page.locator("figcaption", { hasText: new RegExp(`^${caption}`) }) }).locator("canvas");

/** Clicks the middle of a cell of a map of so many rows and columns. */
export async function clickCell(page, caption, [row, column], rows, columns) {
    const canvas = mapOf(page, caption);
    await canvas.scrollIntoViewIfNeeded();
    const { width, height } = await canvas.boundingBox();
    await canvas.click({ position: { x: ((column + 0.5) * width) / columns,
        y: ((row + 0.5) * height) / rows } });
}

/** The colours of a map's cells, one text each, as they are on the screen. */
export const coloursOf = (canvas, rows, columns) => canvas.evaluate((element, [down, across]) => {
    const { width, height } = element;
    const copy = new OffscreenCanvas(width, height).getContext("2d");
    copy.drawImage(element, 0, 0);
    const { data } = copy.getImageData(0, 0, width, height);
    const found = [];
    for (let row = 0; row < down; row++)
        for (let column = 0; column < across; column++) {
            const at = 4 * (Math.floor(((row + 0.5) * height) / down) * width +
                Math.floor(((column + 0.5) * width) / across));
            found.push(data.slice(at, at + 3).join());
        }
    return found;
}, [rows, columns]);

export async function chooseSegment(page, segment) {
    await page.getByLabel("Part of the run").selectOption(`/${segment}`);
    const last = expected[segment].time.length - 1;
    await page.waitForFunction((most) =>
        document.querySelector('input[aria-label="Time"]')?.max === String(most), last);
    await page.waitForFunction(() => document.querySelectorAll(".traces .plot").length >= 2);
}

export async function goTo(page, instant) {
    await page.getByLabel("Time", { exact: true }).fill(String(instant));
}
