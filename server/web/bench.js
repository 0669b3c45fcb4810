// The bench: what was opened from the list, large, to be read, held and turned.

import { Card } from "./card.js";
import { h } from "./dom.js";

/** More cards than this are not kept open. */
const MOST_CARDS = 12;

/** Events: `change` with the keys of the open items as its detail. */
export class Bench extends EventTarget {
  element = h("section.bench", { "aria-label": "Opened" });
  #cockpit;
  /** @type {Map<string, Card>} newest last */
  #cards = new Map();
  /** @type {string[] | null} what was open while the bench is not on screen */
  #suspended = null;
  /** @type {string[]} what was open when the aircraft went, or before its displays were known */
  #waiting = [];
  #empty = h(
    "div.bench-empty",
    {},
    h("p", {}, "Choose a row to see it large, work it, and copy its lines."),
    h("p.quiet", {}, "Several can be open at a time."),
  );

  constructor(cockpit) {
    super();
    this.#cockpit = cockpit;
    this.element.append(this.#empty);
  }

  get keys() {
    return [...this.#cards.keys()];
  }

  /** Opens an item before all others and moves the keyboard there if asked to. */
  open(key, focus = false) {
    const item = this.#cockpit.catalog.get(key);
    if (!item) return;
    let card = this.#cards.get(key);
    if (!card) {
      card = new Card(item, this.#cockpit, () => this.close(key));
      this.#cards.set(key, card);
      this.element.prepend(card.element);
      if (this.#cards.size > MOST_CARDS) this.#remove(this.keys[0]);
    }
    for (const other of this.#cards.values()) other.element.classList.toggle("front", other === card);
    card.element.scrollIntoView({ block: "nearest" });
    if (focus) card.focus();
    this.#changed();
  }

  close(key) {
    this.#remove(key);
    const last = this.keys.at(-1);
    if (last) this.#cards.get(last).element.classList.add("front");
    this.#changed(true);
  }

  /** Closes what the new aircraft lacks and renews what it has. Without an aircraft, everything waits for the next one. */
  renew() {
    if (this.#suspended) return;
    this.#waiting.push(...this.keys);
    this.#clear();
    this.reopen();
  }

  /** Opens what waits, as far as it is known. The elements of displays are known after the rest. */
  reopen() {
    const { catalog } = this.#cockpit;
    const [waiting, isKnown] = [this.#waiting, (key) => catalog.get(key)];
    const mayCome = (key) =>
      catalog.aircraft === null || (key.startsWith("display ") && !catalog.displays.length);
    this.#waiting = waiting.filter((key) => !isKnown(key) && mayCome(key));
    for (const key of waiting) this.open(key);
    this.#changed();
  }

  /** Gives the subscriptions up, while the bench is not on screen. */
  suspend() {
    this.#suspended = [...this.#waiting, ...this.keys];
    this.#waiting = [];
    this.#clear();
  }

  /** Opens again what was open. */
  resume() {
    this.#waiting = this.#suspended ?? [];
    this.#suspended = null;
    this.reopen();
  }

  #clear() {
    for (const key of this.keys) this.#remove(key);
  }

  #remove(key) {
    const card = this.#cards.get(key);
    card?.stop();
    card?.element.remove();
    this.#cards.delete(key);
  }

  drawCurves() {
    for (const card of this.#cards.values()) card.drawCurve();
  }

  #changed(closed = false) {
    this.#empty.hidden = this.#cards.size > 0;
    this.dispatchEvent(new CustomEvent("change", { detail: { keys: this.keys, closed } }));
  }
}
