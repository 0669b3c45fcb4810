// What can be seen and worked in the aircraft flown. Pure, but for `loadCatalog`.

import { precisionFor, rangeOf } from "./scale.js";

/**
 * @typedef {{value: number, label: string | null, word?: string}} Position `word` is for people only
 * @typedef {"switch" | "button" | "encoder" | "axis" | "none" | "dial" | "lamp" | "digit" | "text"} Kind
 * @typedef {{
 *   key: string, group: "control" | "gauge" | "display", kind: Kind, name: string, title: string, about: string,
 *   arg: number | null, id: number | null, target: string, precision: number, read: string | null,
 *   unit: string, rawUnit: string,
 *   act: string | null, positions: Position[], spring: boolean, release: number | null, limits: [number, number] | null,
 *   step: number | null, guard: string | null, device: string | null, longName: string | null, cockpit: string | null,
 *   scale: import("./scale.js").Scale | null, indicator: number | null, text: string,
 * }} Item
 */

const BLANK = {
  arg: null,
  id: null,
  target: "",
  unit: "",
  rawUnit: "",
  precision: 3,
  read: null,
  act: null,
  positions: [],
  spring: false,
  release: null,
  limits: null,
  step: null,
  guard: null,
  device: null,
  longName: null,
  cockpit: null,
  scale: null,
  indicator: null,
  text: "",
};

/** The aircraft's items by their keys, such as `control GEAR_LEVER`. */
export class Catalog {
  /** @type {Map<string, Item>} */
  items = new Map();
  aircraft = null;
  etag = null;
  #lastGauges = new Map();

  /** @param {{aircraft: string | null, controls: any[], gauges: any[]}} tables the answer of `/api/catalog` */
  static from(tables, etag = null) {
    const catalog = new Catalog();
    catalog.aircraft = tables.aircraft;
    catalog.etag = etag;
    for (const control of tables.controls) catalog.#add(controlItem(control));
    for (const gauge of tables.gauges) catalog.#add(gaugeItem(gauge));
    return catalog;
  }

  /** Adds the elements of text displays. @returns {boolean} whether one of them is new */
  addDisplays(elements) {
    const before = this.items.size;
    for (const element of elements) {
      if (!this.items.has(displayKey(element))) this.#add(displayItem(element));
    }
    return this.items.size > before;
  }

  get displays() {
    return [...this.items.values()].filter((item) => item.group === "display");
  }

  /** @returns {Item | undefined} */
  get(key) {
    return this.items.get(key);
  }

  /**
   * Returns an item that may be shown: one of the tables, or any element of a display, as the cockpit shows it only at times.
   * @returns {Item | undefined}
   */
  find(key) {
    const [, indicator, element] = /^display (\d+) (\S+)$/.exec(key) ?? [];
    return (
      this.items.get(key) ?? (element && displayItem({ indicator: Number(indicator), element, text: "" }))
    );
  }

  /** Returns the last gauge of the table that has this arg. */
  lastGauge(arg) {
    return this.#lastGauges.get(arg);
  }

  #add(item) {
    this.items.set(item.key, item);
    if (item.group === "gauge" && item.arg !== null) this.#lastGauges.set(item.arg, item);
  }
}

/** The ids of gauges without an arg begin here; those of args are the args. */
const FIRST_NAMED_ID = 2 ** 32;
/** The ids by the names; a name keeps its id in all aircraft. */
const namedIds = new Map();

/** Returns the id and the target with which an item is subscribed to: its arg, or its name if it has none. */
function subscription({ arg, read, name }) {
  if (arg !== null) return { id: arg, target: String(arg) };
  if (!read) return { id: null, target: "" };
  if (!namedIds.has(name)) namedIds.set(name, FIRST_NAMED_ID + namedIds.size);
  return { id: namedIds.get(name), target: name };
}

/** Loads the tables of the aircraft flown. */
export async function loadCatalog() {
  const answer = await fetch("/api/catalog");
  if (!answer.ok) throw new Error(await answer.text());
  return Catalog.from(await answer.json(), answer.headers.get("ETag"));
}

/** @returns {Item} */
function controlItem(control) {
  const limits = control.kind === "axis" ? (control.limits ?? [0, 1]) : control.limits;
  return {
    ...BLANK,
    ...control,
    key: `control ${control.name}`,
    group: "control",
    ...subscription(control),
    limits,
    positions: namedPositions(control),
    title: control.description || control.cockpit || control.name,
    about: [control.kind === "none" ? "cannot be operated" : control.kind, control.device]
      .filter(Boolean)
      .join(" · "),
  };
}

/** The end of a description that names the two positions, in either order. */
const ON_OFF = /[\s,](on\s*\/\s*off|off\s*\/\s*on)$/i;

/** Returns the positions of a control. Without labels, those of a switch that is described as ON/OFF get these words. */
function namedPositions({ positions, description }) {
  const isPlain = positions.length === 2 && positions.every(({ value, label }, at) => value === at && !label);
  return isPlain && ON_OFF.test(description ?? "")
    ? positions.map((position, at) => ({ ...position, word: ["OFF", "ON"][at] }))
    : positions;
}

/** @returns {Item} */
function gaugeItem(gauge) {
  const kind = isLamp(gauge) ? "lamp" : gauge.kind;
  return {
    ...BLANK,
    key: `gauge ${gauge.name}`,
    group: "gauge",
    kind,
    name: gauge.name,
    title:
      gauge.description || words(saysNothing(gauge.name) ? (gauge.controller ?? gauge.name) : gauge.name),
    arg: gauge.arg,
    ...subscription(gauge),
    scale: gauge.scale,
    read: gauge.read,
    unit: gauge.unit ?? "",
    rawUnit: gauge.rawUnit ?? "",
    precision: precision(gauge, kind),
    about: isOfSim(gauge)
      ? "the sim's own figure"
      : ["gauge", gauge.parameter ?? gauge.controller].filter(Boolean).join(" · "),
  };
}

/** Tells whether a gauge has the name of a variable that its script uses again and again, or only a number. */
function saysNothing(name) {
  return /^(_|arg_\d+$)/.test(name);
}

/** Returns the decimals that make sense; for the sim's own figures the server knows them. */
function precision(gauge, kind) {
  const { low, high } = rangeOf(gauge.scale);
  if (isOfSim(gauge)) return gauge.precision;
  return kind === "lamp" ? 2 : precisionFor(low, high);
}

/** Tells whether a gauge is a figure that the sim has of every aircraft. */
export function isOfSim({ name, arg }) {
  return arg === null && name.startsWith("sim.");
}

/** The words by which the cockpit's files call a lamp; a flight has none. */
const LAMP = /(?<!f)light|lamp|caution|warn|annun|(^|_)lts?(_|$)|_adv_|_led(_|$)/i;

/** Tells whether a gauge is drawn as a lamp: the server says so, or its names do and it goes to 1. */
function isLamp({ kind, name, scale, parameter, controller }) {
  if (kind !== "dial") return kind === "lamp";
  const { low, high } = rangeOf(scale);
  return (
    (low === 0 || low === -1) &&
    high === 1 &&
    [name, parameter, controller].some((word) => word && LAMP.test(word))
  );
}

function displayKey({ indicator, element }) {
  return `display ${indicator} ${element}`;
}

/** @returns {Item} */
function displayItem({ indicator, element, text }) {
  return {
    ...BLANK,
    key: displayKey({ indicator, element }),
    group: "display",
    kind: "text",
    name: element,
    title: words(element.replace(/^(txt|text)_/i, "")),
    indicator,
    text,
    read: `3 ${indicator} ${element}`,
    about: `display ${indicator}`,
  };
}

/** Returns a name as words: `Engine_RPM` as "Engine RPM". */
export function words(name) {
  return name
    .replace(/[_.]+/g, " ")
    .replace(/([a-z])([A-Z0-9])/g, "$1 $2")
    .trim();
}

/** A control with more positions than this stands in them, even if its script marks one of its parts as springing back. */
const MOST_HELD = 3;

/** Tells whether a control springs back, so that it is held. */
export function isHeld(item) {
  return item.spring && item.positions.length <= MOST_HELD;
}

/** Returns the words for a position: its label, else what it means, else its value. */
export function positionName(position) {
  return position.label ?? position.word ?? String(Math.round(position.value * 1000) / 1000);
}

/** Returns what a position is sent as: its label, else its value. */
export function positionWord(position) {
  return position.label ?? position.value;
}

/** Returns the colour of a lamp, by what its name says. */
export function lampColour(name) {
  if (/fire|warn|transit|red|eject/i.test(name)) return "red";
  if (/gear|adv|ready|green|safe/i.test(name)) return "green";
  if (/white|mark|beacon/i.test(name)) return "white";
  return "amber";
}

/** Returns the words on a lamp: its name without what all lamps of the panel share. */
export function lampText(name) {
  const own = name
    .replace(/^.*\./, "")
    .replace(/^(CPT|PLT|WSO|CAUTION|LAMP|LIGHT|LTS|KT)_(LTS_|LIGHT_|LAMP_)?/i, "");
  return words(own || name).toUpperCase();
}

/** Returns the displays that have all the words in their names. */
export function searchDisplays(catalog, query) {
  const parts = query.toLowerCase().split(/\s+/).filter(Boolean);
  return catalog.displays.filter((item) => {
    const text = `${item.name} ${item.title} display ${item.indicator}`.toLowerCase();
    return parts.every((part) => text.includes(part));
  });
}
