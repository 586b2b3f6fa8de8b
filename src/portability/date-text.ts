import { DAY } from "../scoring/instant.ts";

/** The farthest instant (ms) that ECMAScript knows. */
const FARTHEST = 8.64e15;

/** Returns an instant (ms) as an ISO date where it is a midnight in UTC, else as a date-time; `null` outside years 0 to 9999. */
export function dateTextOf(time: number): string | null {
  if (!Number.isInteger(time) || Math.abs(time) > FARTHEST) return null;
  const text = new Date(time).toISOString();
  if (!/^\d{4}-/.test(text)) return null;
  return text.replace("T00:00:00.000Z", "");
}

/** Returns an instant (ms) that a condition includes as the last one: an ISO date where it ends a day in UTC, which means the whole day. */
export function lastDateTextOf(time: number): string | null {
  const isDayEnd = ((time % DAY) + DAY) % DAY === DAY - 1;
  if (isDayEnd) return dateTextOf(time - DAY + 1);
  const text = dateTextOf(time);
  return text === null || text.includes("T") ? text : `${text}T00:00:00.000Z`;
}
