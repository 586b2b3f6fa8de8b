import type { StoredStops } from "./store/call-stops.ts";

/** Calls left at which everything stops: more than all processes have under way at once. */
const LAST_CALLS = 40;
/** The part of a day's calls that only live work may spend. */
const RESERVE = 0.1;
/** Answers given about the former day may still come this long after midnight. */
const MIDNIGHT_MS = 60_000;
const DAY_MS = 86_400_000;

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known) return known;
  const numeric = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  } as const;
  const made = new Intl.DateTimeFormat("en-GB", { timeZone, hourCycle: "h23", ...numeric });
  formats.set(timeZone, made);
  return made;
}

/** A portal's date, and how far (ms) it is into that day: HubSpot counts calls from midnight in the portal's time zone. */
export type PortalDay = { readonly date: string; readonly passedMs: number };

/** Returns the date and time of day that a portal of this time zone has at `now` (ms). */
export function portalDay(now: number, timeZone: string): PortalDay {
  const parts = new Map(
    formatFor(timeZone)
      .formatToParts(now)
      .map(({ type, value }) => [type, value]),
  );
  const part = (name: Intl.DateTimeFormatPartTypes) => parts.get(name) ?? "";
  const seconds = (Number(part("hour")) * 60 + Number(part("minute"))) * 60 + Number(part("second"));
  return { date: `${part("year")}-${part("month")}-${part("day")}`, passedMs: seconds * 1_000 };
}

/** Milliseconds to the next midnight of a portal. */
export function untilMidnight({ passedMs }: PortalDay): number {
  return DAY_MS - passedMs;
}

/** Whether an answer's count can be one of this day: right after midnight, a small rest is the former day's. */
export function isOfDay({ passedMs }: PortalDay, limit: number, remaining: number): boolean {
  return passedMs >= MIDNIGHT_MS || remaining > limit / 2;
}

/** What a day's calls still allow: everything, only what is live, or nothing. */
export type DayLeft = "all" | "live" | "none";

/** Returns what the calls left of this day allow; a count of another day tells nothing. */
export function leftOf(stored: Pick<StoredStops, "day" | "limit" | "remaining">, today: PortalDay): DayLeft {
  const { day, limit, remaining } = stored;
  if (day !== today.date || limit === null || remaining === null) return "all";
  if (remaining <= LAST_CALLS) return "none";
  return remaining <= limit * RESERVE ? "live" : "all";
}
