// SPDX-License-Identifier: GPL-3.0-or-later
// Reads an HDF5 file, beside the page, so that a large one does not hold it up: bytes are fetched
// from the file as they are wanted.
import { FS, File, Module, ready } from "h5wasm";
import { HttpFile, SliceReader } from "./http-file.js";
import { attributesOf, describeArray, numbersOf } from "./hdf5-values.js";

const FOLDER = "/opened";
let file = null;

function mount(contents) {
    const { WORKERFS } = FS.filesystems;
    WORKERFS.reader = new SliceReader();
    FS.mkdir(FOLDER);
    FS.mount(WORKERFS, { blobs: [{ name: "record.h5", data: contents }] }, FOLDER);
}

/** Every group and array by its path. Links to other files are not followed. */
function list(group, path, objects) {
    objects[path] = { path, attributes: attributesOf(group) };
    for (const name of group.keys()) {
        const item = group.get(name);
        const below = `${path === "/" ? "" : path}/${name}`;
        if (item?.type === "Group")
            list(item, below, objects);
        else if (item?.type === "Dataset")
            objects[below] = { path: below, attributes: attributesOf(item), ...describeArray(item) };
    }
    return objects;
}

async function open({ contents, address }) {
    await ready;
    mount(contents ?? new HttpFile(address));
    // Errors are thrown, not written to the console.
    Module.activate_throwing_error_handler();
    try {
        file = new File(`${FOLDER}/record.h5`, "r");
    } catch (error) {
        if (address && /server/.test(error.message))
            throw error;
        throw new Error("this is no HDF5 file, or it is cut short or damaged");
    }
    try {
        return list(file, "/", {});
    } catch {
        throw new Error("this HDF5 file is damaged: what it holds cannot be listed");
    }
}

function read({ path, ranges }) {
    try {
        const array = file.get(path);
        return numbersOf(ranges ? array.slice(ranges) : array.value, array.metadata);
    } catch {
        throw new Error(`the file is damaged: ${path} cannot be read`);
    }
}

const verbs = { open, read };

self.onmessage = async ({ data: { id, verb, ...asked } }) => {
    try {
        const answer = await verbs[verb](asked);
        self.postMessage({ id, answer }, ArrayBuffer.isView(answer) ? [answer.buffer] : []);
    } catch (error) {
        self.postMessage({ id, error: String(error?.message ?? error) });
    }
};
