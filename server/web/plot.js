// Plot: a few values over time, with pause and zoom. Values are taken only while this is on screen.

import { h, setText } from "./dom.js";
import { searchItems } from "./finder.js";
import { Series } from "./series.js";
import { rangeOf } from "./scale.js";
import { shownText, shownValue, withUnit } from "./cockpit.js";

const RATE = 30;
const MOST_CURVES = 6;
const DRAW_MS = 50;
const RESULTS = 40;
const COLUMNS = 5;
const SPANS = { "10 s": 10_000, "1 min": 60_000, "5 min": 300_000 };
const [SHORTEST, LONGEST] = [1_000, 600_000];

/**
 * Returns the view.
 * @param {import("./cockpit.js").Cockpit} cockpit
 * @returns {import("./views.js").PageView & {add: (key: string) => void}}
 */
export function plotView(cockpit) {
  const plot = new Plot(cockpit);
  return {
    element: plot.element,
    show: () => plot.show(),
    hide: () => plot.hide(),
    add: (key) => plot.add(key),
  };
}

class Plot {
  element;
  #cockpit;
  /** @type {Map<string, {item: any, series: Series, raw: number, stop: (() => void) | null, colour: number, text: HTMLElement, row: HTMLElement}>} */
  #curves = new Map();
  #span = SPANS["1 min"];
  /** The time at the right edge while it is paused, or `null`. */
  #paused = null;
  #cursor = null;
  #timer = 0;
  #canvas = h("canvas.plot-canvas", { tabindex: "0", role: "img", "aria-label": "Plot" });
  #legend = h("ul.legend", { "aria-label": "Plotted" });
  #pause = h(
    "button.key",
    {
      type: "button",
      "aria-pressed": "false",
      click: () => this.#setPaused(this.#paused === null ? this.#now() : null),
    },
    "Pause",
  );
  #none = h("li.quiet.hint", {}, "Choose up to six values from the list.");
  #search = h("input.search", {
    type: "search",
    placeholder: "Add a gauge or control",
    "aria-label": "Search for a value to plot",
  });
  #results = h("ul.results", { "aria-label": "Values to plot" });
  #spans;

  constructor(cockpit) {
    this.#cockpit = cockpit;
    this.#spans = Object.entries(SPANS).map(([name, span]) =>
      h("button.tab", { type: "button", click: () => this.#setSpan(span) }, name),
    );
    this.element = h(
      "main.editor.plot",
      {},
      h(
        "div.edit-bar",
        {},
        this.#pause,
        h("div.tabs", { role: "group", "aria-label": "Time shown" }, ...this.#spans),
        h("span.quiet.hint", {}, "Wheel: zoom. Drag: back in time."),
      ),
      h("aside.palette", { "aria-label": "Add values" }, this.#search, this.#results),
      h("div.plot-room", {}, this.#canvas, this.#legend),
    );
    this.#legend.append(this.#none);
    this.#search.addEventListener("input", () => this.#find());
    this.#listen();
    this.#setSpan(this.#span);
    cockpit.addEventListener("catalog", () => this.#renew());
  }

  show() {
    for (const key of this.#curves.keys()) this.#watch(key);
    this.#find();
    this.#timer = setInterval(() => this.#draw(), DRAW_MS);
  }

  hide() {
    clearInterval(this.#timer);
    this.#timer = 0;
    for (const curve of this.#curves.values()) {
      curve.stop?.();
      curve.stop = null;
    }
  }

  add(key) {
    const item = this.#cockpit.catalog.get(key);
    if (!item || item.id === null || this.#curves.has(key) || this.#curves.size >= MOST_CURVES) return;
    const used = new Set([...this.#curves.values()].map(({ colour }) => colour));
    const colour = [...Array(MOST_CURVES).keys()].find((n) => !used.has(n));
    const text = h("span.legend-value");
    const row = h(
      "li",
      { class: `legend-row curve-${colour}`, "data-name": item.name },
      h("span.swatch"),
      h("code", {}, item.name),
      text,
      h("span.quiet.hint", { title: "Lower and upper edge" }, edges(item).map(edgeText).join(" … ")),
      h(
        "button.close",
        { type: "button", "aria-label": `Remove ${item.name}`, click: () => this.#remove(key) },
        "×",
      ),
    );
    this.#none.remove();
    this.#legend.append(row);
    this.#curves.set(key, { item, series: new Series(), raw: NaN, stop: null, colour, text, row });
    if (this.#timer) this.#watch(key);
  }

  #remove(key) {
    const curve = this.#curves.get(key);
    curve.stop?.();
    curve.row.remove();
    this.#curves.delete(key);
    if (!this.#curves.size) this.#legend.append(this.#none);
  }

  /** Takes the new aircraft's items for those of the old one. */
  #renew() {
    const keys = [...this.#curves.keys()];
    keys.forEach((key) => this.#remove(key));
    keys.forEach((key) => this.add(key));
    if (this.#timer) this.#find();
  }

  #watch(key) {
    const curve = this.#curves.get(key);
    curve.stop ??= this.#cockpit.watch(curve.item, RATE, ({ raw }) => {
      curve.raw = raw;
      curve.series.push(this.#now(), shownValue(curve.item, raw));
    });
  }

  async #find() {
    const query = this.#search.value.trim();
    const items = (await searchItems(this.#cockpit, query)) ?? [];
    if (query !== this.#search.value.trim()) return;
    this.#results.replaceChildren(
      ...items
        .filter((item) => item.id !== null)
        .slice(0, RESULTS)
        .map((item) =>
          h(
            "li",
            {},
            h(
              "button.result",
              { type: "button", "data-add": item.key, click: () => this.add(item.key) },
              h("code", {}, item.name),
              h("span.quiet", {}, item.title),
            ),
          ),
        ),
    );
  }

  #now() {
    return performance.now();
  }

  #setPaused(time) {
    this.#paused = time;
    this.#pause.setAttribute("aria-pressed", String(time !== null));
  }

  #setSpan(span) {
    this.#span = Math.max(SHORTEST, Math.min(LONGEST, span));
    Object.values(SPANS).forEach((value, n) =>
      this.#spans[n].setAttribute("aria-pressed", String(value === this.#span)),
    );
  }

  #listen() {
    const canvas = this.#canvas;
    canvas.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        this.#setSpan(this.#span * (event.deltaY > 0 ? 1.25 : 0.8));
      },
      { passive: false },
    );
    let from = null;
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      from = { x: event.clientX, end: this.#paused ?? this.#now() };
    });
    canvas.addEventListener("pointermove", (event) => {
      const box = canvas.getBoundingClientRect();
      this.#cursor = (event.clientX - box.x) / box.width;
      if (from && Math.abs(event.clientX - from.x) > 3) {
        this.#setPaused(
          Math.min(this.#now(), from.end - ((event.clientX - from.x) / box.width) * this.#span),
        );
      }
    });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => (from = null));
    canvas.addEventListener("pointerleave", () => (this.#cursor = null));
    canvas.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -0.1, ArrowRight: 0.1 }[event.key];
      if (step) this.#setPaused(Math.min(this.#now(), (this.#paused ?? this.#now()) + step * this.#span));
      else if (event.key === "+" || event.key === "-")
        this.#setSpan(this.#span * (event.key === "+" ? 0.8 : 1.25));
      else if (event.key === " ") this.#pause.click();
      else return;
      event.preventDefault();
    });
  }

  #draw() {
    const canvas = this.#canvas;
    const scale = devicePixelRatio;
    const [width, height] = [Math.round(canvas.clientWidth * scale), Math.round(canvas.clientHeight * scale)];
    if (!width || !height) return;
    if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
    const end = this.#paused ?? this.#now();
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, width, height);
    drawGrid(context, width, height, this.#span, getComputedStyle(canvas));
    for (const curve of this.#curves.values()) {
      drawCurve(context, curve, end - this.#span, end, width, height);
      this.#showValue(curve, end);
    }
    if (this.#cursor !== null) {
      context.fillStyle = getComputedStyle(canvas).color;
      context.fillRect(this.#cursor * width, 0, 1, height);
    }
  }

  /** Shows the value at the cursor, or the newest one. */
  #showValue(curve, end) {
    const share = this.#cursor ?? 1;
    const value = curve.series.at(end - (1 - share) * this.#span);
    const isNewest = this.#cursor === null && this.#paused === null;
    setText(
      curve.text,
      Number.isNaN(value)
        ? "–"
        : isNewest
          ? shownText(curve.item, curve.raw)
          : withUnit(String(Math.round(value * 1000) / 1000), curve.item.unit),
    );
  }
}

function edgeText(value) {
  return String(Math.round(value * 100) / 100);
}

/** Returns the values at the lower and upper edge of a curve: its scale, its limits or its positions. */
function edges(item) {
  if (item.group === "gauge") return Object.values(rangeOf(item.scale));
  return item.positions.length ? [0, item.positions.length - 1] : (item.limits ?? [0, 1]);
}

function drawGrid(context, width, height, span, style) {
  context.strokeStyle = style.getPropertyValue("--line");
  context.fillStyle = style.getPropertyValue("--quiet");
  context.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  context.lineWidth = 1;
  for (let n = 1; n < 4; n += 1) line(context, 0, (n * height) / 4, width, (n * height) / 4);
  for (let n = 1; n < COLUMNS; n += 1) {
    line(context, (n * width) / COLUMNS, 0, (n * width) / COLUMNS, height);
    const seconds = Math.round(((1 - n / COLUMNS) * span) / 100) / 10;
    context.fillText(
      `−${seconds} s`,
      (n * width) / COLUMNS + 5 * devicePixelRatio,
      height - 6 * devicePixelRatio,
    );
  }
}

function line(context, x1, y1, x2, y2) {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

function drawCurve(context, { item, series, row }, from, to, width, height) {
  const [low, high] = edges(item);
  const margin = height * 0.04;
  const y = (value) => height - margin - ((value - low) / (high - low || 1)) * (height - 2 * margin);
  const columns = series.columns(from, to, width);
  context.strokeStyle = getComputedStyle(row).getPropertyValue("--curve");
  context.lineWidth = 1.6 * devicePixelRatio;
  context.beginPath();
  let before = 0;
  for (let x = 0; x < width; x += 1) {
    if (Number.isNaN(columns.low[x])) continue;
    // The nearer end of the column first, so that a slope is no saw.
    const [first, last] =
      Math.abs(columns.low[x] - before) <= Math.abs(columns.high[x] - before)
        ? [columns.low[x], columns.high[x]]
        : [columns.high[x], columns.low[x]];
    context.lineTo(x, y(first));
    if (last !== first) context.lineTo(x, y(last));
    before = last;
  }
  context.stroke();
}
