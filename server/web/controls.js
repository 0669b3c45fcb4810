// The controls, each worked as what it is: switches, rotaries, buttons; `turning` has what is turned or slid.

import { actLine } from "./protocol.js";
import { encoder, slider, stepped } from "./turning.js";
import { h, s, setAttribute } from "./dom.js";
import { heldPositions, isPushButton } from "./snippets.js";
import { isHeld, positionName, positionWord } from "./catalog.js";
import { lever, rotary } from "./drawings.js";
import { lineButton } from "./linebutton.js";
import { makeHeld, makeTapped } from "./hold.js";
import { nearestPosition } from "./scale.js";

/**
 * @typedef {import("./catalog.js").Item} Item
 * @typedef {import("./cockpit.js").Cockpit} Cockpit
 * @typedef {import("./instruments.js").View} View
 */

const RATE = 30;
/** The most positions that have a button each, and the most that a lever is drawn with. */
const MOST_BUTTONS = 12;
const MOST_LEVER = 3;

/**
 * Returns the drawing by which a control is worked.
 * @param {Item} item
 * @param {Cockpit} cockpit
 * @returns {View}
 */
export function control(item, cockpit) {
  if (!item.act) return none();
  if (item.kind === "encoder") return encoder(item, cockpit);
  if (item.kind === "axis") return slider(item, cockpit);
  if (isHeld(item)) return pushButtons(item, cockpit);
  if (item.positions.length === 0) return steps(item, cockpit);
  if (item.positions.length === 1) return pressOnly(item, cockpit);
  if (item.positions.length > MOST_BUTTONS) return stepped(item, cockpit);
  return positions(item, cockpit);
}

function none() {
  return { element: h("p.quiet", {}, "This control cannot be operated from outside the sim."), stop() {} };
}

/** @returns {View} a button that is not released: each press is one line */
function pressOnly(item, cockpit) {
  const [position] = item.positions;
  const button = h(
    "button.push",
    {
      type: "button",
      "data-line": actLine(item.act, positionWord(position)),
      "aria-label": `Press ${item.title}`,
    },
    pushTop(),
  );
  makeTapped(button, () => cockpit.act(item, positionWord(position)));
  return { element: h("div.control.pushes", {}, button), stop() {} };
}

/** @returns {View} a control whose positions are not known: it can only be stepped */
function steps(item, cockpit) {
  const [down, up] = [lineButton(item, cockpit, "DEC", "−"), lineButton(item, cockpit, "INC", "+")];
  return { element: h("div.control", {}, down, up), stop() {} };
}

function pushTop() {
  return s(
    "svg",
    { class: "push-top", viewBox: "0 0 100 100", "aria-hidden": "true" },
    s("circle", { class: "collar", cx: 50, cy: 50, r: 47 }),
    s("circle", { class: "top", cx: 50, cy: 50, r: 37 }),
  );
}

/** @returns {View} a switch or a rotary with a button for each position */
function positions(item, cockpit) {
  const drawing = item.positions.length <= MOST_LEVER ? lever(item) : rotary(item);
  const buttons = item.positions.map((position) =>
    lineButton(item, cockpit, positionWord(position), positionName(position), ".position"),
  );
  const vertical = item.positions.length <= MOST_LEVER;
  const list = h(
    "div",
    { role: "group", "aria-label": item.title, class: vertical ? "positions vertical" : "positions" },
    ...(vertical ? [...buttons].reverse() : buttons),
  );
  const toggle = h(
    "button.drawing",
    {
      type: "button",
      "data-line": actLine(item.act, "TOGGLE"),
      "aria-label": `${item.title}: next position`,
    },
    drawing.element,
  );
  makeTapped(toggle, () => cockpit.act(item, "TOGGLE"));
  const stop = cockpit.watch(item, RATE, ({ raw }) => {
    const at = Number.isNaN(raw) ? -1 : nearestPosition(item.positions, raw);
    buttons.forEach((button, number) => setAttribute(button, "aria-pressed", String(number === at)));
    if (at >= 0) drawing.show(at);
  });
  buttons.forEach((button) => setAttribute(button, "aria-pressed", "false"));
  return {
    element: h(`div.control.${vertical ? "upright" : "round"}`, {}, toggle, list),
    stop() {
      stop();
      drawing.stop();
    },
  };
}

/** @returns {View} a button for each direction in which the control is held */
function pushButtons(item, cockpit) {
  const single = isPushButton(item);
  const directions = heldPositions(item);
  const held = single ? [{ value: directions[0]?.value ?? 1, label: null }] : directions;
  const buttons = held.map((position) => {
    const word = single ? "PRESS" : positionWord(position);
    const button = h(
      "button.push",
      {
        type: "button",
        "data-line": actLine(item.act, word),
        "aria-label": single ? `Hold ${item.title}` : `Hold ${item.title} at ${positionName(position)}`,
      },
      pushTop(),
      single ? null : h("span.push-text", {}, positionName(position)),
    );
    const end = makeHeld(button, {
      press: () => cockpit.act(item, word),
      release: () => cockpit.act(item, "RELEASE"),
    });
    return { button, position, end };
  });
  const stop = cockpit.watch(item, RATE, ({ raw }) => {
    for (const { button, position } of buttons) {
      button.classList.toggle(
        "down",
        !Number.isNaN(raw) && item.positions[nearestPosition(item.positions, raw)]?.value === position.value,
      );
    }
  });
  return {
    element: h("div.control.pushes", {}, ...buttons.map(({ button }) => button)),
    stop() {
      for (const { end } of buttons) end();
      stop();
    },
  };
}

/** @returns {View} the cover of a switch: a striped flap that is opened and closed */
export function guard(item, cockpit) {
  const open = h(
    "button.guard",
    { type: "button", "data-line": actLine(item.act, "TOGGLE") },
    h("span.guard-flap"),
    h("span.guard-text"),
  );
  makeTapped(open, () => cockpit.act(item, "TOGGLE"));
  const show = (raw) => {
    const up = !Number.isNaN(raw) && nearestPosition(item.positions, raw) > 0;
    open.classList.toggle("open", up);
    setAttribute(open, "aria-pressed", String(up));
    open.lastChild.textContent = up ? "Cover open" : "Cover closed";
  };
  show(NaN);
  open.title = item.title;
  return { element: open, stop: cockpit.watch(item, RATE, ({ raw }) => show(raw)) };
}
