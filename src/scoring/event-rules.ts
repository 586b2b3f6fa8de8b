import { isCandidate } from "./associations.ts";
import { distinctEvents } from "./distinct-events.ts";
import {
  clearTally,
  countEvent,
  type EventTally,
  expectEvent,
  meetsCriteria,
  settleTally,
} from "./event-tally.ts";
import type { AssociatedRecord, EngagementEvent } from "./record.ts";
import { emptyPool, pooledUnits, pour } from "./rule-tally.ts";

/** The enabled event rules of a score, also by the type of event that they count. */
export type EventRules = {
  readonly tallies: readonly EventTally[];
  readonly byType: ReadonlyMap<string, readonly EventTally[]>;
};

/** Of which instants events count: after `reset`, up to `at` (ms). */
type Span = { readonly reset: number; readonly at: number };

/** Returns event rules ready to be measured together. */
export function joinEventRules(
  rules: readonly { readonly event: string; readonly tally: EventTally }[],
): EventRules {
  const byType = new Map<string, EventTally[]>();
  for (const { event, tally } of rules) {
    const others = byType.get(event);
    if (others === undefined) byType.set(event, [tally]);
    else others.push(tally);
  }
  return { tallies: rules.map(({ tally }) => tally), byType };
}

/** Measures rules over the record's own events into their rule tallies, and returns the next instant at which time alone may change them. */
export function measureOwnEvents(rules: EventRules, events: readonly EngagementEvent[], span: Span): number {
  for (const tally of rules.tallies) {
    tally.window.open(tally.window, span.at);
    clearTally(tally);
  }
  countEvents(rules, events, span.reset, span.at);
  let next = Number.POSITIVE_INFINITY;
  for (const tally of rules.tallies) {
    settleTally(tally, span.at);
    next = Math.min(next, tally.next);
    tally.rule.before = tally.units;
    tally.rule.matches = tally.matches;
  }
  return next;
}

/** Does the same over the events of associated records, each record's points pooled by the rule's aggregate. */
export function measureAssociatedEvents(
  rules: EventRules,
  records: readonly AssociatedRecord[],
  span: Span,
): number {
  let next = Number.POSITIVE_INFINITY;
  for (const tally of rules.tallies) {
    tally.window.open(tally.window, span.at);
    emptyPool(tally.pool);
  }
  for (const record of records) next = Math.min(next, pourRecord(rules, record, span));
  for (const { rule, pool } of rules.tallies) {
    rule.before = pooledUnits(pool);
    rule.matches = pool.records;
  }
  return next;
}

function pourRecord(rules: EventRules, record: AssociatedRecord, { reset, at }: Span): number {
  let next = Number.POSITIVE_INFINITY;
  for (const tally of rules.tallies) admit(tally, record, at);
  countEvents(rules, record.events, reset, at);
  for (const tally of rules.tallies) {
    if (tally.active) settleTally(tally, at);
    next = Math.min(next, tally.next);
    if (tally.active && meetsCriteria(tally)) pour(tally.pool, tally.units);
  }
  return next;
}

/** Prepares a tally for an associated record, with the instant at which time alone may next change whether the rule reads it. */
function admit(tally: EventTally, record: AssociatedRecord, at: number): void {
  const { source } = tally;
  clearTally(tally);
  tally.active = false;
  if (source === null || !isCandidate(source, record)) return;
  tally.active = source.test === null || source.test(record, at);
  if (source.turn !== null) tally.next = source.turn(record, at);
}

function countEvents(
  { byType }: EventRules,
  events: readonly EngagementEvent[],
  reset: number,
  at: number,
): void {
  for (const event of distinctEvents(events)) {
    if (event.occurredAt <= reset) continue;
    const tallies = byType.get(event.type);
    if (tallies === undefined) continue;
    for (const tally of tallies) if (tally.active) meet(tally, event, at);
  }
}

function meet(tally: EventTally, event: EngagementEvent, at: number): void {
  if (event.occurredAt > at) expectEvent(tally, event);
  else countEvent(tally, event, at);
}
