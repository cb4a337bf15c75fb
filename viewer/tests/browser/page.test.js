// SPDX-License-Identifier: GPL-3.0-or-later
// The page as a whole: keyboard, colours, hostile and broken records, other kinds of records.
import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import test, { after, before } from "node:test";
import { fileURLToPath } from "node:url";
import { expected, file, inPage, mapOf, openFile, openReport, plotBelow, serving, startBrowser,
    stopBrowser, VIEWER, whenReady } from "./harness.js";

before(startBrowser);
after(stopBrowser);

const LARGEST = 5e6;

test("pages are under 5 MB", () => {
    for (const page of [file("memory.html"), fileURLToPath(VIEWER)])
        assert.ok(statSync(page).size < LARGEST, `${page}: ${statSync(page).size}`);
});

test("the page forbids itself all but its own script", () => inPage({}, async (page) => {
    await openReport(page, "memory.html");
    const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]')
        .getAttribute("content");
    assert.match(policy, /^default-src 'none'; script-src 'sha256-[^']+';/);
    assert.match(policy, /connect-src 'none'/);
    assert.doesNotMatch(policy, /https?:|\*|'self'|unsafe-eval/);
}));

test("nothing that a record says becomes markup", async () => {
    for (const open of [(page) => openReport(page, "hostile.html"),
        (page) => openFile(page, "hostile.h5")])
        await inPage({}, async (page) => {
            await open(page);
            assert.equal(await page.getByRole("heading", { level: 1 }).textContent(),
                expected.hostile);
            assert.equal(await page.locator("img[src=x]").count(), 0);
            assert.equal(await page.locator("h1 b").count(), 0);
            assert.equal(await page.evaluate(() => window.hacked), undefined);
        });
});

test("a record can be dropped on the viewer", () => inPage({}, async (page) => {
    await page.goto(VIEWER);
    await page.getByText("Drop a record here").waitFor();
    const bytes = readFileSync(file("cell.h5")).toString("base64");
    const data = await page.evaluateHandle((text) => {
        const carried = new DataTransfer();
        carried.items.add(new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], "cell.h5"));
        return carried;
    }, bytes);
    await page.dispatchEvent("main", "drop", { dataTransfer: data });
    await whenReady(page);
    const { data: [, values] } = await plotBelow(page, "");
    assert.deepEqual(values, expected.cell.values);
}));

test("what is no record gives a message, and what was shown stays", () => inPage({}, async (page) => {
    await openFile(page, "cell.h5");
    const title = await page.getByRole("heading", { level: 1 }).textContent();
    for (const [name, message] of [["cut", /cut short or damaged/], ["text", /no HDF5 file/],
        ["empty", /no HDF5 file/], ["foreign", /no record of Tripartite/],
        ["newer", /format version 2/], ["torn", /damaged/]]) {
        await page.setInputFiles("#picker", file(`${name}.h5`));
        const alert = page.getByRole("alert").filter({ hasText: `${name}.h5: ` });
        await alert.waitFor();
        assert.match(await alert.textContent(), message);
        assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), title);
    }
    await page.setInputFiles("#picker", file("memory.h5"));
    await page.getByRole("heading", { name: "Explore" }).waitFor();
    assert.equal(await page.getByRole("alert").isVisible(), false);
}));

test("arrays that cannot be read leave the rest of the page", () => inPage({}, async (page) => {
    await openFile(page, "chunk.h5");
    assert.match(await page.getByRole("alert").textContent(),
        /\/training\/astrocytes\/Ca cannot be read/);
    assert.match(await page.locator("#summary").textContent(), /zero/);
    await page.getByLabel("Part of the run").selectOption("/recall/0");
    await page.getByRole("heading", { name: "Astrocyte at" }).waitFor();
}));

test("a report that is damaged says so", () => inPage({}, async (page) => {
    await page.goto(VIEWER.replace("index", "report")); // which no record was put into
    await page.getByRole("alert").filter({ hasText: /./ }).waitFor();
}));

test("records of every kind open", () => inPage({}, async (page) => {
    for (const [name, parts] of [["sweep", ["Summary", "Curves", "Any array", "Tables"]],
        ["cell", ["Any array"]], ["verify", ["Summary", "Explore", "Any array", "Tables"]],
        ["forecast", ["Summary", "Any array", "Tables"]],
        ["classification", ["Summary", "Any array", "Tables"]],
        ["anan", ["Summary", "Any array", "Tables"]],
        ["bare", ["Summary", "Explore", "Any array", "Tables"]]]) {
        await openFile(page, `${name}.h5`);
        assert.equal(await page.getByRole("alert").isVisible(), false, name);
        assert.deepEqual(await page.locator("h2").allTextContents(), ["What was run", ...parts], name);
        // Every array that can be chosen can be drawn.
        const chooser = page.getByLabel("Array", { exact: true });
        for (const path of await chooser.locator("option").evaluateAll((all) =>
            all.map(({ value }) => value).filter((_, i) => i % 7 === 0))) {
            await chooser.selectOption(path);
            await page.locator("#arrays :is(.plot canvas, figure.map canvas)").first().waitFor();
        }
    }
}));

test("a sweep's curve and table are h5py's, and the table sorts", () => inPage({}, async (page) => {
    await openReport(page, "sweep.html");
    const { sweep } = expected;
    const curve = await page.locator("#curves .plot").evaluate(({ plot }) => ({
        labels: plot.series.map(({ label }) => label), data: plot.data.map((line) => [...line]) }));
    assert.deepEqual(curve.data[0], [...new Set(sweep["recall.noise"])]);
    sweep["recall.noise"].forEach((noise, row) => {
        const line = curve.labels.indexOf(
            `accuracy, recall.readout.count ${sweep["recall.readout.count"][row]}`);
        const place = curve.data[0].indexOf(noise);
        assert.ok(line > 0);
        ["accuracy_mean", "accuracy_lower", "accuracy_upper"].forEach((name, i) =>
            assert.equal(curve.data[line + i][place], sweep[name][row], name));
    });
    const heading = page.locator("#summary th").filter({
        has: page.getByRole("button", { name: "accuracy", exact: true }) });
    const column = await heading.evaluate((cell) => cell.cellIndex);
    for (const [order, sign] of [["ascending", 1], ["descending", -1]]) {
        await heading.getByRole("button").click();
        assert.equal(await heading.getAttribute("aria-sort"), order);
        const shown = await page.locator("#summary tbody tr").evaluateAll((rows, place) =>
            rows.map((row) => Number.parseFloat(row.cells[place].textContent)), column);
        const sorted = sweep.accuracy_mean.map((value) => Number(value.toPrecision(4)))
            .sort((a, b) => sign * (a - b));
        assert.deepEqual(shown, sorted);
    }
}));

test("all is reached and done by the keyboard", () => inPage({}, async (page) => {
    await openReport(page, "memory.html");
    const neurons = mapOf(page, "Neurons");
    await neurons.focus();
    const outline = await neurons.evaluate((element) => getComputedStyle(element).outlineStyle);
    assert.equal(outline, "solid");
    const start = await page.locator("h4").first().textContent();
    const [, row, column] = /row (\d+), column (\d+)/.exec(start).map(Number);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowRight");
    await page.getByRole("heading", { name: `Neuron at row ${row + 1}, column ${column + 1}` })
        .waitFor();
    assert.match(await neurons.getAttribute("aria-label"),
        new RegExp(`row ${row + 1}, column ${column + 1}: .*mV. Arrow keys`));
    for (let i = 0; i < 45; i++)
        await page.keyboard.press("ArrowUp");
    await page.getByRole("heading", { name: `Neuron at row 0, column ${column + 1}` }).waitFor();
    const slider = page.getByLabel("Time", { exact: true });
    await slider.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    assert.equal(await slider.inputValue(), "2");
    assert.equal(await slider.getAttribute("aria-valuetext"), "2 ms");
    await page.keyboard.press("End");
    assert.equal(await slider.inputValue(), String(expected.training.time.length - 1));
    const timeline = page.locator(".timeline");
    await timeline.focus();
    const whole = (await plotBelow(page, "Spikes of all")).range;
    await page.keyboard.press("+");
    const half = (await plotBelow(page, "Spikes of all")).range;
    assert.ok(half[1] - half[0] < whole[1] - whole[0]);
    await page.keyboard.press("0");
    assert.deepEqual((await plotBelow(page, "Spikes of all")).range, whole);
    // From the top, the tab key comes by all of these.
    await page.evaluate(() => document.activeElement.blur());
    const reached = new Set();
    for (let i = 0; i < 60; i++) {
        await page.keyboard.press("Tab");
        reached.add(await page.evaluate(() => document.activeElement.getAttribute("aria-label") ??
            document.activeElement.textContent.trim().slice(0, 40)));
    }
    for (const name of ["Play", "Time", "Zoom in", "What was run"])
        assert.ok(reached.has(name), `${name}: ${[...reached].join("; ")}`);
    assert.ok([...reached].some((name) => name.startsWith("Astrocytes")));
}));

const luminance = (colour) => {
    const [red, green, blue] = colour.match(/[\d.]+/g).map(Number).map((part) =>
        part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const contrast = (a, b) => {
    const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (high + 0.05) / (low + 0.05);
};

test("light and dark follow the system, and the reader's choice", async () => {
    for (const colorScheme of ["light", "dark"])
        await inPage({ colorScheme }, async (page) => {
            await openReport(page, "memory.html");
            const colours = () => page.evaluate(() => {
                const style = (at) => getComputedStyle(document.querySelector(at));
                return { ink: style("h2").color, card: style("section").backgroundColor,
                    faint: style("dt").color, link: style("nav a").color,
                    page: style("body").backgroundColor };
            });
            const isDark = async () => luminance((await colours()).page) < 0.2;
            assert.equal(await isDark(), colorScheme === "dark");
            for (const theme of ["light", "dark"]) {
                await page.getByLabel("Colours").selectOption(theme);
                assert.equal(await isDark(), theme === "dark");
                const { ink, card, faint, link, page: ground } = await colours();
                assert.ok(contrast(ink, card) > 7);
                assert.ok(contrast(faint, card) > 4.5);
                assert.ok(contrast(link, ground) > 4.5);
            }
            await page.getByLabel("Colours").selectOption("system");
            assert.equal(await isDark(), colorScheme === "dark");
        });
});

test("a narrow screen needs no scrolling sideways", () => inPage(
    { viewport: { width: 390, height: 800 } }, async (page) => {
        await openReport(page, "memory.html");
        const [needed, width] = await page.evaluate(() =>
            [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
        assert.ok(needed <= width, `${needed} > ${width}`);
    }));

test("the server's page asks for pieces of the record", () => serving("memory.h5", (origin) =>
    inPage({ origin }, async (page) => {
        const ranges = [];
        page.on("request", (request) => ranges.push(request.headers().range));
        await page.goto(origin);
        await whenReady(page);
        assert.ok(ranges.some((range) => /^bytes=\d+-\d+$/.test(range ?? "")), ranges.join());
    })));
