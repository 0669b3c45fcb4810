import assert from "node:assert/strict";
import test from "node:test";

import { Series } from "../../../server/web/series.js";

test("a value holds until the next one", () => {
  const series = new Series();
  series.push(10, 1);
  series.push(20, 3);
  assert.deepEqual(
    [9, 10, 19, 20, 99].map((time) => series.at(time)),
    [NaN, 1, 1, 3, 3],
  );
});

test("a column has the least and the largest value in it", () => {
  const series = new Series();
  for (const [time, value] of [
    [0, 0],
    [1, 5],
    [2, -5],
    [11, 2],
    [35, 7],
  ])
    series.push(time, value);
  const { low, high } = series.columns(-10, 40, 5);
  assert.deepEqual([...low], [NaN, -5, -5, 2, 2]);
  assert.deepEqual([...high], [NaN, 5, 2, 2, 7]);
});

test("the oldest values go when the ring is full", () => {
  const series = new Series();
  for (let n = 0; n < 20_000; n += 1) series.push(n, n);
  assert.equal(series.count, 18_000);
  assert.equal(series.at(1000), NaN);
  assert.equal(series.at(19_999), 19_999);
  assert.equal(series.at(2500), 2500);
});
