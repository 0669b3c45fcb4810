import assert from "node:assert/strict";
import test from "node:test";

globalThis.window = globalThis;
globalThis.addEventListener = () => {};
globalThis.document = { addEventListener() {} };
const { describe, NO_KEY } = await import("../../../server/web/status.js");

const status = {
  aircraft: "Kestrel_T1",
  sim: { hook: true, export: true, text: "DCS is linked" },
  tables: { controls: 45, gauges: 55, text: "45 controls and 55 gauges" },
};

test("the first thing that is missing is said", () => {
  assert.equal(describe(true, status).level, "good");
  assert.equal(describe(true, status).text, "");
  assert.match(describe(false, status).text, /connection to dcs-master is lost/);
  assert.match(
    describe(true, {
      ...status,
      sim: { hook: false, export: false, text: "the sim is not linked: is DCS running?" },
    }).text,
    /^The sim is not linked: is DCS running\?$/,
  );
  const noSim = { ...status, sim: { hook: false, export: false, text: "DCS is not linked" } };
  assert.match(describe(true, noSim, false).text, /^DCS is not linked\. No DCS at hand\? .*Demo\.cmd/);
  assert.equal(describe(true, noSim, true).text, "DCS is not linked.");
  assert.match(describe(true, { ...status, aircraft: null }).text, /No aircraft/);
  assert.match(
    describe(true, { ...status, tables: { controls: 0, gauges: 0, text: "run defgen" } }).text,
    /^Run defgen\.$/,
  );
  assert.match(
    describe(true, { ...status, sim: { hook: true, export: false, text: "displays cannot be read" } }).text,
    /^Displays cannot be read\.$/,
  );
  assert.match(describe(true, NO_KEY).text, /key of this page has changed/);
});
