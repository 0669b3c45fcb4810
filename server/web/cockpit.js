// The cockpit as the page's parts see it: values to watch and positions to send.

import { GaugeFeed, TextFeed, onAnswers } from "./feed.js";
import { actLine, clientAddress, displayElements } from "./protocol.js";
import { Catalog, positionName } from "./catalog.js";
import { Socket } from "./socket.js";
import { nearestPosition, roundedText, valueAt } from "./scale.js";

/** @typedef {import("./catalog.js").Item} Item */

/**
 * Events: `catalog` when another aircraft's tables are there, `aircraft`, `displays` when new elements of displays
 * are known, `refused` with the server's reason as its detail, `lost` when the connection is lost.
 */
export class Cockpit extends EventTarget {
  socket = new Socket("/ws");
  gauges = new GaugeFeed(this.socket);
  texts;
  catalog = new Catalog();
  /** The server's address for clients. */
  address = clientAddress("", location.hostname);

  constructor() {
    super();
    const textSocket = new Socket("/ws");
    this.texts = new TextFeed(textSocket);
    onAnswers(textSocket, (answer) => {
      if (answer.type === "text") this.texts.take(answer.id, answer.text);
    });
    onAnswers(this.socket, (answer) => this.#take(answer));
    this.socket.addEventListener("close", () => this.dispatchEvent(new Event("lost")));
  }

  /** Replaces the tables. */
  setCatalog(catalog) {
    this.catalog = catalog;
    this.dispatchEvent(new Event("catalog"));
    this.askDisplays();
  }

  /** Takes the address at which the server listens for clients. */
  setListen(listen) {
    this.address = clientAddress(listen, location.hostname);
  }

  /** Asks for all elements of text displays; without an aircraft there are none. */
  askDisplays() {
    if (this.catalog.aircraft) this.socket.send("4");
  }

  /** Moves a control to a position. */
  act(item, position) {
    if (item.act) this.socket.send(actLine(item.act, position));
  }

  /**
   * Watches the value of an item.
   * @param {Item} item
   * @param {number} rate updates a second at most
   * @param {(reading: import("./feed.js").Reading) => void} show
   * @returns {() => void} ends the watch
   */
  watch(item, rate, show) {
    if (item.id === null) return () => {};
    return this.gauges.watch(item, { precision: this.#precisionOf(item), rate, show });
  }

  watchText(item, show) {
    return this.texts.watch(item.indicator, item.name, show);
  }

  /** The server rounds an arg by number on the scale of the last gauge that has the arg. */
  #precisionOf(item) {
    if (item.arg === null) return item.precision;
    const last = this.catalog.lastGauge(item.arg);
    if (!last) return 3;
    return item.group === "control" ? Math.max(3, last.precision) : last.precision;
  }

  /** The values of another aircraft, or of another mission, follow. */
  #appeared(name) {
    this.gauges.forget();
    this.dispatchEvent(new CustomEvent("aircraft", { detail: name }));
  }

  #take(answer) {
    if (answer.type === "value") this.gauges.take(answer.id, answer.raw);
    else if (answer.type === "error") {
      // A figure that this aircraft lacks is shown without a value: that says enough.
      if (!/^the sim provides no /.test(answer.reason))
        this.dispatchEvent(new CustomEvent("refused", { detail: answer.reason }));
    } else if (answer.type === "aircraft") this.#appeared(answer.name);
    else if (answer.type === "list" && this.catalog.addDisplays(displayElements(answer.json))) {
      this.dispatchEvent(new Event("displays"));
    }
  }
}

/**
 * Returns what an item shows: the number on its scale, of a control with positions the number of the nearest one.
 * @param {Item} item
 * @param {number} raw
 */
export function shownValue(item, raw) {
  if (item.group === "gauge") return valueAt(item.scale, raw);
  return item.positions.length ? nearestPosition(item.positions, raw) : raw;
}

/** Returns the same as text, with its unit. */
export function shownText(item, raw) {
  if (Number.isNaN(raw)) return "–";
  if (item.group === "gauge")
    return withUnit(roundedText(valueAt(item.scale, raw), item.precision), item.unit);
  if (item.positions.length) return positionName(item.positions[nearestPosition(item.positions, raw)]);
  return roundedText(raw, 2);
}

/** Tells whether a unit is written at the number without a blank. */
export function isShortUnit(unit) {
  return /^[°%]$/.test(unit);
}

/** Returns a number with its unit. */
export function withUnit(text, unit) {
  return isShortUnit(unit) ? text + unit : unit ? `${text} ${unit}` : text;
}
