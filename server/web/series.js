// The values of a plot over time: a ring of a fixed size, and what of it is drawn. Pure.

/** Ten minutes of 30 values a second. */
const SIZE = 18_000;

export class Series {
  #times = new Float64Array(SIZE);
  #values = new Float32Array(SIZE);
  #count = 0;
  #next = 0;

  /** Adds a value that holds from this time on. */
  push(time, value) {
    this.#times[this.#next] = time;
    this.#values[this.#next] = value;
    this.#next = (this.#next + 1) % SIZE;
    this.#count = Math.min(this.#count + 1, SIZE);
  }

  get count() {
    return this.#count;
  }

  /** Returns the value that held at a time, or NaN before the first one. */
  at(time) {
    const place = this.#before(time);
    return place < 0 ? NaN : this.#values[this.#slot(place)];
  }

  /**
   * Returns the least and the largest value of each column of a time span that is cut into columns: what is between
   * two values keeps the first one.
   * @returns {{low: Float32Array, high: Float32Array}} NaN where nothing is known
   */
  columns(from, to, count) {
    const low = new Float32Array(count).fill(NaN);
    const high = new Float32Array(count).fill(NaN);
    const width = (to - from) / count;
    let place = this.#before(from);
    for (let column = 0; column < count; column += 1) {
      const end = from + (column + 1) * width;
      let [least, most] =
        place < 0
          ? [Infinity, -Infinity]
          : [this.#values[this.#slot(place)], this.#values[this.#slot(place)]];
      while (place + 1 < this.#count && this.#times[this.#slot(place + 1)] < end) {
        place += 1;
        const value = this.#values[this.#slot(place)];
        [least, most] = [Math.min(least, value), Math.max(most, value)];
      }
      if (least <= most) [low[column], high[column]] = [least, most];
    }
    return { low, high };
  }

  /** Returns the place of the last value not after a time, counted from the oldest, or -1. */
  #before(time) {
    let [low, high] = [0, this.#count];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#times[this.#slot(middle)] <= time) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  #slot(place) {
    return (this.#next - this.#count + place + SIZE) % SIZE;
  }
}
