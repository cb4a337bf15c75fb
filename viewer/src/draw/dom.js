// SPDX-License-Identifier: GPL-3.0-or-later

/** Makes an element. Whatever a record says becomes text of it, never markup. */
export function h(tag, properties = {}, ...children) {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (value === undefined || value === null || value === false)
            continue;
        if (name.startsWith("on"))
            element.addEventListener(name.slice(2), value);
        else if (name in element && !name.startsWith("aria") && name !== "list" && name !== "role")
            element[name] = value;
        else
            element.setAttribute(name, value);
    }
    element.append(...children.flat().filter((child) => child !== null && child !== undefined));
    return element;
}

/** A labelled choice; `options` are [value, text]. */
export function choice(label, options, value, onchange) {
    const select = h("select", { onchange: () => onchange(select.value) },
        options.map(([each, text]) => h("option", { value: each, selected: each === value }, text)));
    return h("label", { className: "choice" }, h("span", {}, label), select);
}

/** A section of the page with a heading, which the contents lead to. */
export function section(id, heading, ...children) {
    return h("section", { id, "aria-labelledby": `${id}-heading` },
        h("h2", { id: `${id}-heading` }, heading), ...children);
}
