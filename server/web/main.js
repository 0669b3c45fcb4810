// The page: its parts, put together.

import { Cockpit } from "./cockpit.js";
import { finder } from "./finder.js";
import { h } from "./dom.js";
import { StatusBar } from "./status.js";

const cockpit = new Cockpit();
const status = new StatusBar(cockpit);
const find = finder(cockpit);

document.body.replaceChildren(
  h("header.top", {}, h("h1.brand", {}, "dcs-master"), status.aircraft, h("span.space"), status.lamp),
  status.notice, find.element, status.refused,
);
find.search.focus();
cockpit.socket.connect();

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, textarea")) return;
  find.search.focus();
  event.preventDefault();
});
