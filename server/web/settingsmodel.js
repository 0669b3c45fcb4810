// The settings as data: what belongs together, what was changed, and how that is said. Pure.

/**
 * @typedef {{
 *   name: string, kind: "switch" | "value" | "list", takes: string | null, choices: string[], help: string,
 *   default: any, now: any, source: "flag" | "file" | "default", saved: any, line: number | null,
 * }} Option
 */

/** What a person wants, in the order of the page; an option belongs to the first group that matches its name. */
const GROUPS = [
  {
    id: "usb",
    title: "Panels on USB",
    about: "Boards that speak over a serial port need no helper program.",
    names: /^(serial|standing|reset-gauges)/,
  },
  {
    id: "network",
    title: "Other computers",
    about: "Who may open this page and connect panels. Without these, only programs on this computer can.",
    names: /^(page|listen|allow|mdns|no-mdns)$/,
  },
  {
    id: "broker",
    title: "Broker",
    about: "An MQTT broker, for home automation or many cockpits.",
    names: /^mqtt/,
  },
  {
    id: "bios",
    title: "DCS-BIOS",
    about: "For panels and programs that were made for DCS-BIOS.",
    names: /^(no-)?(dcs-)?bios/,
  },
  { id: "record", title: "Recording", about: "Flights as files, to be replayed.", names: /^record/ },
  {
    id: "sim",
    title: "DCS and its aircraft",
    about: "Where the sim and the tables of names are found.",
    names: /^(hook|export|defs|no-compile)$/,
  },
  { id: "more", title: "Limits and more", about: "What hardly anybody needs to change.", names: /./ },
];

/** @returns {{id: string, title: string, about: string, options: Option[]}[]} the groups that have options */
export function grouped(options) {
  const groups = GROUPS.map(({ id, title, about }) => ({ id, title, about, options: [] }));
  for (const option of options) {
    groups[GROUPS.findIndex(({ names }) => names.test(option.name))].options.push(option);
  }
  for (const group of groups) group.options.sort((a, b) => placeOf(a) - placeOf(b));
  return groups.filter((group) => group.options.length);
}

/** Options by the names that people give them, in the order of the page. */
const TITLES = {
  serial: "Serial ports",
  standing: "Physical switches win",
  "reset-gauges": "Lamps and needles off after a mission",
  page: "Address of this page",
  listen: "Address for panels and programs",
  allow: "Allowed networks",
  mdns: "Announce in the network",
  "no-mdns": "Never announce in the network",
  open: "Open the page at each start",
  "no-page": "No page",
  hook: "Sim, hook",
  export: "Sim, export",
  defs: "Folder of tables",
  "no-compile": "Make no tables",
  "no-dcs-bios-names": "No names from DCS-BIOS",
};

const ORDER = Object.keys(TITLES);

/** Options without a title of their own come last, in the order of the server. */
function placeOf({ name }) {
  return ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length;
}

/** Returns an option's name as words. */
export function titleOf({ name }) {
  const words = name.replace(/^no-/, "no ").replaceAll("-", " ");
  const plain = words.replace(/\b(bios|dcs|mqtt|tls|id|ip|qos)\b/g, (word) => word.toUpperCase());
  return TITLES[name] ?? plain[0].toUpperCase() + plain.slice(1);
}

/** Returns what the file says of an option as a field shows it: nothing is false, an empty text, or no texts. */
export function savedValue({ kind, saved }) {
  return saved ?? { switch: false, value: "", list: [] }[kind];
}

/**
 * Returns what was changed, as the server takes it; null stands for the default.
 * @param {Option[]} options
 * @param {Map<string, any>} values of the fields by their names
 */
export function changesOf(options, values) {
  const changes = {};
  for (const option of options) {
    const value = values.get(option.name);
    if (value === undefined || String(value) === String(savedValue(option))) continue;
    changes[option.name] = value === false || value.length === 0 ? null : value;
  }
  return changes;
}

/** Returns changes as lines for people. */
export function changeLines(changes) {
  return Object.entries(changes).map(([name, value]) => {
    if (value === null) return `${name}: back to the default`;
    return value === true ? `${name}: on` : `${name}: ${[value].flat().join(", ")}`;
  });
}

/** Returns what the file sets in a group, in a few words. */
export function summaryOf(options) {
  const set = options.filter(({ saved }) => saved !== null && saved !== false);
  return set
    .map((option) => (option.kind === "switch" ? titleOf(option) : [option.saved].flat().join(", ")))
    .join(" · ");
}

/** Tells whether an address is reached from other computers. */
export function isOpenAddress(address) {
  return address !== "" && !/^(127\.|localhost\b|\[::1\])/i.test(address);
}

/** Returns an address for all computers, or for this one only, with the same port. */
export function withReach(address, isOpen) {
  return `${isOpen ? "0.0.0.0" : "127.0.0.1"}:${address.match(/(\d+)$/)?.[1] ?? "0"}`;
}

/** Returns what is said of an option beside its field, if the running server has another value than the file. */
export function runningNote(option) {
  const { now, source, kind } = option;
  const word = kind === "switch" ? "" : ` ${[now].flat().join(", ")}`;
  if (source === "flag") return `This server was started with --${option.name}${word}, which goes first.`;
  const running = now ?? { switch: false, value: "", list: [] }[kind];
  const next = option.saved ?? option.default ?? { switch: false, value: "", list: [] }[kind];
  if (String(running) === String(next)) return "";
  return `From the next start; now ${kind === "switch" ? (running ? "on" : "off") : word.trim() || "not set"}.`;
}
