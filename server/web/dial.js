// The geometry of a dial: where the needle points and where the ticks are. Pure.
//
// The needle turns in proportion to the raw value, as the one in the cockpit does, so the ticks of a scale
// with a bend stand closer together where the cockpit's do.

import { rangeOf, rawAt, roundedText } from "./scale.js";

/** The angle of the lowest value, in degrees clockwise from the top, and the whole sweep of the needle. */
const START = -135;
const SWEEP = 270;
/** The share of the sweep by which a needle may go beyond an end. */
const OVERRUN = 0.02;
/** The least distance between two numbers and between two ticks, in degrees. */
const NUMBER_DISTANCE = 21;
const TICK_DISTANCE = 3.5;
const ROUND_VALUES = [360, 12, 24, 60];

/**
 * @typedef {import("./scale.js").Scale} Scale
 * @typedef {{angle: number, value: number, major: boolean, text: string}} Tick
 * @typedef {{start: number, sweep: number, fromRaw: number, toRaw: number, round: boolean,
 *   scale: Scale | null, low: number, high: number}} Dial
 */

/**
 * Returns the dial of a gauge.
 * @param {{name: string, scale: Scale | null}} gauge
 * @returns {Dial}
 */
export function dialOf({ name, scale }) {
  const { low, high } = rangeOf(scale);
  const round = isRound(name, low, high);
  const [start, sweep] = round ? [0, 360] : [START, SWEEP];
  return { start, sweep, fromRaw: rawAt(scale, low), toRaw: rawAt(scale, high), round, scale, low, high };
}

/** Tells whether the needle goes round and round: a compass, a clock, the small hand of an altimeter. */
function isRound(name, low, high) {
  if (low !== 0) return Math.abs(high - low - 2 * Math.PI) < 0.01 && /head|course|compass/i.test(name);
  if (high === 360) return true;
  if (ROUND_VALUES.includes(high)) return /clock|hour|minute|second|time/i.test(name);
  return high === 10 && /altimeter|altitude|_100/i.test(name);
}

/**
 * Returns the angle of the needle in degrees, clockwise from the top.
 * @param {Dial} dial
 * @param {number} raw
 */
export function angleOf(dial, raw) {
  const width = dial.toRaw - dial.fromRaw;
  const share = width === 0 ? 0 : (raw - dial.fromRaw) / width;
  const within = dial.round ? share : Math.max(-OVERRUN, Math.min(1 + OVERRUN, share));
  return dial.start + within * dial.sweep;
}

/**
 * Returns the ticks of a dial. Ticks that would stand too close together are left out.
 * @param {Dial} dial
 * @returns {{ticks: Tick[], factor: number}} the numbers on the dial are to be multiplied by `factor`
 */
export function ticksOf(dial) {
  const step = majorStep(dial.low, dial.high, dial.round);
  const factor = factorFor(dial.low, dial.high);
  const minors = minorsFor(step);
  const ticks = [];
  let lastNumber = -Infinity;
  let lastTick = -Infinity;
  const first = Math.ceil((dial.low / step) * minors - 1e-6);
  const last = Math.floor((dial.high / step) * minors + 1e-6);
  for (let n = first; n <= last; n += 1) {
    const value = (n / minors) * step;
    const angle = angleOf(dial, rawAt(dial.scale, value));
    const major = n % minors === 0;
    if (dial.round && angle >= dial.start + dial.sweep - 1e-6) continue;
    if (!major && angle - lastTick < TICK_DISTANCE) continue;
    lastTick = angle;
    const numbered = major && angle - lastNumber >= NUMBER_DISTANCE;
    if (numbered) lastNumber = angle;
    ticks.push({ angle, value, major, text: numbered ? tickText(value / factor, step / factor) : "" });
  }
  return { ticks, factor };
}

/** Returns the distance of the numbered ticks: 1, 2 or 5 times a power of ten; thirds of a right angle on a compass. */
export function majorStep(low, high, round) {
  const width = high - low;
  if (round && width === 360) return 30;
  if (round && width === 12) return 1;
  if (round && (width === 60 || width === 24)) return width / 12;
  const rough = width / 10 || 1;
  const unit = 10 ** Math.floor(Math.log10(rough));
  return unit * [1, 2, 5, 10].find((times) => times * unit >= rough * 0.999);
}

function minorsFor(step) {
  const first = Math.round(step / 10 ** Math.floor(Math.log10(step) + 1e-9));
  return first === 2 ? 4 : first === 3 ? 3 : 5;
}

function factorFor(low, high) {
  const largest = Math.max(Math.abs(low), Math.abs(high));
  return largest >= 10000 ? 1000 : largest >= 2000 ? 100 : 1;
}

function tickText(value, step) {
  return roundedText(value, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9)));
}

/** The radius within which numbers stand, and half the width and half the height of a digit. */
const NUMBERS_WITHIN = 68;
const [HALF_WIDTH, HALF_HEIGHT] = [4, 6];

/** Returns the radius of the middle of a number, so that its nearest corner stays clear of its tick. */
export function numberRadius(angle, text) {
  const radians = (angle * Math.PI) / 180;
  const reach =
    Math.abs(Math.sin(radians)) * HALF_WIDTH * text.length + Math.abs(Math.cos(radians)) * HALF_HEIGHT;
  return NUMBERS_WITHIN - reach;
}

/** Returns a point of a circle around the origin, for an angle clockwise from the top. */
export function pointAt(angle, radius) {
  const radians = (angle * Math.PI) / 180;
  return [radius * Math.sin(radians), -radius * Math.cos(radians)].map((n) => Math.round(n * 100) / 100);
}

/** Returns the SVG path of an arc around the origin. */
export function arcPath(from, to, radius) {
  const large = Math.abs(to - from) > 180 ? 1 : 0;
  return `M${pointAt(from, radius)}A${radius} ${radius} 0 ${large} 1 ${pointAt(to, radius)}`;
}
