// The views of the page, one at a time, chosen by the part of the address behind the #.

import { h } from "./dom.js";

/** A page in the background gives its subscriptions up after this time. */
const BACKGROUND_MS = 10_000;

/**
 * @typedef {{element: HTMLElement, show: () => void, hide: () => void, again?: () => void}} PageView
 *   `show` and `hide` begin and end what costs something: subscriptions, connections; `again` is called when the
 *   address changes within the view
 */

/** Returns a title in parts: all words but the last one are left out where the page is narrow. */
function titleParts(title) {
  const words = title.split(" ");
  const last = words.pop();
  return words.length ? [h("span.wide-word", {}, `${words.join(" ")} `), last] : [last];
}

/** Shows one of several views, and the links to them. */
export class Views {
  nav;
  element = h("div.views");
  #views;
  #shown = null;
  #timer = 0;

  /** @param {Record<string, {title: string, view: PageView}>} views by their names in the address */
  constructor(views) {
    this.#views = views;
    this.nav = h(
      "nav.nav",
      { "aria-label": "Views" },
      ...Object.entries(views).map(([name, { title }]) =>
        h("a", { href: `#/${name}`, "data-view": name }, ...titleParts(title)),
      ),
    );
    window.addEventListener("hashchange", () => this.showChosen());
    document.addEventListener("visibilitychange", () => this.#visibility());
  }

  /** Shows the view that the address names. */
  showChosen() {
    const name = location.hash.replace(/^#\/?/, "").split("/")[0];
    const chosen = this.#views[name] ? name : "";
    const { view } = this.#views[chosen];
    for (const link of this.nav.children) {
      if (link.dataset.view === chosen) {
        link.setAttribute("aria-current", "page");
        link.scrollIntoView({ block: "nearest", inline: "nearest" });
      } else link.removeAttribute("aria-current");
    }
    if (view === this.#shown) {
      view.again?.();
      return;
    }
    this.#shown?.hide();
    this.element.replaceChildren(view.element);
    this.#shown = view;
    view.show();
  }

  #visibility() {
    clearTimeout(this.#timer);
    if (document.hidden) {
      this.#timer = setTimeout(() => {
        this.#shown?.hide();
        this.#timer = -1;
      }, BACKGROUND_MS);
    } else if (this.#timer === -1) {
      this.#timer = 0;
      this.#shown?.show();
    }
  }
}
