// The list of boards, and the way to a new one.

import { deleteBoard, listBoards } from "./boards.js";
import { Editor } from "./boardedit.js";
import { h } from "./dom.js";

/**
 * Returns the view: the list, or the board that is edited.
 * @param {import("./cockpit.js").Cockpit} cockpit
 * @returns {import("./views.js").PageView}
 */
export function boardsView(cockpit) {
  const element = h("main.boards");
  let editor = null;
  let isShown = false;
  const leave = () => {
    editor?.stop();
    editor = null;
  };
  const showList = async () => {
    leave();
    element.replaceChildren(await boardList(cockpit, edit, showList));
  };
  const edit = (name) => {
    leave();
    location.hash = name === null ? "#/boards" : `#/boards/${encodeURIComponent(name)}`;
    editor = new Editor(cockpit, name, () => {
      location.hash = "#/boards";
      showList();
    });
    element.replaceChildren(editor.element);
  };
  const showChosen = () => {
    const name = location.hash.match(/^#\/boards\/(.+)$/)?.[1];
    if (name) edit(decodeURIComponent(name));
    else showList();
  };
  cockpit.addEventListener("catalog", () => isShown && (editor ? editor.draw() : showList()));
  return {
    element,
    show() {
      isShown = true;
      if (editor) editor.draw();
      else showChosen();
    },
    hide() {
      isShown = false;
      editor?.pause();
    },
  };
}

async function boardList(cockpit, edit, renew) {
  const list = h("ul.board-list");
  const content = h("div.view", {}, h("div.view-head", {}, h("h2", {}, "Boards"),
    h("button.key", { type: "button", click: () => edit(null) }, "New board")),
    h("p.quiet", {}, "A board is a touch panel for a tablet or a second screen, made of the cockpit's controls and gauges."), list);
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
  return h("li.board-row", { "data-board": name },
    h("a.board-name", { href: `/board/${encodeURIComponent(name)}` }, name),
    h("span.quiet", {}, aircraft === null ? "all aircraft" : aircraft, fits ? "" : " (not the one flown)"),
    h("button.key", { type: "button", click: () => edit(name), "aria-label": `Edit ${name}` }, "Edit"),
    h("button.key", { type: "button", click: remove, "aria-label": `Delete ${name}` }, "Delete"));
}
