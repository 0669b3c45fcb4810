import assert from "node:assert/strict";
import test from "node:test";

import { clock, secondNow, size } from "../../../server/web/playback.js";

test("times and sizes are said as people say them", () => {
  assert.deepEqual([0, 7.9, 67, 3607, -1].map(clock), ["0:00", "0:07", "1:07", "1:00:07", "0:00"]);
  assert.deepEqual([1, 999_000, 1_234_567, 2_500_000_000].map(size), ["1 kB", "999 kB", "1.2 MB", "2.50 GB"]);
});

test("a replay goes on between two answers of the server", () => {
  const replay = { position: 50, length: 60, speed: 4, paused: false, loop: false };
  assert.equal(secondNow(replay, 2), 58);
  assert.equal(secondNow(replay, 9), 60);
  assert.equal(secondNow({ ...replay, loop: true }, 5), 10);
  assert.equal(secondNow({ ...replay, paused: true }, 5), 50);
});
