// Setup: what doctor says, with a button for each cure, the settings, and how a tablet or another computer gets in.

import { ask, post } from "./api.js";
import { h, setText } from "./dom.js";
import { showDevices } from "./devices.js";
import { FolderChoice } from "./setupfolder.js";
import { showSettings } from "./settings.js";

const POLL_MS = 400;

/** Returns the view. @returns {import("./views.js").PageView} */
export function setupView() {
  const part = (id) => h("section.setup-part", { "aria-labelledby": id });
  const [pieces, devices, settings, start] = ["pieces", "devices", "settings", "start"].map(part);
  const element = h("main.view.setup", {}, h("h2", {}, "Setup"), pieces, devices, settings, start);
  return {
    element,
    show() {
      new Pieces(pieces).show();
      showDevices(devices);
      showSettings(settings);
      showStart(start);
    },
    hide() {},
  };
}

/** What the buttons do, and what is asked before. */
const ACTIONS = {
  install: {
    text: "Install the scripts",
    missing: missingFolder,
    ask: ({ folder }) => `Install the scripts into\n${folder}\nand add one line to Export.lua?`,
  },
  compile: {
    text: "Compile the tables",
    missing: ({ installs }) =>
      installs.length
        ? null
        : "DCS World was not found on this computer. The names of an aircraft are made when you fly it, so you may not need this.",
    ask: ({ tables, installs }) =>
      `Read the cockpits of\n${installs.join("\n")}\nand write their names to\n${tables}?`,
  },
  uninstall: {
    text: "Uninstall the scripts",
    missing: missingFolder,
    ask: ({ folder }) => `Remove the scripts from\n${folder}\nand the line from Export.lua?`,
  },
};

/** Returns the reason why the scripts cannot be installed or removed, or `null`. */
function missingFolder({ folder, folders }) {
  if (folder) return null;
  return (folders ?? []).length > 1
    ? "Choose the folder of your DCS above."
    : "DCS has no folder in Saved Games on this computer yet. Start DCS once, quit it, and look again. If the folder is elsewhere, name it above.";
}

const VERDICTS = { good: "in order", idle: "not in use", bad: "to be mended" };

/** What doctor says of each piece, and the buttons. */
class Pieces {
  #part;
  #state = h("p.quiet", { role: "status" });
  #progress = h("progress", { hidden: true, "aria-label": "Aircraft whose tables are made" });
  #folder = new FolderChoice(() => this.show());

  constructor(part) {
    this.#part = part;
  }

  async show(said = "") {
    setText(this.#state, "Looking at every piece …");
    this.#part.replaceChildren(h("h3", { id: "pieces" }, "The pieces"), this.#state, this.#progress);
    try {
      const doctor = await this.#folder.ask();
      setText(this.#state, summary(doctor));
      this.#part.append(
        h("ul.findings", {}, ...doctor.findings.map(finding)),
        this.#folder.element(doctor),
        this.#buttons(doctor),
      );
    } catch (error) {
      setText(this.#state, `What is installed cannot be shown: ${error.message}.`);
    }
    if (said) this.#part.append(h("pre.said", { tabindex: "0" }, said));
  }

  #buttons(doctor) {
    const cure = ([name, { text, missing, ask: question }]) => {
      const reason = missing(doctor);
      const id = `why-${name}`;
      const button = h(
        "button.key",
        {
          type: "button",
          "data-action": name,
          disabled: Boolean(reason),
          ...(reason ? { "aria-describedby": id } : {}),
          click: () => confirm(question(doctor)) && this.#act(name, doctor.folder),
        },
        text,
      );
      return h("div.cure", {}, button, reason ? h("p.quiet", { id }, reason) : null);
    };
    const again = h("button.text-button", { type: "button", click: () => this.show() }, "Look again");
    return h("div.setup-buttons.cures", {}, ...Object.entries(ACTIONS).map(cure), again);
  }

  /** Does it, shows what was done, and looks at the pieces again. */
  async #act(name, folder) {
    setText(this.#state, "At work …");
    for (const button of this.#part.querySelectorAll("button")) button.disabled = true;
    try {
      const { text } = await post(`/api/setup/${name}`, folder ? { folder } : {});
      await this.show(name === "compile" ? await this.#compiled() : text);
    } catch (error) {
      await this.show(`${error.message}.`);
    }
  }

  /** Shows how far the tables are until they are made. @returns {Promise<string>} what was done */
  async #compiled() {
    for (;;) {
      const { state, done, total, module, text } = await ask("/api/setup/compile");
      this.#progress.hidden = state !== "running";
      if (state !== "running") return text ?? "";
      if (total) this.#progress.max = total;
      this.#progress.value = done;
      setText(
        this.#state,
        `Making the tables: ${done} of ${total} aircraft${module ? `, now ${module}` : ""}.`,
      );
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }
}

/** Returns the sentence about all findings. */
function summary({ demo, content, findings }) {
  if (demo) return "A cockpit without DCS, as this one, needs none of this. To fly with DCS, look here:";
  if (!content) return "Something is missing.";
  return findings.some(({ verdict }) => verdict === "idle")
    ? "Nothing is broken. What is not in use yet says what to do."
    : "Everything is in order.";
}

function finding({ verdict, message, remedy }) {
  return h(
    "li",
    { class: `finding ${verdict}`, "data-verdict": verdict },
    h("span.mark-dot", { role: "img", "aria-label": VERDICTS[verdict] ?? verdict }),
    h("div", {}, h("p", {}, message), remedy ? h("p.quiet", {}, remedy) : null),
  );
}

/** Shows whether dcs-master starts with Windows, with the button that changes that. */
async function showStart(part, said = "") {
  const state = h("p.quiet", { role: "status" }, said);
  part.replaceChildren(h("h3", { id: "start" }, "Start with Windows"), state);
  try {
    const { possible, on, text } = await ask("/api/setup/autostart");
    if (!said) setText(state, sentence(text));
    if (possible) part.append(h("div.setup-buttons", {}, startButton(part, on)));
  } catch (error) {
    setText(state, `This cannot be shown: ${error.message}.`);
  }
}

function startButton(part, on) {
  const change = async () => {
    if (!confirm(on ? "Start dcs-master no more with Windows?" : "Start dcs-master with Windows?")) return;
    const answer = await post("/api/setup/autostart", { on: !on }).catch((error) => ({
      text: error.message,
    }));
    await showStart(part, sentence(answer.text));
  };
  return h(
    "button.key",
    { type: "button", click: change },
    on ? "Do not start with Windows" : "Start with Windows",
  );
}

function sentence(text) {
  return text ? text[0].toUpperCase() + text.slice(1) + (text.endsWith(".") ? "" : ".") : "";
}
