// The connection to the server: lines of the text protocol over a WebSocket, opened again whenever it is lost.

/** The waits before one try after the other; the last one stays. */
const WAITS_MS = [0, 250, 500, 1000, 2000];
/** A connection that was shorter than this is one more failed try. */
const SHORT_MS = 2000;

/**
 * Events: `open`, `close`, and `lines` with the lines of one message as its detail.
 */
export class Socket extends EventTarget {
  #path;
  #socket = null;
  #tries = 0;
  #openedAt = Infinity;
  #timer = 0;
  #unsent = [];

  /** @param {string} path the path of the WebSocket, as in `/ws` */
  constructor(path) {
    super();
    this.#path = path;
  }

  get isOpen() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  connect() {
    const socket = new WebSocket(new URL(this.#path, location.href.replace(/^http/, "ws")));
    this.#socket = socket;
    socket.onopen = () => {
      this.#openedAt = performance.now();
      this.dispatchEvent(new Event("open"));
    };
    socket.onmessage = (message) => {
      const lines = message.data.split("\n");
      if (lines[lines.length - 1] === "") lines.pop();
      this.dispatchEvent(new CustomEvent("lines", { detail: lines }));
    };
    socket.onclose = () => this.#closed(socket);
  }

  /** Closes the connection and does not open it again. */
  close() {
    const socket = this.#socket;
    this.#socket = null;
    clearTimeout(this.#timer);
    socket?.close();
  }

  /**
   * Sends a line. Lines of one turn of the event loop go out as one message, in their order. What is sent while
   * there is no connection is dropped: an action must not happen later by surprise.
   * @param {string} line
   */
  send(line) {
    if (!this.isOpen) return;
    if (this.#unsent.push(line) === 1) queueMicrotask(() => this.#flush());
  }

  #flush() {
    const text = this.#unsent.join("\n");
    this.#unsent = [];
    if (this.isOpen) this.#socket.send(text);
  }

  #closed(socket) {
    if (this.#socket !== socket) return;
    this.#socket = null;
    this.dispatchEvent(new Event("close"));
    if (performance.now() - this.#openedAt >= SHORT_MS) this.#tries = 0;
    this.#openedAt = Infinity;
    this.#timer = setTimeout(() => this.connect(), WAITS_MS[Math.min(this.#tries, WAITS_MS.length - 1)]);
    this.#tries += 1;
  }
}
