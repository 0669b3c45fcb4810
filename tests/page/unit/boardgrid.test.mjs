import assert from "node:assert/strict";
import test from "node:test";

import {
  boardFromFile,
  emptyBoard,
  extent,
  leftOut,
  MOST_BYTES,
  MOST_COLUMNS,
  MOST_ROWS,
  nameFromFile,
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

test("a file that is no board is refused with the reason", () => {
  const reason = (text) => {
    try {
      return boardFromFile(text);
    } catch (error) {
      return error.message;
    }
  };
  assert.match(reason("{"), /it is no JSON/);
  for (const text of ["null", "7", "[]", "{}", '{"elements":{}}'])
    assert.match(reason(text), /no list "elements"/);
  assert.match(reason('{"elements":[{"item":"gauge A"},{"x":1}]}'), /some of its elements/);
  assert.match(reason(`"${"x".repeat(MOST_BYTES)}"`), /larger/);
  assert.deepEqual(reason('{"aircraft":7,"elements":[{"item":"gauge A","x":99,"w":"2"}],"note":"mine"}'), {
    aircraft: null,
    elements: [{ item: "gauge A", x: MOST_COLUMNS - 2, y: 0, w: 2, h: 1 }],
  });
});

test("the board of a file gets the file's name, or the next free one", () => {
  assert.equal(nameFromFile("Left panel.json", []), "Left panel");
  assert.equal(nameFromFile("left.JSON", ["Left", "left 2"]), "left 3");
  assert.equal(nameFromFile("a/b:c?.json", []), "a-b-c-");
  assert.equal(nameFromFile(" ..json", []), "Board");
  assert.equal(nameFromFile(`${"Ä".repeat(80)}.json`, []).length, 56);
});

test("what of a board cannot be read is said", () => {
  const garbage = [null, 5, { x: 1 }, { item: "gauge A", x: 1e308, y: null }];
  assert.match(leftOut({ elements: garbage }), /^3 of 4 elements/);
  assert.deepEqual(readBoard({ elements: garbage }).elements, [
    { item: "gauge A", x: MOST_COLUMNS - 1, y: 0, w: 1, h: 1 },
  ]);
  for (const nothing of [null, {}, { items: garbage }, { elements: {} }])
    assert.match(leftOut(nothing), /^Nothing/);
  assert.equal(leftOut({ elements: [at(0, 0)] }), "");
});
