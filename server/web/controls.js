// The controls: switches, rotaries, buttons, encoders and sliders, each drawn by its kind.

import { actLine, numberText } from "./protocol.js";
import { heldPositions, isPushButton } from "./snippets.js";
import { h, s, setAttribute } from "./dom.js";
import { makeHeld, makeRepeating, makeTapped } from "./hold.js";
import { Motion } from "./frame.js";
import { nearestPosition } from "./scale.js";
import { pointAt } from "./dial.js";
import { isHeld, positionName, positionWord } from "./catalog.js";

/**
 * @typedef {import("./catalog.js").Item} Item
 * @typedef {import("./cockpit.js").Cockpit} Cockpit
 * @typedef {import("./instruments.js").View} View
 */

const RATE = 30;
/** The most positions that have a button each, and the most that a lever is drawn with. */
const MOST_BUTTONS = 12;
const MOST_LEVER = 3;
/** The least time between two lines of a slider that is dragged, and the time for which it then ignores values. */
const SLIDE_MS = 50;
const SETTLE_MS = 600;
/** The angle by which an encoder is dragged for one click. */
const CLICK_ANGLE = 15;

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
  if (item.positions.length < 2) return pushOnly(item, cockpit);
  if (item.positions.length > MOST_BUTTONS) return stepped(item, cockpit);
  return positions(item, cockpit);
}

function none() {
  return { element: h("p.quiet", {}, "This control cannot be operated from outside the sim."), stop() {} };
}

/** Returns a button that sends one line. */
function lineButton(item, cockpit, position, text, classes = "") {
  const button = h(
    `button.key${classes}`,
    { type: "button", "data-line": actLine(item.act, position) },
    text,
  );
  makeTapped(button, () => cockpit.act(item, position));
  return button;
}

/** A control whose positions are not known: it can only be stepped. */
function pushOnly(item, cockpit) {
  const element = h(
    "div.control.steps",
    {},
    lineButton(item, cockpit, "DEC", "−"),
    lineButton(item, cockpit, "INC", "+"),
  );
  return { element, stop() {} };
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
    stop: () => (stop(), drawing.stop()),
  };
}

/** A bat lever, seen from the front: the first position at the bottom, the last at the top. */
function lever(item) {
  const stem = s("path", { class: "stem", d: "M-5 0L-8 -40L8 -40L5 0Z" });
  const ball = s("circle", { class: "ball", r: 11 });
  const element = s(
    "svg",
    { class: "lever", viewBox: "-40 -65 80 130", "aria-hidden": "true" },
    s("rect", { class: "plate", x: -34, y: -60, width: 68, height: 120, rx: 8 }),
    s("circle", { class: "nut", r: 22 }),
    s("circle", { class: "hole", r: 13 }),
    stem,
    ball,
  );
  // From 1 (up) to -1 (down); in the middle only the ball is seen.
  const motion = new Motion((at) => {
    stem.setAttribute("transform", `scale(1 ${at.toFixed(3)})`);
    ball.setAttribute("cy", (-42 * at).toFixed(1));
  }, 0.002);
  const last = item.positions.length - 1;
  motion.jumpTo(last === 1 ? -1 : 0);
  return { element, show: (number) => motion.moveTo((2 * number) / last - 1), stop: () => motion.stop() };
}

/** A knob with a pointer: the positions stand around it. */
function rotary(item) {
  const count = item.positions.length;
  const step = Math.min(40, 300 / Math.max(1, count - 1));
  const angle = (number) => (number - (count - 1) / 2) * step;
  const marks = item.positions.flatMap((position, number) => {
    const [x1, y1] = pointAt(angle(number), 54);
    const [x2, y2] = pointAt(angle(number), 62);
    const [x, y] = pointAt(angle(number), 69);
    const side = Math.abs(x) < 12 ? "middle" : x < 0 ? "end" : "start";
    return [
      s("line", { class: "detent", x1, y1, x2, y2 }),
      s(
        "text",
        { class: `mark ${side}`, x, y: Math.abs(x) < 12 ? y - 5 : y },
        positionName(position).slice(0, 5),
      ),
    ];
  });
  const knob = s(
    "g",
    { class: "knob" },
    s("circle", { class: "skirt", r: 47 }),
    s("circle", { class: "grip", r: 39 }),
    s("rect", { class: "pointer", x: -3.5, y: -45, width: 7, height: 34, rx: 2 }),
  );
  const element = s(
    "svg",
    { class: "rotary", viewBox: "-110 -88 220 150", "aria-hidden": "true" },
    ...marks,
    knob,
  );
  const motion = new Motion((at) => knob.setAttribute("transform", `rotate(${at.toFixed(2)})`), 0.05);
  motion.jumpTo(angle(0));
  return { element, show: (number) => motion.moveTo(angle(number)), stop: () => motion.stop() };
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
      s(
        "svg",
        { class: "push-top", viewBox: "0 0 100 100", "aria-hidden": "true" },
        s("circle", { class: "collar", cx: 50, cy: 50, r: 47 }),
        s("circle", { class: "top", cx: 50, cy: 50, r: 37 }),
      ),
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
    stop: () => (buttons.forEach(({ end }) => end()), stop()),
  };
}

/** @returns {View} an encoder: dragged round, turned by the wheel, or clicked */
function encoder(item, cockpit) {
  const knob = s(
    "g",
    { class: "knob" },
    ...knurls(),
    s("circle", { class: "grip", r: 44 }),
    s("circle", { class: "dimple", cy: -28, r: 6 }),
  );
  const element = s(
    "svg",
    { class: "rotary encoder", viewBox: "-70 -70 140 140", "aria-hidden": "true" },
    knob,
  );
  const motion = new Motion((at) => knob.setAttribute("transform", `rotate(${at.toFixed(2)})`), 0.05);
  motion.jumpTo(0);
  let angle = 0;
  const turn = (clicks) => {
    angle += clicks * CLICK_ANGLE;
    motion.moveTo(angle);
    for (let n = 0; n < Math.abs(clicks); n += 1) cockpit.act(item, clicks > 0 ? "INC" : "DEC");
  };
  makeTurnable(element, turn);
  const ends = [];
  const button = (word, text, clicks) => {
    const made = h(
      "button.key.step",
      {
        type: "button",
        "data-line": actLine(item.act, word),
        "aria-label": `${item.title}: one click ${clicks > 0 ? "up" : "down"}`,
      },
      text,
    );
    ends.push(makeRepeating(made, () => turn(clicks)));
    return made;
  };
  return {
    element: h("div.control.turned", {}, button("DEC", "−", -1), element, button("INC", "+", 1)),
    stop: () => (ends.forEach((end) => end()), motion.stop()),
  };
}

function knurls() {
  return Array.from({ length: 36 }, (_, n) => {
    const [x1, y1] = pointAt(n * 10, 50);
    const [x2, y2] = pointAt(n * 10, 58);
    return s("line", { class: "knurl", x1, y1, x2, y2 });
  });
}

/** Makes a knob turn by clicks when it is dragged round or when the wheel turns over it. */
function makeTurnable(element, turn) {
  let last = null;
  let rest = 0;
  const at = (event) => {
    const box = element.getBoundingClientRect();
    return (
      (Math.atan2(event.clientX - box.x - box.width / 2, box.y + box.height / 2 - event.clientY) * 180) /
      Math.PI
    );
  };
  const add = (degrees) => {
    rest += degrees;
    const clicks = Math.trunc(rest / CLICK_ANGLE);
    rest -= clicks * CLICK_ANGLE;
    if (clicks) turn(clicks);
  };
  element.addEventListener("pointerdown", (event) => {
    element.setPointerCapture(event.pointerId);
    [last, rest] = [at(event), 0];
  });
  element.addEventListener("pointermove", (event) => {
    if (last === null) return;
    const now = at(event);
    add(((now - last + 540) % 360) - 180);
    last = now;
  });
  for (const name of ["pointerup", "pointercancel"]) element.addEventListener(name, () => (last = null));
  element.addEventListener(
    "wheel",
    (event) => {
      event.preventDefault();
      turn(event.deltaY < 0 ? 1 : -1);
    },
    { passive: false },
  );
}

/** @returns {View} a slider for an axis */
function slider(item, cockpit) {
  const [low, high] = item.limits ?? [0, 1];
  return slide(item, cockpit, {
    low,
    high,
    step: (high - low) / 200,
    line: (value) => value,
    value: (raw) => raw,
  });
}

/** @returns {View} a slider for a control with very many positions */
function stepped(item, cockpit) {
  return slide(item, cockpit, {
    low: 0,
    high: item.positions.length - 1,
    step: 1,
    line: (number) => `#${number}`,
    value: (raw) => nearestPosition(item.positions, raw),
  });
}

function slide(item, cockpit, { low, high, step, line, value }) {
  const input = h("input.slider", {
    type: "range",
    min: low,
    max: high,
    step,
    value: low,
    "aria-label": item.title,
  });
  let touched = -SETTLE_MS;
  let timer = 0;
  let settled = 0;
  let latest = NaN;
  const position = () => line(Number(numberText(Number(input.value))));
  const mark = () => {
    input.dataset.line = actLine(item.act, position());
    input.style.setProperty("--share", String((Number(input.value) - low) / (high - low || 1)));
  };
  const send = () => {
    timer = 0;
    cockpit.act(item, position());
  };
  input.addEventListener("input", () => {
    touched = performance.now();
    clearTimeout(settled);
    settled = setTimeout(show, SETTLE_MS + 10);
    mark();
    if (!timer) timer = setTimeout(send, SLIDE_MS);
  });
  const show = () => {
    if (Number.isNaN(latest) || performance.now() - touched < SETTLE_MS) return;
    input.value = String(value(latest));
    mark();
  };
  mark();
  const stop = cockpit.watch(item, RATE, ({ raw }) => {
    latest = raw;
    show();
  });
  const element = h(
    "div.control.sliding",
    {},
    lineButton(item, cockpit, "DEC", "−", ".step"),
    input,
    lineButton(item, cockpit, "INC", "+", ".step"),
  );
  return { element, stop };
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
