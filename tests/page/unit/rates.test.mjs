import assert from "node:assert/strict";
import test from "node:test";

import { rates, spell, withPagesWhole } from "../../../server/web/rates.js";

const client = (peer, seconds, sent) => ({ kind: "tcp", peer, seconds, sent, requests: sent / 10 });

test("rates come from two answers", () => {
  const before = { at: 1000, clients: [client("a", 5, 100), client("b", 9, 500)] };
  const now = { at: 3000, clients: [client("a", 7, 160), client("b", 1, 20), client("c", 1, 7)] };
  assert.deepEqual(
    rates(before, now).map(({ peer, sentRate, requestRate }) => [peer, sentRate, requestRate]),
    [
      ["a", 30, 3],
      ["b", 0, 0],
      ["c", 0, 0],
    ],
  );
  assert.equal(rates(null, now)[0].sentRate, 0);
});

test("times are spelled in the largest unit that fits", () => {
  assert.deepEqual([7.9, 60, 3599, 3600 * 5 + 120].map(spell), ["7 s", "1 min", "59 min", "5 h 2 min"]);
});

test("the connection that a page has for texts is not shown as another client", () => {
  const page = (peer, gauges, displays) => ({
    kind: "page",
    peer,
    gauges,
    displays,
    sentRate: 2,
    requestRate: 1,
    held_back: 0,
    errors: 0,
  });
  const shown = withPagesWhole([
    page("127.0.0.1:1", 0, 1),
    page("127.0.0.1:2", 9, 0),
    page("192.0.2.7:3", 4, 0),
    { ...page("127.0.0.1:4", 0, 1), kind: "tcp" },
    page("198.51.100.1:5", 0, 3),
  ]);
  assert.deepEqual(
    shown.map(({ peer, gauges, displays, sentRate }) => [peer, gauges, displays, sentRate]),
    [
      ["127.0.0.1:2", 9, 1, 4],
      ["192.0.2.7:3", 4, 0, 2],
      ["127.0.0.1:4", 0, 1, 2],
      ["198.51.100.1:5", 0, 3, 2],
    ],
  );
});
