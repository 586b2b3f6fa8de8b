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

/** Returns the number that digits of a text spell, NaN where one is no digit. */
function spell(text: string, from: number, to: number): number {
  let number = 0;
  for (let place = from; place < to; place++) {
    const digit = text.charCodeAt(place) - 48;
    number = digit >= 0 && digit <= 9 ? number * 10 + digit : Number.NaN;
  }
  return number;
}

/** Returns a date-time as HubSpot writes it, `2026-01-31T00:00:00.000Z`, without the cost of a pattern; `null` for others. */
function readPlainInstant(text: string): number | null {
  if (text.length !== 24 || text[4] !== "-" || text[7] !== "-" || text[10] !== "T") return null;
  if (text[13] !== ":" || text[16] !== ":" || text[19] !== "." || text[23] !== "Z") return null;
  const day = readDay(spell(text, 0, 4), spell(text, 5, 7), spell(text, 8, 10));
  const clock = readClock(spell(text, 11, 13), spell(text, 14, 16), spell(text, 17, 19));
  const time = (day ?? Number.NaN) + (clock ?? Number.NaN) + spell(text, 20, 23);
  return Number.isNaN(time) ? null : time;
}

/** Returns the instant (ms) that a property's text means: an ISO date, or 9 to 15 digits of milliseconds; else `null`. */
export function readInstant(text: string): number | null {
  const plain = readPlainInstant(text);
  if (plain !== null) return plain;
  const trimmed = text.trim();
  if (MILLISECONDS.test(trimmed)) return Number(trimmed) + 0;
  return readIsoDate(trimmed)?.time ?? null;
}

/** Returns midnight UTC (ms) of a proleptic Gregorian date; months from 1, overflowing days and months carried. */
export function utcMidnight(year: number, month: number, day: number): number {
  const date = new Date(0);
  return date.setUTCFullYear(year, month - 1, day);
}

const LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

function readDay(year: number, month: number, day: number): number | null {
  const length = month === 2 && isLeap(year) ? 29 : (LENGTHS[month - 1] ?? 0);
  return day >= 1 && day <= length ? daysFromCivil(year, month, day) * DAY : null;
}

/** Days from 1970-01-01 to a date, counting years from March, so that leap days come last (Howard Hinnant's method). */
function daysFromCivil(year: number, month: number, day: number): number {
  const marchYear = month <= 2 ? year - 1 : year;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + dayOfYear - 719_468;
}

function readClock(hour: number, minute: number, second: number): number | null {
  if (hour > 23 || minute > 59 || second > 59) return null;
  return ((hour * 60 + minute) * 60 + second) * 1000;
}

function readOffset(sign: string | undefined, hours: number, minutes: number): number | null {
  if (hours > 23 || minutes > 59) return null;
  return (sign === "-" ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
