// The folder that DCS writes to: one of those that are found, or one that the user names.

import { ask } from "./api.js";
import { h } from "./dom.js";

/** The key of the browser's storage that keeps the folder that the user has named. */
const NAMED = "saved-games";

/** The choice of the folder. */
export class FolderChoice {
  #change;
  /** The folder that holds, if it is not the one that is found. */
  #folder = kept();
  /** The folder that was typed and the reason why it cannot be used. */
  #refused = null;

  /** @param {() => void} change is called when another folder holds */
  constructor(change) {
    this.#change = change;
  }

  /** Asks what doctor says of the folder. One that was named and is gone does not hold any more. */
  async ask() {
    if (!this.#folder) return ask("/api/doctor");
    try {
      return await ask(`/api/doctor?folder=${encodeURIComponent(this.#folder)}`);
    } catch (error) {
      this.#refused = { folder: this.#folder, reason: error.message };
      this.#folder = null;
      return ask("/api/doctor");
    }
  }

  /** Returns a list of the folders if there are several, and a field for another one. */
  element({ folders, folder }) {
    const several = (folders ?? []).length > 1;
    return h(
      "div.folders",
      {},
      several ? this.#list(folders, folder) : null,
      this.#field(folder && !folders.includes(folder) ? folder : "", several || !folder),
    );
  }

  #list(folders, folder) {
    const select = h(
      "select.field",
      { id: "saved-games", change: () => this.#choose(select.value) },
      h("option", { value: "" }, "Choose one …"),
      ...folders.map((path) => h("option", { value: path }, path)),
    );
    select.value = folders.includes(folder) ? folder : "";
    return h("div.folder-row", {}, h("label", { for: "saved-games" }, "Folder that DCS writes to"), select);
  }

  /** The field for a folder that is not found. It is folded away while none is needed. */
  #field(named, isNeeded) {
    const refused = this.#refused;
    this.#refused = null;
    const input = h("input.field", {
      id: "other-folder",
      type: "text",
      placeholder: "C:\\Users\\you\\Saved Games\\DCS",
      spellcheck: "false",
      autocapitalize: "off",
      autocomplete: "off",
      ...(refused ? { "aria-invalid": "true", "aria-describedby": "folder-refused" } : {}),
    });
    input.value = refused?.folder ?? named;
    const form = h(
      "form.folder-row",
      {
        submit: (event) => {
          event.preventDefault();
          this.#choose(plainPath(input.value));
        },
      },
      h("label", { for: "other-folder" }, "Folder that DCS writes to, in Saved Games"),
      input,
      h("button.key", { type: "submit" }, "Look there"),
      refused ? h("p.warning", { id: "folder-refused", role: "alert" }, `${refused.reason}.`) : null,
    );
    const isOpen = Boolean(isNeeded || named || refused);
    return h("details.other-folder", { open: isOpen }, h("summary", {}, "My folder is elsewhere"), form);
  }

  #choose(folder) {
    this.#folder = folder || null;
    keep(this.#folder);
    this.#change();
  }
}

/** Returns a path without the quotes that Explorer puts round it when it is copied. */
export function plainPath(text) {
  return text
    .trim()
    .replace(/^"(.*)"$/, "$1")
    .trim();
}

function kept() {
  try {
    return localStorage.getItem(NAMED);
  } catch {
    return null;
  }
}

function keep(folder) {
  try {
    if (folder) localStorage.setItem(NAMED, folder);
    else localStorage.removeItem(NAMED);
  } catch {
    // A browser that keeps nothing asks again.
  }
}
