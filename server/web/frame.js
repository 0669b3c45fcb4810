// One animation loop for all that moves on the page. It rests while nothing moves.

const still = matchMedia("(prefers-reduced-motion: reduce)");
/** The time in which a movement has come to about two thirds of its way, in milliseconds. */
const RESPONSE_MS = 45;

/** @type {Set<Motion>} */
const moving = new Set();
let frame = 0;
let last = 0;

/** More things than this move in every second frame only: sixty needles would take a third of the time of each. */
const MANY = 24;
const MANY_MS = 25;

/** The least time between two changes of texts that nobody could read faster. */
const TEXT_MS = 200;
/** @type {Set<() => void>} */
const texts = new Set();
let timer = 0;
let drawn = -TEXT_MS;

/**
 * Calls a function soon, the same function once only, together with all others that wait. Text that changes makes the
 * browser build its layers anew, which with many needles takes longer than to turn these: so all texts change at once.
 * @param {() => void} draw
 */
export function slowly(draw) {
  texts.add(draw);
  if (!timer) timer = setTimeout(drawTexts, performance.now() - drawn > TEXT_MS ? 0 : TEXT_MS);
}

function drawTexts() {
  timer = 0;
  drawn = performance.now();
  for (const draw of texts) draw();
  texts.clear();
}

/** A number on the screen that follows a target smoothly, such as the angle of a needle. */
export class Motion {
  #now = NaN;
  #target = NaN;
  #draw;
  #near;

  /**
   * @param {(now: number) => void} draw
   * @param {number} near the difference that nobody sees
   */
  constructor(draw, near) {
    this.#draw = draw;
    this.#near = near;
  }

  /** Moves to a target; at once if this is the first one, or if the user wants no motion. */
  moveTo(target) {
    if (target === this.#target) return;
    this.#target = target;
    if (Number.isNaN(this.#now) || still.matches) this.jumpTo(target);
    else {
      moving.add(this);
      start();
    }
  }

  /** Shows a number at once. */
  jumpTo(target) {
    this.#now = target;
    this.#target = target;
    moving.delete(this);
    this.#draw(target);
  }

  /** Moves round a circle of 360 by the shorter way. */
  moveAround(target) {
    if (Number.isNaN(this.#now)) return this.moveTo(target);
    this.moveTo(this.#now + ((((target - this.#now) % 360) + 540) % 360) - 180);
  }

  stop() {
    moving.delete(this);
    this.#now = NaN;
    this.#target = NaN;
  }

  /** @returns {boolean} false when the target is reached */
  step(share) {
    this.#now += (this.#target - this.#now) * share;
    const arrived = Math.abs(this.#target - this.#now) < this.#near;
    if (arrived) this.#now = this.#target;
    this.#draw(this.#now);
    return !arrived;
  }
}

function start() {
  if (!frame) {
    last = performance.now() - 16;
    frame = requestAnimationFrame(run);
  }
}

function run(now) {
  frame = requestAnimationFrame(run);
  if (moving.size > MANY && now - last < MANY_MS) return;
  const share = 1 - Math.exp(-Math.min(100, Math.max(1, now - last)) / RESPONSE_MS);
  last = now;
  for (const motion of moving) if (!motion.step(share)) moving.delete(motion);
  if (moving.size) return;
  cancelAnimationFrame(frame);
  frame = 0;
}
