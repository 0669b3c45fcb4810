// The boards on the server: to list, load, save and delete them.

/** A board that somebody else has saved in between. */
export class ConflictError extends Error {}

/**
 * Returns the boards that there are.
 * @returns {Promise<{name: string, aircraft: string | null, error?: string | null}[]>}
 */
export async function listBoards() {
  return (await (await asked("/api/boards")).json()).boards;
}

/**
 * Loads a board.
 * @param {string} name
 * @returns {Promise<{saved: any, etag: string | null}>}
 */
export async function loadBoard(name) {
  const answer = await asked(path(name));
  return { saved: await answer.json(), etag: answer.headers.get("ETag") };
}

/**
 * Saves a board and returns its new tag.
 * @param {string} name
 * @param {import("./boardgrid.js").Board} board
 * @param {string | null} etag the tag that it was loaded with; `null` for a new one
 */
export async function saveBoard(name, board, etag) {
  const answer = await asked(path(name), {
    method: "PUT",
    headers: {
      "Content-Type": "application/json",
      ...(etag ? { "If-Match": etag } : { "If-None-Match": "*" }),
    },
    body: JSON.stringify(board, null, 1),
  });
  return answer.headers.get("ETag");
}

export async function deleteBoard(name) {
  await asked(path(name), { method: "DELETE" });
}

/** Returns the address of a board's file. */
export function path(name) {
  return `/api/boards/${encodeURIComponent(name)}`;
}

/** Returns a part of an address as the name that it stands for; one that is badly written stands for itself. */
export function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Asks the server; an answer that is an error becomes one with the server's words. */
async function asked(address, options = {}) {
  const answer = await fetch(address, options);
  if (answer.ok) return answer;
  const text = await answer.text();
  const reason = errorText(text);
  throw answer.status === 412 ? new ConflictError(reason) : new Error(reason);
}

function errorText(text) {
  try {
    return JSON.parse(text).error ?? text;
  } catch {
    return text;
  }
}
