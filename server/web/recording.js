// The button that records the flight, and the bar with which a recording is played.

import { post } from "./api.js";
import { h, setAttribute, setText } from "./dom.js";
import { clock, secondNow, size } from "./playback.js";

const SPEEDS = [0.25, 0.5, 1, 2, 4, 8, 16];
const DRAW_MS = 200;

/** Sends a request; `tell` gets the reason if it fails, and `done` is called in any case. */
async function request(address, body, tell, done) {
  await post(address, body).catch((error) => tell(error.message));
  done();
}

/** The button that begins and ends a recording. */
export class RecordButton {
  element;
  #words = h("span.record-words");
  #isOn = false;

  /**
   * @param {(reason: string) => void} tell
   * @param {() => void} renew asks the server for its status again
   */
  constructor(tell, renew) {
    const act = () => request("/api/recording", { on: !this.#isOn }, tell, renew);
    this.element = h(
      "button.record",
      { type: "button", hidden: true, click: act },
      h("span.record-dot", { "aria-hidden": "true" }),
      this.#words,
    );
  }

  /** Shows the state. @param {any} status the answer of `/api/status` */
  show(status) {
    const recording = status?.recording ?? null;
    this.#isOn = recording !== null;
    this.element.hidden = !status?.record && !this.#isOn;
    this.element.classList.toggle("on", this.#isOn);
    setAttribute(this.element, "aria-pressed", String(this.#isOn));
    setAttribute(this.element, "aria-label", this.#isOn ? "Stop recording" : "Record");
    this.element.title = recording ? recordingTitle(recording) : "Record the flight into a file";
    setText(this.#words, recording ? clock(recording.seconds) : "Record");
  }
}

function recordingTitle({ file, bytes, lost }) {
  const missing = lost ? ` ${lost} entries did not fit in time.` : "";
  return `${file}, ${size(bytes)}.${missing} Click to stop.`;
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
  #file = h("code.replay-file");
  /** @type {import("./playback.js").Replay | null} */
  #replay = null;
  #told = 0;
  /** The user drags the time. */
  #isDragged = false;
  #timer = 0;

  /**
   * @param {(reason: string) => void} tell
   * @param {() => void} renew asks the server for its status again
   */
  constructor(tell, renew) {
    const send = (change) => request("/api/replay", change, tell, renew);
    this.element = h(
      "section.replay",
      { "aria-label": "Replay", hidden: true },
      this.#play,
      this.#line,
      this.#time,
      this.#speed,
      this.#file,
      h("span.quiet.replay-note", {}, "A recording is played: controls do not act."),
    );
    this.#play.addEventListener("click", () => send({ playing: !this.#replay.playing }));
    this.#speed.addEventListener("change", () => send({ speed: Number(this.#speed.value) }));
    this.#line.addEventListener("input", () => {
      this.#isDragged = true;
      this.#drawTime(Number(this.#line.value));
    });
    this.#line.addEventListener("change", () => {
      this.#isDragged = false;
      send({ at: Number(this.#line.value) });
    });
  }

  /** Shows the state. @param {any} status the answer of `/api/status` */
  show(status) {
    const replay = status?.replay ?? null;
    this.#replay = replay;
    this.#told = performance.now();
    this.element.hidden = replay === null;
    clearInterval(this.#timer);
    if (!replay) return;
    setText(this.#file, replay.file);
    setText(this.#play, replay.playing ? "Pause" : "Play");
    if (!SPEEDS.includes(replay.speed) && this.#speed.value !== String(replay.speed)) {
      this.#speed.append(h("option", { value: replay.speed }, `${replay.speed} ×`));
    }
    if (document.activeElement !== this.#speed) this.#speed.value = String(replay.speed);
    this.#line.max = String(replay.length);
    this.#draw();
    if (replay.playing) this.#timer = setInterval(() => this.#draw(), DRAW_MS);
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
