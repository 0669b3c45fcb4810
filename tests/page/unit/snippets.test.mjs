import assert from "node:assert/strict";
import test from "node:test";

import { arduinoSketch, protocolLines, pythonProgram, variable } from "../../../server/web/snippets.js";
import { Catalog, positionName } from "../../../server/web/catalog.js";

const control = (name, fields) => ({
  name,
  longName: `${name}_1`,
  cockpit: `PNT_${name}`,
  description: name,
  kind: "switch",
  device: "D",
  command: "c",
  arg: 1,
  positions: [],
  spring: false,
  release: null,
  cycle: false,
  limits: null,
  step: null,
  act: `1 ${name}`,
  read: `2 ${name}`,
  guard: null,
  ...fields,
});
const values = (...list) => list.map((value) => ({ value, label: null }));
const catalog = Catalog.from({
  aircraft: "A",
  controls: [
    control("TWO", { positions: values(0, 1) }),
    control("MODE", {
      positions: [
        { value: 0, label: "OFF" },
        { value: 0.5, label: "ON" },
        { value: 1, label: null },
      ],
    }),
    control("KEY", { kind: "button", positions: values(0, 1), spring: true, release: 0 }),
    control("ROCKER", { kind: "button", positions: values(-1, 0, 1), spring: true, release: 0 }),
    control("STARTER", { kind: "button", positions: values(1) }),
    control("SELECTOR", { positions: values(0, 0.1, 0.2, 0.3), spring: true, release: 0 }),
    control("KNOB", { kind: "encoder" }),
    control("DIM", { kind: "axis", limits: [-1, 1] }),
    control("DEAD", { kind: "none", act: null, read: null, arg: null }),
  ],
  gauges: [
    {
      name: "Altimeter",
      description: null,
      arg: 103,
      kind: "dial",
      parameter: null,
      controller: null,
      scale: [
        [1, 0],
        [0, 45000],
      ],
      precision: 0,
      own: false,
      read: "2 Altimeter",
    },
    {
      name: "Fire",
      description: null,
      arg: 171,
      kind: "lamp",
      parameter: null,
      controller: null,
      scale: [
        [0, 0],
        [1, 1],
      ],
      precision: 0,
      own: false,
      read: "2 Fire",
    },
    {
      name: "a name",
      description: null,
      arg: 9,
      kind: "dial",
      parameter: null,
      controller: null,
      scale: null,
      precision: 0,
      own: false,
      read: "2 9",
    },
  ],
});
catalog.addDisplays([{ indicator: 1, element: "txt_A", text: "" }]);
const HERE = { host: "127.0.0.1", port: 4242 };
const lines = (key) => protocolLines(catalog.get(key)).map(({ line }) => line);

test("the lines of the protocol work a control and read it", () => {
  assert.deepEqual(lines("control TWO"), ["1 TWO 0", "1 TWO 1", "1 TWO TOGGLE", "2 TWO 1"]);
  assert.deepEqual(lines("control MODE"), ["1 MODE OFF", "1 MODE ON", "1 MODE 1", "2 MODE 1"]);
  assert.deepEqual(lines("control KEY"), ["1 KEY PUSH", "1 KEY PRESS", "1 KEY RELEASE", "2 KEY 1"]);
  assert.deepEqual(lines("control ROCKER"), ["1 ROCKER -1", "1 ROCKER 1", "1 ROCKER RELEASE", "2 ROCKER 1"]);
  assert.deepEqual(lines("control STARTER"), ["1 STARTER 1", "2 STARTER 1"]);
  assert.deepEqual(lines("control SELECTOR"), [
    "1 SELECTOR 0",
    "1 SELECTOR 0.1",
    "1 SELECTOR 0.2",
    "1 SELECTOR 0.3",
    "2 SELECTOR 1",
  ]);
  assert.deepEqual(lines("control KNOB"), ["1 KNOB INC", "1 KNOB DEC", "2 KNOB 1 2"]);
  assert.deepEqual(lines("control DIM"), ["1 DIM 0", "2 DIM 1 2"]);
  assert.deepEqual(lines("control DEAD"), []);
  assert.deepEqual(lines("gauge Altimeter"), ["2 Altimeter 1 -1"]);
  assert.deepEqual(lines("display 1 txt_A"), ["3 1 txt_A 1"]);
});

test("a Python program acts and reads", () => {
  assert.equal(
    pythonProgram(catalog.get("control MODE"), HERE),
    [
      "from dcs_master import Cockpit",
      "",
      "with Cockpit() as cockpit:",
      "    cockpit.wait_for_aircraft()",
      '    cockpit.act("MODE", "OFF")',
      '    for update in cockpit.control("MODE"):',
      "        print(update.position)",
      "",
    ].join("\n"),
  );
  assert.match(pythonProgram(catalog.get("gauge a name"), HERE), /cockpit\.gauge\(9, precision=3\)/);
});

test("a sketch has the item of the library that fits", () => {
  const item = (key) =>
    arduinoSketch(catalog.get(key))
      .split("\n")
      .find((line) => line.startsWith("DCS_"));
  assert.equal(item("control TWO"), 'DCS_SWITCH(two, cockpit, "TWO", 2);');
  assert.equal(item("control MODE"), 'DCS_SWITCH(mode, cockpit, "MODE", 2, 3);');
  assert.equal(item("control KEY"), 'DCS_BUTTON(key, cockpit, "KEY", 2);');
  assert.equal(item("control ROCKER"), 'DCS_ROCKER(rocker, cockpit, "ROCKER", 2, 3);');
  assert.equal(item("control STARTER"), 'DCS_ACTION(starter, cockpit, "STARTER", 2, "1");');
  assert.equal(item("control SELECTOR"), 'DCS_ROTARY(selector, cockpit, "SELECTOR", 2, 3, 4, 5);');
  assert.equal(item("control KNOB"), 'DCS_ENCODER(knob, cockpit, "KNOB", 2, 3);');
  assert.equal(item("control DIM"), 'DCS_POTENTIOMETER(dim, cockpit, "DIM", A0, -1, 1);');
  assert.equal(item("gauge Fire"), 'DCS_LED(fire, cockpit, "Fire", 13);');
  assert.equal(
    item("gauge Altimeter"),
    'DCS_SERVO(altimeter, cockpit, "Altimeter", 0, 45000, 544, 2400, point);',
  );
  assert.equal(arduinoSketch(catalog.get("control DEAD")), null);
});

test("a name becomes a variable that C++ allows", () => {
  for (const [name, word] of [
    ["GEAR_LEVER", "gearLever"],
    ["gear_lights.GearNose", "gearLightsGearNose"],
    ["SWITCH", "switchItem"],
    ["3_WAY", "n3Way"],
    ["_handle", "handle"],
  ]) {
    assert.equal(variable(name), word);
  }
});

test("a Python program names the server's address unless it is the usual one", () => {
  const connection = (address) =>
    pythonProgram(catalog.get("control MODE"), address).match(/Cockpit\(.*\)/)[0];
  assert.equal(connection(HERE), "Cockpit()");
  assert.equal(connection({ host: "127.0.0.1", port: 4300 }), "Cockpit(port=4300)");
  assert.equal(connection({ host: "192.0.2.7", port: 4242 }), 'Cockpit(host="192.0.2.7")');
});

test("a switch that is described as ON/OFF shows these words, and is sent numbers", () => {
  const named = (description, positions = values(0, 1)) => {
    const tables = { aircraft: "A", controls: [control("S", { description, positions })], gauges: [] };
    const item = Catalog.from(tables).get("control S");
    return [
      item.positions.map(positionName),
      protocolLines(item).map(({ line, about }) => `${line}: ${about}`),
    ];
  };
  assert.deepEqual(named("Generator Switch, ON/OFF"), [
    ["OFF", "ON"],
    ["1 S 0: OFF", "1 S 1: ON", "1 S TOGGLE: the other position", "2 S 1: sends the value when it changes"],
  ]);
  assert.deepEqual(named("Pump Off/On")[0], ["OFF", "ON"]);
  assert.deepEqual(named("Landing Gear Lever, UP/DOWN")[0], ["0", "1"]);
  assert.deepEqual(named("Lights, ON/OFF", values(-1, 1))[0], ["-1", "1"]);
});
