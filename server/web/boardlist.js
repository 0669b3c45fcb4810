// The list of boards, and the way to a new one.

import { deleteBoard, listBoards } from "./boards.js";
import { Editor } from "./boardedit.js";
import { h } from "./dom.js";

/** The address of a board that has no name yet; no name may have this sign. */
const NEW = "+";

/**
 * Returns the view: the list, or the board that is edited.
 * @param {import("./cockpit.js").Cockpit} cockpit
 * @returns {import("./views.js").PageView}
 */
export function boardsView(cockpit) {
  const element = h("main.boards");
  let editor = null;
  let shown = null;
  const showList = async () => element.replaceChildren(await boardList(cockpit, toBoard, showList));
  const showChosen = () => {
    editor?.stop();
    editor = null;
    shown = chosen();
    if (shown === "") return showList();
    editor = new Editor(cockpit, shown === NEW ? null : shown, () => toBoard(""));
    element.replaceChildren(editor.element);
  };
  cockpit.addEventListener("catalog", () => element.isConnected && (editor ? editor.draw() : showList()));
  return {
    element,
    show() {
      // Changes that are not saved are still there when one comes back.
      if (editor?.isChanged) toBoard(shown);
      if (editor && shown === chosen()) editor.draw();
      else showChosen();
    },
    hide: () => editor?.pause(),
    again() {
      if (shown === chosen()) return;
      if (editor?.mayLeave() ?? true) showChosen();
      else toBoard(shown);
    },
  };
}

/** Returns the board that the address names; an empty text for the list. */
function chosen() {
  return decodeURIComponent(location.hash.match(/^#\/boards\/(.+)$/)?.[1] ?? "");
}

function toBoard(name) {
  location.hash = name === "" ? "#/boards" : `#/boards/${encodeURIComponent(name)}`;
}

async function boardList(cockpit, edit, renew) {
  const list = h("ul.board-list");
  const content = h(
    "div.view",
    {},
    h(
      "div.view-head",
      {},
      h("h2", {}, "Boards"),
      h("button.key", { type: "button", click: () => edit(NEW) }, "New board"),
    ),
    h(
      "p.quiet",
      {},
      "A board is a touch panel for a tablet or a second screen, made of the cockpit's controls and gauges.",
    ),
    list,
  );
  try {
    const boards = await listBoards();
    list.append(...boards.map((board) => boardRow(board, cockpit, edit, renew)));
    if (!boards.length) list.append(h("li.quiet.none-yet", {}, "There is none yet."));
  } catch (error) {
    list.append(h("li", { role: "alert" }, `The boards cannot be read: ${error.message}`));
  }
  return content;
}

function boardRow({ name, aircraft }, cockpit, edit, renew) {
  const remove = async () => {
    if (!confirm(`Delete the board "${name}"? Its file is deleted, too.`)) return;
    await deleteBoard(name);
    renew();
  };
  const fits = aircraft === null || aircraft === cockpit.catalog.aircraft;
  return h(
    "li.board-row",
    { "data-board": name },
    h("a.board-name", { href: `/board/${encodeURIComponent(name)}` }, name),
    h("span.quiet", {}, aircraft === null ? "all aircraft" : aircraft, fits ? "" : " (not the one flown)"),
    h("button.key", { type: "button", click: () => edit(name), "aria-label": `Edit ${name}` }, "Edit"),
    h("button.key", { type: "button", click: remove, "aria-label": `Delete ${name}` }, "Delete"),
  );
}
