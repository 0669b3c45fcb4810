// Times and sizes of recordings, and where a replay is now. Pure.

/**
 * @typedef {{file: string, position: number, length: number, speed: number, paused: boolean, loop: boolean}} Replay
 *   `position` and `length` are in seconds
 * @typedef {{possible: boolean, running: boolean, file: string | null, path: string | null, seconds: number,
 *   bytes: number, missing: number, error: string | null}} Recording
 */

/** Returns a time as a clock shows it: `1:07`, `1:00:07`. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  const pad = (number) => String(number).padStart(2, "0");
  return `${hours ? `${hours}:${pad(minutes)}` : minutes}:${pad(whole % 60)}`;
}

/** Returns a number of bytes as people say it. */
export function size(bytes) {
  if (bytes < 1e6) return `${Math.ceil(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/**
 * Returns the second that a replay has come to.
 * @param {Replay} replay as the server told it
 * @param {number} elapsed the seconds since then
 */
export function secondNow({ position, length, speed, paused, loop }, elapsed) {
  if (paused) return position;
  const second = position + elapsed * speed;
  return loop && length > 0 ? second % length : Math.min(second, length);
}
