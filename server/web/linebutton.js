// A button that sends one line of the protocol.

import { actLine } from "./protocol.js";
import { h } from "./dom.js";
import { makeTapped } from "./hold.js";

/**
 * Returns a button that moves a control to a position.
 * @param {import("./catalog.js").Item} item
 * @param {import("./cockpit.js").Cockpit} cockpit
 * @param {string | number} position
 * @param {string} text
 * @param {string} [classes] as in `.position`
 * @returns {HTMLButtonElement}
 */
export function lineButton(item, cockpit, position, text, classes = "") {
  const button = h(
    `button.key${classes}`,
    { type: "button", "data-line": actLine(item.act, position) },
    text,
  );
  makeTapped(button, () => cockpit.act(item, position));
  return button;
}
