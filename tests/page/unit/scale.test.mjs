import assert from "node:assert/strict";
import test from "node:test";

import {
  nearestPosition,
  precisionFor,
  rangeOf,
  rawAt,
  roundedText,
  valueAt,
} from "../../../server/web/scale.js";

const RISING = [
  [0, 0],
  [0.12, 20],
  [0.45, 60],
  [1, 110],
];
const FALLING = [
  [1, 0],
  [0.82, 5000],
  [0.65, 10000],
  [0.38, 20000],
  [0, 45000],
];

test("a value lies on the line between two points", () => {
  assert.equal(valueAt(RISING, 0.06), 10);
  assert.equal(Math.round(valueAt(FALLING, 0.91)), 2500);
  assert.equal(valueAt(FALLING, 0.19), 32500);
});

test("the outer segments go on beyond the ends", () => {
  assert.equal(Math.round(valueAt(RISING, -0.06)), -10);
  assert.equal(Math.round(valueAt(FALLING, 1.18)), -5000);
});

test("where the scale jumps, the first point of the table counts", () => {
  assert.equal(
    valueAt(
      [
        [0, 0],
        [0.5, 1],
        [0.5, 9],
        [1, 10],
      ],
      0.5,
    ),
    1,
  );
  assert.equal(
    valueAt(
      [
        [1, 10],
        [0.5, 9],
        [0.5, 1],
        [0, 0],
      ],
      0.5,
    ),
    9,
  );
});

test("without a scale the value is the raw value", () => {
  assert.equal(valueAt(null, 0.7), 0.7);
  assert.deepEqual(rangeOf(null), { low: 0, high: 1 });
});

test("the inverse finds the raw value on rising and falling scales", () => {
  for (const scale of [RISING, FALLING]) {
    for (let raw = 0; raw <= 1; raw += 0.05)
      assert.ok(Math.abs(rawAt(scale, valueAt(scale, raw)) - raw) < 1e-9);
  }
});

test("texts are rounded as the server does it", () => {
  assert.equal(roundedText(12344, -1), "12340");
  assert.equal(roundedText(89.14, 1), "89.1");
  assert.equal(roundedText(-0.001, 2), "0.00");
});

test("the precision shows about five hundred steps", () => {
  assert.deepEqual(
    [
      [0, 1],
      [0, 110],
      [0, 360],
      [0, 900],
      [0, 45000],
    ].map(([a, b]) => precisionFor(a, b)),
    [3, 1, 1, 0, -1],
  );
});

test("the nearest position is found", () => {
  const positions = [-1, 0, 1].map((value) => ({ value }));
  assert.deepEqual(
    [-1, -0.4, 0.2, 0.9].map((raw) => nearestPosition(positions, raw)),
    [0, 1, 1, 2],
  );
});
