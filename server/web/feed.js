// Values of the cockpit: what is on screen is subscribed to, once for each source, however many show it. A source is
// an arg, or one of the sim's own figures, by its name.

import { displayLine, gaugeLine, parseLine } from "./protocol.js";
import { History } from "./history.js";

/** The time after which a source that nobody watches any more is given up: scrolling back costs nothing. */
const LINGER_MS = 400;
/** The time after which the connection for texts is closed when none is on screen. */
const CLOSE_MS = 2000;

/**
 * @typedef {{raw: number, changed: number, history: History}} Reading
 *   `raw` is NaN until it is known; `changed` is the time of the last change, in milliseconds, or 0
 * @typedef {{precision: number, rate: number, show: (reading: Reading) => void}} Watcher
 */

/** The subscriptions of this page to gauges and controls. */
export class GaugeFeed {
  /** @type {Map<number, {target: string, watchers: Set<Watcher>, reading: Reading, sent: string, timer: number}>} */
  #sources = new Map();
  #socket;

  /** @param {import("./socket.js").Socket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.addEventListener("open", () => this.#subscribeAll());
    setInterval(() => this.#sample(), History.PERIOD_MS);
  }

  /**
   * Watches a source. The newest value that is known is shown at once.
   * @param {{id: number, target: string}} source an item of the catalog
   * @param {Watcher} watcher
   * @returns {() => void} ends the watch
   */
  watch({ id, target }, watcher) {
    const entry = this.#sources.get(id) ?? this.#newEntry(id, target);
    clearTimeout(entry.timer);
    entry.watchers.add(watcher);
    this.#subscribe(id, entry);
    if (!Number.isNaN(entry.reading.raw)) watcher.show(entry.reading);
    return () => {
      entry.watchers.delete(watcher);
      clearTimeout(entry.timer);
      entry.timer = setTimeout(() => this.#subscribe(id, entry), LINGER_MS);
    };
  }

  /** Returns what is known of a source that somebody watches or has watched. */
  reading(id) {
    return this.#sources.get(id)?.reading;
  }

  /** Returns the ids of the sources that are subscribed to. */
  get subscribed() {
    return [...this.#sources.keys()].filter((id) => this.#sources.get(id).sent !== "");
  }

  /** Takes an update from the server. */
  take(id, raw) {
    const entry = this.#sources.get(id);
    if (!entry?.sent) return;
    const { reading } = entry;
    if (raw !== reading.raw) {
      if (!Number.isNaN(reading.raw)) reading.changed = Date.now();
      reading.raw = raw;
    }
    for (const watcher of entry.watchers) watcher.show(reading);
  }

  /** Forgets all values: another aircraft's args mean something else. */
  forget() {
    for (const [id, entry] of this.#sources) {
      entry.reading.raw = NaN;
      entry.reading.changed = 0;
      entry.reading.history.clear();
      if (entry.watchers.size === 0 && !entry.sent) this.#sources.delete(id);
    }
  }

  #newEntry(id, target) {
    const reading = { raw: NaN, changed: 0, history: new History() };
    const entry = { target, watchers: new Set(), reading, sent: "", timer: 0 };
    this.#sources.set(id, entry);
    return entry;
  }

  #subscribe(id, entry) {
    const line = entry.watchers.size === 0 ? "" : lineFor(id, entry);
    if (line === entry.sent) return;
    this.#socket.send(line || gaugeLine(entry.target, id, 0, 0));
    entry.sent = line;
    if (!line) entry.reading.history.clear();
  }

  #subscribeAll() {
    for (const [id, entry] of this.#sources) {
      entry.sent = "";
      if (entry.watchers.size) this.#subscribe(id, entry);
    }
  }

  #sample() {
    for (const entry of this.#sources.values()) {
      if (entry.sent && !Number.isNaN(entry.reading.raw)) entry.reading.history.push(entry.reading.raw);
    }
  }
}

function lineFor(id, { target, watchers }) {
  let [precision, rate] = [-3, 0];
  for (const watcher of watchers) {
    precision = Math.max(precision, watcher.precision);
    rate = Math.max(rate, watcher.rate);
  }
  return gaugeLine(target, id, precision, rate);
}

/**
 * The subscriptions of this page to texts. They have a connection of their own, since the protocol ends a
 * subscription to a text only with its connection: it is closed when no text is on screen.
 */
export class TextFeed {
  /** @type {Map<string, {id: number, line: string, text: string | null, watchers: Set<(text: string) => void>}>} */
  #texts = new Map();
  #byId = new Map();
  #nextId = 1;
  #socket;
  #timer = 0;

  /** @param {import("./socket.js").Socket} socket not connected yet */
  constructor(socket) {
    this.#socket = socket;
    socket.addEventListener("open", () => {
      for (const entry of this.#texts.values()) socket.send(entry.line);
    });
    socket.addEventListener("close", () => {
      for (const entry of this.#texts.values()) this.#put(entry, "");
    });
  }

  /**
   * Watches an element of a display.
   * @param {number} indicator
   * @param {string} element
   * @param {(text: string) => void} show
   * @returns {() => void} ends the watch
   */
  watch(indicator, element, show) {
    const key = `${indicator} ${element}`;
    clearTimeout(this.#timer);
    if (!this.#texts.size) this.#socket.connect();
    const entry = this.#texts.get(key) ?? this.#newEntry(key, indicator, element);
    entry.watchers.add(show);
    if (entry.text !== null) show(entry.text);
    return () => {
      entry.watchers.delete(show);
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#closeIfUnwatched(), CLOSE_MS);
    };
  }

  take(id, text) {
    const entry = this.#byId.get(id);
    if (entry) this.#put(entry, text);
  }

  #put(entry, text) {
    entry.text = text;
    for (const show of entry.watchers) show(text);
  }

  #newEntry(key, indicator, element) {
    const id = this.#nextId++;
    const entry = { id, line: displayLine(indicator, element, id), text: null, watchers: new Set() };
    this.#texts.set(key, entry);
    this.#byId.set(id, entry);
    this.#socket.send(entry.line);
    return entry;
  }

  #closeIfUnwatched() {
    if ([...this.#texts.values()].some((entry) => entry.watchers.size)) return;
    this.#socket.close();
    this.#texts.clear();
    this.#byId.clear();
  }
}

/**
 * Calls a function with each answer that comes over a socket.
 * @param {import("./socket.js").Socket} socket
 * @param {(answer: import("./protocol.js").Answer) => void} take
 */
export function onAnswers(socket, take) {
  socket.addEventListener("lines", (event) => {
    for (const line of event.detail) take(parseLine(line));
  });
}
