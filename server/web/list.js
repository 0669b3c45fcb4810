// A list of any length: only the rows on screen exist, and only these are subscribed to.

import { h, setAttribute } from "./dom.js";
import { Row } from "./row.js";

/** Rows beyond the edges, so that scrolling shows no gap. */
const SPARE_ROWS = 3;
/** A row that is only scrolled past is not subscribed to. */
const REST_MS = 70;

/** Events: `choose` with the key of an item as its detail. */
export class List extends EventTarget {
  element;
  #cockpit;
  #inner = h("div.list-inner");
  #items = [];
  /** @type {Map<number, Row>} rows by their place in the list */
  #rows = new Map();
  /** @type {Row[]} rows that are not used at present */
  #spare = [];
  #rowHeight = 0;
  #active = -1;
  #open = new Set();
  #timer = 0;
  #isSuspended = true;

  /** @param {import("./cockpit.js").Cockpit} cockpit */
  constructor(cockpit) {
    super();
    this.#cockpit = cockpit;
    this.element = h(
      "div.list",
      { role: "listbox", id: "list", tabindex: "0", "aria-label": "Controls, gauges and displays" },
      this.#inner,
    );
    this.element.addEventListener("scroll", () => this.#render(), { passive: true });
    this.element.addEventListener("keydown", (event) => this.#onKey(event));
    this.#inner.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.choose(Number(row.dataset.place));
    });
    new ResizeObserver(() => this.#resized()).observe(this.element);
  }

  /** Shows these items, from the top if they differ from those before. */
  setItems(items) {
    const same = items.length === this.#items.length && items.every((item, n) => item === this.#items[n]);
    if (same) return;
    this.#items = items;
    this.#active = items.length ? 0 : -1;
    this.element.scrollTop = 0;
    this.#recycleAll();
    this.#layOut();
  }

  get items() {
    return this.#items;
  }

  /** Marks the rows whose items are open. */
  setOpen(keys) {
    this.#open = new Set(keys);
    for (const row of this.#rows.values()) row.setOpen(this.#open.has(row.item.key));
  }

  /** Moves the mark of the keyboard. */
  move(by) {
    if (!this.#items.length) return;
    this.#active = Math.max(0, Math.min(this.#items.length - 1, this.#active + by));
    this.#reveal(this.#active);
    this.#markActive();
  }

  chooseActive() {
    if (this.#active >= 0) this.choose(this.#active);
  }

  choose(place) {
    this.#active = place;
    this.#markActive();
    const item = this.#items[place];
    if (item) this.dispatchEvent(new CustomEvent("choose", { detail: item.key }));
  }

  /** Gives the subscriptions up, while the list is not on screen. */
  suspend() {
    clearTimeout(this.#timer);
    this.#recycleAll();
    this.#isSuspended = true;
  }

  resume() {
    this.#isSuspended = false;
    this.#render();
  }

  /** Draws the curves of the rows on screen anew. */
  drawCurves() {
    for (const row of this.#rows.values()) row.drawCurve();
  }

  #onKey(event) {
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.#rowHeight) - 1);
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[
      event.key
    ];
    if (step) this.move(step);
    else if (event.key === "Enter" || event.key === " ") this.chooseActive();
    else return;
    event.preventDefault();
  }

  #resized() {
    const height = parseFloat(getComputedStyle(this.element).getPropertyValue("--row")) || 40;
    if (height !== this.#rowHeight) {
      this.#rowHeight = height;
      this.#recycleAll();
      this.#layOut();
    } else this.#render();
  }

  #layOut() {
    this.#inner.style.height = `${this.#items.length * this.#rowHeight}px`;
    this.#render();
  }

  #reveal(place) {
    const top = place * this.#rowHeight;
    const { scrollTop, clientHeight } = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + this.#rowHeight > scrollTop + clientHeight)
      this.element.scrollTop = top + this.#rowHeight - clientHeight;
    this.#render();
  }

  #recycleAll() {
    for (const row of this.#rows.values()) this.#recycle(row);
    this.#rows.clear();
  }

  #recycle(row) {
    row.rest();
    this.#spare.push(row);
  }

  #render() {
    if (!this.#rowHeight || this.#isSuspended) return;
    const { scrollTop, clientHeight } = this.element;
    const from = Math.max(0, Math.floor(scrollTop / this.#rowHeight) - SPARE_ROWS);
    const to = Math.min(
      this.#items.length,
      Math.ceil((scrollTop + clientHeight) / this.#rowHeight) + SPARE_ROWS,
    );
    for (const [place, row] of this.#rows) {
      if (place >= from && place < to) continue;
      this.#recycle(row);
      this.#rows.delete(place);
    }
    for (let place = from; place < to; place += 1) if (!this.#rows.has(place)) this.#put(place);
    for (const row of this.#spare) row.hide();
    this.#markActive();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#watch(), REST_MS);
  }

  #put(place) {
    const row = this.#spare.pop() ?? new Row(this.#cockpit);
    const item = this.#items[place];
    row.setItem(item, place, this.#items.length);
    row.element.style.transform = `translateY(${place * this.#rowHeight}px)`;
    row.setOpen(this.#open.has(item.key));
    this.#rows.set(place, row);
    // The order of the elements is that of the rows, for those who hear the page.
    const before = this.#rows.get(place - 1);
    if (before) before.element.after(row.element);
    else this.#inner.prepend(row.element);
  }

  #watch() {
    for (const row of this.#rows.values()) row.watch();
  }

  #markActive() {
    for (const [place, row] of this.#rows) row.element.classList.toggle("active", place === this.#active);
    const active = this.#rows.get(this.#active);
    if (active) setAttribute(this.element, "aria-activedescendant", active.element.id);
    else this.element.removeAttribute("aria-activedescendant");
  }
}
