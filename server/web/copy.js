// The lines to copy, for the protocol, for Python and for Arduino.

import { arduinoSketch, protocolLines, pythonProgram } from "./snippets.js";
import { h } from "./dom.js";
import { isThisComputer } from "./protocol.js";

const COPIED_MS = 1500;
/** The kind of lines that was looked at last, for the next card. */
let chosen = "Protocol";

/**
 * Returns the panel of an item's lines.
 * @param {import("./catalog.js").Item} item
 * @param {import("./protocol.js").Address} address the server's
 */
export function copyPanel(item, address) {
  const kinds = {
    Protocol: () => protocol(item, address),
    Python: () => program(pythonProgram(item, address)),
    Arduino: () => arduino(item),
  };
  const body = h("div.copy-body");
  const tabs = Object.keys(kinds).map((kind) =>
    h("button.tab", { type: "button", click: () => show(kind) }, kind),
  );
  const show = (kind) => {
    chosen = kind;
    tabs.forEach((tab) => tab.setAttribute("aria-pressed", String(tab.textContent === kind)));
    body.replaceChildren(kinds[kind]());
  };
  show(chosen);
  return h("div.copy", {}, h("div.tabs", { role: "group", "aria-label": "Lines to copy" }, ...tabs), body);
}

function protocol(item, address) {
  const lines = protocolLines(item).map(({ line, about }) =>
    h("li", {}, h("code", {}, line), h("span.quiet", {}, about), copyButton(line, `Copy ${line}`)),
  );
  return h("div", {}, h("ul.lines", {}, ...lines), whereTo(address));
}

/** Says where the lines are sent to. */
function whereTo({ host, port }) {
  const place = h("code", { class: "address" }, `${host}:${port}`);
  const owner = isThisComputer(host) ? " on the computer of dcs-master" : "";
  return h(
    "p.quiet.where",
    {},
    "Your panel's program sends such lines over TCP to ",
    place,
    `${owner}. By hand: PuTTY with connection type Raw, host ${host} and port ${port}, or `,
    h("code", {}, `telnet ${host} ${port}`),
    ".",
  );
}

function program(text) {
  return h(
    "div.program",
    {},
    h("pre", { tabindex: "0" }, h("code", {}, text)),
    copyButton(text, "Copy the program"),
  );
}

function arduino(item) {
  const sketch = arduinoSketch(item);
  return sketch
    ? program(sketch)
    : h("p.quiet", {}, "The library for Arduino has no item for this one. Send the lines of the protocol.");
}

/** Returns a button that copies a text. */
export function copyButton(text, label) {
  const button = h("button.text-button", { type: "button", "aria-label": label, "data-copy": text }, "Copy");
  button.addEventListener("click", async () => {
    await writeClipboard(text);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), COPIED_MS);
  });
  return button;
}

/** Copies a text; where the browser allows that to secure pages only, by a selection. */
async function writeClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = h("textarea.offscreen", { "aria-hidden": "true" });
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}
