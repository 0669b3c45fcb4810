// Test: a lamp test and sweeps of needles, to try wiring. The values go to whoever subscribes, never to the sim.

import { edges } from "./sparkline.js";
import { h } from "./dom.js";

const LAMP_SECONDS = 5;
const SWEEP_SECONDS = 6;
/** The most args of a test. */
const MOST_ARGS = 1000;

/** Lights all lamps of these items. */
export function lightLamps(items) {
  return start(
    items.filter((item) => item.kind === "lamp"),
    1,
    1,
    LAMP_SECONDS,
  );
}

/** Moves the needles of these items from one end to the other and back. */
export function sweep(items) {
  const needles = items.filter((item) => item.group === "gauge" && item.kind !== "lamp");
  const [from, to] = needles.length === 1 ? edges(needles[0]) : [0, 1];
  return start(needles, from, to, SWEEP_SECONDS);
}

/** Ends the test, so that the sim's values come again. */
export async function stopTest() {
  await fetch("/api/test", { method: "DELETE" });
}

async function start(items, from, to, seconds) {
  const args = [...new Set(items.map((item) => item.arg))].filter((arg) => arg !== null).slice(0, MOST_ARGS);
  const answer = await fetch("/api/test", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ args, from, to, seconds }),
  });
  if (!answer.ok) throw new Error((await answer.json()).error);
  document.dispatchEvent(new Event("test-started"));
}

/**
 * Returns the view.
 * @param {import("./cockpit.js").Cockpit} cockpit
 * @returns {import("./views.js").PageView}
 */
export function testView(cockpit) {
  const state = h("p.quiet", { role: "status" });
  const button = (text, act) =>
    h(
      "button.key",
      {
        type: "button",
        click: async () => {
          try {
            await act([...cockpit.catalog.items.values()]);
            state.textContent = "The test is running.";
          } catch (error) {
            state.textContent = `The test cannot be made: ${error.message}.`;
          }
        },
      },
      text,
    );
  const element = h(
    "main.view.tests",
    {},
    h("h2", {}, "Test the wiring"),
    h(
      "p",
      {},
      "A test sends made-up values to all panels and to this page. The cockpit in the sim is not touched, and its values come again afterwards.",
    ),
    h(
      "dl.test-list",
      {},
      h(
        "div",
        {},
        h("dt", {}, button("Lamp test", lightLamps)),
        h("dd", {}, `All lamps are lit for ${LAMP_SECONDS} seconds.`),
      ),
      h(
        "div",
        {},
        h("dt", {}, button("Sweep all needles", sweep)),
        h("dd", {}, `All needles move from one end to the other and back, in ${SWEEP_SECONDS} seconds.`),
      ),
    ),
    h("p.quiet", {}, "One lamp or needle is tested on its card in the cockpit."),
    state,
  );
  return { element, show() {}, hide: () => (state.textContent = "") };
}
