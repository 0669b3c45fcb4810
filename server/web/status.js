// Says what is missing: the server, the sim, an aircraft, its tables.

import { h, setText } from "./dom.js";
import { loadCatalog } from "./catalog.js";
import { releaseAll } from "./hold.js";
import { RecordButton, ReplayBar } from "./recording.js";
import { stopTest } from "./test.js";

const POLL_MS = 2000;
const REFUSED_MS = 8000;
const TRY_DEMO =
  "No DCS at hand? Close the window of dcs-master and double-click Demo.cmd beside the program (or run: dcs-master demo --open). It flies a simulated aircraft.";
/** The key of the browser's storage that says that the sim was linked once. */
const HAD_SIM = "had-sim";
/** The status of a device whose key is not the present one. */
export const NO_KEY = {};

/**
 * Returns the words of the page for a state, and whether all is well.
 * @param {boolean} connected
 * @param {any} status the answer of `/api/status`, or `null`
 * @param {boolean} hadSim whether this browser has seen the sim linked before
 * @returns {{level: "good" | "wait" | "bad", short: string, text: string}}
 */
export function describe(connected, status, hadSim = true) {
  if (status === NO_KEY) {
    return {
      level: "bad",
      short: "no key",
      text: "The key of this page has changed. Open the new link, which the page shows under Setup on the computer of dcs-master.",
    };
  }
  if (!connected) {
    return {
      level: "bad",
      short: "no server",
      text: "The connection to dcs-master is lost. The page tries again every two seconds.",
    };
  }
  if (!status) return { level: "wait", short: "connecting", text: "" };
  if (!status.sim.hook)
    return {
      level: "bad",
      short: "no sim",
      text: [sentence(status.sim.text, "The sim is not linked."), ...(hadSim ? [] : [TRY_DEMO])].join(" "),
    };
  if (!status.aircraft)
    return {
      level: "wait",
      short: "no aircraft",
      text: "No aircraft is controlled. Enter a cockpit, and it appears here.",
    };
  if (!status.tables.controls && !status.tables.gauges) {
    return {
      level: "bad",
      short: "no names",
      text: sentence(status.tables.text, `There are no names for ${status.aircraft} yet.`),
    };
  }
  return { level: "good", short: "live", text: status.sim.export ? "" : sentence(status.sim.text, "") };
}

function sentence(text, otherwise) {
  const words = text || otherwise;
  return words && words[0].toUpperCase() + words.slice(1) + (/[.?!]$/.test(words) ? "" : ".");
}

function remember(key) {
  try {
    localStorage.setItem(key, "yes");
  } catch {
    // A browser that keeps nothing shows the hint again.
  }
}

function remembers(key) {
  try {
    return localStorage.getItem(key) !== null;
  } catch {
    return false;
  }
}

/** Follows the state of the server and shows it. Loads the tables when they have changed. */
export class StatusBar {
  lamp = h("span.state", { role: "status" }, h("span.state-dot"), h("span.state-text"));
  notice = h("div.notice", { role: "alert", hidden: true });
  refused = h("div.refused", { role: "alert", hidden: true });
  aircraft = h("span.aircraft");
  testing = h(
    "div.testing",
    { role: "status", hidden: true },
    h("span"),
    h("button.key", { type: "button", click: () => stopTest().then(() => this.#poll()) }, "Stop the test"),
  );
  record = new RecordButton((reason) => this.#refuse(reason));
  replay = new ReplayBar((reason) => this.#refuse(reason));
  #cockpit;
  #status = null;
  #loading = false;
  #timer = 0;

  /** @param {import("./cockpit.js").Cockpit} cockpit */
  constructor(cockpit) {
    this.#cockpit = cockpit;
    cockpit.socket.addEventListener("open", () => this.#poll());
    cockpit.addEventListener("aircraft", () => this.#poll());
    cockpit.addEventListener("lost", () => {
      releaseAll();
      this.#show();
    });
    cockpit.addEventListener("refused", (event) => this.#refuse(event.detail));
    document.addEventListener("test-started", () => this.#poll());
    setInterval(() => this.#poll(), POLL_MS);
  }

  async #poll() {
    if (document.hidden && this.#status) return;
    try {
      const answer = await fetch("/api/status");
      if (answer.status === 401) this.#status = NO_KEY;
      else if (answer.ok) this.#status = await answer.json();
    } catch {
      // The socket says that the server is gone.
    }
    if (this.#status?.listen) this.#cockpit.setListen(this.#status.listen);
    this.#show();
    this.#showRecording();
    await this.#renewCatalog();
  }

  /** Shows the replay if there is one, else the button that records. */
  #showRecording() {
    const isReplay = this.#status?.page?.replay;
    const [shown, other] = isReplay ? [this.replay, this.record] : [this.record, this.replay];
    other.hide();
    if (isReplay === undefined) shown.hide();
    else shown.renew();
  }

  async #renewCatalog() {
    const etag = this.#status?.catalog ?? null;
    if (this.#loading || !this.#status || this.#status === NO_KEY || etag === this.#cockpit.catalog.etag)
      return;
    this.#loading = true;
    try {
      this.#cockpit.setCatalog(await loadCatalog());
    } catch {
      // It is tried again with the next status.
    } finally {
      this.#loading = false;
    }
  }

  #show() {
    if (this.#status?.sim?.hook && !this.#status.demo) remember(HAD_SIM);
    const { level, short, text } = describe(this.#cockpit.socket.isOpen, this.#status, remembers(HAD_SIM));
    this.lamp.className = `state ${level}`;
    setText(this.lamp.lastChild, short);
    setText(this.aircraft, this.#status?.aircraft ?? "");
    this.notice.hidden = !text;
    setText(this.notice, text);
    const tested = this.#status?.testing ?? 0;
    this.testing.hidden = !tested;
    setText(
      this.testing.firstChild,
      tested === 1
        ? "A test is running: one value is made up."
        : `A test is running: ${tested} values are made up.`,
    );
    document.title = this.#status?.aircraft ? `${this.#status.aircraft} – dcs-master` : "dcs-master";
  }

  /** Shows the reason why the server refused a line. */
  #refuse(reason) {
    setText(this.refused, reason);
    this.refused.hidden = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.refused.hidden = true), REFUSED_MS);
  }
}
