import assert from "node:assert/strict";
import test from "node:test";

import {
  emptyBoard,
  extent,
  MOST_COLUMNS,
  MOST_ROWS,
  overlap,
  placed,
  readBoard,
  within,
} from "../../../server/web/boardgrid.js";

const at = (x, y, w = 1, h = 1) => ({ item: "gauge A", x, y, w, h });

test("a new element stands at the first free place", () => {
  assert.deepEqual(placed([], "gauge B", [2, 2], 4), { item: "gauge B", x: 0, y: 0, w: 2, h: 2 });
  assert.deepEqual(placed([at(0, 0, 2, 2)], "gauge B", [2, 2], 4), {
    item: "gauge B",
    x: 2,
    y: 0,
    w: 2,
    h: 2,
  });
  assert.deepEqual(placed([at(0, 0, 3, 1)], "gauge B", [2, 2], 4), {
    item: "gauge B",
    x: 0,
    y: 1,
    w: 2,
    h: 2,
  });
});

test("a full board takes one more all the same", () => {
  const element = placed([at(0, 0, MOST_COLUMNS, MOST_ROWS)], "gauge B", [2, 2], 4);
  assert.ok(element.y + element.h <= MOST_ROWS);
});

test("a file of somebody else is read as far as it is a board", () => {
  assert.deepEqual(readBoard(null), emptyBoard(null));
  assert.deepEqual(
    readBoard({ aircraft: 7, elements: [{}, "x", { item: "gauge A", x: -3, y: 1e9, w: "2", h: NaN }] }),
    {
      aircraft: null,
      elements: [{ item: "gauge A", x: 0, y: MOST_ROWS - 1, w: 2, h: 1 }],
    },
  );
});

test("elements stay on the board", () => {
  assert.deepEqual(within(at(23, 39, 5, 5)), { item: "gauge A", x: 19, y: 35, w: 5, h: 5 });
});

test("cells that two elements cover are found", () => {
  assert.ok(overlap(at(0, 0, 2, 2), at(1, 1)));
  assert.ok(!overlap(at(0, 0, 2, 2), at(2, 0)));
  assert.deepEqual(extent([at(1, 2, 3, 4)]), { columns: 4, rows: 6 });
  assert.deepEqual(extent([]), { columns: 1, rows: 1 });
});
