// The lines of the text protocol (docs/protocol.md). Pure: no socket, no document.

/** @typedef {{host: string, port: number}} Address the server's address for clients */

/**
 * Returns the address to which a panel connects, as seen from this page.
 * @param {string} listen the address at which the server listens
 * @param {string} pageHost the host in the address of the page
 * @returns {Address}
 */
export function clientAddress(listen, pageHost) {
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(listen) ?? [null, "127.0.0.1", "4242"];
  const isAny = host === "0.0.0.0" || host === "::";
  const local = isThisComputer(pageHost) ? "127.0.0.1" : pageHost.replace(/^\[|\]$/g, "");
  return { host: isAny ? local : host, port: Number(port) };
}

/** Tells whether a host is the computer itself. */
export function isThisComputer(host) {
  return /^(localhost|127\..*|\[?::1\]?)$/.test(host);
}

/** The most decimals that a precision may have. */
const MOST_DECIMALS = 9;

/**
 * Returns the line that moves a control to a position.
 * @param {string} act the beginning of the line, as in `1 GEAR_LEVER`
 * @param {string | number} position a value, `#n`, a label or a word such as `INC`
 */
export function actLine(act, position) {
  return `${act} ${typeof position === "number" ? numberText(position) : position}`;
}

/**
 * Returns the line that subscribes to a gauge.
 * @param {string} target its name or arg
 * @param {number} id the id with which updates come back
 * @param {number} precision
 * @param {number} rate updates a second; 0 ends the subscription
 */
export function gaugeLine(target, id, precision, rate) {
  return `2 ${target} ${id} ${Math.min(precision, MOST_DECIMALS)} ${rate}`;
}

/** Returns the line that subscribes to an element of a text display. */
export function displayLine(indicator, element, id) {
  return `3 ${indicator} ${element} ${id}`;
}

/** Returns a number as the protocol takes it: without an exponent, with at most six decimals. */
export function numberText(value) {
  const text = (Math.round(value * 1e6) / 1e6).toFixed(6).replace(/\.?0+$/, "");
  return text === "-0" ? "0" : text;
}

/**
 * @typedef {{type: "aircraft", name: string}
 *   | {type: "value", id: number, raw: number, value: number}
 *   | {type: "text", id: number, text: string}
 *   | {type: "error", reason: string}
 *   | {type: "list", json: string}
 *   | {type: "other"}} Answer
 */

/**
 * Parses a line from the server.
 * @param {string} line without its line feed
 * @returns {Answer}
 */
export function parseLine(line) {
  if (line.startsWith("2 ")) {
    const [, id, raw, value] = line.split(" ");
    return { type: "value", id: Number(id), raw: Number(raw), value: Number(value) };
  }
  if (line.startsWith("3 ")) {
    const end = line.indexOf(" ", 2);
    if (end < 0) return { type: "text", id: Number(line.slice(2)), text: "" };
    return { type: "text", id: Number(line.slice(2, end)), text: line.slice(end + 1) };
  }
  if (line.startsWith("0 ")) return { type: "aircraft", name: line.slice(2) };
  if (line.startsWith("-1 ")) return { type: "error", reason: line.slice(3) };
  if (line.startsWith("{")) return { type: "list", json: line };
  return { type: "other" };
}

/** Returns the lines of a display's text, which the protocol separates by the two characters `\n`. */
export function displayLines(text) {
  return text.split("\\n");
}

/**
 * Returns the elements of the text displays in an answer to `4`.
 * @param {string} json
 * @returns {{indicator: number, element: string, text: string}[]}
 */
export function displayElements(json) {
  const found = [];
  for (const [indicator, tree] of Object.entries(JSON.parse(json))) {
    collectElements(Number(indicator), tree, found, new Set());
  }
  return found;
}

function collectElements(indicator, tree, found, known) {
  if (Array.isArray(tree)) return;
  for (const [name, parts] of Object.entries(tree)) {
    const element = name.trim();
    const lines = parts.filter((part) => typeof part === "string");
    // A name with a blank cannot be subscribed to.
    if (element && !/\s/.test(element) && !known.has(element)) {
      known.add(element);
      found.push({ indicator, element, text: lines.join("\\n") });
    }
    const children = parts.find((part) => typeof part === "object");
    if (children) collectElements(indicator, children, found, known);
  }
}
