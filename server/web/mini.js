// The small symbol at the beginning of a row, which shows the value at a glance.

import { angleOf, arcPath, dialOf } from "./dial.js";
import { isHeld, lampColour } from "./catalog.js";
import { nearestPosition } from "./scale.js";
import { h, s } from "./dom.js";
import { showLight } from "./instruments.js";

/**
 * Returns the symbol of an item and a function that shows a raw value on it.
 * @param {import("./catalog.js").Item} item
 * @returns {{element: Element, show: (raw: number) => void}}
 */
export function miniature(item) {
  if (item.kind === "lamp") return miniLamp(item);
  if (item.kind === "text" || item.kind === "digit") return plain("M4 7h16v10H4zM7 12h2m2 0h2m2 0h2");
  if (item.group === "gauge") return miniDial(item);
  if (item.kind === "encoder") return plain("M12 4a8 8 0 1 0 8 8M12 4l-3-2.5M12 4l-3 2.5M12 9v3");
  if (item.kind === "none") return plain("M6 12h12");
  if (isHeld(item)) return miniButton(item);
  return item.positions.length ? miniSwitch(item) : miniSlider(item);
}

function frame(...children) {
  return s("svg", { class: "mini", viewBox: "0 0 24 24", "aria-hidden": "true" }, ...children);
}

function plain(d) {
  return { element: frame(s("path", { class: "mini-line", d })), show() {} };
}

function miniDial(item) {
  const dial = dialOf(item);
  const needle = s("line", { class: "mini-needle", y1: 2, y2: -8 });
  const arc = dial.round
    ? s("circle", { class: "mini-line", r: 9 })
    : s("path", { class: "mini-line", d: arcPath(-135, 135, 9) });
  const element = frame(s("g", { transform: "translate(12 12)" }, arc, needle));
  return {
    element,
    show: (raw) =>
      needle.setAttribute(
        "transform",
        `rotate(${(Number.isNaN(raw) ? dial.start : angleOf(dial, raw)).toFixed(1)})`,
      ),
  };
}

function miniLamp(item) {
  const element = h("span", { class: `mini mini-lamp ${lampColour(item.name)}` }, h("span.lamp-light"));
  return {
    element,
    show(raw) {
      showLight(element, item, raw);
      element.removeAttribute("aria-label");
    },
  };
}

function miniSwitch(item) {
  const last = item.positions.length - 1;
  const knob = s("circle", { class: "mini-knob", cx: 12, cy: 12, r: 3.6 });
  const element = frame(s("rect", { class: "mini-line", x: 7.5, y: 3, width: 9, height: 18, rx: 4.5 }), knob);
  return {
    element,
    show: (raw) =>
      knob.setAttribute(
        "cy",
        String(Number.isNaN(raw) || !last ? 12 : 16.5 - (9 * nearestPosition(item.positions, raw)) / last),
      ),
  };
}

function miniSlider(item) {
  const [low, high] = item.limits ?? [0, 1];
  const knob = s("rect", { class: "mini-knob", y: 7, width: 4, height: 10, rx: 1 });
  const element = frame(s("path", { class: "mini-line", d: "M3 12h18" }), knob);
  return {
    element,
    show: (raw) =>
      knob.setAttribute(
        "x",
        String(3 + 14 * Math.max(0, Math.min(1, Number.isNaN(raw) ? 0 : (raw - low) / (high - low || 1)))),
      ),
  };
}

function miniButton(item) {
  const top = s("circle", { class: "mini-top", cx: 12, cy: 12, r: 5 });
  const element = frame(s("circle", { class: "mini-line", cx: 12, cy: 12, r: 9 }), top);
  return {
    element,
    show: (raw) =>
      top.classList.toggle("down", !Number.isNaN(raw) && Math.abs(raw - (item.release ?? 0)) > 0.01),
  };
}
