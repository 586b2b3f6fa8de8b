import type { Source } from "./associations.ts";
import type { Test, Turn } from "./compiled-condition.ts";
import type { ListedValues } from "./listed-values.ts";
import type { EngagementEvent } from "./record.ts";
import type { Pool, RuleTally } from "./rule-tally.ts";
import type { Window } from "./timeframe.ts";

/** A range of counts and its points in units; `to` included. */
type CountRange = { readonly from: number; readonly to: number; readonly units: number };

/**
 * A compiled event rule with the running figures of one record's events.
 * Points are kept in hundredths, so that times a decay percentage they are units.
 */
export type EventTally = {
  readonly rule: RuleTally;
  readonly form: "every" | "once" | "frequency";
  readonly test: Test | null;
  readonly turn: Turn | null;
  readonly window: Window;
  readonly hundredths: number;
  readonly values: ListedValues | null;
  readonly ranges: readonly CountRange[];
  readonly percent: number;
  readonly period: number;
  readonly source: Source | null;
  readonly pool: Pool;
  /** Whether the events at hand are of a record that the rule reads. */
  active: boolean;
  units: number;
  matches: number;
  latest: number;
  /** The latest match by listed value. */
  readonly latestOf: Float64Array;
};

const NEVER = Number.POSITIVE_INFINITY;

/** Sets a tally to zero for the next record's events. */
export function clearTally(tally: EventTally): void {
  tally.units = 0;
  tally.matches = 0;
  tally.latest = -NEVER;
  if (tally.values !== null) tally.latestOf.fill(-NEVER);
}

/** Counts an event of the rule's type that exists at `at`, and returns the next instant at which time alone may change its share. */
export function countEvent(tally: EventTally, event: EngagementEvent, at: number): number {
  const { window } = tally;
  const time = event.occurredAt;
  if (time <= window.after) return NEVER;
  const turn = tally.turn === null ? NEVER : tally.turn(event, at);
  if (tally.test !== null && !tally.test(event, at)) return turn;
  const moves = Math.min(turn, window.turn);
  if (time >= window.before) return moves;
  const held = tally.values === null ? null : tally.values.heldIn(event.properties);
  if (held !== null && held.length === 0) return moves;
  tally.matches += 1;
  if (tally.form === "every") return Math.min(moves, addDecayed(tally, hundredthsOf(tally, held), time, at));
  if (tally.form === "frequency") return window.span === 0 ? moves : Math.min(moves, time + window.span);
  keepLatest(tally, held, time);
  return moves;
}

/** Returns the first instant after `at` at which an event still to come may enter; infinity where it never counts. */
export function entersAt(tally: EventTally, event: EngagementEvent): number {
  const { window, test, turn, values } = tally;
  const time = event.occurredAt;
  if (values !== null && values.heldIn(event.properties).length === 0) return NEVER;
  if (window.span === 0 && window.turn === NEVER && (time <= window.after || time >= window.before)) {
    return NEVER;
  }
  if (test === null || test(event, time)) return time;
  return turn === null ? NEVER : turn(event, time);
}

/** Ends the count of one record's events, and returns the next instant at which time alone may change the latest ones' share. */
export function settleTally(tally: EventTally, at: number): number {
  if (tally.form === "frequency") {
    tally.units = frequencyUnits(tally) ?? 0;
    return NEVER;
  }
  if (tally.form === "every" || tally.matches === 0) return NEVER;
  if (tally.values === null) return addDecayed(tally, tally.hundredths, tally.latest, at);
  let next = NEVER;
  for (const [position, hundredths] of tally.values.points.entries()) {
    const latest = tally.latestOf[position] ?? -NEVER;
    if (latest > -NEVER) next = Math.min(next, addDecayed(tally, hundredths, latest, at));
  }
  return next;
}

/** Returns whether the record whose events were counted meets the rule's criteria. */
export function meetsCriteria(tally: EventTally): boolean {
  return tally.form === "frequency" ? frequencyUnits(tally) !== undefined : tally.matches > 0;
}

function frequencyUnits({ ranges, matches }: EventTally): number | undefined {
  return ranges.find(({ from, to }) => from <= matches && matches <= to)?.units;
}

function hundredthsOf(tally: EventTally, held: readonly number[] | null): number {
  if (held === null || tally.values === null) return tally.hundredths;
  let hundredths = 0;
  for (const position of held) hundredths += tally.values.points[position] ?? 0;
  return hundredths;
}

function keepLatest(tally: EventTally, held: readonly number[] | null, time: number): void {
  if (time > tally.latest) tally.latest = time;
  if (held === null) return;
  for (const position of held) {
    if (time > (tally.latestOf[position] ?? NEVER)) tally.latestOf[position] = time;
  }
}

/** Adds an event's points as decayed at `at`, and returns when they next change: a decay step, or its leaving the window. */
function addDecayed(tally: EventTally, hundredths: number, time: number, at: number): number {
  const { period, window } = tally;
  const leaves = window.span === 0 ? NEVER : time + window.span;
  if (period === 0) {
    tally.units += hundredths * 100;
    return leaves;
  }
  const steps = Math.floor((at - time) / period);
  const percentLeft = 100 - tally.percent * steps;
  if (percentLeft <= 0 || hundredths === 0) return leaves;
  tally.units += hundredths * percentLeft;
  return Math.min(leaves, time + (steps + 1) * period);
}
