// SPDX-License-Identifier: GPL-3.0-or-later
// What was run, when and where.
import { h, section } from "../draw/dom.js";
import { format } from "../record/words.js";

function term(name, value) {
    return value === undefined || value === null || value === "" ? []
        : [h("div", {}, h("dt", {}, name), h("dd", {}, String(value)))];
}

function machineOf(log) {
    const system = [log.system, log.machine].filter(Boolean).join(" ");
    const parts = [log.host, system,
        log.processors ? `${log.processors} processor${log.processors === 1 ? "" : "s"}` : ""];
    return parts.filter(Boolean).join(", ");
}

function terms(record) {
    const { root, log } = record;
    const found = [...term("Experiment", root.experiment), ...term("Seed", root.seed),
        ...term("Program", root.source), ...term("Status", root.status)];
    if (log)
        found.push(...term("Started", log.started), ...term("Machine", machineOf(log)),
            ...term("Took", Number.isFinite(log.wall_seconds)
                ? `${format(log.wall_seconds, 3)} s` : null));
    found.push(...term("Record", record.name));
    return found;
}

const scenario = (heading, text) => typeof text !== "string" || text === "" ? null
    : h("details", {}, h("summary", {}, heading), h("pre", { tabIndex: 0 }, text));

const notes = (record) => record.arrays.filter((array) => array.every > 1 && array.isAxis)
    .map((array) => `of ${array.path}, each ${array.every}th instant`);

/** What a page leaves out of the record, in words; null where it is whole. */
function omissions(record) {
    const thinned = notes(record);
    const large = record.omitted.filter(([, why]) => /too large/.test(why)).map(([path]) => path);
    if (thinned.length === 0 && large.length === 0)
        return null;
    return h("p", { className: "note", role: "note" },
        "This page does not hold all of the record. ",
        thinned.length > 0 ? `It has, ${thinned.join("; ")}. ` : "",
        large.length > 0 ? `Too large for it: ${large.join(", ")}. ` : "",
        "The record itself has all (tripartite view).");
}

export function aboutPart(record) {
    return section("about", "What was run",
        h("dl", { className: "facts" }, terms(record)), omissions(record),
        scenario("The scenario, as it was read", record.root.scenario),
        scenario("The scenario, with every value", record.root.resolved_scenario));
}
