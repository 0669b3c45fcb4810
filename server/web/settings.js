// The settings: options that the server reads from a file at its start. Nothing is written without a question.

import { h, setText } from "./dom.js";
import { changeLines, changesOf, grouped, isOpenAddress, summaryOf } from "./settingsmodel.js";
import { optionRow } from "./settingsfields.js";
import { ask, post } from "./api.js";

const FIREWALL = [
  "When other computers may connect, Windows asks once whether dcs-master may use the network: tick Private networks only, and choose Allow access.",
  "If you refused, tablets and panels find nothing. Then open Windows Security, Firewall & network protection, Allow an app through firewall, and tick Private for dcs-master.",
];

/** Fills a part of Setup with the settings. `said` tells what was just done. */
export async function showSettings(part, said = "") {
  const heading = h("h3", { id: "settings" }, "Settings");
  const state = h("p.quiet", { role: "status" }, said);
  part.replaceChildren(heading, state);
  try {
    part.append(...new SettingsForm(await ask("/api/settings"), part, state).elements);
  } catch (error) {
    setText(state, `The settings cannot be shown: ${error.message}.`);
  }
}

class SettingsForm {
  elements;
  #settings;
  #part;
  #state;
  /** @type {Map<string, () => any>} the values of the fields by the names of their options */
  #values = new Map();
  #count = h("span.quiet");
  #bar;
  #firewall = h("div.aside", { hidden: true }, ...FIREWALL.map((words) => h("p", {}, words)));

  constructor(settings, part, state) {
    this.#settings = settings;
    this.#part = part;
    this.#state = state;
    if (!state.textContent) setText(state, introduction(settings));
    this.#bar = h(
      "div.save-bar",
      { hidden: true },
      this.#count,
      h("button.text-button", { type: "button", click: () => showSettings(part) }, "Discard"),
      h("button.key.primary", { type: "button", click: () => this.#save(this.#changes()) }, "Save"),
    );
    this.elements = [
      this.#problems(),
      ...grouped(settings.options).map((group) => this.#group(group)),
      this.#bar,
    ];
    this.#changed();
  }

  #problems() {
    const { problems, ignored } = this.#settings;
    const list = h("ul.findings", {}, ...problems.map((problem) => this.#problem(problem)));
    const effect = "While a line of the file is wrong, none of it is used at a start.";
    if (problems.length) list.prepend(h("li.quiet.problems-effect", {}, effect));
    else if (ignored)
      list.append(h("li.quiet", {}, "The file was wrong when this server started, so it runs without it."));
    return list;
  }

  #problem({ line, name, message, remedy }) {
    const remove = h(
      "button.text-button",
      { type: "button", click: () => this.#save({ [name]: null }) },
      "Remove this line",
    );
    return h(
      "li.finding.bad",
      { "data-verdict": "bad" },
      h("span.mark-dot", { role: "img", "aria-label": "to be mended" }),
      h(
        "div",
        {},
        h("p", {}, line === null ? message : `Line ${line}: ${message}`),
        remedy ? h("p.quiet", {}, remedy) : null,
        name && this.#settings.file ? remove : null,
      ),
    );
  }

  #group({ id, title, about, options }) {
    const rows = options.map((option) => {
      const { element, value } = optionRow(option, () => this.#changed());
      this.#values.set(option.name, value);
      return element;
    });
    const set = summaryOf(options);
    return h(
      "details.settings-group",
      { "data-group": id },
      h("summary", {}, h("span.group-title", {}, title), h("span.quiet", {}, set)),
      h("p.quiet.group-about", {}, about),
      ...rows,
      id === "network" ? this.#firewall : null,
    );
  }

  #changes() {
    const values = new Map([...this.#values].map(([name, value]) => [name, value()]));
    return changesOf(this.#settings.options, values);
  }

  #changed() {
    const changes = Object.keys(this.#changes());
    this.#bar.hidden = changes.length === 0;
    setText(this.#count, changes.length === 1 ? "1 change" : `${changes.length} changes`);
    const addresses = ["page", "listen"].map((name) => this.#values.get(name)?.() ?? "");
    this.#firewall.hidden = !addresses.some(isOpenAddress);
  }

  /** Asks, writes, and shows what the server says then. */
  async #save(changes) {
    const { file, demo } = this.#settings;
    if (!confirm(`Write this to\n${file}?\n\n${changeLines(changes).join("\n")}`)) return;
    const when = demo ? "when you start dcs-master serve" : "when dcs-master is started again";
    try {
      await post("/api/settings", { set: changes });
      const open = this.#openGroups();
      await showSettings(this.#part, `Saved. It takes effect ${when}.`);
      for (const id of open) this.#part.querySelector(`[data-group="${id}"]`)?.setAttribute("open", "");
    } catch (error) {
      setText(this.#state, `Nothing was saved: ${error.message}.`);
      this.#state.scrollIntoView({ block: "nearest" });
    }
  }

  #openGroups() {
    return [...this.#part.querySelectorAll("details[open]")].map(({ dataset }) => dataset.group);
  }
}

function introduction({ file, demo, restart }) {
  if (!file) return "The system names no data folder, so there is no file for settings.";
  if (demo)
    return `The demo reads no settings. What you set here is for dcs-master serve; it stands in ${file}.`;
  if (restart) return "The file was changed since this server started: start dcs-master again, and it holds.";
  return `They are read at each start from ${file}. An option on the command line goes first.`;
}
