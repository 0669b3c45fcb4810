// Setup: what doctor says, with a button for each cure, and how a tablet or another computer opens the page.

import { copyButton } from "./copy.js";
import { h, setText } from "./dom.js";

/** Returns the view. @returns {import("./views.js").PageView} */
export function setupView() {
  const pieces = h("section.setup-part", { "aria-labelledby": "pieces" });
  const devices = h("section.setup-part", { "aria-labelledby": "devices" });
  const element = h("main.view", {}, h("h2", {}, "Setup"), pieces, devices);
  return {
    element,
    show() {
      showPieces(pieces);
      showDevices(devices);
    },
    hide() {},
  };
}

/** What the buttons do, and what is asked before. */
const ACTIONS = {
  install: {
    text: "Install the scripts",
    ask: ({ folder }) => `Install the scripts into\n${folder}\nand add one line to Export.lua?`,
  },
  compile: {
    text: "Compile the tables",
    ask: ({ tables, installs }) =>
      `Read the cockpits of\n${installs.join("\n")}\nand write their names to\n${tables}?`,
  },
  uninstall: {
    text: "Uninstall the scripts",
    ask: ({ folder }) => `Remove the scripts from\n${folder}\nand the line from Export.lua?`,
  },
};
const VERDICTS = { good: "in order", idle: "not in use", bad: "to be mended" };

/** Shows what doctor says of each piece. */
async function showPieces(part, said = "") {
  const state = h("p.quiet", { role: "status" }, "Looking at every piece …");
  const heading = h("h3", { id: "pieces" }, "The pieces");
  part.replaceChildren(heading, state);
  try {
    const answer = await fetch("/api/doctor");
    if (answer.status === 403) {
      state.textContent = "This works only in a browser on the computer of dcs-master.";
      return;
    }
    const doctor = await answer.json();
    if (!answer.ok) throw new Error(doctor.error);
    state.textContent = doctor.content ? "Everything is in order." : "Something is missing.";
    part.append(h("ul.findings", {}, ...doctor.findings.map(finding)), buttons(doctor, part));
  } catch (error) {
    state.textContent = `What is installed cannot be shown: ${error.message}.`;
  }
  if (said) part.append(h("pre.said", { tabindex: "0" }, said));
}

function finding({ verdict, message, remedy }) {
  return h(
    "li",
    { class: `finding ${verdict}`, "data-verdict": verdict },
    h("span.mark-dot", { role: "img", "aria-label": VERDICTS[verdict] ?? verdict }),
    h("div", {}, h("p", {}, message), remedy ? h("p.quiet", {}, remedy) : null),
  );
}

function buttons(doctor, part) {
  return h(
    "div.setup-buttons",
    {},
    ...Object.entries(ACTIONS).map(([name, { text, ask }]) =>
      h(
        "button.key",
        {
          type: "button",
          "data-action": name,
          disabled: name === "compile" ? !doctor.installs.length : !doctor.folder,
          click: () => confirm(ask(doctor)) && act(name, part),
        },
        text,
      ),
    ),
  );
}

/** Does it, shows what was done, and looks at the pieces again. */
async function act(name, part) {
  part.querySelector("[role=status]").textContent = "At work …";
  for (const button of part.querySelectorAll("button")) button.disabled = true;
  try {
    const answer = await fetch(`/api/setup/${name}`, { method: "POST" });
    const { text, error } = await answer.json();
    if (answer.status === 202) await showPieces(part, await compiled(part));
    else await showPieces(part, answer.ok ? text : error);
  } catch (error) {
    await showPieces(part, `It is not known whether that was done: ${error.message}.`);
  }
}

/** Waits until the tables are made, and says how far they are. @returns {Promise<string>} what was done */
async function compiled(part) {
  for (;;) {
    const { state, done, total, text } = await (await fetch("/api/setup/compile")).json();
    if (state !== "running") return text;
    part.querySelector("[role=status]").textContent = `${done} of ${total} …`;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

/** Shows the link for other devices, as a code for a camera, and as text. */
async function showDevices(part) {
  const heading = h("h3", { id: "devices" }, "Tablets and other computers");
  const state = h("p.quiet", { role: "status" });
  part.replaceChildren(heading, state);
  const answer = await fetch("/api/key").catch(() => null);
  if (answer?.status === 403) {
    state.textContent = "Open this page on the computer of dcs-master: it shows the code there.";
    return;
  }
  if (!answer?.ok) {
    state.textContent = "The server does not answer.";
    return;
  }
  const { link } = await answer.json();
  if (link) part.append(...deviceLink(link, part));
  else part.append(...localOnly());
}

function deviceLink(link, part) {
  const renew = h(
    "button.key",
    {
      type: "button",
      click: async () => {
        if (!confirm("Make a new key? Every device that has the old one must open the new link.")) return;
        const answer = await fetch("/api/key", { method: "POST" });
        await showDevices(part);
        setText(
          part.querySelector("[role=status]"),
          answer.ok ? "There is a new key; the old one is void." : "There is no new key: the server refused.",
        );
      },
    },
    "New key",
  );
  return [
    h(
      "p",
      {},
      "Scan this code with the tablet's camera, or open the link there, once. The connection is not encrypted: use it only in a network that you trust.",
    ),
    h(
      "div.device",
      {},
      h("img.code", {
        src: `/api/key.svg?${Date.now()}`,
        alt: "Code with the link",
        width: 220,
        height: 220,
      }),
      h("div.device-link", {}, h("code", {}, link), h("div", {}, copyButton(link, "Copy the link"), renew)),
    ),
  ];
}

function localOnly() {
  const line = "dcs-master serve --page 0.0.0.0:4280";
  return [
    h(
      "p",
      {},
      "This page is for this computer only. To open it on a tablet, start dcs-master like this; then this place shows a code for the tablet's camera.",
    ),
    h("div.lines", {}, h("code", {}, line), copyButton(line, `Copy ${line}`)),
  ];
}
