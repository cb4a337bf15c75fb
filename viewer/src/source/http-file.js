// SPDX-License-Identifier: GPL-3.0-or-later
// A file on the server that the page came from, read piece by piece as it is wanted.

const PIECE = 1 << 20;
const KEPT = 64;

/** Looks like a Blob as far as the HDF5 library's file system asks for one. */
export class HttpFile {
    #address;
    #pieces = new Map();

    constructor(address) {
        this.#address = address;
        const answer = this.#ask("HEAD");
        this.size = Number(answer.getResponseHeader("Content-Length"));
        if (!Number.isSafeInteger(this.size))
            throw new Error("the server does not say how long the record is");
    }

    #ask(method, range) {
        const request = new XMLHttpRequest();
        request.open(method, this.#address, false);
        request.responseType = "arraybuffer";
        if (range)
            request.setRequestHeader("Range", range);
        request.send();
        if (request.status !== (range ? 206 : 200))
            throw new Error(`the server answered ${request.status} when asked for the record`);
        return request;
    }

    #piece(number) {
        let bytes = this.#pieces.get(number);
        this.#pieces.delete(number);
        if (!bytes) {
            const from = number * PIECE;
            const to = Math.min(from + PIECE, this.size) - 1;
            bytes = new Uint8Array(this.#ask("GET", `bytes=${from}-${to}`).response);
            if (bytes.length !== to - from + 1)
                throw new Error("the server sent less of the record than was asked for");
        }
        this.#pieces.set(number, bytes);
        if (this.#pieces.size > KEPT)
            this.#pieces.delete(this.#pieces.keys().next().value);
        return bytes;
    }

    slice(from, to) {
        const end = Math.min(to, this.size);
        return { size: Math.max(0, end - from), bytes: () => this.#bytes(from, end) };
    }

    #bytes(from, end) {
        const all = new Uint8Array(Math.max(0, end - from));
        for (let at = from; at < end; ) {
            const number = Math.floor(at / PIECE);
            const start = number * PIECE;
            const part = this.#piece(number).subarray(at - start, end - start);
            all.set(part, at - from);
            at += part.length;
        }
        return all.buffer;
    }
}

/** Reads slices of files on the server and of the user's own alike. */
export class SliceReader {
    #files = new FileReaderSync();

    readAsArrayBuffer(part) {
        return part.bytes && !(part instanceof Blob) ? part.bytes()
                                                     : this.#files.readAsArrayBuffer(part);
    }
}
