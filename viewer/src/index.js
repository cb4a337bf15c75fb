// SPDX-License-Identifier: GPL-3.0-or-later
// The viewer: opens a record that is dropped on it or chosen, or that `tripartite view` serves.
import { h } from "./draw/dom.js";
import { Page } from "./page.js";
import { openHdf5 } from "./source/hdf5.js";

const picker = h("input", { type: "file", accept: ".h5,.hdf5", id: "picker", className: "hidden",
    onchange: () => {
        if (picker.files.length > 0)
            void open({ name: picker.files[0].name, contents: picker.files[0] });
        picker.value = "";
    } });
const opener = h("button", { type: "button", onclick: () => picker.click() }, "Open a record…");
const page = new Page({ root: document.getElementById("app"), tools: [opener, picker] });
let opening = 0;

async function open(what) {
    const turn = ++opening;
    page.main.setAttribute("aria-busy", "true");
    try {
        const source = await openHdf5(what);
        if (turn === opening)
            await page.show(source);
        else
            source.close();
    } catch (error) {
        if (turn === opening)
            page.fail(`${what.name}: ${error.message}`);
    }
    if (turn === opening)
        page.main.removeAttribute("aria-busy");
}

function invite() {
    page.main.replaceChildren(h("section", { className: "invitation" },
        h("h2", {}, "Drop a record here"),
        h("p", {}, "An .h5 file that tripartite has written; it stays on this machine."),
        h("p", {}, h("button", { type: "button", onclick: () => picker.click() },
            "Choose a file…"))));
}

document.addEventListener("dragover", (event) => {
    event.preventDefault();
    document.body.classList.add("dropping");
});
document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget)
        document.body.classList.remove("dropping");
});
document.addEventListener("drop", (event) => {
    event.preventDefault();
    document.body.classList.remove("dropping");
    const file = event.dataTransfer.files[0];
    if (file)
        void open({ name: file.name, contents: file });
});

const served = document.getElementById("record");
if (served) {
    const { name, log, address } = JSON.parse(served.textContent);
    void open({ name, log, address: new URL(address, location.href).href });
} else {
    invite();
}
