import assert from "node:assert/strict";
import test from "node:test";

import { angleOf, dialOf, majorStep, numberRadius, pointAt, ticksOf } from "../../../server/web/dial.js";

const rpm = dialOf({
  name: "Engine_RPM",
  scale: [
    [0, 0],
    [0.12, 20],
    [0.45, 60],
    [1, 110],
  ],
});
const altimeter = dialOf({
  name: "Altimeter",
  scale: [
    [1, 0],
    [0.82, 5000],
    [0.65, 10000],
    [0.38, 20000],
    [0, 45000],
  ],
});
const compass = dialOf({
  name: "HSI_Heading",
  scale: [
    [0, 0],
    [1, 360],
  ],
});

test("the needle turns clockwise with the value, in proportion to the raw value", () => {
  assert.deepEqual(
    [0, 0.5, 1].map((raw) => angleOf(rpm, raw)),
    [-135, 0, 135],
  );
  assert.deepEqual(
    [1, 0.5, 0].map((raw) => angleOf(altimeter, raw)),
    [-135, 0, 135],
  );
});

test("a needle stops a little beyond its end", () => {
  assert.ok(Math.abs(angleOf(rpm, 7) - 140.4) < 0.001);
  assert.ok(Math.abs(angleOf(rpm, -7) + 140.4) < 0.001);
});

test("a compass goes round from the top", () => {
  assert.deepEqual(
    [0, 0.25, 1].map((raw) => angleOf(compass, raw)),
    [0, 90, 360],
  );
  const numbers = ticksOf(compass)
    .ticks.filter((tick) => tick.text)
    .map((tick) => tick.text);
  assert.deepEqual(numbers, ["0", "30", "60", "90", "120", "150", "180", "210", "240", "270", "300", "330"]);
});

test("each tick stands where the needle points at its value", () => {
  for (const dial of [rpm, altimeter]) {
    const { ticks } = ticksOf(dial);
    assert.ok(ticks.length > 10 && ticks.length < 80, `${ticks.length} ticks`);
    for (const tick of ticks) assert.ok(tick.angle >= -135.001 && tick.angle <= 135.001);
  }
  const tick = ticksOf(rpm).ticks.find(({ value }) => value === 60);
  assert.equal(tick.angle, angleOf(rpm, 0.45));
});

test("large numbers are shown in thousands", () => {
  const { ticks, factor } = ticksOf(altimeter);
  assert.equal(factor, 1000);
  assert.ok(ticks.some((tick) => tick.text === "20"));
});

test("numbers do not overlap", () => {
  const bent = dialOf({
    name: "Bent",
    scale: [
      [0, 0],
      [0.02, 90],
      [1, 100],
    ],
  });
  const numbered = ticksOf(bent).ticks.filter((tick) => tick.text);
  for (let n = 1; n < numbered.length; n += 1) assert.ok(numbered[n].angle - numbered[n - 1].angle >= 21);
});

test("numbered ticks stand at round values", () => {
  assert.deepEqual(
    [
      [0, 1],
      [0, 110],
      [0, 900],
      [-30, 30],
    ].map(([a, b]) => majorStep(a, b, false)),
    [0.1, 20, 100, 10],
  );
});

test("numbers stay clear of their ticks, however wide they are", () => {
  for (const text of ["0", "20", "100", "-180"]) {
    for (let angle = 0; angle < 360; angle += 15) {
      const [x, y] = pointAt(angle, numberRadius(angle, text));
      const outermost = Math.abs(Math.hypot(x, y));
      assert.ok(outermost >= 48 && outermost <= 64, `${text} at ${angle}: ${outermost}`);
      const [dx, dy] = pointAt(angle, 1);
      // The corner of the number's box that is nearest to the rim, along the tick.
      const reach = x * dx + y * dy + Math.abs(dx) * 4 * text.length + Math.abs(dy) * 6;
      assert.ok(reach < 70, `${text} at ${angle}: ${reach}`);
    }
  }
});
