// Controls that are turned or slid: encoders and axes.

import { actLine, numberText } from "./protocol.js";
import { h, s } from "./dom.js";
import { lineButton } from "./linebutton.js";
import { makeRepeating } from "./hold.js";
import { Motion } from "./frame.js";
import { nearestPosition } from "./scale.js";
import { pointAt } from "./dial.js";

/**
 * @typedef {import("./catalog.js").Item} Item
 * @typedef {import("./cockpit.js").Cockpit} Cockpit
 * @typedef {import("./instruments.js").View} View
 */

const RATE = 30;
/** The least time between two lines of a slider that is dragged, and the time for which it then ignores values. */
const SLIDE_MS = 50;
const SETTLE_MS = 600;
/** The angle by which an encoder is dragged for one click. */
const CLICK_ANGLE = 15;

/** @returns {View} an encoder: dragged round, turned by the wheel, or clicked */
export function encoder(item, cockpit) {
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
    stop() {
      for (const end of ends) end();
      motion.stop();
    },
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
export function slider(item, cockpit) {
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
export function stepped(item, cockpit) {
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
