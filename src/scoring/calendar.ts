import { DAY, utcMidnight } from "./instant.ts";
import type { CalendarUnit } from "./timeframe-schema.ts";

/** A calendar unit around an instant (ms): the start of the one before it, its own start and its end. */
type UnitBounds = { readonly previous: number; readonly start: number; readonly end: number };

/** Finds calendar units in one time zone. */
export type Calendar = { unitAround(unit: CalendarUnit, at: number): UnitBounds };

type OffsetAt = (time: number) => number;

/** The widest step between looks at a zone's offset: shorter than any time an offset has lasted. */
const LOOK = 6 * 3_600_000;

/** Returns the calendar of an IANA time zone; throws a RangeError for an unknown one. */
export function createCalendar(timeZone: string): Calendar {
  const offsetAt = zoneOffset(timeZone);
  const known = new Map<CalendarUnit, UnitBounds>();
  return {
    unitAround(unit, at) {
      const found = known.get(unit);
      if (found !== undefined && at >= found.start && at < found.end) return found;
      const bounds = findUnit(unit, at, offsetAt);
      known.set(unit, bounds);
      return bounds;
    },
  };
}

function findUnit(unit: CalendarUnit, at: number, offsetAt: OffsetAt): UnitBounds {
  let first = firstDayOf(unit, at + offsetAt(at), 0);
  let end = startOfDay(firstDayOf(unit, first, 1), offsetAt);
  // A clock set back over midnight shows the day before again: the newer unit has begun all the same.
  while (at >= end) {
    first = firstDayOf(unit, first, 1);
    end = startOfDay(firstDayOf(unit, first, 1), offsetAt);
  }
  const previous = startOfDay(firstDayOf(unit, first, -1), offsetAt);
  return { previous, start: startOfDay(first, offsetAt), end };
}

/** Local days are written as the UTC midnight of the same date. */
function firstDayOf(unit: CalendarUnit, local: number, shift: number): number {
  const date = new Date(local);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth() + 1;
  const day = date.getUTCDate();
  switch (unit) {
    case "DAY":
      return utcMidnight(year, month, day + shift);
    case "WEEK":
      return utcMidnight(year, month, day - ((date.getUTCDay() + 6) % 7) + 7 * shift);
    case "MONTH":
      return utcMidnight(year, month + shift, 1);
    case "QUARTER":
      return utcMidnight(year, month - ((month - 1) % 3) + 3 * shift, 1);
    case "YEAR":
      return utcMidnight(year + shift, 1, 1);
  }
}

/** The first instant whose local date is `day` or, where that day was skipped, a later one. */
function startOfDay(day: number, offsetAt: OffsetAt): number {
  let earliest = Number.POSITIVE_INFINITY;
  let before = day - DAY;
  for (let look = before; look <= day + DAY; look += LOOK) {
    const exact = day - offsetAt(look);
    if (exact + offsetAt(exact) === day && exact < earliest) earliest = exact;
    if (look + offsetAt(look) < day) before = look;
  }
  return earliest < Number.POSITIVE_INFINITY ? earliest : jumpOver(day, before, offsetAt);
}

function jumpOver(day: number, before: number, offsetAt: OffsetAt): number {
  let low = before;
  let high = before + LOOK;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (middle + offsetAt(middle) < day) low = middle;
    else high = middle;
  }
  return high;
}

function zoneOffset(timeZone: string): OffsetAt {
  const format = new Intl.DateTimeFormat("en-US", {
    timeZone,
    calendar: "gregory",
    hourCycle: "h23",
    era: "short",
    year: "numeric",
    month: "numeric",
    day: "numeric",
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
  });
  if (format.resolvedOptions().timeZone === "UTC") return () => 0;
  return (time) => {
    const second = Math.floor(time / 1000) * 1000;
    return localTime(format.formatToParts(second)) - second;
  };
}

function localTime(parts: readonly Intl.DateTimeFormatPart[]): number {
  const read = (type: Intl.DateTimeFormatPartTypes) => parts.find((part) => part.type === type)?.value ?? "0";
  const year = Number(read("year"));
  const day = utcMidnight(read("era") === "BC" ? 1 - year : year, Number(read("month")), Number(read("day")));
  return day + ((Number(read("hour")) * 60 + Number(read("minute"))) * 60 + Number(read("second"))) * 1000;
}
