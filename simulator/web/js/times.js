/** Times as the page shows them: the world's own, in UTC, as its logs and tokens have them. */

const inUTC = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "UTC", ...options });
const short = inUTC({ hour: "2-digit", minute: "2-digit" });
const long = inUTC({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = inUTC({ weekday: "short", day: "numeric", month: "short", year: "numeric" });

/** "08:15" */
export const shortTime = (time) => short.format(new Date(time));
/** "08:15:07" */
export const longTime = (time) => long.format(new Date(time));
/** "Sun, 22 Nov 2026" */
export const date = (time) => day.format(new Date(time));

/** "4.2 ms", "412 ms", "8.01 s" */
export function duration(ms) {
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

/** "4:07" for 247 seconds, "1:00:00" for an hour: what is left of a short time. */
export function countdown(seconds) {
  const [hours, minutes, rest] = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map(Math.floor);
  const digits = hours ? [hours, twoDigits(minutes), twoDigits(rest)] : [minutes, twoDigits(rest)];
  return digits.join(":");
}

const twoDigits = (number) => String(number).padStart(2, "0");

/** "1 h 11 min" for 4260 seconds. */
export function span(seconds) {
  const units = [["d", 86400, Infinity], ["h", 3600, 24], ["min", 60, 60], ["s", 1, 60]];
  const parts = units.map(([unit, size, most]) => [Math.floor(seconds / size) % most || 0, unit]);
  return parts.filter(([count]) => count).slice(0, 2).map((part) => part.join(" ")).join(" ");
}
