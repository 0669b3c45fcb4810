// The instruments: a dial with a needle, a lamp, a counter, a text display. Each watches its item while it is shown.

import { arcPath, angleOf, dialOf, numberRadius, pointAt, ticksOf } from "./dial.js";
import { displayLines } from "./protocol.js";
import { h, s, setText } from "./dom.js";
import { lampColour, lampText } from "./catalog.js";
import { Motion, slowly } from "./frame.js";
import { roundedText, valueAt } from "./scale.js";
import { isShortUnit, shownText } from "./cockpit.js";

/**
 * @typedef {import("./catalog.js").Item} Item
 * @typedef {import("./cockpit.js").Cockpit} Cockpit
 * @typedef {{element: HTMLElement | SVGElement, stop: () => void}} View
 */

/** The most updates a second of an instrument. */
const RATE = 30;

/**
 * Returns the instrument of an item.
 * @param {Item} item
 * @param {Cockpit} cockpit
 * @returns {View}
 */
export function instrument(item, cockpit) {
  if (item.kind === "text") return textDisplay(item, cockpit);
  if (item.kind === "lamp") return lamp(item, cockpit);
  if (item.kind === "digit") return counter(item, cockpit);
  return dial(item, cockpit);
}

/**
 * The needle is a drawing of its own over the face. It is no layer of the compositor: with sixty layers each frame
 * takes three times as long.
 * @returns {View}
 */
function dial(item, cockpit) {
  const geometry = dialOf(item);
  const needle = s("svg", { class: "needle unknown", viewBox: "-100 -100 200 200" }, needleShape());
  const number = h(geometry.round ? "span.number.round" : "span.number");
  const element = h(
    "div.dial",
    { role: "img", "aria-label": item.title },
    s(
      "svg",
      { class: "dial-face", viewBox: "-100 -100 200 200", "aria-hidden": "true" },
      ...face(geometry, item.unit),
    ),
    number,
    needle,
  );
  const motion = new Motion((angle) => (needle.style.transform = `rotate(${angle.toFixed(2)}deg)`), 0.02);
  motion.jumpTo(geometry.start);
  let newest = NaN;
  const unit = isShortUnit(item.unit) ? item.unit : "";
  const showNumber = () => setText(number, roundedText(valueAt(item.scale, newest), item.precision) + unit);
  const stop = cockpit.watch(item, RATE, ({ raw }) => {
    if (Number.isNaN(raw)) return;
    needle.classList.remove("unknown");
    newest = raw;
    slowly(showNumber);
    if (geometry.round) motion.moveAround(angleOf(geometry, raw));
    else motion.moveTo(angleOf(geometry, raw));
  });
  return {
    element,
    stop() {
      stop();
      motion.stop();
    },
  };
}

function face(geometry, unit) {
  const { ticks, factor } = ticksOf(geometry);
  const parts = [
    s("circle", { class: "bezel", r: 98 }),
    s("circle", { class: "face", r: 91 }),
    s("path", {
      class: "rim",
      d: geometry.round ? "" : arcPath(geometry.start, geometry.start + geometry.sweep, 84),
    }),
  ];
  for (const tick of ticks) {
    const [x1, y1] = pointAt(tick.angle, 84);
    const [x2, y2] = pointAt(tick.angle, tick.major ? 71 : 77);
    parts.push(s("line", { class: tick.major ? "tick major" : "tick", x1, y1, x2, y2 }));
    if (!tick.text) continue;
    const [x, y] = pointAt(tick.angle, numberRadius(tick.angle, tick.text));
    parts.push(s("text", { class: "mark", x, y }, tick.text));
  }
  const below = [isShortUnit(unit) ? "" : unit, factor > 1 ? `× ${factor}` : ""].filter(Boolean).join(" ");
  if (below) parts.push(s("text", { class: "factor", y: 66 }, below));
  return parts;
}

function needleShape() {
  return s(
    "g",
    {},
    s("path", { class: "hand", d: "M-2.6 18L-1.1 -76L0 -80L1.1 -76L2.6 18Z" }),
    s("circle", { class: "cap", r: 7 }),
  );
}

/** @returns {View} */
function lamp(item, cockpit) {
  const words = h("span.lamp-text", {}, lampText(item.name));
  const element = h(
    "div",
    { role: "img", class: `lamp ${lampColour(item.name)}` },
    h("span.lamp-light"),
    words,
  );
  const stop = cockpit.watch(item, RATE, ({ raw }) => showLight(element, item, raw));
  element.setAttribute("aria-label", `${item.title}: not known`);
  return { element, stop };
}

/** Lights a lamp as brightly as the cockpit's. */
export function showLight(element, item, raw) {
  const light = Number.isNaN(raw) ? 0 : Math.max(0, Math.min(1, valueAt(item.scale, raw)));
  element.style.setProperty("--light", light.toFixed(2));
  element.classList.toggle("lit", light > 0.3);
  element.setAttribute(
    "aria-label",
    `${item.title}: ${Number.isNaN(raw) ? "not known" : light > 0.3 ? "on" : "off"}`,
  );
}

/** @returns {View} */
function counter(item, cockpit) {
  const element = h("div.counter", { role: "img" });
  const show = (text) => {
    setText(element, text);
    element.setAttribute("aria-label", `${item.title}: ${text}`);
  };
  show("–");
  return { element, stop: cockpit.watch(item, RATE, ({ raw }) => show(shownText(item, raw))) };
}

/** @returns {View} */
function textDisplay(item, cockpit) {
  const element = h("div.display", { role: "img" });
  const stop = cockpit.watchText(item, (text) => showText(element, item, text));
  showText(element, item, item.text);
  return { element, stop };
}

/** Shows a display's lines, each with all its blanks. */
function showText(element, item, text) {
  const lines = displayLines(text);
  element.replaceChildren(...lines.map((line) => h("span.display-line", {}, line || "\u00a0")));
  element.setAttribute(
    "aria-label",
    `${item.title}: ${lines.map((line) => line.trim()).join(", ") || "empty"}`,
  );
}
