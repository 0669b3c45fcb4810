// Requests to the server whose answers are JSON. An answer that is an error becomes one with the server's words.

/** Returns the answer of an address. */
export function ask(address) {
  return answerOf(fetch(address));
}

/** Posts an object, or nothing, and returns the answer. */
export function post(address, body) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  return answerOf(fetch(address, { method: "POST", headers, body: JSON.stringify(body) }));
}

/** Deletes what an address names and returns the answer. */
export function remove(address) {
  return answerOf(fetch(address, { method: "DELETE" }));
}

async function answerOf(request) {
  const answer = await request;
  const text = await answer.text();
  const content = text.startsWith("{") ? JSON.parse(text) : {};
  if (!answer.ok) throw new Error((content.error ?? (text || answer.statusText)).replace(/\.$/, ""));
  return content;
}
