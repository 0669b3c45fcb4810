// Rates from counters: of two answers of the server, what came in between. Pure.

/**
 * Returns the clients of an answer with the lines a second since the answer before.
 * @param {{at: number, clients: any[]} | null} before `at` in milliseconds
 * @param {{at: number, clients: any[]}} now
 */
export function rates(before, now) {
  const known = new Map(before?.clients.map((client) => [client.kind + client.peer, client]));
  const seconds = before ? (now.at - before.at) / 1000 : 0;
  return now.clients.map((client) => {
    const earlier = known.get(client.kind + client.peer);
    const rate = (name) =>
      earlier && seconds > 0 && client.seconds >= earlier.seconds
        ? Math.round((client[name] - earlier[name]) / seconds)
        : 0;
    return { ...client, sentRate: rate("sent"), requestRate: rate("requests") };
  });
}

/**
 * Returns the clients with the two connections of each page as one: a page subscribes to texts on a connection of
 * its own, which the protocol lets it give up only as a whole.
 */
export function withPagesWhole(clients) {
  const isTexts = ({ kind, gauges, displays }) => kind === "page" && !gauges && displays > 0;
  const whole = clients.filter((client) => !isTexts(client)).map((client) => ({ ...client }));
  for (const texts of clients.filter(isTexts)) {
    const page = whole.find(
      ({ kind, peer, displays }) => kind === "page" && !displays && host(peer) === host(texts.peer),
    );
    if (!page) whole.push(texts);
    else
      for (const name of ["displays", "sentRate", "requestRate", "held_back", "errors"])
        page[name] += texts[name];
  }
  return whole;
}

function host(peer) {
  return peer.replace(/:\d+$/, "");
}

/** Returns a time in seconds as words. */
export function spell(seconds) {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
