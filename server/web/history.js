// The values of the last minute, for a sparkline: a ring of a fixed size.

const SAMPLES = 120;

export class History {
  static PERIOD_MS = 500;
  #values = new Float32Array(SAMPLES);
  #count = 0;
  #next = 0;

  push(value) {
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % SAMPLES;
    this.#count = Math.min(this.#count + 1, SAMPLES);
  }

  clear() {
    this.#count = 0;
    this.#next = 0;
  }

  get count() {
    return this.#count;
  }

  /** Calls a function with each value and its place, the newest at `SAMPLES - 1`. */
  each(take) {
    for (let n = 0; n < this.#count; n += 1) {
      const at = (this.#next - this.#count + n + SAMPLES) % SAMPLES;
      take(this.#values[at], SAMPLES - this.#count + n);
    }
  }

  static SAMPLES = SAMPLES;
}
