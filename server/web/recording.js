// The button that records the flight, and the bar with which a recording is played.

import { ask, post, remove } from "./api.js";
import { h, setAttribute, setText } from "./dom.js";
import { clock, secondNow, size } from "./playback.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16];
const DRAW_MS = 200;

/** The button that begins and ends a recording. */
export class RecordButton {
  element;
  #words = h("span.record-words");
  #tell;
  #isOn = false;
  /** The failure that was told last. */
  #error = null;

  /** @param {(reason: string) => void} tell shows why something was not done */
  constructor(tell) {
    this.#tell = tell;
    this.element = h(
      "button.record",
      { type: "button", hidden: true, click: () => this.#act() },
      h("span.record-dot", { "aria-hidden": "true" }),
      this.#words,
    );
  }

  /** Asks the server for the state and shows it. */
  async renew() {
    const recording = await ask("/api/recording").catch(() => null);
    if (recording) this.#show(recording);
  }

  hide() {
    this.element.hidden = true;
  }

  async #act() {
    try {
      const ended = this.#isOn;
      // The server waits for a slow disk, but not for long.
      if (ended) setText(this.#words, "Saving …");
      const recording = await (ended ? remove("/api/recording") : post("/api/recording"));
      this.#show(recording);
      const name = recording.path ?? recording.file;
      if (ended && recording.running) this.#tell(`The disk is slow: ${name} is still being written.`);
      else if (ended) this.#tell(`Recorded: ${name} (${size(recording.bytes)})`);
    } catch (error) {
      this.#tell(error.message);
    }
  }

  /** @param {import("./playback.js").Recording} recording */
  #show(recording) {
    const { possible, running, seconds, error } = recording;
    this.#isOn = running;
    this.element.hidden = !possible;
    this.element.classList.toggle("on", running);
    setAttribute(this.element, "aria-pressed", String(running));
    setAttribute(this.element, "aria-label", running ? "Stop recording" : "Record");
    setAttribute(this.element, "title", recordTitle(recording));
    setText(this.#words, running ? clock(seconds) : "Record");
    if (error && error !== this.#error) this.#tell(`The recording has ended: ${error}`);
    this.#error = error;
  }
}

/** @param {import("./playback.js").Recording} recording */
function recordTitle({ running, file, path, bytes, missing }) {
  if (!file) return "Record the flight into a file";
  const lost = missing ? `, ${missing} entries are missing` : "";
  const written = `${path ?? file}, ${size(bytes)}${lost}`;
  return running ? `${written}. Click to stop.` : `Record the flight into a file. The last one: ${written}`;
}

/** The bar of a replay: pause, time, speed. */
export class ReplayBar {
  element;
  #play = h("button.key.play", { type: "button" });
  #time = h("span.replay-time");
  #line = h("input.slider", { type: "range", min: 0, step: 0.1, "aria-label": "Time of the recording" });
  #speed = h(
    "select.field",
    { "aria-label": "Speed" },
    ...SPEEDS.map((speed) => h("option", { value: speed }, `${speed} ×`)),
  );
  #loop = h("button.tab", { type: "button" }, "Loop");
  #file = h("code.replay-file");
  /** @type {import("./playback.js").Replay | null} */
  #replay = null;
  #told = 0;
  /** The user drags the time. */
  #isDragged = false;
  #timer = 0;

  /** @param {(reason: string) => void} tell shows why something was not done */
  constructor(tell) {
    const send = (change) =>
      post("/api/replay", change)
        .catch((error) => tell(error.message))
        .then(() => this.renew());
    this.element = h(
      "section.replay",
      { "aria-label": "Replay", hidden: true },
      this.#play,
      this.#line,
      this.#time,
      this.#speed,
      this.#loop,
      this.#file,
      h("span.quiet.replay-note", {}, "A recording is played: controls do not act."),
    );
    this.#play.addEventListener("click", () => send({ paused: !this.#replay.paused }));
    this.#loop.addEventListener("click", () => send({ loop: !this.#replay.loop }));
    this.#speed.addEventListener("change", () => send({ speed: Number(this.#speed.value) }));
    this.#line.addEventListener("input", () => {
      this.#isDragged = true;
      this.#drawTime(Number(this.#line.value));
    });
    this.#line.addEventListener("change", () => {
      this.#isDragged = false;
      send({ position: Number(this.#line.value) });
    });
  }

  /** Asks the server for the state and shows it. */
  async renew() {
    const replay = await ask("/api/replay").catch(() => null);
    if (replay) this.#show(replay);
  }

  hide() {
    this.element.hidden = true;
    clearInterval(this.#timer);
  }

  /** @param {import("./playback.js").Replay} replay */
  #show(replay) {
    this.#replay = replay;
    this.#told = performance.now();
    this.element.hidden = false;
    setText(this.#file, replay.file);
    setText(this.#play, replay.paused ? "Play" : "Pause");
    setAttribute(this.#loop, "aria-pressed", String(replay.loop));
    this.#showSpeed(String(replay.speed));
    this.#line.max = String(replay.length);
    this.#draw();
    clearInterval(this.#timer);
    if (!replay.paused) this.#timer = setInterval(() => this.#draw(), DRAW_MS);
  }

  /** Shows a speed; one that is given on the command line may be another than those to choose from. */
  #showSpeed(speed) {
    if (document.activeElement === this.#speed) return;
    if (![...this.#speed.options].some((option) => option.value === speed)) {
      this.#speed.append(h("option", { value: speed }, `${speed} ×`));
    }
    this.#speed.value = speed;
  }

  #draw() {
    if (this.#isDragged) return;
    const second = secondNow(this.#replay, (performance.now() - this.#told) / 1000);
    this.#line.value = String(second);
    this.#drawTime(second);
  }

  #drawTime(second) {
    const { length } = this.#replay;
    setText(this.#time, `${clock(second)} / ${clock(length)}`);
    setAttribute(this.#line, "aria-valuetext", clock(second));
    this.#line.style.setProperty("--share", String(length ? second / length : 0));
  }
}
