import type { Calendar } from "./calendar.ts";
import { DAY, readIsoDate } from "./instant.ts";
import type { Timeframe } from "./timeframe-schema.ts";

/** A timeframe at one instant (ms): events with `after < t < before` lie in it. */
export type Window = {
  after: number;
  before: number;
  /** When the window moves on for all events at once: the end of the calendar unit, else infinity. */
  turn: number;
  /** How long an event stays in it, for a window that slides; else 0. */
  readonly span: number;
  /** Sets the bounds for an instant; `null` where they are always the same. */
  readonly open: ((window: Window, at: number) => void) | null;
};

const EVER = Number.POSITIVE_INFINITY;

/** Returns the window of a timeframe; everything, where there is none. */
export function compileTimeframe(timeframe: Timeframe | undefined, calendar: Calendar): Window {
  if (timeframe === undefined) return fixedWindow(-EVER, EVER);
  if ("lastDays" in timeframe) return slidingWindow(timeframe.lastDays * DAY);
  if ("calendar" in timeframe) return calendarWindow(timeframe, calendar);
  const from = timeframe.from === undefined ? -EVER : (readIsoDate(timeframe.from)?.time ?? EVER);
  const to = timeframe.to === undefined ? EVER : (readIsoDate(timeframe.to)?.time ?? -EVER);
  return fixedWindow(from - 1, to);
}

function fixedWindow(after: number, before: number): Window {
  return { after, before, turn: EVER, span: 0, open: null };
}

function slidingWindow(span: number): Window {
  return {
    after: 0,
    before: EVER,
    turn: EVER,
    span,
    open: (window, at) => {
      window.after = at - span;
    },
  };
}

function calendarWindow(timeframe: Extract<Timeframe, { calendar: string }>, calendar: Calendar): Window {
  return {
    after: 0,
    before: 0,
    turn: 0,
    span: 0,
    open: (window, at) => {
      const { previous, start, end } = calendar.unitAround(timeframe.unit, at);
      window.after = (timeframe.calendar === "THIS" ? start : previous) - 1;
      window.before = timeframe.calendar === "THIS" ? end : start;
      window.turn = end;
    },
  };
}
