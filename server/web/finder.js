// Find: the search box, the choice of kinds, and the list with the bench beside it.

import { Bench } from "./bench.js";
import { h } from "./dom.js";
import { List } from "./list.js";
import { isOfSim, searchDisplays } from "./catalog.js";

const KINDS = {
  All: () => true,
  Controls: (item) => item.group === "control",
  Gauges: (item) => item.group === "gauge" && item.kind !== "lamp",
  Lamps: (item) => item.kind === "lamp",
  Displays: (item) => item.group === "display",
  Flight: isOfSim,
};
/** All results of the search, of any aircraft. */
const LIMIT = 5000;
const CURVE_MS = 500;
/** The least time between two questions for the elements of the displays. */
const DISPLAYS_MS = 5000;

/**
 * Returns the view.
 * @param {import("./cockpit.js").Cockpit} cockpit
 * @returns {import("./views.js").PageView & {search: HTMLInputElement, open: (key: string) => void}}
 */
export function finder(cockpit) {
  const list = new List(cockpit);
  const bench = new Bench(cockpit);
  const search = h("input.search", {
    type: "search",
    placeholder: "Search switches, gauges, lamps, displays",
    "aria-label": "Search",
    "aria-controls": "list",
    autocomplete: "off",
    autocapitalize: "off",
    spellcheck: "false",
  });
  const count = h("span.count.quiet", { role: "status" });
  let found = [];
  let kind = "All";
  let asked = 0;

  const show = () => {
    const items = found.filter(KINDS[kind]);
    list.setItems(items);
    count.textContent = items.length === 1 ? "1 row" : `${items.length} rows`;
  };
  let displaysAsked = 0;
  const find = async () => {
    // A display shows other elements at other times.
    if (performance.now() - displaysAsked > DISPLAYS_MS) {
      displaysAsked = performance.now();
      cockpit.askDisplays();
    }
    asked += 1;
    const turn = asked;
    const query = search.value.trim();
    const items = await searchItems(cockpit, query);
    if (turn !== asked || !items) return;
    found = items;
    list.element.dataset.query = query;
    show();
  };
  const kinds = h(
    "div.kinds",
    { role: "group", "aria-label": "Kinds" },
    ...Object.keys(KINDS).map((name) =>
      h(
        "button.tab",
        {
          type: "button",
          "aria-pressed": String(name === kind),
          click: (event) => {
            kind = name;
            for (const tab of event.target.parentElement.children)
              tab.setAttribute("aria-pressed", String(tab === event.target));
            show();
          },
        },
        name,
      ),
    ),
  );

  search.addEventListener("input", find);
  search.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      list.move(event.key === "ArrowDown" ? 1 : -1);
      event.preventDefault();
    } else if (event.key === "Enter") list.chooseActive();
  });
  list.addEventListener("choose", (event) => bench.open(event.detail, true));
  const element = h(
    "main.finder",
    { id: "find" },
    h(
      "section.found",
      { "aria-label": "Find" },
      h("div.search-bar", {}, search, h("div.search-kinds", {}, kinds, count)),
      list.element,
    ),
    bench.element,
  );
  bench.addEventListener("change", (event) => {
    const { keys, closed } = event.detail;
    list.setOpen(keys);
    element.classList.toggle("opened", keys.length > 0);
    if (closed) list.element.focus({ preventScroll: true });
  });
  const showKinds = () => {
    const items = [...cockpit.catalog.items.values()];
    for (const tab of kinds.children) {
      tab.hidden = tab.textContent !== kind && !items.some(KINDS[tab.textContent]);
    }
  };
  cockpit.addEventListener("catalog", () => {
    bench.renew();
    showKinds();
    find();
  });
  cockpit.addEventListener("displays", () => {
    showKinds();
    bench.reopen();
    find();
  });
  let timer = 0;
  return {
    element,
    search,
    open: (key) => bench.open(key, true),
    show() {
      list.resume();
      bench.resume();
      timer = setInterval(() => {
        list.drawCurves();
        bench.drawCurves();
      }, CURVE_MS);
    },
    hide() {
      clearInterval(timer);
      list.suspend();
      bench.suspend();
    },
  };
}

/**
 * Returns the items that a search finds, best first and displays last, or `null` without an answer.
 * @param {import("./cockpit.js").Cockpit} cockpit
 * @param {string} query
 */
export async function searchItems(cockpit, query) {
  const results = await searchNames(query);
  const items = results
    ?.map((result) => cockpit.catalog.get(`${result.kind} ${result.name}`))
    .filter(Boolean);
  return items ? [...items, ...searchDisplays(cockpit.catalog, query)] : null;
}

/** Returns the names that the server's search finds, best first, or `null` without an answer. */
async function searchNames(query) {
  try {
    const answer = await fetch(`/api/search?limit=${LIMIT}&q=${encodeURIComponent(query)}`);
    return answer.ok ? (await answer.json()).results : null;
  } catch {
    return null;
  }
}
