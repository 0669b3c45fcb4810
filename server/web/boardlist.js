// The list of boards, and the ways to a new one: an empty one, or the file of somebody else's.

import { decoded, deleteBoard, listBoards, path, saveBoard } from "./boards.js";
import { boardFromFile, nameFromFile } from "./boardgrid.js";
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
  let shownNotes = [];
  let listings = 0;
  // What became of imported files stays when the list is drawn again, as for another aircraft.
  const showList = async (notes = shownNotes) => {
    shownNotes = notes;
    const listing = ++listings;
    const list = await boardList(cockpit, toBoard, showList, notes);
    if (!editor && listing === listings) element.replaceChildren(list);
  };
  const showChosen = () => {
    editor?.stop();
    editor = null;
    shown = chosen();
    if (shown === "") return showList([]);
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
  return decoded(location.hash.match(/^#\/boards\/(.+)$/)?.[1] ?? "");
}

function toBoard(name) {
  location.hash = name === "" ? "#/boards" : `#/boards/${encodeURIComponent(name)}`;
}

async function boardList(cockpit, edit, renew, notes) {
  const list = h("ul.board-list");
  const file = h("input", {
    type: "file",
    accept: ".json,application/json",
    multiple: true,
    hidden: true,
    "aria-label": "Files of boards",
  });
  const take = async (files) => renew(await importBoards(files));
  file.addEventListener("change", () => take([...file.files]));
  const content = h(
    "div.view",
    {},
    h(
      "div.view-head",
      {},
      h("h2", {}, "Boards"),
      h("button.key", { type: "button", click: () => edit(NEW) }, "New board"),
      h("button.key", { type: "button", click: () => file.click() }, "Import"),
      file,
    ),
    h(
      "p.quiet",
      {},
      "A board is a touch panel for a tablet or a second screen, made of the cockpit's controls and gauges. Drop the file of a board here to import it.",
    ),
    h("div.notes", { role: "status" }, ...notes.map((note) => h("p", {}, note))),
    list,
  );
  makeDropped(content, take);
  try {
    const boards = await listBoards();
    list.append(...boards.map((board) => boardRow(board, cockpit, edit, renew)));
    if (!boards.length) list.append(h("li.quiet.none-yet", {}, "There is none yet."));
  } catch (error) {
    list.append(h("li", { role: "alert" }, `The boards cannot be read: ${error.message}`));
  }
  return content;
}

/** Makes an element take files that are dropped on it. */
function makeDropped(element, take) {
  const mark = (event, over) => {
    if (!event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    element.classList.toggle("dropping", over);
  };
  element.addEventListener("dragover", (event) => mark(event, true));
  element.addEventListener("dragleave", (event) => mark(event, false));
  element.addEventListener("drop", (event) => {
    mark(event, false);
    take([...event.dataTransfer.files]);
  });
}

/** Saves the boards of files, each under a name of its own. @returns {Promise<string[]>} what became of each */
async function importBoards(files) {
  const notes = [];
  for (const file of files) {
    try {
      const board = boardFromFile(await file.text());
      const taken = (await listBoards()).map(({ name }) => name);
      const name = nameFromFile(file.name, taken);
      await saveBoard(name, board, null);
      notes.push(`${file.name} is now the board "${name}".`);
    } catch (error) {
      notes.push(`${file.name} is not imported: ${error.message}.`);
    }
  }
  return notes;
}

function boardRow({ name, aircraft, error }, cockpit, edit, renew) {
  const remove = async () => {
    if (!confirm(`Delete the board "${name}"? Its file is deleted, too.`)) return;
    try {
      await deleteBoard(name);
      renew([]);
    } catch (failure) {
      renew([`The board "${name}" is not deleted: ${failure.message}.`]);
    }
  };
  const fits = aircraft === null || aircraft === cockpit.catalog.aircraft;
  const note =
    error ?? (aircraft === null ? "all aircraft" : `${aircraft}${fits ? "" : " (not the one flown)"}`);
  return h(
    "li.board-row",
    { "data-board": name },
    h("a.board-name", { href: `/board/${encodeURIComponent(name)}` }, name),
    h(error ? "span.warning" : "span.quiet", {}, note),
    h(
      "div.board-actions",
      {},
      h(
        "button.text-button",
        { type: "button", click: () => edit(name), "aria-label": `Edit ${name}` },
        "Edit",
      ),
      h(
        "a.text-button",
        { href: path(name), download: `${name}.json`, "aria-label": `Download ${name}` },
        "Download",
      ),
      h("button.text-button", { type: "button", click: remove, "aria-label": `Delete ${name}` }, "Delete"),
    ),
  );
}
