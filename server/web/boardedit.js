// The editor of a board: elements are added from a search, moved and sized on the grid by mouse, finger or keyboard.

import { BoardView, place } from "./board.js";
import { ConflictError, loadBoard, saveBoard } from "./boards.js";
import { emptyBoard, extent, leftOut, MOST_COLUMNS, placed, readBoard, sizeOf, within } from "./boardgrid.js";
import { h } from "./dom.js";
import { searchItems } from "./finder.js";

/** The columns and rows that an editor shows at least; the last ones are room for more. */
const COLUMNS = 16;
const ROWS = 9;
const RESULTS = 60;

export class Editor {
  element;
  #cockpit;
  /** @type {import("./boardgrid.js").Board} */
  #board;
  #etag = null;
  #view;
  #grid = { columns: COLUMNS, rows: ROWS };
  #chosen = null;
  #isSaved = true;
  #name;
  #for = h("select.field", { "aria-label": "For which aircraft" });
  #state = h("span.quiet", { role: "status" });
  #search = h("input.search", {
    type: "search",
    placeholder: "Add a control, gauge or display",
    "aria-label": "Search for an element",
  });
  #results = h("ul.results", { "aria-label": "Elements to add" });
  #link = h("a.key", { hidden: true }, "Open");

  /**
   * @param {import("./cockpit.js").Cockpit} cockpit
   * @param {string | null} name the board to edit; `null` for a new one
   * @param {() => void} close
   */
  constructor(cockpit, name, close) {
    this.#cockpit = cockpit;
    this.#name = h("input.field", {
      value: name ?? "",
      placeholder: "Name of the board",
      "aria-label": "Name of the board",
      maxlength: 60,
    });
    this.#setBoard(emptyBoard(cockpit.catalog.aircraft));
    this.#search.addEventListener("input", () => this.#find());
    this.#for.addEventListener("change", () => {
      this.#board.aircraft = this.#for.value || null;
      this.#markChanged();
    });
    const bar = h(
      "div.edit-bar",
      {},
      h("button.key", { type: "button", click: close }, "‹ Boards"),
      this.#name,
      this.#for,
      h("button.key.primary", { type: "button", click: () => this.save() }, "Save"),
      this.#link,
      this.#state,
    );
    this.stage = h("div.edit-stage");
    this.element = h(
      "div.editor",
      {},
      bar,
      h("aside.palette", { "aria-label": "Add elements" }, this.#search, this.#results),
      this.stage,
    );
    this.#find();
    if (name === null) this.draw();
    else this.#load(name);
  }

  /** Draws the board anew, as for another aircraft. */
  draw() {
    this.#view?.stop();
    this.#view = new BoardView(this.#cockpit, this.#board);
    this.#view.element.classList.add("edited");
    this.stage.replaceChildren(this.#view.element);
    this.#redraw();
    this.#find();
  }

  pause() {
    this.#view?.stop();
  }

  get isChanged() {
    return !this.#isSaved;
  }

  /** Asks whether changes that are not saved may be lost, if there are any. */
  mayLeave() {
    return this.#isSaved || confirm("Leave this board without saving it?");
  }

  stop() {
    this.pause();
  }

  async save() {
    const name = this.#name.value.trim();
    if (!name) {
      this.#state.textContent = "Give the board a name first.";
      this.#name.focus();
      return;
    }
    try {
      if (name !== this.#savedName) this.#etag = null;
      this.#etag = await saveBoard(name, this.#board, this.#etag);
      this.#setName(name);
      this.#isSaved = true;
      this.#state.textContent = "Saved.";
    } catch (error) {
      this.#state.textContent =
        error instanceof ConflictError
          ? "There is another board of this name, or it was changed elsewhere. Choose another name, or open it again."
          : `It is not saved: ${error.message}`;
    }
  }

  #savedName = null;

  #setName(name) {
    this.#savedName = name;
    this.#link.href = `/board/${encodeURIComponent(name)}`;
    this.#link.hidden = false;
  }

  #setBoard(board) {
    this.#board = board;
    const aircraft = [...new Set([board.aircraft, this.#cockpit.catalog.aircraft])].filter(Boolean);
    this.#for.replaceChildren(
      ...aircraft.map((name) => h("option", { value: name }, name)),
      h("option", { value: "" }, "all aircraft"),
    );
    this.#for.value = board.aircraft ?? "";
  }

  async #load(name) {
    try {
      const { saved, etag } = await loadBoard(name);
      this.#etag = etag;
      this.#setBoard(readBoard(saved));
      this.#setName(name);
      const fault = leftOut(saved);
      if (fault) this.#state.textContent = `${fault} To save the board removes them from its file.`;
    } catch (error) {
      this.#state.textContent = `It cannot be read: ${error.message}`;
    }
    this.draw();
  }

  async #find() {
    const query = this.#search.value.trim();
    const items = (await searchItems(this.#cockpit, query)) ?? [];
    if (query !== this.#search.value.trim()) return;
    this.#results.replaceChildren(
      ...items
        .slice(0, RESULTS)
        .map((item) =>
          h(
            "li",
            {},
            h(
              "button.result",
              { type: "button", "data-add": item.key, click: () => this.#add(item) },
              h("code", {}, item.name),
              h("span.quiet", {}, item.title),
            ),
          ),
        ),
    );
  }

  #add(item) {
    const element = placed(this.#board.elements, item.key, sizeOf(item), this.#grid.columns);
    this.#board.elements.push(element);
    this.#changed();
    this.#tileOf(element)?.focus();
  }

  #changed() {
    this.#markChanged();
    this.#redraw();
  }

  #markChanged() {
    this.#isSaved = false;
    this.#state.textContent = "Not saved yet.";
  }

  #redraw() {
    const { columns, rows } = extent(this.#board.elements);
    this.#grid = {
      columns: Math.min(MOST_COLUMNS, Math.max(COLUMNS, columns)),
      rows: Math.max(ROWS, rows + 2),
    };
    this.#view.draw((tile, element) => this.#decorate(tile, element));
    this.#view.setSize(this.#grid.columns, this.#grid.rows);
  }

  #tileOf(element) {
    return this.#view.element.children[this.#board.elements.indexOf(element)];
  }

  #decorate(tile, element) {
    for (const part of tile.children) part.inert = true;
    tile.tabIndex = 0;
    tile.setAttribute("role", "group");
    tile.setAttribute(
      "aria-label",
      `${tile.dataset.name}. Arrows move it, with Shift they size it, Delete removes it.`,
    );
    const corner = h("span.corner", { "aria-hidden": "true" });
    const remove = h(
      "button.remove",
      {
        type: "button",
        "aria-label": `Remove ${tile.dataset.name}`,
        tabindex: "-1",
        click: () => this.#remove(element),
      },
      "×",
    );
    tile.append(remove, corner);
    this.#makeDragged(tile, tile, element, (start, dx, dy) => ({
      ...start,
      x: start.x + dx,
      y: start.y + dy,
    }));
    this.#makeDragged(corner, tile, element, (start, dx, dy) => ({
      ...start,
      w: Math.max(1, start.w + dx),
      h: Math.max(1, start.h + dy),
    }));
    tile.addEventListener("keydown", (event) => this.#onKey(event, element));
    tile.addEventListener("focus", () => this.#choose(tile));
  }

  #choose(tile) {
    this.#chosen?.classList.remove("chosen");
    this.#chosen = tile;
    tile.classList.add("chosen");
  }

  #remove(element) {
    this.#board.elements = this.#board.elements.filter((other) => other !== element);
    this.draw();
    this.#markChanged();
  }

  #onKey(event, element) {
    if (event.target !== event.currentTarget) return;
    const step = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
    if (event.key === "Delete" || event.key === "Backspace") this.#remove(element);
    else if (step) {
      const [dx, dy] = step;
      const moved = event.shiftKey
        ? { w: Math.max(1, element.w + dx), h: Math.max(1, element.h + dy) }
        : { x: element.x + dx, y: element.y + dy };
      Object.assign(element, within({ ...element, ...moved }));
      this.#changed();
      this.#tileOf(element)?.focus();
    } else return;
    event.preventDefault();
  }

  /** Makes an element follow a pointer that drags one of its parts, from cell to cell. */
  #makeDragged(part, tile, element, moved) {
    let from = null;
    part.addEventListener("pointerdown", (event) => {
      if (event.button !== 0 || event.target.closest(".remove")) return;
      event.stopPropagation();
      part.setPointerCapture(event.pointerId);
      tile.focus();
      const box = this.#view.element.getBoundingClientRect();
      from = {
        x: event.clientX,
        y: event.clientY,
        start: { ...element },
        cell: box.width / this.#grid.columns,
      };
    });
    part.addEventListener("pointermove", (event) => {
      if (!from) return;
      const cells = (distance) => Math.round(distance / from.cell);
      const next = within(moved(from.start, cells(event.clientX - from.x), cells(event.clientY - from.y)));
      if (["x", "y", "w", "h"].every((name) => next[name] === element[name])) return;
      Object.assign(element, next);
      place(tile, element);
      this.#markChanged();
    });
    for (const name of ["pointerup", "pointercancel"]) {
      part.addEventListener(name, () => {
        if (!from) return;
        from = null;
        const { columns, rows } = extent(this.#board.elements);
        this.#grid.rows = Math.max(ROWS, rows + 2);
        this.#grid.columns = Math.min(MOST_COLUMNS, Math.max(COLUMNS, columns));
        this.#view.setSize(this.#grid.columns, this.#grid.rows);
      });
    }
  }
}
