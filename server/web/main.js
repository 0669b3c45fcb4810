// The page: its parts, put together.

import { Cockpit } from "./cockpit.js";
import { finder } from "./finder.js";
import { h } from "./dom.js";
import { movedView } from "./moved.js";
import { StatusBar } from "./status.js";
import { Views } from "./views.js";

const cockpit = new Cockpit();
const status = new StatusBar(cockpit);
const find = finder(cockpit);
const open = (key) => {
  location.hash = "#/";
  views.showChosen();
  find.open(key);
};
const views = new Views({
  "": { title: "Cockpit", view: find },
  moved: { title: "What moved", view: movedView(open) },
});

document.body.replaceChildren(
  h("header.top", {}, h("h1.brand", {}, "dcs-master"), status.aircraft, views.nav, status.lamp),
  status.notice, views.element, status.refused,
);
views.showChosen();
find.search.focus();
cockpit.socket.connect();

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea")) return;
  location.hash = "#/";
  views.showChosen();
  find.search.focus();
  event.preventDefault();
});
