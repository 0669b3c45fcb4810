// Builds elements. Styles are set by class or by CSS custom properties, never by a style attribute, which
// the page's Content-Security-Policy forbids.

const SVG = "http://www.w3.org/2000/svg";

/**
 * Returns a new HTML element. Attributes whose value is a function are event listeners; `false`, `null` and
 * `undefined` leave an attribute out.
 * @param {string} tag a tag, with classes as in `div.row.open`
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | null | undefined)} children
 * @returns {any}
 */
export function h(tag, attributes = {}, ...children) {
  const [name, ...classes] = tag.split(".");
  const element = document.createElement(name);
  if (classes.length) element.className = classes.join(" ");
  return fill(element, attributes, children);
}

/**
 * Returns a new SVG element.
 * @param {string} tag
 * @param {Record<string, any>} [attributes]
 * @param {...(Node | string | null | undefined)} children
 * @returns {any}
 */
export function s(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name, value);
    else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? "" : String(value));
    }
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Sets the text of an element if it differs, so that nothing is laid out again for the same text. */
export function setText(element, text) {
  if (element.firstChild?.nodeValue !== text) element.textContent = text;
}

/** Sets an attribute if it differs. */
export function setAttribute(element, name, value) {
  if (element.getAttribute(name) !== value) element.setAttribute(name, value);
}
