// Scales of gauges: pairs of the sim's raw value and the value that the dial shows. Pure.

/**
 * A scale in the order of the table: raw values rise or fall.
 * @typedef {[number, number][]} Scale
 */

/** The raw values of a scale that is missing or of one point. */
const IDENTITY = /** @type {Scale} */ ([
  [0, 0],
  [1, 1],
]);

/** Returns the scale with rising raw values; of several points with one raw value the order is kept. */
function rising(scale) {
  if (!scale || scale.length < 2) return IDENTITY;
  return scale[0][0] <= scale[scale.length - 1][0] ? scale : [...scale].reverse();
}

/**
 * Returns the value on the scale. Between two points it is linear; beyond the ends the outer segments go on.
 * At a raw value that two points share, the point that comes first in the table counts.
 * @param {Scale | null} scale
 * @param {number} raw
 */
export function valueAt(scale, raw) {
  if (!scale || scale.length < 2) return raw;
  const exact = scale.find((point) => point[0] === raw);
  if (exact) return exact[1];
  return along(rising(scale), raw, 0, 1);
}

/**
 * Returns the raw value at which the dial shows this value: the inverse of `valueAt`, for scales whose values
 * rise or fall throughout.
 * @param {Scale | null} scale
 * @param {number} value
 */
export function rawAt(scale, value) {
  if (!scale || scale.length < 2) return value;
  const points = rising(scale);
  const falling = points[0][1] > points[points.length - 1][1];
  return along(falling ? [...points].reverse() : points, value, 1, 0);
}

function along(points, x, from, to) {
  let end = 1;
  while (end < points.length - 1 && points[end][from] < x) end += 1;
  let start = end - 1;
  while (start > 0 && points[start][from] === points[end][from]) start -= 1;
  const [a, b] = [points[start], points[end]];
  const width = b[from] - a[from];
  return width === 0 ? a[to] : a[to] + ((x - a[from]) / width) * (b[to] - a[to]);
}

/** Returns the lowest and the highest value of a scale. */
export function rangeOf(scale) {
  const values = (scale && scale.length > 1 ? scale : IDENTITY).map((point) => point[1]);
  return { low: Math.min(...values), high: Math.max(...values) };
}

/** Returns the decimals that show about five hundred steps of a range; negative for tens and hundreds. */
export function precisionFor(low, high) {
  const step = (high - low) / 500;
  return step > 0 ? Math.max(-3, Math.min(5, Math.ceil(-Math.log10(step)) || 0)) : 3;
}

/** Returns a value rounded to a precision, as the server would write it. */
export function roundedText(value, precision) {
  if (!Number.isFinite(value)) return "–";
  const unit = 10 ** -precision;
  const rounded = precision < 0 ? Math.round(value / unit) * unit : value;
  const text = rounded.toFixed(Math.max(0, precision));
  return /^-0(\.0*)?$/.test(text) ? text.slice(1) : text;
}

/**
 * Returns the number of the position nearest to a raw value.
 * @param {{value: number}[]} positions
 * @param {number} raw
 */
export function nearestPosition(positions, raw) {
  let best = 0;
  positions.forEach((position, number) => {
    if (Math.abs(position.value - raw) < Math.abs(positions[best].value - raw)) best = number;
  });
  return best;
}
