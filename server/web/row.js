// A row of the list: a symbol, the name, the curve of the last minute and the value.

import { h, setAttribute, setText } from "./dom.js";
import { miniature } from "./mini.js";
import { displayLines } from "./protocol.js";
import { shownText, shownValue } from "./cockpit.js";
import { sparkline } from "./sparkline.js";

/** The most updates a second of a row. */
const RATE = 10;
let rows = 0;

export class Row {
  element;
  /** @type {import("./catalog.js").Item} */
  item;
  #cockpit;
  #symbol = h("span.symbol");
  #name = h("span.name");
  #title = h("span.title");
  #value = h("span.value");
  #curve = sparkline();
  #mini = null;
  #stop = null;

  constructor(cockpit) {
    this.#cockpit = cockpit;
    rows += 1;
    this.element = h(
      "div.row",
      { role: "option", id: `row-${rows}`, "aria-selected": "false" },
      this.#symbol,
      h("span.names", {}, this.#name, this.#title),
      this.#curve.element,
      this.#value,
    );
  }

  /** Shows an item, without its value yet. */
  setItem(item, place, count) {
    this.item = item;
    const { dataset } = this.element;
    this.element.hidden = false;
    dataset.place = String(place);
    dataset.name = item.name;
    dataset.kind = item.kind;
    setAttribute(this.element, "aria-posinset", String(place + 1));
    setAttribute(this.element, "aria-setsize", String(count));
    setText(this.#name, item.name);
    setText(this.#title, item.title === item.name ? item.about : item.title);
    setAttribute(this.#title, "title", this.#title.textContent);
    this.#mini = miniature(item);
    this.#symbol.replaceChildren(this.#mini.element);
    if (item.group === "display") this.#showText(item.text);
    else this.#show(this.#cockpit.gauges.reading(item.id)?.raw ?? NaN);
    this.#curve.element.classList.toggle("none", item.group === "display");
    this.drawCurve();
  }

  /** Begins to follow the item's value. */
  watch() {
    if (this.#stop) return;
    this.#stop =
      this.item.group === "display"
        ? this.#cockpit.watchText(this.item, (text) => this.#showText(text))
        : this.#cockpit.watch(this.item, RATE, ({ raw }) => this.#show(raw));
  }

  /** Ends to follow it. */
  rest() {
    this.#stop?.();
    this.#stop = null;
  }

  hide() {
    this.element.hidden = true;
  }

  setOpen(open) {
    setAttribute(this.element, "aria-selected", String(open));
  }

  drawCurve() {
    if (this.item.group !== "display")
      this.#curve.draw(this.item, this.#cockpit.gauges.reading(this.item.id)?.history);
  }

  #show(raw) {
    const { dataset } = this.element;
    const known = !Number.isNaN(raw);
    dataset.raw = known ? String(raw) : "";
    dataset.value = known ? String(shownValue(this.item, raw)) : "";
    setText(this.#value, this.item.id === null ? "" : shownText(this.item, raw));
    this.#mini.show(raw);
  }

  #showText(text) {
    const { dataset } = this.element;
    dataset.raw = text;
    dataset.value = text;
    setText(this.#value, displayLines(text)[0]);
  }
}
