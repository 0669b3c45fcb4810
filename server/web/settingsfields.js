// The fields of the settings: a box to tick, a text, a choice, a list of texts.

import { h } from "./dom.js";
import { isOpenAddress, runningNote, savedValue, titleOf, withReach } from "./settingsmodel.js";

/**
 * @typedef {import("./settingsmodel.js").Option} Option
 * @typedef {{element: HTMLElement, value: () => any}} Field
 */

/** The options whose address may be opened to other computers by a tick. */
const REACH = {
  page: "Other computers and tablets may open it, with the key",
  listen: "Other computers may connect",
};

/**
 * Returns the row of an option: its name, its help and its field. `change` is called at each change.
 * @param {Option} option
 * @param {() => void} change
 * @returns {Field}
 */
export function optionRow(option, change) {
  const field = fieldOf(option, change);
  const note = runningNote(option);
  const element = h(
    "div.setting",
    { "data-option": option.name, "data-source": option.source },
    h(
      "div.setting-words",
      {},
      h("label.setting-title", { for: idOf(option) }, titleOf(option)),
      h("code.quiet", {}, option.name),
      h("p.quiet", { id: `${idOf(option)}-help` }, option.help),
      note ? h("p.setting-note", {}, note) : null,
    ),
    h("div.setting-field", {}, field.element),
  );
  return { element, value: field.value };
}

function idOf({ name }) {
  return `setting-${name}`;
}

function fieldOf(option, change) {
  if (option.kind === "switch") return tick(option, change);
  if (option.kind === "list") return list(option, change);
  if (option.choices.length) return choice(option, change);
  return REACH[option.name] ? address(option, change) : text(option, change);
}

/** The attributes that all fields have. */
function common(option) {
  return { id: idOf(option), "aria-describedby": `${idOf(option)}-help` };
}

function tick(option, change) {
  const box = h("input.tick", { type: "checkbox", ...common(option), change });
  box.checked = savedValue(option);
  return { element: box, value: () => box.checked };
}

function textInput(option, attributes) {
  return h("input.field", {
    type: "text",
    placeholder: [option.default ?? option.takes ?? ""].flat().join(", ") || option.takes,
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    ...attributes,
  });
}

function text(option, change) {
  const input = textInput(option, { ...common(option), input: change });
  input.value = savedValue(option);
  return { element: input, value: () => input.value.trim() };
}

function choice(option, change) {
  const select = h(
    "select.field",
    { ...common(option), change },
    h("option", { value: "" }, `${option.default ?? "default"} (default)`),
    ...option.choices
      .filter((value) => value !== option.default)
      .map((value) => h("option", { value }, value)),
  );
  const saved = savedValue(option);
  select.value = saved === option.default ? "" : saved;
  return { element: select, value: () => select.value || (saved === option.default ? saved : "") };
}

/** Texts, one below the other, with an empty one at the end for one more. */
function list(option, change) {
  const inputs = [];
  const element = h("div.texts");
  const add = (value) => {
    const first = inputs.length === 0;
    const input = textInput(option, {
      ...(first
        ? common(option)
        : { "aria-label": `${titleOf(option)}, ${inputs.length + 1}`, placeholder: "one more" }),
      input() {
        if (inputs.at(-1).value) add("");
        change();
      },
    });
    input.value = value;
    inputs.push(input);
    element.append(input);
  };
  for (const value of [...savedValue(option), ""]) add(value);
  return { element, value: () => inputs.map((input) => input.value.trim()).filter(Boolean) };
}

/** An address, and a box that opens it to other computers. */
function address(option, change) {
  const current = () => input.value.trim() || option.default || "";
  const box = h("input.tick", {
    type: "checkbox",
    change() {
      const wanted = withReach(current(), box.checked);
      input.value = wanted === option.default ? "" : wanted;
      change();
    },
  });
  const input = textInput(option, {
    ...common(option),
    input() {
      box.checked = isOpenAddress(current());
      change();
    },
  });
  input.value = savedValue(option);
  box.checked = isOpenAddress(current());
  return {
    element: h("div.texts", {}, h("label.tick-label", {}, box, REACH[option.name]), input),
    value: () => input.value.trim(),
  };
}
