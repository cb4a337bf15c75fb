// SPDX-License-Identifier: GPL-3.0-or-later
// Reads an HDF5 file, beside the page, so that a large one does not hold it up: bytes are fetched
// from the file as they are wanted.
import { FS, File, ready } from "h5wasm";
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
    try {
        file = new File(`${FOLDER}/record.h5`, "r");
    } catch {
        file = null;
    }
    if (!file || file.file_id < 0n)
        throw new Error("this is no HDF5 file, or it is cut short or damaged");
    return list(file, "/", {});
}

function read({ path, ranges }) {
    const array = file.get(path);
    if (array?.type !== "Dataset")
        throw new Error(`the file holds no array ${path}`);
    return numbersOf(ranges ? array.slice(ranges) : array.value, array.metadata);
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
