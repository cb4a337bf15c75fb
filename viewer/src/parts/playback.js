// SPDX-License-Identifier: GPL-3.0-or-later
// A slider over the instants of a segment, that plays.
import { choice, h } from "../draw/dom.js";
import { formatTime } from "../record/words.js";

const SPEEDS = [["10", "10 ms a second"], ["50", "50 ms a second"], ["200", "200 ms a second"],
    ["1000", "1 s a second"]];

/** `times` in ms; `onmove(instant)` at each change, which may be a promise: the next waits for it. */
export class Playback {
    #frame = 0;

    constructor(times, onmove) {
        this.times = times;
        this.onmove = onmove;
        this.instant = 0;
        this.playing = false;
        const span = times[times.length - 1] - times[0];
        this.speed = span > 500 ? 200 : 10;
        this.button = h("button", { type: "button", className: "play",
            onclick: () => this.toggle() });
        this.slider = h("input", { type: "range", min: 0, max: times.length - 1, step: 1, value: 0,
            "aria-label": "Time", oninput: () => this.go(Number(this.slider.value)) });
        this.time = h("output", { className: "time" });
        this.element = h("div", { className: "playback" }, this.button,
            h("button", { type: "button", "aria-label": "One instant back", title: "One instant back",
                onclick: () => this.go(this.instant - 1) }, "‹"),
            h("button", { type: "button", "aria-label": "One instant on", title: "One instant on",
                onclick: () => this.go(this.instant + 1) }, "›"),
            this.slider, this.time,
            choice("Speed", SPEEDS, String(this.speed), (value) => {
                this.speed = Number(value);
            }));
        this.#tell();
    }

    #tell() {
        const name = this.playing ? "Pause" : "Play";
        this.button.textContent = this.playing ? "❚❚" : "▶";
        this.button.setAttribute("aria-label", name);
        this.button.title = name;
        const text = `${formatTime(this.times[this.instant])} ms`;
        this.slider.value = this.instant;
        this.slider.setAttribute("aria-valuetext", text);
        this.time.textContent = text;
    }

    go(instant) {
        this.instant = Math.max(0, Math.min(this.times.length - 1, instant));
        this.#tell();
        return this.onmove(this.instant);
    }

    /** Goes to the last instant that is not later than a time. */
    goTo(time) {
        let instant = this.times.length - 1;
        while (instant > 0 && this.times[instant] > time)
            instant--;
        return this.go(instant);
    }

    toggle() {
        if (this.playing)
            this.stop();
        else
            this.play();
    }

    stop() {
        this.playing = false;
        cancelAnimationFrame(this.#frame);
        this.#tell();
    }

    play() {
        if (this.instant === this.times.length - 1)
            this.instant = 0;
        this.playing = true;
        let from = this.times[this.instant];
        let begun = performance.now();
        let speed = this.speed;
        const step = async (now) => {
            if (!this.playing)
                return;
            if (speed !== this.speed) {
                from = this.times[this.instant];
                begun = now;
                speed = this.speed;
            }
            const time = from + ((now - begun) / 1000) * speed;
            let instant = this.instant;
            while (instant < this.times.length - 1 && this.times[instant + 1] <= time)
                instant++;
            if (instant !== this.instant)
                await this.go(instant);
            if (this.instant >= this.times.length - 1)
                this.stop();
            else if (this.playing)
                this.#frame = requestAnimationFrame(step);
        };
        this.#tell();
        this.#frame = requestAnimationFrame(step);
    }
}
