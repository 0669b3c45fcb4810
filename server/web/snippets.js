// What to paste into one's own program: the lines of the protocol, Python and Arduino. Pure.

import { actLine, isThisComputer, numberText } from "./protocol.js";
import { isHeld, positionName, positionWord } from "./catalog.js";
import { rangeOf } from "./scale.js";

/** @typedef {import("./catalog.js").Item} Item */

/** The pins of an Uno that a sketch may use, first those without another purpose. */
const PINS = ["2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "A0", "A1", "A2", "A3", "A4", "A5"];

/**
 * Returns the lines of the text protocol for an item: to work it and to read it.
 * @param {Item} item
 * @returns {{line: string, about: string}[]}
 */
export function protocolLines(item) {
  const lines = actions(item).map(({ position, about }) => ({ line: actLine(item.act, position), about }));
  if (item.group === "display") return [{ line: `${item.read} 1`, about: "sends the text when it changes" }];
  if (item.read) lines.push({ line: readLine(item), about: "sends the value when it changes" });
  return lines;
}

/** Returns the line that reads an item: subscribed to under the id 1, ten times a second at most. */
function readLine(item) {
  const precision = item.group === "gauge" ? item.precision : item.positions.length ? 0 : 2;
  return `${item.read} 1${precision === 0 ? "" : ` ${precision}`}`;
}

/**
 * Returns the positions that an item can be sent to, as a line and for people.
 * @param {Item} item
 * @returns {{position: string | number, about: string}[]}
 */
export function actions(item) {
  if (!item.act) return [];
  if (item.kind === "encoder")
    return [
      { position: "INC", about: "one click up" },
      { position: "DEC", about: "one click down" },
    ];
  if (item.kind === "axis") {
    const [low, high] = item.limits ?? [0, 1];
    const middle = Math.round(((low + high) / 2) * 1000) / 1000;
    return [{ position: middle, about: `any value from ${numberText(low)} to ${numberText(high)}` }];
  }
  if (isPushButton(item)) {
    return [
      { position: "PUSH", about: "presses and releases it" },
      { position: "PRESS", about: "presses it" },
      { position: "RELEASE", about: "releases it" },
    ];
  }
  const each = item.positions.map((position, number) => ({
    position: positionWord(position),
    about: position.label
      ? `the value ${numberText(position.value)}`
      : (position.word ?? `the position #${number}`),
  }));
  if (isHeld(item))
    return [
      ...heldPositions(item).map((p) => ({ position: p.value, about: `holds it at ${positionName(p)}` })),
      { position: "RELEASE", about: "releases it" },
    ];
  return item.positions.length === 2 ? [...each, { position: "TOGGLE", about: "the other position" }] : each;
}

/** Tells whether an item springs back and can be pressed in one direction. */
export function isPushButton(item) {
  return isHeld(item) && heldPositions(item).length <= 1;
}

/** Returns the positions of a control that springs back in which it is held. */
export function heldPositions(item) {
  const rest = item.release ?? 0;
  return item.positions.filter((position) => position.value !== rest);
}

/** The port of the text protocol that the clients' libraries use by themselves. */
const USUAL_PORT = 4242;

/**
 * Returns a whole Python program for an item.
 * @param {Item} item
 * @param {import("./protocol.js").Address} address the server's, on whose computer the program may run
 */
export function pythonProgram(item, { host, port }) {
  const body = [];
  if (item.act) {
    body.push("cockpit.wait_for_aircraft()");
    body.push(
      ...actions(item)
        .slice(0, 1)
        .map(({ position }) => `cockpit.act(${quoted(item.name)}, ${pythonValue(position)})`),
    );
  }
  if (item.read) body.push(...pythonLoop(item));
  const options = [
    ...(isThisComputer(host) ? [] : [`host=${quoted(host)}`]),
    ...(port === USUAL_PORT ? [] : [`port=${port}`]),
  ];
  return [
    "from dcs_master import Cockpit",
    "",
    `with Cockpit(${options.join(", ")}) as cockpit:`,
    ...body.map((line) => `    ${line}`),
    "",
  ].join("\n");
}

function pythonLoop(item) {
  if (item.group === "display") {
    return [`for text in cockpit.display(${item.indicator}, ${quoted(item.name)}):`, "    print(text)"];
  }
  if (item.group === "control") {
    const what = item.positions.length ? "position" : "value";
    return [`for update in cockpit.control(${quoted(item.name)}):`, `    print(update.${what})`];
  }
  const name = nameOrArg(item);
  if (item.kind === "lamp") {
    return [
      `for update in cockpit.gauge(${name}, precision=1, idle=0):`,
      '    print("on" if update.value > 0.5 else "off")',
    ];
  }
  const precision = item.precision === 0 ? "" : `, precision=${item.precision}`;
  return [`for update in cockpit.gauge(${name}${precision}):`, "    print(update.value)"];
}

/** Returns what a gauge is subscribed by: its name, or the number of its arg if the line has that. */
function nameOrArg(item) {
  const word = item.read.slice(2);
  return /^\d+$/.test(word) ? word : quoted(word);
}

function pythonValue(position) {
  return typeof position === "number" ? numberText(position) : quoted(position);
}

function quoted(text) {
  return JSON.stringify(text);
}

/** Returns a whole Arduino sketch for an item, or `null` if the library has nothing for it. */
export function arduinoSketch(item) {
  const parts = arduinoParts(item);
  if (!parts) return null;
  const { library, before = [], after = [], items } = parts;
  return [
    "#include <DcsMaster.h>",
    ...(library ? [`#include <${library}>`] : []),
    "",
    ...before,
    ...(before.length ? [""] : []),
    "DcsMaster cockpit(Serial);",
    "",
    ...items,
    "",
    "void setup() {",
    "  Serial.begin(115200);",
    ...after,
    "  cockpit.begin();",
    "}",
    "",
    "void loop() { cockpit.update(); }",
    "",
  ].join("\n");
}

function arduinoParts(item) {
  if (item.group === "display") return textParts(item);
  if (item.group === "gauge") return item.kind === "lamp" ? lampParts(item) : needleParts(item);
  const line = arduinoInput(item);
  return line && { items: line };
}

function arduinoInput(item) {
  const macro = (name, ...rest) =>
    `${name}(${[variable(item.name), "cockpit", quoted(item.name), ...rest].join(", ")});`;
  if (!item.act) return null;
  if (item.kind === "encoder") return [macro("DCS_ENCODER", 2, 3)];
  if (item.kind === "axis") {
    const [low, high] = item.limits ?? [0, 1];
    const range = low === 0 && high === 1 ? [] : [numberText(low), numberText(high)];
    return [macro("DCS_POTENTIOMETER", "A0", ...range)];
  }
  if (isPushButton(item)) return [macro("DCS_BUTTON", 2)];
  const count = item.positions.length;
  if (isHeld(item)) return count === 3 ? [macro("DCS_ROCKER", 2, 3)] : null;
  if (count === 1) return [macro("DCS_ACTION", 2, quoted(String(positionWord(item.positions[0]))))];
  if (count === 2) return [macro("DCS_SWITCH", 2)];
  if (count === 3) return [macro("DCS_SWITCH", 2, 3)];
  if (count <= PINS.length && count > 3) return [macro("DCS_ROTARY", ...PINS.slice(0, count))];
  const name = variable(item.name);
  return [
    `DCS_ACTION(${name}Up, cockpit, ${quoted(item.name)}, 2, "INC");`,
    `DCS_ACTION(${name}Down, cockpit, ${quoted(item.name)}, 3, "DEC");`,
  ];
}

function lampParts(item) {
  return { items: [`DCS_LED(${variable(item.name)}, cockpit, ${quoted(item.read.slice(2))}, 13);`] };
}

/** A servo that is driven by pulses of 544 to 2400 microseconds. */
function needleParts(item) {
  const { low, high } = rangeOf(item.scale);
  const name = variable(item.name);
  return {
    library: "Servo.h",
    before: ["Servo servo;", "", "void point(int microseconds) { servo.writeMicroseconds(microseconds); }"],
    items: [
      `DCS_SERVO(${name}, cockpit, ${quoted(item.read.slice(2))}, ${numberText(low)}, ${numberText(high)}, 544, 2400, point);`,
    ],
    after: ["  servo.attach(5);"],
  };
}

/** A display of an Uno with the usual wiring of the LiquidCrystal examples. */
function textParts(item) {
  const name = variable(item.name);
  return {
    library: "LiquidCrystal.h",
    before: ["LiquidCrystal lcd(12, 11, 5, 4, 3, 2);"],
    items: [`DCS_DISPLAY(${name}, cockpit, ${item.indicator}, ${quoted(item.name)}, lcd, 0, 0, 16);`],
    after: ["  lcd.begin(16, 2);"],
  };
}

/** The words of C++ and of Arduino that a variable cannot have as its name, and those that a sketch here has. */
const TAKEN = new Set([
  "cockpit",
  "servo",
  "lcd",
  "point",
  "setup",
  "loop",
  "switch",
  "default",
  "register",
  "auto",
  "volatile",
  "double",
  "float",
  "long",
  "int",
  "char",
  "new",
  "delete",
  "this",
  "true",
  "false",
  "map",
  "random",
  "tone",
  "min",
  "max",
  "time",
]);

/** Returns a name as a variable of C++: `GEAR_LEVER` as `gearLever`. */
export function variable(name) {
  const parts = name
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean)
    .map((part) => (part === part.toUpperCase() ? part.toLowerCase() : part));
  const [first = "item", ...rest] = parts;
  const joined =
    first[0].toLowerCase() +
    first.slice(1) +
    rest.map((part) => part[0].toUpperCase() + part.slice(1)).join("");
  const safe = /^[0-9]/.test(joined) ? `n${joined}` : joined;
  return TAKEN.has(safe) ? `${safe}Item` : safe;
}
