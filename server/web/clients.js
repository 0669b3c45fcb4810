// Clients: who is connected, what they subscribe to and were refused, and what the sim spends on them.

import { h, s, setText } from "./dom.js";
import { rates, spell, withPagesWhole } from "./rates.js";

const POLL_MS = 1000;
/** The cost of so many seconds is shown. */
const SECONDS = 120;
/** The words for the kinds of clients. */
const KINDS = {
  tcp: "network",
  page: "browser",
  serial: "serial port",
  moved: "browser, what moved",
  bios: "gateway",
  "dcs-bios": "gateway",
  mqtt: "MQTT broker",
};

/** Returns the view. @returns {import("./views.js").PageView} */
export function clientsView() {
  const body = h("tbody");
  const table = h(
    "table.clients",
    {},
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        ...["Client", "Connected", "Gauges", "Texts", "Lines to it", "Lines from it", "Refused"].map(
          (title) => h("th", { scope: "col" }, title),
        ),
      ),
    ),
    body,
  );
  const none = h("p.quiet", {}, "No client is connected but this page.");
  const figures = h("dl.figures");
  const cost = costCurve();
  const state = h("p.quiet", { role: "status" });
  const element = h(
    "main.view",
    {},
    h("h2", {}, "Clients"),
    state,
    h("div.table-room", { tabindex: "0", role: "region", "aria-label": "Clients" }, table),
    none,
    h("h3", {}, "The server"),
    figures,
    h("h3", {}, "Cost in the sim"),
    h("p.quiet", {}, "Microseconds that the scripts take of each frame, over two minutes."),
    cost.element,
  );
  let before = null;
  let timer = 0;
  const poll = async () => {
    try {
      const answer = await (await fetch("/api/clients")).json();
      const now = { at: performance.now(), ...answer };
      const rows = withPagesWhole(rates(before, now));
      before = now;
      body.replaceChildren(...rows.map(clientRow));
      table.hidden = !rows.length;
      none.hidden = rows.length > 0;
      // An open page with displays has two connections, but is one client.
      const clients = answer.statistics.clients - (answer.clients.length - rows.length);
      showFigures(figures, { ...answer.statistics, clients });
      cost.add(answer.statistics.frame_us);
      setText(state, "");
    } catch {
      setText(state, "The server does not answer.");
    }
  };
  return {
    element,
    show() {
      poll();
      timer = setInterval(poll, POLL_MS);
    },
    hide() {
      clearInterval(timer);
      before = null;
    },
  };
}

function clientRow(client) {
  const { kind, peer, seconds, gauges, displays, errors, last_error: reason } = client;
  return h(
    "tr",
    { "data-name": peer },
    h(
      "th",
      { scope: "row" },
      peer,
      h("span.quiet", {}, ` ${KINDS[kind] ?? kind}`),
      client.blocked ? h("span.warning", {}, " does not read its lines") : null,
    ),
    h("td", {}, spell(seconds)),
    h("td", {}, String(gauges)),
    h("td", {}, String(displays)),
    h(
      "td",
      {},
      `${client.sentRate} /s`,
      client.held_back ? h("span.quiet", {}, `, ${client.held_back} held back`) : null,
    ),
    h("td", {}, `${client.requestRate} /s`),
    h("td", {}, errors ? `${errors}` : "–", reason ? h("span.reason.quiet", {}, reason) : null),
  );
}

/** The figures of the server, in words. */
const FIGURES = {
  clients: "clients",
  subscriptions: "subscriptions",
  args: "args read in the sim",
  indicators: "displays read in the sim",
  sent: "lines sent",
  errors: "lines refused",
  held_back: "values held back for slow clients",
  turned_away: "clients turned away",
  stalled: "clients disconnected that did not read",
  frames_cut: "frames in which work had to wait",
};

function showFigures(list, statistics) {
  list.replaceChildren(
    ...Object.entries(FIGURES).map(([name, words]) =>
      h("div", {}, h("dt", {}, words), h("dd", {}, statistics[name].toLocaleString("en"))),
    ),
  );
}

/** Returns the curve of the cost in the sim, with its scale. */
function costCurve() {
  const values = [];
  const line = s("polyline", { class: "curve", points: "" });
  const label = h("span.cost-now");
  const top = h("span.cost-top.quiet");
  const element = h(
    "div.cost",
    {},
    s("svg", { viewBox: `0 0 ${SECONDS} 100`, preserveAspectRatio: "none", "aria-hidden": "true" }, line),
    top,
    label,
  );
  return {
    element,
    add(value) {
      values.push(value);
      if (values.length > SECONDS) values.shift();
      const highest = Math.max(20, ...values);
      line.setAttribute(
        "points",
        values
          .map((v, n) => `${SECONDS - values.length + n},${(98 - (94 * v) / highest).toFixed(1)}`)
          .join(" "),
      );
      setText(label, `${value.toFixed(1)} µs now`);
      setText(top, `${highest.toFixed(0)} µs`);
    },
  };
}
