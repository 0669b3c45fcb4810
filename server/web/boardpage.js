// The page of one board, `/board/<name>`: nothing but the panel.

import { BoardView } from "./board.js";
import { h, s } from "./dom.js";
import { loadBoard } from "./boards.js";
import { leftOut, readBoard } from "./boardgrid.js";

/**
 * Fills the page with a board.
 * @param {import("./cockpit.js").Cockpit} cockpit
 * @param {import("./status.js").StatusBar} status
 * @param {string} name
 */
export async function showBoardPage(cockpit, status, name) {
  const stage = h("main.board-stage", { "aria-label": name });
  const full = h(
    "button.key",
    {
      type: "button",
      "aria-label": "Full screen",
      click: () => document.documentElement.requestFullscreen(),
    },
    s(
      "svg",
      { class: "full-sign", viewBox: "0 0 16 16", "aria-hidden": "true" },
      s("path", { d: "M2 6V2h4M10 2h4v4M14 10v4h-4M6 14H2v-4" }),
    ),
    h("span.full-words", {}, "Full screen"),
  );
  document.body.classList.add("board-page");
  document.body.replaceChildren(
    h(
      "header.top.slim",
      {},
      h("a.brand", { href: "/#/boards" }, "‹ Boards"),
      h("h1.board-title", {}, name),
      status.aircraft,
      h("span.space"),
      status.lamp,
      document.fullscreenEnabled ? full : null,
    ),
    status.notice,
    status.replay.element,
    status.testing,
    stage,
    status.refused,
  );
  cockpit.socket.connect();
  try {
    const { saved } = await loadBoard(name);
    const view = new BoardView(cockpit, readBoard(saved));
    const fault = leftOut(saved);
    if (fault) stage.before(h("p.notice", { role: "status" }, fault));
    stage.append(view.element);
    cockpit.addEventListener("catalog", () => view.draw());
    view.draw();
    new ResizeObserver(() => view.fitInto(stage)).observe(stage);
  } catch (error) {
    stage.append(
      h("p.board-missing", { role: "alert" }, `The board "${name}" cannot be shown: ${error.message}`),
    );
  }
  keepAwake();
}

/** Keeps a tablet's screen on, where the browser allows it. */
function keepAwake() {
  const ask = () =>
    document.visibilityState === "visible" && navigator.wakeLock?.request("screen").catch(() => {});
  document.addEventListener("visibilitychange", ask);
  ask();
}
