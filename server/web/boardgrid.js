// Boards as data: elements on a grid. Pure.

/** The most columns and rows of a board. */
export const MOST_COLUMNS = 24;
export const MOST_ROWS = 40;

/** The sizes of new elements, in cells. */
const SIZES = {
  dial: [3, 3],
  lamp: [2, 1],
  digit: [2, 1],
  text: [4, 1],
  switch: [2, 3],
  button: [2, 2],
  encoder: [3, 3],
  axis: [4, 1],
  none: [2, 1],
};

/**
 * @typedef {{item: string, x: number, y: number, w: number, h: number}} Element
 *   `item` is a key of the catalog, such as `control GEAR_LEVER`; the rest counts cells
 * @typedef {{aircraft: string | null, elements: Element[]}} Board
 */

/** Returns an empty board for an aircraft, or for all of them. @returns {Board} */
export function emptyBoard(aircraft) {
  return { aircraft, elements: [] };
}

/**
 * Returns a board as it was saved, without what is no element; a file may come from somebody else.
 * @param {any} saved
 * @returns {Board}
 */
export function readBoard(saved) {
  const elements = Array.isArray(saved?.elements) ? saved.elements : [];
  const aircraft = typeof saved?.aircraft === "string" ? saved.aircraft : null;
  return { aircraft, elements: elements.filter(isElement).map(within) };
}

function isElement(element) {
  return typeof element?.item === "string";
}

/**
 * Returns a sentence about what {@link readBoard} leaves out; an empty text if it is nothing.
 * @param {any} saved
 */
export function leftOut(saved) {
  if (!Array.isArray(saved?.elements))
    return 'Nothing of this board can be read: its file has no list "elements".';
  const all = saved.elements.length;
  const some = all - saved.elements.filter(isElement).length;
  if (!some) return "";
  return `${some} of ${all} elements of this board cannot be read, since they have no "item": they are left out.`;
}

/** Returns an element with whole cells within the largest board. @returns {Element} */
export function within({ item, x, y, w, h }) {
  const width = whole(w, 1, MOST_COLUMNS);
  const height = whole(h, 1, MOST_ROWS);
  return {
    item,
    w: width,
    h: height,
    x: whole(x, 0, MOST_COLUMNS - width),
    y: whole(y, 0, MOST_ROWS - height),
  };
}

function whole(number, least, most) {
  return Math.max(least, Math.min(most, Math.round(Number(number)) || 0));
}

/** Returns the columns and rows that the elements take. */
export function extent(elements) {
  return {
    columns: Math.max(1, ...elements.map(({ x, w }) => x + w)),
    rows: Math.max(1, ...elements.map(({ y, h }) => y + h)),
  };
}

/** The side of a cell that a finger can hit, as board.css has it. */
const LEAST_CELL = 44;

/** Returns the factor by which a board with the smallest cells shrinks to fit into a room; 1 if it fits. */
export function zoomToFit(columns, rows, width, height) {
  return Math.min(1, width / (columns * LEAST_CELL), height / (rows * LEAST_CELL));
}

/** Returns the size of a new element. @param {import("./catalog.js").Item} item */
export function sizeOf(item) {
  if (item.kind === "switch" && item.positions.length > 3) return [3, 3];
  return SIZES[item.kind] ?? [2, 2];
}

/** Tells whether two elements cover the same cell. */
export function overlap(a, b) {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/**
 * Returns the first free place for an element, by rows.
 * @param {Element[]} elements
 * @param {string} item
 * @param {[number, number]} size
 * @param {number} columns of the board as it is seen
 * @returns {Element}
 */
export function placed(elements, item, [w, h], columns) {
  for (let y = 0; y + h <= MOST_ROWS; y += 1) {
    for (let x = 0; x + w <= Math.max(columns, w); x += 1) {
      const element = { item, x, y, w, h };
      if (!elements.some((other) => overlap(element, other))) return element;
    }
  }
  return within({ item, x: 0, y: MOST_ROWS, w, h });
}

/** The most bytes of a board's file that the server takes. */
export const MOST_BYTES = 262144;

/**
 * Returns the board that a file holds.
 * @param {string} text
 * @returns {Board}
 * @throws {Error} if it is no board, with the reason for people
 */
export function boardFromFile(text) {
  if (text.length > MOST_BYTES) throw new Error("it is larger than a board can be");
  let saved;
  try {
    saved = JSON.parse(text);
  } catch (error) {
    throw new Error(`it is no JSON (${error.message})`);
  }
  if (!Array.isArray(saved?.elements)) throw new Error('it is no board: it has no list "elements"');
  const board = readBoard(saved);
  if (board.elements.length < saved.elements.length) {
    throw new Error('it is no board: some of its elements have no "item"');
  }
  return board;
}

/** The most characters of a board's name. */
const MOST_NAME = 60;

/** Returns a name for the board of a file that no other board has. @param {string[]} taken */
export function nameFromFile(file, taken) {
  const plain = file.replace(/\.json$/i, "").replace(/[^\p{L}\p{N} ._-]+/gu, "-");
  const name =
    [...plain]
      .slice(0, MOST_NAME - 4)
      .join("")
      .replace(/^[ .]+|[ .]+$/g, "") || "Board";
  const others = new Set(taken.map((other) => other.toLowerCase()));
  let free = name;
  for (let number = 2; others.has(free.toLowerCase()); number += 1) free = `${name} ${number}`;
  return free;
}
