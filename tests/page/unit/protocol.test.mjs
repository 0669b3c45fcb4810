import assert from "node:assert/strict";
import test from "node:test";

import {
  actLine,
  clientAddress,
  displayElements,
  displayLine,
  displayLines,
  gaugeLine,
  numberText,
  parseLine,
} from "../../../server/web/protocol.js";

test("a line acts with a number, a label or a word", () => {
  assert.equal(actLine("1 GEAR_LEVER", 1), "1 GEAR_LEVER 1");
  assert.equal(actLine("1 NAVIGATION_MODE", "ILS"), "1 NAVIGATION_MODE ILS");
  assert.equal(actLine("1 COURSE", "INC"), "1 COURSE INC");
});

test("numbers have neither an exponent nor needless digits", () => {
  for (const [value, text] of [
    [0.1 + 0.2, "0.3"],
    [1e-7, "0"],
    [-1e-9, "0"],
    [-0.05, "-0.05"],
    [100, "100"],
    [0.333, "0.333"],
  ]) {
    assert.equal(numberText(value), text);
  }
});

test("an arg is subscribed to under its own number", () => {
  assert.equal(gaugeLine("103", 103, -1, 30), "2 103 103 -1 30");
  assert.equal(gaugeLine("sim.mach", 2 ** 32, 12, 0), "2 sim.mach 4294967296 9 0");
  assert.equal(displayLine(1, "txt_WINDOW_1", 4), "3 1 txt_WINDOW_1 4");
});

test("answers are parsed, texts with all their blanks", () => {
  assert.deepEqual(parseLine("2 103 0.25000 250"), { type: "value", id: 103, raw: 0.25, value: 250 });
  assert.deepEqual(parseLine("3 7   12 \\n x "), { type: "text", id: 7, text: "  12 \\n x " });
  assert.deepEqual(parseLine("3 7 "), { type: "text", id: 7, text: "" });
  assert.deepEqual(parseLine("3 7"), { type: "text", id: 7, text: "" });
  assert.deepEqual(parseLine("0 Kestrel_T1"), { type: "aircraft", name: "Kestrel_T1" });
  assert.deepEqual(parseLine("-1 no aircraft is controlled"), {
    type: "error",
    reason: "no aircraft is controlled",
  });
  assert.deepEqual(parseLine("5 1 2 3"), { type: "other" });
});

test("the text of a display has a line for each of the cockpit's", () => {
  assert.deepEqual(displayLines("  ON\\nOFF "), ["  ON", "OFF "]);
});

test("the elements of displays are found at any depth, those with a blank left out", () => {
  const json = '{"0":[],"1":{"a":["x","y",{"b":["z"],"a":["again"]}],"no name":["1"],"":["2"]}}';
  assert.deepEqual(displayElements(json), [
    { indicator: 1, element: "a", text: "x\\ny" },
    { indicator: 1, element: "b", text: "z" },
  ]);
});

test("panels connect to where the server listens, as seen from the page", () => {
  const at = (listen, host) => {
    const address = clientAddress(listen, host);
    return `${address.host} ${address.port}`;
  };
  assert.equal(at("127.0.0.1:4242", "localhost"), "127.0.0.1 4242");
  assert.equal(at("0.0.0.0:4300", "127.0.0.1"), "127.0.0.1 4300");
  assert.equal(at("0.0.0.0:4242", "192.0.2.7"), "192.0.2.7 4242");
  assert.equal(at("[::]:4242", "[fd00::7]"), "fd00::7 4242");
  assert.equal(at("127.0.0.1:4242", "192.0.2.7"), "127.0.0.1 4242");
  assert.equal(at("[::1]:4242", "localhost"), "::1 4242");
});
