// The drawings of switches and rotaries, which show a position.

import { Motion } from "./frame.js";
import { pointAt } from "./dial.js";
import { positionName } from "./catalog.js";
import { s } from "./dom.js";

/** @typedef {{element: SVGElement, show: (position: number) => void, stop: () => void}} Drawing */

/** A bat lever, seen from the front: the first position at the bottom, the last at the top. */
export function lever(item) {
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
export function rotary(item) {
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
