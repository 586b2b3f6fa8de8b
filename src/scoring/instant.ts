/** Milliseconds in a day of 24 hours. */
export const DAY = 86_400_000;

/** An instant in milliseconds, and whether it was written as a date alone. */
export type IsoDate = { readonly time: number; readonly dateOnly: boolean };

const ISO_DATE =
  /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(?:(Z)|([+-])(\d{2}):?(\d{2}))?)?$/;
const MILLISECONDS = /^-?\d{9,15}$/;

/** Returns an ISO date or date-time (UTC where it names no offset), or `null` when the text is not one. */
export function readIsoDate(text: string): IsoDate | null {
  const parts = ISO_DATE.exec(text.trim());
  if (parts === null) return null;
  const day = readDay(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  if (day === null) return null;
  if (parts[4] === undefined) return { time: day, dateOnly: true };
  const clock = readClock(Number(parts[4]), Number(parts[5]), Number(parts[6] ?? 0));
  const offset = readOffset(parts[9], Number(parts[10] ?? 0), Number(parts[11] ?? 0));
  if (clock === null || offset === null) return null;
  const fraction = Number((parts[7] ?? "").slice(0, 3).padEnd(3, "0"));
  return { time: day + clock + fraction - offset, dateOnly: false };
}

/** Returns the instant (ms) that a property's text means: an ISO date, or 9 to 15 digits of milliseconds; else `null`. */
export function readInstant(text: string): number | null {
  const trimmed = text.trim();
  if (MILLISECONDS.test(trimmed)) return Number(trimmed) + 0;
  return readIsoDate(trimmed)?.time ?? null;
}

/** Returns midnight UTC (ms) of a proleptic Gregorian date; months from 1, overflowing days and months carried. */
export function utcMidnight(year: number, month: number, day: number): number {
  const date = new Date(0);
  return date.setUTCFullYear(year, month - 1, day);
}

function readDay(year: number, month: number, day: number): number | null {
  if (month < 1 || month > 12 || day < 1) return null;
  const monthEnds = utcMidnight(year, month + 1, 1);
  const time = utcMidnight(year, month, day);
  return time < monthEnds ? time : null;
}

function readClock(hour: number, minute: number, second: number): number | null {
  if (hour > 23 || minute > 59 || second > 59) return null;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

function readOffset(sign: string | undefined, hours: number, minutes: number): number | null {
  if (hours > 23 || minutes > 59) return null;
  return (sign === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
