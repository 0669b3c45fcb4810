// The values of the last minute as a small curve.

import { History } from "./history.js";
import { rangeOf, rawAt } from "./scale.js";
import { s, setAttribute } from "./dom.js";

const HEIGHT = 20;

/** Returns the raw values at the lower and upper edge of an item's curve. */
export function edges(item) {
  if (item.group === "gauge") {
    const { low, high } = rangeOf(item.scale);
    return [rawAt(item.scale, low), rawAt(item.scale, high)];
  }
  if (item.limits) return item.limits;
  const values = item.positions.map((position) => position.value);
  return values.length ? [Math.min(...values), Math.max(...values)] : [0, 1];
}

/**
 * Returns a curve, and functions that set its item and draw it anew.
 * @returns {{element: SVGElement, draw: (item: import("./catalog.js").Item, history: History | undefined) => void}}
 */
export function sparkline() {
  const curve = s("polyline", { class: "curve", points: "" });
  const element = s(
    "svg",
    {
      class: "spark",
      viewBox: `0 -1 ${History.SAMPLES} ${HEIGHT + 2}`,
      preserveAspectRatio: "none",
      "aria-hidden": "true",
    },
    curve,
  );
  return {
    element,
    draw(item, history) {
      const [low, high] = edges(item);
      const points = [];
      history?.each((value, place) => {
        const share = Math.max(0, Math.min(1, (value - low) / (high - low || 1)));
        points.push(`${place},${(HEIGHT * (1 - share)).toFixed(1)}`);
      });
      setAttribute(curve, "points", points.length > 1 ? points.join(" ") : "");
    },
  };
}
