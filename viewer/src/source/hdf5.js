// SPDX-License-Identifier: GPL-3.0-or-later
// A record in an HDF5 file: one that the user gives, or one on the server that the page came from.
import packed from "virtual:hdf5-worker";
import { inflate } from "./embedded.js";

let code = null;

async function startWorker() {
    code ??= await inflate(packed);
    const address = URL.createObjectURL(new Blob([code], { type: "text/javascript" }));
    const worker = new Worker(address);
    URL.revokeObjectURL(address);
    return worker;
}

/** Opens `contents` (a File) or `address`; rejects with why it cannot be read. */
export async function openHdf5({ name, contents, address, log = null }) {
    const worker = await startWorker();
    const waiting = new Map();
    let asked = 0;
    const failAll = (message) => {
        for (const { reject } of waiting.values())
            reject(new Error(message));
        waiting.clear();
    };
    worker.onmessage = ({ data: { id, answer, error } }) => {
        const { resolve, reject } = waiting.get(id);
        waiting.delete(id);
        if (error === undefined)
            resolve(answer);
        else
            reject(new Error(error));
    };
    worker.onerror = (event) => {
        event.preventDefault();
        failAll("the HDF5 library cannot be started, or failed; is the browser a recent one?");
    };
    const ask = (message) =>
        new Promise((resolve, reject) => {
            const id = asked++;
            waiting.set(id, { resolve, reject });
            worker.postMessage({ id, ...message });
        });
    try {
        const objects = await ask({ verb: "open", contents, address });
        return {
            name,
            log,
            omitted: [],
            objects: new Map(Object.entries(objects)),
            read: (path, ranges) => ask({ verb: "read", path, ranges }),
            close: () => worker.terminate(),
        };
    } catch (error) {
        worker.terminate();
        throw error;
    }
}
