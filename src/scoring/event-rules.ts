import { isCandidate } from "./associations.ts";
import { distinctEvents } from "./distinct-events.ts";
import {
  type EventPlan,
  type EventRoute,
  passedRules,
  passedRulesAt,
  planEvents,
  routeKind,
} from "./event-plan.ts";
import {
  clearTally,
  countEvent,
  countHeld,
  countMatch,
  type EventTally,
  expectEvent,
  expectMatch,
  expectTime,
  type Horizon,
  meetsCriteria,
  settleTally,
} from "./event-tally.ts";
import type { Sheet } from "./property-sheet.ts";
import type { AssociatedRecord, EngagementEvent, EventCursor, Events } from "./record.ts";
import { emptyPool, pooledUnits, pour } from "./rule-tally.ts";
import type { Window } from "./timeframe.ts";

/** The enabled event rules of a score, also by the type of event that they count. */
export type EventRules = {
  readonly tallies: readonly EventTally[];
  readonly byType: ReadonlyMap<string, EventPlan>;
  /** The timeframes that move with the instant. */
  readonly windows: readonly Window[];
  readonly horizon: Horizon;
};

/** Of which instants events count: after `reset`, up to `at` (ms). */
type Span = { readonly reset: number; readonly at: number };

/** Returns event rules, whose conditions have these sheets, ready to be measured together. */
export function joinEventRules(
  rules: readonly { readonly event: string; readonly tally: EventTally }[],
  sheetsOfEvents: (type: string) => readonly Sheet[],
  horizon: Horizon,
): EventRules {
  const types = Map.groupBy(rules, ({ event }) => event);
  const planOf = (type: string, own: typeof rules) =>
    planEvents(
      own.map(({ tally }) => tally),
      sheetsOfEvents(type),
    );
  return {
    tallies: rules.map(({ tally }) => tally),
    byType: new Map([...types].map(([type, own]) => [type, planOf(type, own)])),
    windows: rules.map(({ tally }) => tally.window).filter((window) => window.open !== null),
    horizon,
  };
}

/** Measures rules over the record's own events into their rule tallies, and returns the next instant at which time alone may change them. */
export function measureOwnEvents(rules: EventRules, events: Events, span: Span): number {
  startRules(rules, span.at);
  for (const tally of rules.tallies) clearTally(tally);
  countEvents(rules, events, span.reset, span.at);
  for (const tally of rules.tallies) {
    settleTally(tally, span.at);
    tally.rule.before = tally.units;
    tally.rule.matches = tally.matches;
  }
  return rules.horizon.next;
}

function startRules({ windows, horizon }: EventRules, at: number): void {
  for (const window of windows) window.open?.(window, at);
  horizon.next = Number.POSITIVE_INFINITY;
}

/** Does the same over the events of associated records, each record's points pooled by the rule's aggregate. */
export function measureAssociatedEvents(
  rules: EventRules,
  records: readonly AssociatedRecord<Events>[],
  span: Span,
): number {
  startRules(rules, span.at);
  for (const { pool } of rules.tallies) emptyPool(pool);
  for (const record of records) pourRecord(rules, record, span);
  for (const { rule, pool } of rules.tallies) {
    rule.before = pooledUnits(pool);
    rule.matches = pool.records;
  }
  return rules.horizon.next;
}

function pourRecord(rules: EventRules, record: AssociatedRecord<Events>, { reset, at }: Span): void {
  for (const tally of rules.tallies) admit(tally, record, at);
  countEvents(rules, record.events, reset, at);
  for (const tally of rules.tallies) {
    if (tally.active) settleTally(tally, at);
    if (tally.active && meetsCriteria(tally)) pour(tally.pool, tally.units);
  }
}

/** Prepares a tally for an associated record, and notes when time alone may next change whether the rule reads it. */
function admit(tally: EventTally, record: AssociatedRecord<Events>, at: number): void {
  const { source } = tally;
  clearTally(tally);
  tally.active = false;
  if (source === null || !isCandidate(source, record)) return;
  tally.active = source.test === null || source.test(record, at);
  if (source.turn === null) return;
  tally.horizon.next = Math.min(tally.horizon.next, source.turn(record, at));
}

function countEvents(rules: EventRules, events: Events, reset: number, at: number): void {
  if ("read" in events) countPacked(rules, events.read(), reset, at);
  else countListed(rules, events, reset, at);
}

function countPacked({ byType }: EventRules, cursor: EventCursor, reset: number, at: number): void {
  const routes = cursor.kinds.map((kind) => {
    const plan = byType.get(kind.type);
    return plan === undefined ? null : routeKind(plan, kind);
  });
  while (cursor.next()) {
    const route = routes[cursor.kind];
    if (!route || cursor.occurredAt <= reset) continue;
    if (route.plan.isPlain) countPlain(route, cursor, at);
    else countPlanned(route.plan, cursor.event(), at);
  }
}

function countPlain(route: EventRoute, cursor: EventCursor, at: number): void {
  const time = cursor.occurredAt;
  for (const tally of passedRulesAt(route, cursor)) {
    if (!tally.active) continue;
    if (time <= at) countHeld(tally, time, null, at);
    else expectTime(tally, time);
  }
}

function countListed(
  { byType }: EventRules,
  events: readonly EngagementEvent[],
  reset: number,
  at: number,
): void {
  for (const event of distinctEvents(events)) {
    if (event.occurredAt <= reset) continue;
    const plan = byType.get(event.type);
    if (plan !== undefined) countPlanned(plan, event, at);
  }
}

function countPlanned({ judged, others }: EventPlan, event: EngagementEvent, at: number): void {
  const isPast = event.occurredAt <= at;
  for (const tally of passedRules(judged, event)) {
    if (!tally.active) continue;
    if (isPast) countMatch(tally, event, at);
    else expectMatch(tally, event);
  }
  for (const tally of others) {
    if (!tally.active) continue;
    if (isPast) countEvent(tally, event, at);
    else expectEvent(tally, event);
  }
}
