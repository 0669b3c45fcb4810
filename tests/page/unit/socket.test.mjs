import assert from "node:assert/strict";
import test from "node:test";

const { Socket } = await import("../../../server/web/socket.js");

/** Returns a socket whose connections the test opens and closes, at times of its own. */
function connect(t) {
  const opened = [];
  const clock = t.mock.timers;
  clock.enable({ apis: ["setTimeout"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  globalThis.location = { href: "http://127.0.0.1:4280/" };
  globalThis.WebSocket = class {
    constructor() {
      opened.push(this);
    }
  };
  const socket = new Socket("/ws");
  socket.connect();
  return {
    opened,
    pass(ms) {
      now += ms;
      clock.tick(ms);
    },
    close: () => opened[opened.length - 1].onclose(),
    open: () => opened[opened.length - 1].onopen(),
  };
}

test("a lost connection is opened again at once, and then after longer and longer waits", (t) => {
  const { opened, pass, close, open } = connect(t);
  open();
  pass(60_000);
  close();
  pass(0);
  assert.equal(opened.length, 2);
  for (const wait of [250, 500, 1000, 2000, 2000]) {
    close();
    const before = opened.length;
    pass(wait - 1);
    assert.equal(opened.length, before);
    pass(1);
    assert.equal(opened.length, before + 1);
  }
});

test("a server that closes each connection at once is not asked without a pause", (t) => {
  const { opened, pass, close, open } = connect(t);
  open();
  close();
  pass(0);
  open();
  close();
  pass(249);
  assert.equal(opened.length, 2);
});
