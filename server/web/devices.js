// How a tablet or another computer opens the page: the link with the key, and its code.

import { copyButton } from "./copy.js";
import { h, setText } from "./dom.js";

/** Shows the link for other devices, as a code for a camera, and as text. */
export async function showDevices(part) {
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
      "This page is for this computer only. To open it on a tablet, allow that below under Settings, Other computers, or start dcs-master like this; then this place shows a code for the tablet's camera.",
    ),
    h("div.lines", {}, h("code", {}, line), copyButton(line, `Copy ${line}`)),
  ];
}
