// SPDX-License-Identifier: GPL-3.0-or-later
// Draws docs/figures/viewer.png: a report's first test, 11 ms after its onset.
// Usage: npm run picture -- REPORT.html PICTURE.png
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";

const [report, picture] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: "/usr/bin/chromium",
    args: ["--headless", "--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage({ viewport: { width: 1280, height: 960 } });
await page.goto(pathToFileURL(path.resolve(report)).href);
await page.waitForSelector("main[data-ready]");
await page.getByLabel("Part of the run").selectOption("/recall/0");
await page.getByRole("heading", { name: "Accuracy of what" }).waitFor();
await page.getByLabel("Time", { exact: true }).fill("11");
await page.getByText("2311 ms").waitFor();
await page.getByLabel("Time", { exact: true }).blur();
await page.waitForTimeout(500); // until all is drawn
await page.locator("#explore").screenshot({ path: picture });
await browser.close();
