import assert from "node:assert/strict";
import test from "node:test";

import {
  changeLines,
  changesOf,
  grouped,
  isOpenAddress,
  runningNote,
  summaryOf,
  titleOf,
  withReach,
} from "../../../server/web/settingsmodel.js";

const EMPTY = { switch: false, value: null, list: [] };
const option = (name, kind, more = {}) => ({
  name,
  kind,
  default: EMPTY[kind],
  now: EMPTY[kind],
  source: "default",
  saved: null,
  ...more,
});

test("options stand in the group of what a person wants", () => {
  const names = [
    "max-line",
    "allow",
    "standing",
    "serial",
    "no-dcs-bios-names",
    "dcs-bios-listen",
    "mqtt",
    "listen",
    "hook",
  ];
  const groups = grouped(names.map((name) => option(name, "value")));
  assert.deepEqual(
    groups.map(({ id, options }) => [id, ...options.map(({ name }) => name)]),
    [
      ["usb", "serial", "standing"],
      ["network", "listen", "allow"],
      ["broker", "mqtt"],
      ["bios", "no-dcs-bios-names", "dcs-bios-listen"],
      ["sim", "hook"],
      ["more", "max-line"],
    ],
  );
});

test("only what was changed is sent, and what is emptied goes back to the default", () => {
  const options = [
    option("serial", "list", { saved: ["COM5"] }),
    option("mdns", "switch", { saved: true }),
    option("listen", "value", { saved: "0.0.0.0:4242" }),
    option("page", "value"),
    option("allow", "list"),
    option("open", "switch"),
  ];
  const values = {
    serial: ["COM5", "COM7"],
    mdns: false,
    listen: "",
    page: "",
    allow: [],
    open: true,
  };
  const changes = changesOf(options, new Map(Object.entries(values)));
  assert.deepEqual(changes, { serial: ["COM5", "COM7"], mdns: null, listen: null, open: true });
  assert.deepEqual(changeLines(changes), [
    "serial: COM5, COM7",
    "mdns: back to the default",
    "listen: back to the default",
    "open: on",
  ]);
  assert.equal(summaryOf(options), "COM5 · Announce in the network · 0.0.0.0:4242");
});

test("an address is opened and closed without changing its port", () => {
  assert.deepEqual(["", "127.0.0.1:1", "LocalHost:2", "[::1]:3"].filter(isOpenAddress), []);
  for (const address of ["0.0.0.0:1", "192.168.1.5:2", "[::]:3", "pit:4"]) assert.ok(isOpenAddress(address));
  assert.equal(withReach("127.0.0.1:4280", true), "0.0.0.0:4280");
  assert.equal(withReach("[::]:8080", false), "127.0.0.1:8080");
});

test("it is said what the running server has instead", () => {
  const listen = { default: "127.0.0.1:4242", now: "127.0.0.1:4242" };
  assert.equal(runningNote(option("listen", "value", listen)), "");
  assert.match(
    runningNote(option("listen", "value", { ...listen, saved: "0.0.0.0:1" })),
    /now 127.0.0.1:4242\./,
  );
  assert.equal(runningNote(option("mdns", "switch", { saved: true })), "From the next start; now off.");
  assert.equal(
    runningNote(option("mdns", "switch", { now: true, source: "flag" })),
    "This server was started with --mdns, which goes first.",
  );
  assert.equal(
    runningNote(option("serial", "list", { saved: ["COM5"] })),
    "From the next start; now not set.",
  );
});

test("an option without a title of its own is called by its words", () => {
  assert.equal(titleOf({ name: "mqtt-client-id" }), "MQTT client ID");
  assert.equal(titleOf({ name: "no-bios-sync-input" }), "No BIOS sync input");
});
