// Buttons that are held: pressed while a pointer or a key is down, and released in every case.

/** @type {Set<() => void>} the releases of what is held now */
const held = new Set();

/** Releases all that is held. */
export function releaseAll() {
  for (const release of [...held]) release();
}

window.addEventListener("blur", releaseAll);
window.addEventListener("pagehide", releaseAll);
document.addEventListener("visibilitychange", () => document.hidden && releaseAll());

/**
 * Makes an element press while it is held, with each finger for itself.
 * @param {HTMLElement} element
 * @param {{press: () => void, release: () => void}} actions
 * @returns {() => void} releases it
 */
export function makeHeld(element, { press, release }) {
  let by = null;
  let clicked = false;
  const end = () => {
    if (by === null) return;
    by = null;
    held.delete(end);
    element.classList.remove("held");
    release();
  };
  const begin = (holder) => {
    if (by !== null) return;
    by = holder;
    held.add(end);
    element.classList.add("held");
    press();
  };
  element.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    element.setPointerCapture(event.pointerId);
    clicked = true;
    begin(event.pointerId);
  });
  for (const name of ["pointerup", "pointercancel", "lostpointercapture"]) {
    element.addEventListener(name, (event) => by === event.pointerId && end());
  }
  element.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    clicked = true;
    if (!event.repeat) begin("key");
  });
  element.addEventListener("keyup", (event) => {
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (by === "key") end();
    }
  });
  element.addEventListener("blur", () => by === "key" && end());
  element.addEventListener("contextmenu", (event) => event.preventDefault());
  // A screen reader clicks without a pointer or a key: press it for a moment.
  element.addEventListener("click", () => {
    if (!clicked && by === null) {
      begin("click");
      setTimeout(end, 150);
    }
    clicked = false;
  });
  return end;
}

/**
 * Calls an action at once and again while an element is held, as the keys of a keyboard do.
 * @param {HTMLElement} element
 * @param {() => void} action
 * @returns {() => void} ends it
 */
export function makeRepeating(element, action) {
  let timer = 0;
  const stop = () => clearTimeout(timer);
  const again = () => {
    action();
    timer = setTimeout(again, 90);
  };
  return makeHeld(element, {
    press: () => {
      action();
      timer = setTimeout(again, 400);
    },
    release: stop,
  });
}

/** The way that a finger may go within a tap. */
const TAP_PX = 20;

/**
 * Calls an action when an element is clicked or tapped. A finger acts by itself: browsers send no click for one of
 * two fingers.
 * @param {HTMLElement} element
 * @param {() => void} action
 */
export function makeTapped(element, action) {
  let finger = null;
  let tapped = -Infinity;
  element.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") finger = { id: event.pointerId, x: event.clientX, y: event.clientY };
  });
  element.addEventListener("pointercancel", () => (finger = null));
  element.addEventListener("pointerup", (event) => {
    if (finger?.id !== event.pointerId) return;
    const way = Math.hypot(event.clientX - finger.x, event.clientY - finger.y);
    finger = null;
    if (way > TAP_PX) return;
    tapped = event.timeStamp;
    action();
  });
  element.addEventListener("click", (event) => {
    if (event.timeStamp - tapped > 700) action();
  });
}
