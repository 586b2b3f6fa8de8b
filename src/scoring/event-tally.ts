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
  /** Whether nothing but the verdicts of its sheets decides the test. */
  readonly judged: boolean;
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
  readonly horizon: Horizon;
};

/** The next instant at which time alone may change what the events counted so far come to; shared by a score's rules. */
export type Horizon = { next: number };

const NEVER = Number.POSITIVE_INFINITY;

/** Sets a tally to zero for the next record's events. */
export function clearTally(tally: EventTally): void {
  tally.units = 0;
  tally.matches = 0;
  if (tally.form !== "once") return;
  tally.latest = -NEVER;
  if (tally.values !== null) tally.latestOf.fill(-NEVER);
}

/** Counts an event of the rule's type that exists at `at`. */
export function countEvent(tally: EventTally, event: EngagementEvent, at: number): void {
  if (event.occurredAt <= tally.window.after) return;
  if (tally.turn !== null) expect(tally, tally.turn(event, at));
  if (tally.test === null || tally.test(event, at)) countMatch(tally, event, at);
}

/** Counts an event that exists at `at` and passes the test. */
export function countMatch(tally: EventTally, event: EngagementEvent, at: number): void {
  const held = tally.values === null ? null : tally.values.heldIn(event.properties);
  countHeld(tally, event.occurredAt, held, at);
}

/** Counts an event of an instant that exists at `at`, passes the test and holds listed values at these positions. */
export function countHeld(tally: EventTally, time: number, held: readonly number[] | null, at: number): void {
  const { window } = tally;
  if (time <= window.after) return;
  expect(tally, window.turn);
  if (time >= window.before || held?.length === 0) return;
  tally.matches += 1;
  if (tally.form === "every") addDecayed(tally, hundredthsOf(tally, held), time, at);
  else if (tally.form === "once") keepLatest(tally, held, time);
  else if (window.span > 0) expect(tally, time + window.span);
}

/** Expects an event of the rule's type that is still to come: at its time or when it first passes the test, if ever. */
export function expectEvent(tally: EventTally, event: EngagementEvent): void {
  const { test, turn } = tally;
  const time = event.occurredAt;
  if (test === null || test(event, time)) expectMatch(tally, event);
  else if (turn !== null && mayCount(tally, event)) expect(tally, turn(event, time));
}

/** Expects an event that is still to come and then passes the test. */
export function expectMatch(tally: EventTally, event: EngagementEvent): void {
  if (mayCount(tally, event)) expect(tally, event.occurredAt);
}

/** Expects an event that is still to come at an instant and passes the test of a rule without listed values. */
export function expectTime(tally: EventTally, time: number): void {
  if (mayCountAt(tally, time)) expect(tally, time);
}

/** Whether the rule's values and timeframe let an event that is still to come count one day. */
function mayCount(tally: EventTally, { properties, occurredAt }: EngagementEvent): boolean {
  const { values } = tally;
  return mayCountAt(tally, occurredAt) && (values === null || values.heldIn(properties).length > 0);
}

function mayCountAt({ window }: EventTally, time: number): boolean {
  const isFixed = window.span === 0 && window.turn === NEVER;
  return !isFixed || (time > window.after && time < window.before);
}

/** Ends the count of one record's events. */
export function settleTally(tally: EventTally, at: number): void {
  if (tally.form === "every") return;
  if (tally.form === "frequency") {
    tally.units = frequencyUnits(tally) ?? 0;
  } else if (tally.form === "once" && tally.matches > 0) {
    if (tally.values === null) addDecayed(tally, tally.hundredths, tally.latest, at);
    else addLatest(tally, tally.values.points, at);
  }
}

/** Returns whether the record whose events were counted meets the rule's criteria. */
export function meetsCriteria(tally: EventTally): boolean {
  return tally.form === "frequency" ? frequencyUnits(tally) !== undefined : tally.matches > 0;
}

function addLatest(tally: EventTally, points: readonly number[], at: number): void {
  for (const [position, hundredths] of points.entries()) {
    const latest = tally.latestOf[position] ?? -NEVER;
    if (latest > -NEVER) addDecayed(tally, hundredths, latest, at);
  }
}

/** Notes that time alone may change the tally at an instant. */
function expect({ horizon }: EventTally, instant: number): void {
  if (instant < horizon.next) horizon.next = instant;
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

/** Adds an event's points as decayed at `at`; they next change at a decay step, or when it leaves the window. */
function addDecayed(tally: EventTally, hundredths: number, time: number, at: number): void {
  const { period, window } = tally;
  if (window.span > 0) expect(tally, time + window.span);
  if (period === 0) {
    tally.units += hundredths * 100;
    return;
  }
  const steps = Math.floor((at - time) / period);
  const percentLeft = 100 - tally.percent * steps;
  if (percentLeft <= 0 || hundredths === 0) return;
  tally.units += hundredths * percentLeft;
  expect(tally, time + (steps + 1) * period);
}
