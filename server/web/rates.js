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

/** Returns a time in seconds as words. */
export function spell(seconds) {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
