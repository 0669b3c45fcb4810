// A board: controls and instruments on a grid, to be worked by several fingers.

import { control, guard } from "./controls.js";
import { extent, zoomToFit } from "./boardgrid.js";
import { h } from "./dom.js";
import { instrument } from "./instruments.js";

/**
 * Draws a board and keeps its elements alive while it is shown.
 */
export class BoardView {
  element = h("div.board");
  #cockpit;
  #board;
  #stops = [];

  /**
   * @param {import("./cockpit.js").Cockpit} cockpit
   * @param {import("./boardgrid.js").Board} board
   */
  constructor(cockpit, board) {
    this.#cockpit = cockpit;
    this.#board = board;
  }

  /** Draws all elements; `decorate` may add something to each, as the editor does. */
  draw(decorate = (_tile, _element) => {}) {
    this.stop();
    const { columns, rows } = extent(this.#board.elements);
    this.setSize(columns, rows);
    this.element.replaceChildren(
      ...this.#board.elements.map((element) => {
        const tile = this.#tile(element);
        decorate(tile, element);
        return tile;
      }),
    );
  }

  /** Sets the columns and rows that fill the board's room. */
  setSize(columns, rows) {
    this.element.style.setProperty("--columns", String(columns));
    this.element.style.setProperty("--rows", String(rows));
  }

  /** Shrinks the board, where cells that a finger can hit are too large for its room. */
  fitInto({ clientWidth, clientHeight }) {
    const { columns, rows } = extent(this.#board.elements);
    this.element.style.zoom = zoomToFit(columns, rows, clientWidth, clientHeight);
  }

  /** Ends the subscriptions. */
  stop() {
    for (const stop of this.#stops) stop();
    this.#stops = [];
  }

  #tile(element) {
    const item = this.#cockpit.catalog.find(element.item);
    const tile = h("div.tile", {
      "data-item": element.item,
      "data-name": item?.name ?? element.item.split(" ").at(-1),
    });
    place(tile, element);
    if (!item) {
      tile.classList.add("absent");
      const { aircraft } = this.#cockpit.catalog;
      const reason = aircraft ? `not in ${aircraft}` : "no aircraft yet";
      tile.append(h("code", {}, element.item.split(" ").at(-1)), h("span.quiet", {}, reason));
      return tile;
    }
    const views = [item.group === "control" ? control(item, this.#cockpit) : instrument(item, this.#cockpit)];
    const cover = item.guard && this.#cockpit.catalog.get(`control ${item.guard}`);
    if (cover?.act) views.push(guard(cover, this.#cockpit));
    tile.classList.add(`kind-${item.kind}`);
    tile.append(h("div.tile-body", {}, ...views.map((view) => view.element)));
    if (item.kind !== "lamp") tile.append(h("div.tile-title", {}, shortTitle(item)));
    this.#stops.push(...views.map((view) => view.stop));
    return tile;
  }
}

/** Puts a tile at its place of the grid. */
export function place(tile, { x, y, w, h: height }) {
  tile.style.gridArea = `${y + 1} / ${x + 1} / span ${height} / span ${w}`;
}

/** Returns a title without its list of positions. */
function shortTitle(item) {
  return item.group === "control" ? item.title.replace(/,[^,]*\/[^,]*$/, "") : item.title;
}
