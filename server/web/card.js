// A card: one item with its instrument, its control, its numbers and what to copy.

import { control, guard } from "./controls.js";
import { copyPanel } from "./copy.js";
import { h, setText } from "./dom.js";
import { instrument } from "./instruments.js";
import { shownText, shownValue, withUnit } from "./cockpit.js";
import { numberText } from "./protocol.js";
import { lightLamps, sweep } from "./test.js";
import { sparkline } from "./sparkline.js";

const RATE = 30;
let cards = 0;

export class Card {
  element;
  #item;
  #cockpit;
  #stops = [];
  #value = h("dd.big");
  #raw = h("dd");
  #changed = h("dd");
  #curve = sparkline();
  #heading;

  /**
   * @param {import("./catalog.js").Item} item
   * @param {import("./cockpit.js").Cockpit} cockpit
   * @param {() => void} close
   */
  constructor(item, cockpit, close) {
    this.#item = item;
    this.#cockpit = cockpit;
    cards += 1;
    const id = `card-${cards}`;
    this.#heading = h("h2", { id, tabindex: "-1" }, item.title);
    this.element = h(
      "article.card",
      { "aria-labelledby": id, "data-name": item.name, "data-kind": item.kind },
      h(
        "header",
        {},
        h("button.back", { type: "button", click: close }, "‹ List"),
        h(
          "div.card-names",
          {},
          this.#heading,
          h("p.card-name", {}, h("code", {}, item.name), h("span.quiet", {}, item.about)),
        ),
        h("div.card-actions", {}, ...this.#actions()),
        h("button.close", { type: "button", "aria-label": `Close ${item.title}`, click: close }, "×"),
      ),
      h("div.card-body", {}, this.#stage(), this.#numbers()),
      item.act || item.read ? copyPanel(item, cockpit.address) : null,
    );
    this.element.addEventListener("keydown", (event) => event.key === "Escape" && close());
    this.#watch();
  }

  focus() {
    this.#heading.focus({ preventScroll: true });
  }

  stop() {
    for (const stop of this.#stops) stop();
  }

  drawCurve() {
    const reading = this.#cockpit.gauges.reading(this.#item.id);
    this.#curve.draw(this.#item, reading?.history);
    setText(this.#changed, reading?.changed ? ago(Date.now() - reading.changed) : "–");
  }

  #actions() {
    const item = this.#item;
    if (item.id === null) return [];
    const button = (text, click) =>
      h("button.text-button", { type: "button", "aria-label": `${text} ${item.title}`, click }, text);
    const plot = button("Plot", () =>
      this.element.dispatchEvent(new CustomEvent("plot", { detail: item.key, bubbles: true })),
    );
    return item.group === "gauge" && item.arg !== null
      ? [button("Test", () => testItem(item)), plot]
      : [plot];
  }

  #stage() {
    const stage = h("div.stage");
    const item = this.#item;
    const cover = item.guard && this.#cockpit.catalog.get(`control ${item.guard}`);
    const views = [item.group === "control" ? control(item, this.#cockpit) : instrument(item, this.#cockpit)];
    if (cover?.act) views.push(guard(cover, this.#cockpit));
    for (const view of views) {
      stage.append(view.element);
      this.#stops.push(view.stop);
    }
    return stage;
  }

  #numbers() {
    const item = this.#item;
    if (item.group === "display") return null;
    if (item.id === null) return h("p.quiet.note", {}, "The cockpit does not show where this stands.");
    return h(
      "div.numbers",
      {},
      h(
        "dl",
        {},
        pair("Value", this.#value),
        pair("Raw", this.#raw),
        pair("Changed", this.#changed),
        item.arg === null ? null : pair("Arg", h("dd", {}, String(item.arg))),
      ),
      this.#curve.element,
    );
  }

  #watch() {
    const item = this.#item;
    const { dataset } = this.element;
    if (item.group === "display") {
      this.#stops.push(
        this.#cockpit.watchText(item, (text) => {
          dataset.raw = text;
          dataset.value = text;
        }),
      );
      return;
    }
    this.#stops.push(
      this.#cockpit.watch(item, RATE, ({ raw }) => {
        dataset.raw = String(raw);
        dataset.value = String(shownValue(item, raw));
        setText(this.#value, shownText(item, raw));
        setText(this.#raw, withUnit(numberText(raw), item.rawUnit));
      }),
    );
    setText(this.#value, "–");
    setText(this.#raw, "–");
    this.drawCurve();
  }
}

function testItem(item) {
  return item.kind === "lamp" ? lightLamps([item]) : sweep([item]);
}

function pair(term, definition) {
  return h("div", {}, h("dt", {}, term), definition);
}

/** Returns a time in milliseconds as words. */
function ago(ms) {
  if (ms < 1000) return "just now";
  if (ms < 60000) return `${Math.floor(ms / 1000)} s ago`;
  return ms < 3600000 ? `${Math.floor(ms / 60000)} min ago` : `${Math.floor(ms / 3600000)} h ago`;
}
