import type { CalendarUnit, RawTimeframe } from "./raw-documents.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

const ISO =
  /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:(Z)|([+-])(\d\d):?(\d\d))?)?$/;

/** The instant (ms) of an ISO date or date-time, and whether it names a whole day; null where unreadable. */
export function readIso(text: string): { readonly at: number; readonly wholeDay: boolean } | null {
  const parts = ISO.exec(text.trim());
  if (parts === null) return null;
  const number = (index: number): number => Number(parts[index] ?? "0");
  const date = new Date(0);
  date.setUTCFullYear(number(1), number(2) - 1, number(3));
  const existing = date.getUTCMonth() === number(2) - 1 && date.getUTCDate() === number(3);
  if (!existing || number(4) > 23 || number(5) > 59 || number(6) > 59) return null;
  if (number(10) > 23 || number(11) > 59) return null;
  const millisecond = Number((parts[7] ?? "").padEnd(3, "0").slice(0, 3));
  const local = date.getTime() + number(4) * HOUR + number(5) * 60_000 + number(6) * 1000 + millisecond;
  const offset = (number(10) * 60 + number(11)) * 60_000 * (parts[9] === "-" ? -1 : 1);
  return { at: local - offset, wholeDay: parts[4] === undefined };
}

/** The instant (ms) that a property's text tells, or null. */
export function readDate(text: string): number | null {
  if (/^-?\d{9,15}$/.test(text.trim())) return Number(text.trim());
  return readIso(text)?.at ?? null;
}

/** The same function with its answers kept by key: nothing but speed. */
function kept<Arguments extends unknown[], Answer>(answer: (...args: Arguments) => Answer) {
  const answers = new Map<string, Answer>();
  return (...args: Arguments): Answer => {
    const key = args.join(" ");
    const known = answers.get(key);
    if (known !== undefined) return known;
    const found = answer(...args);
    answers.set(key, found);
    return found;
  };
}

/** The instant (ms) of a record file or of a `from` or `to`. */
export const instantOf = kept((text: string): number => {
  const iso = readIso(text);
  if (iso === null) throw new Error(`no instant: ${text}`);
  return iso.at;
});

const dateFormat = kept((timeZone: string) => {
  const format = {
    timeZone,
    calendar: "gregory",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
  } as const;
  return new Intl.DateTimeFormat("sv-SE", format);
});

/** The local day of an instant in a zone, as days since 1970 of its calendar date. */
const localDay = kept((at: number, zone: string): number => Date.parse(dateFormat(zone).format(at)) / DAY);

/** The first instant of a local day: hours are walked first, the last one is then halved down to a millisecond. */
const startOfLocalDay = kept((day: number, zone: string): number => {
  let after = day * DAY - 15 * HOUR;
  while (localDay(after, zone) < day) after += HOUR;
  let before = after - HOUR;
  while (after - before > 1) {
    const middle = Math.floor((before + after) / 2);
    if (localDay(middle, zone) < day) before = middle;
    else after = middle;
  }
  return after;
});

/** The first local day of the unit that lies `step` units after the one holding `day`. */
function firstDayOfUnit(day: number, unit: CalendarUnit, step: number): number {
  const date = new Date(day * DAY);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  if (unit === "DAY") return day + step;
  if (unit === "WEEK") return day - ((date.getUTCDay() + 6) % 7) + 7 * step;
  if (unit === "MONTH") return Date.UTC(year, month + step, 1) / DAY;
  if (unit === "QUARTER") return Date.UTC(year, month - (month % 3) + 3 * step, 1) / DAY;
  return Date.UTC(year + step, 0, 1) / DAY;
}

/** The start (ms) of the unit that lies `step` units after the one holding `at`. */
export function startOfUnit(at: number, unit: CalendarUnit, step: number, zone: string): number {
  return startOfLocalDay(firstDayOfUnit(localDay(at, zone), unit, step), zone);
}

/** Whether an instant lies in a timeframe, seen at `at`. */
export function isWithin(t: number, within: RawTimeframe | undefined, at: number, zone: string): boolean {
  if (t > at) return false;
  if (within === undefined) return true;
  if ("lastDays" in within) return at - within.lastDays * DAY < t;
  if ("calendar" in within) {
    const step = within.calendar === "THIS" ? 0 : -1;
    return startOfUnit(at, within.unit, step, zone) <= t && t < startOfUnit(at, within.unit, step + 1, zone);
  }
  const from = within.from === undefined ? Number.NEGATIVE_INFINITY : instantOf(within.from);
  const to = within.to === undefined ? Number.POSITIVE_INFINITY : instantOf(within.to);
  return from <= t && t < to;
}
