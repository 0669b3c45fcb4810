// The page: its parts, put together.

import { boardsView } from "./boardlist.js";
import { clientsView } from "./clients.js";
import { Cockpit } from "./cockpit.js";
import { decoded } from "./boards.js";
import { finder } from "./finder.js";
import { h } from "./dom.js";
import { movedView } from "./moved.js";
import { plotView } from "./plot.js";
import { setupView } from "./setup.js";
import { showBoardPage } from "./boardpage.js";
import { StatusBar } from "./status.js";
import { testView } from "./test.js";
import { Views } from "./views.js";

const cockpit = new Cockpit();
const status = new StatusBar(cockpit);
const board = location.pathname.match(/^\/board\/(.+)$/)?.[1];

if (board) showBoardPage(cockpit, status, decoded(board));
else showPage();

function showPage() {
  const find = finder(cockpit);
  const toFind = () => {
    location.hash = "#/";
    views.showChosen();
  };
  const open = (key) => {
    toFind();
    find.open(key);
  };
  const plot = plotView(cockpit);
  const views = new Views({
    "": { title: "Cockpit", view: find },
    moved: { title: "What moved", view: movedView(open) },
    boards: { title: "Boards", view: boardsView(cockpit) },
    plot: { title: "Plot", view: plot },
    test: { title: "Test", view: testView(cockpit) },
    clients: { title: "Clients", view: clientsView() },
    setup: { title: "Setup", view: setupView() },
  });
  document.body.replaceChildren(
    h(
      "header.top",
      {},
      h("h1.brand", {}, "dcs-master"),
      status.aircraft,
      views.nav,
      status.record.element,
      status.lamp,
    ),
    status.notice,
    status.replay.element,
    status.testing,
    views.element,
    status.refused,
  );
  document.addEventListener("plot", (event) => {
    plot.add(event.detail);
    location.hash = "#/plot";
  });
  views.showChosen();
  find.search.focus();
  cockpit.socket.connect();
  document.addEventListener("keydown", (event) => {
    const isInEmptySearch = event.target === find.search && !find.search.value;
    if (event.key !== "/" || (event.target.closest("input, textarea, select") && !isInEmptySearch)) return;
    toFind();
    find.search.focus();
    event.preventDefault();
  });
}
