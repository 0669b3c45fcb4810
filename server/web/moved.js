// What moved: what has just moved in the cockpit, with its name. It is watched only while this is on screen.

import { copyButton } from "./copy.js";
import { h, setText } from "./dom.js";
import { Socket } from "./socket.js";

/** More movements than this are not kept. */
const MOST_ROWS = 100;

/**
 * Returns the view.
 * @param {(key: string) => void} open opens an item on the bench
 * @returns {import("./views.js").PageView}
 */
export function movedView(open) {
  const socket = new Socket("/ws/moved");
  const state = h("p.quiet", { role: "status" });
  const rows = h("ol.moves", { "aria-label": "What moved, newest first" });
  const element = h(
    "main.view.moved",
    {},
    h("h2", {}, "What moved?"),
    h("p", {}, "Click a switch in the cockpit, and read here what it is called."),
    state,
    rows,
  );
  const newest = new Map();

  const add = (move) => {
    const row = moveRow(move, open);
    const before = newest.get(move.arg);
    if (before?.moving) before.row.replaceWith(row);
    else rows.prepend(row);
    newest.set(move.arg, { row, moving: move.moving });
    if (rows.children.length > MOST_ROWS) rows.lastElementChild.remove();
  };
  socket.addEventListener("lines", (event) => {
    for (const line of event.detail) {
      const message = JSON.parse(line);
      // The rarest movement comes first, and is to be on top.
      if (message.moves) [...message.moves].reverse().forEach(add);
      else setText(state, describe(message));
    }
  });
  socket.addEventListener("close", () => setText(state, "The connection to dcs-master is lost."));
  return { element, show: () => socket.connect(), hide: () => socket.close() };
}

/** Returns the words for the state of the watch. */
function describe({ aircraft, ready, watching, named, damped }) {
  if (!aircraft) return "No aircraft is controlled.";
  if (!ready) return `Three seconds, to learn what moves by itself in ${aircraft} …`;
  const silent = damped ? ` ${damped} that move all the time are left out.` : "";
  return `Watching ${watching} args of ${aircraft}, ${named} of them with a name.${silent}`;
}

function moveRow(move, open) {
  const names = move.named.length
    ? move.named
    : [{ name: `arg ${move.arg}`, line: move.line, change: move.change }];
  const row = h("li.move", {
    "data-name": names[0].name,
    "data-raw": move.after,
    "data-value": names[0].change,
  });
  for (const { kind, name, line, change } of names) {
    row.append(
      h(
        "div.move-line",
        {},
        kind
          ? h(
              "button.move-name",
              { type: "button", click: () => open(`${kind} ${name}`) },
              h("code", {}, name),
            )
          : h("code.move-name", {}, name),
        h("span.move-change", {}, change.replace(" -> ", " → ")),
        h("code.quiet", {}, line),
        copyButton(line, `Copy ${line}`),
      ),
    );
  }
  return row;
}
