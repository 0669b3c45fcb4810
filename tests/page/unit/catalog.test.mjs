import assert from "node:assert/strict";
import test from "node:test";

import {
  Catalog,
  isOfSim,
  lampColour,
  lampText,
  searchDisplays,
  words,
} from "../../../server/web/catalog.js";
import { shownText } from "../../../server/web/cockpit.js";

const gauge = (name, fields = {}) => ({
  name,
  description: null,
  arg: 1,
  kind: "dial",
  parameter: null,
  controller: null,
  scale: [
    [0, 0],
    [1, 1],
  ],
  precision: 0,
  own: false,
  read: `2 ${name}`,
  ...fields,
});
const kindOf = (fields) =>
  Catalog.from({
    aircraft: "A",
    controls: [],
    gauges: [gauge("X", fields)].map((g) => ({ ...g, ...fields })),
  })
    .items.values()
    .next().value.kind;

test("a lamp is known by its names and its range", () => {
  assert.equal(kindOf({ kind: "lamp" }), "lamp");
  assert.equal(kindOf({ name: "MasterCaution" }), "lamp");
  assert.equal(
    kindOf({
      name: "CPT_LTS_SEAT",
      scale: [
        [-1, -1],
        [1, 1],
      ],
    }),
    "lamp",
  );
  assert.equal(kindOf({ name: "arg_13", controller: "WCALights" }), "lamp");
  assert.equal(kindOf({ name: "FlightLevel" }), "dial");
  assert.equal(
    kindOf({
      name: "WarningSpeed",
      scale: [
        [0, 0],
        [1, 400],
      ],
    }),
    "dial",
  );
  assert.equal(kindOf({ name: "Canopy" }), "dial");
});

test("the words on a lamp are what is its own", () => {
  assert.deepEqual(["CPT_LTS_GEN", "gear_lights.GearNose", "MasterCaution", "KT_ADV_1"].map(lampText), [
    "GEN",
    "GEAR NOSE",
    "MASTER CAUTION",
    "ADV 1",
  ]);
  assert.deepEqual(["FireLight", "GearNose", "CPT_LTS_GEN"].map(lampColour), ["red", "green", "amber"]);
  assert.equal(words("txt_WINDOW.2"), "txt WINDOW 2");
});

test("elements of displays are found by their words, and shown even before they are known", () => {
  const catalog = Catalog.from({ aircraft: "A", controls: [], gauges: [] });
  assert.ok(
    catalog.addDisplays([
      { indicator: 1, element: "txt_PAD", text: "" },
      { indicator: 2, element: "txt_FREQ", text: "" },
    ]),
  );
  assert.ok(!catalog.addDisplays([{ indicator: 1, element: "txt_PAD", text: "x" }]));
  assert.deepEqual(
    searchDisplays(catalog, "display 2").map((item) => item.name),
    ["txt_FREQ"],
  );
  assert.equal(searchDisplays(catalog, "").length, 2);
  assert.equal(catalog.find("display 7 later").indicator, 7);
  assert.equal(catalog.find("gauge Nothing"), undefined);
});

test("of several gauges with one arg the last one counts, as for the server", () => {
  const catalog = Catalog.from({ aircraft: "A", controls: [], gauges: [gauge("First"), gauge("Second")] });
  assert.equal(catalog.lastGauge(1).name, "Second");
});

test("a figure of the sim is subscribed to by its name, under an id that no arg can have", () => {
  const altitude = {
    name: "sim.altitude",
    description: "Altitude above sea level (MSL)",
    arg: null,
    kind: "dial",
    parameter: "altitude",
    scale: [
      [0, 0],
      [18288, 60000],
    ],
    precision: 0,
    unit: "ft",
    rawUnit: "m",
    read: "2 sim.altitude",
  };
  const items = () =>
    Catalog.from({ aircraft: "A", controls: [], gauges: [altitude, { ...altitude, name: "sim.ias" }] }).items;
  const item = items().get("gauge sim.altitude");
  assert.ok(item.id > 2147483647);
  assert.equal(item.target, "sim.altitude");
  assert.ok(isOfSim(item));
  assert.equal(shownText(item, 3048), "10000 ft");
  assert.notEqual(items().get("gauge sim.ias").id, item.id);
  assert.equal(items().get("gauge sim.altitude").id, item.id);
  const unread = { ...altitude, name: "Fuel", read: null };
  const fuel = Catalog.from({ aircraft: "A", controls: [], gauges: [unread] }).get("gauge Fuel");
  assert.equal(fuel.id, null);
});

test("a gauge whose name says nothing has the title of what moves it", () => {
  const titleOf = (name, fields) => {
    const tables = { aircraft: "A", controls: [], gauges: [gauge(name, fields)] };
    return Catalog.from(tables).get(`gauge ${name}`).title;
  };
  assert.equal(titleOf("_handle", { controller: "gear_handle" }), "gear handle");
  assert.equal(titleOf("arg_497", { controller: "mirrors_draw" }), "mirrors draw");
  assert.equal(titleOf("_handle", {}), "handle");
  assert.equal(titleOf("Engine_RPM", { controller: "rpm" }), "Engine RPM");
  assert.equal(titleOf("_handle", { controller: "x", description: "Gear" }), "Gear");
});
