// SPDX-License-Identifier: GPL-3.0-or-later
// What is played and clicked shows what h5py reads, from a page with the record in it, from a file
// and from the program's server alike.
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { chooseSegment, clickCell, coloursOf, expected, goTo, inPage, mapOf, openFile, openReport,
    plotBelow, serving, startBrowser, stopBrowser, whenReady } from "./harness.js";

before(startBrowser);
after(stopBrowser);

const at = ([row, column]) => `at row ${row}, column ${column}`;

/** Both traces of the chosen cells, and when the neuron spiked, against h5py's. */
async function checkTraces(page, segment) {
    const { neuron, astrocyte } = expected;
    await clickCell(page, "Neurons", neuron, 40, 40);
    await clickCell(page, "Astrocytes", astrocyte, 13, 13);
    await page.getByRole("heading", { name: `Neuron ${at(neuron)}` }).waitFor();
    await page.getByRole("heading", { name: `Astrocyte ${at(astrocyte)}` }).waitFor();
    const membrane = await plotBelow(page, `Neuron ${at(neuron)}`);
    assert.deepEqual(membrane.data, [expected[segment].time, expected[segment].membrane]);
    const calcium = await plotBelow(page, `Astrocyte ${at(astrocyte)}`);
    assert.deepEqual(calcium.data[1], expected[segment].calcium);
    const spikes = await plotBelow(page, "Spikes of all neurons");
    assert.equal(spikes.heading, `Spikes of all neurons (${expected[segment].spike_count})`);
}

/** Cells of one value have one colour, and greater values come later on the scale. */
function checkColours(colours, values, [low, high], but = []) {
    const levels = values.map((value) => Math.round(((value - low) / (high - low)) * 255));
    const byLevel = new Map();
    colours.forEach((colour, cell) => {
        if (but.includes(cell))
            return;
        const known = byLevel.get(levels[cell]) ?? colour;
        byLevel.set(levels[cell], known);
        assert.equal(colour, known, `cell ${cell}`);
    });
    const ordered = [...byLevel].sort(([a], [b]) => a - b).map(([, colour]) =>
        colour.split(",").map(Number));
    // Viridis and cividis become lighter all the way: no need of colour vision.
    const light = ordered.map(([red, green, blue]) => 0.21 * red + 0.72 * green + 0.07 * blue);
    light.forEach((value, i) => assert.ok(i === 0 || value >= light[i - 1] - 1, String(light)));
    return byLevel.size;
}

async function checkMaps(page, segment) {
    const { middle, frame, membrane_range: range, calcium_frame: calcium } = expected[segment];
    const [row, column] = expected.neuron;
    await goTo(page, middle);
    const reading = page.locator("figure.map .reading");
    await page.waitForFunction((value) => [...document.querySelectorAll("figure.map .reading")].some(
        (each) => each.textContent.endsWith(`${value} mV`)),
    String(Number(frame[row * 40 + column].toPrecision(4))).replace("-", "\u2212"));
    const shown = await reading.allTextContents();
    const cell = expected.astrocyte[0] * 13 + expected.astrocyte[1];
    assert.ok(shown.some((text) => text.includes(String(Number(calcium[cell].toPrecision(4))))),
        shown.join("; "));
    const astrocytes = await coloursOf(mapOf(page, "Astrocytes"), 13, 13);
    assert.ok(checkColours(astrocytes, calcium,
        [Math.min(...expected[segment].calcium, ...calcium), Math.max(...calcium)], [cell]) >= 1);
    const neurons = await coloursOf(mapOf(page, "Neurons"), 40, 40);
    const [tileRow, tileColumn] = expected.astrocyte.map((place) => 3 * place);
    const framed = [row * 40 + column];
    for (let r = tileRow - 1; r < tileRow + 5; r++)
        for (let c = tileColumn - 1; c < tileColumn + 5; c++)
            framed.push(r * 40 + c);
    checkColours(neurons, frame, range, framed);
}

async function checkSpikeMap(page, segment) {
    await page.getByLabel("Shown").first().selectOption("spikes");
    await mapOf(page, "Neurons: spikes").waitFor();
    await goTo(page, expected[segment].middle);
    const counts = expected[segment].spike_counts;
    const [row, column] = expected.neuron;
    await page.waitForFunction(([text]) => [...document.querySelectorAll(".reading")].some((each) =>
        each.textContent === text), [`row ${row}, column ${column}: ${counts[row * 40 + column]}`]);
}

const sources = {
    "a report": (look) => inPage({}, async (page) => {
        await openReport(page, "memory.html");
        await look(page);
    }),
    "a file": (look) => inPage({}, async (page) => {
        await openFile(page, "memory.h5");
        await look(page);
    }),
    "tripartite view": (look) => serving("memory.h5", (origin) => inPage({ origin }, async (page) => {
        await page.goto(origin);
        await whenReady(page);
        await look(page);
    })),
};

for (const [name, open] of Object.entries(sources))
    test(`${name} shows what h5py reads`, () => open(async (page) => {
        assert.equal(await page.getByRole("heading", { level: 1 }).textContent(), expected.title);
        assert.equal(await page.title(), `${expected.title} – Tripartite`);
        for (const segment of ["training", "recall/1"]) {
            await chooseSegment(page, segment);
            await checkTraces(page, segment);
            await checkMaps(page, segment);
        }
        const accuracy = await plotBelow(page, "Accuracy");
        assert.deepEqual(accuracy.data[1], expected["recall/1"].accuracy);
        await checkSpikeMap(page, "recall/1");
        const facts = await page.locator(".facts").textContent();
        assert.match(facts, /Seed9223372036854775807/);
        assert.match(facts, /tripartite 0\./);
        if (name !== "a file") // which has no log beside it
            assert.match(facts, /Started20\d\d-.*Machine.*Took/);
        assert.equal(await page.locator("details pre").last().textContent(),
            expected.resolved_scenario);
        assert.equal(await page.locator(".message").isVisible(), false);
    }));

test("it plays from where it is to the end, and pauses", () => inPage({}, async (page) => {
    await openReport(page, "memory.html");
    await chooseSegment(page, "recall/0");
    const slider = page.getByLabel("Time", { exact: true });
    const last = expected["recall/0"].time.length - 1;
    await goTo(page, 10);
    await page.getByLabel("Speed").selectOption("10");
    await page.getByRole("button", { name: "Play" }).click();
    await page.waitForFunction(() =>
        Number(document.querySelector('input[aria-label="Time"]').value) > 11);
    await page.getByRole("button", { name: "Pause" }).click();
    const paused = Number(await slider.inputValue());
    assert.ok(paused > 11 && paused < last, String(paused));
    await page.waitForTimeout(300);
    assert.equal(Number(await slider.inputValue()), paused);
    await page.getByLabel("Speed").selectOption("1000");
    await page.getByRole("button", { name: "Play" }).click();
    await page.getByRole("button", { name: "Play" }).waitFor(); // by itself, at the end
    assert.equal(Number(await slider.inputValue()), last);
}));

test("the input is shown while it is there", () => inPage({}, async (page) => {
    await openReport(page, "memory.html");
    const instant = expected.training.time.indexOf(expected.input_onset);
    await goTo(page, instant);
    await page.getByText("sample 1", { exact: true }).waitFor();
    const colours = await coloursOf(mapOf(page, "Input"), 40, 40);
    assert.equal(new Set(colours).size, 2);
    const lit = colours[expected.input.indexOf(1)];
    assert.deepEqual(colours.map((colour) => Number(colour === lit)), expected.input);
    await goTo(page, instant - 1);
    await page.getByText("no input now").waitFor();
    assert.equal(new Set(await coloursOf(mapOf(page, "Input"), 40, 40)).size, 1);
}));

test("plots zoom together, by dragging and by buttons", () => inPage({}, async (page) => {
    await openReport(page, "memory.html");
    const whole = (await plotBelow(page, "Neuron at")).range;
    const over = page.locator(".traces .u-over").first();
    await over.scrollIntoViewIfNeeded();
    const box = await over.boundingBox();
    await page.mouse.move(box.x + box.width * 0.25, box.y + 20);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * 0.5, box.y + 25, { steps: 5 });
    await page.mouse.up();
    const zoomed = (await plotBelow(page, "Neuron at")).range;
    const width = whole[1] - whole[0];
    assert.ok(Math.abs(zoomed[0] - (whole[0] + width / 4)) < width / 100, String(zoomed));
    assert.ok(Math.abs(zoomed[1] - (whole[0] + width / 2)) < width / 100, String(zoomed));
    for (const heading of ["Astrocyte at", "Spikes of all"])
        assert.deepEqual((await plotBelow(page, heading)).range, zoomed);
    await page.getByRole("button", { name: "Zoom out" }).click();
    const wider = (await plotBelow(page, "Spikes of all")).range;
    assert.ok(wider[1] - wider[0] > zoomed[1] - zoomed[0]);
    await page.getByRole("button", { name: "Show all of the time" }).click();
    assert.deepEqual((await plotBelow(page, "Neuron at")).range, whole);
}));

test("a click on a spike goes to its time and its neuron", () => inPage({}, async (page) => {
    await openReport(page, "memory.html");
    const raster = page.locator(".timeline .u-over").last();
    await raster.scrollIntoViewIfNeeded();
    const { width, height } = await raster.boundingBox();
    await raster.click({ position: { x: width / 2, y: height * (1 - (20 * 40 + 7.5) / 1600) } });
    await page.getByRole("heading", { name: /Neuron at row (19|20|21), column/ }).waitFor();
    const [first, last] = (await plotBelow(page, "Neuron at")).range;
    const time = Number(await page.getByLabel("Time", { exact: true }).inputValue());
    assert.ok(Math.abs(time - (first + last) / 2) < 5, String(time));
}));
