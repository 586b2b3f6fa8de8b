import { distinctAssociations } from "./associations.ts";
import { measureAssociatedEvents, measureOwnEvents } from "./event-rules.ts";
import { clamp, toUnits } from "./points.ts";
import { measureProperties } from "./property-rules.ts";
import type { Adjustment, AssociatedRecord, Events, ScoredRecord } from "./record.ts";
import type { GroupTally, ScoreProgram, SideTally } from "./score-program.ts";

const NEVER = Number.POSITIVE_INFINITY;
const NO_ASSOCIATIONS: readonly AssociatedRecord<Events>[] = [];
const NO_ADJUSTMENTS: readonly Adjustment[] = [];

/** Measures a record at `at` (ms) into the program's figures, and returns the next instant at which time alone may change them. */
export function measure(program: ScoreProgram, record: ScoredRecord<Events>, at: number): number {
  program.forgetSubjects();
  const associations = program.readsAssociations
    ? distinctAssociations(record.associations)
    : NO_ASSOCIATIONS;
  const reset = program.engagement === null ? -NEVER : newestReset(record.resets, at);
  let next = program.engagement === null ? NEVER : nextReset(record.resets, at);
  const { tallies } = program.eventRules;
  if (tallies.length > 0) {
    const ownEvents = tallies[0]?.source === null;
    const turn = ownEvents
      ? measureOwnEvents(program.eventRules, record.events, { reset, at })
      : measureAssociatedEvents(program.eventRules, associations, { reset, at });
    next = Math.min(next, turn);
  }
  for (const tally of program.propertyRules) {
    next = Math.min(next, measureProperties(tally, record, associations, at));
  }
  for (const group of program.groups) settleGroup(group);
  const adjustments = record.adjustments ?? NO_ADJUSTMENTS;
  if (program.engagement !== null)
    next = Math.min(next, settleSide(program.engagement, adjustments, { reset, at }));
  if (program.fit !== null)
    next = Math.min(next, settleSide(program.fit, adjustments, { reset: -NEVER, at }));
  return next;
}

function settleGroup(group: GroupTally): void {
  let before = 0;
  for (const rule of group.rules) before += clamp(rule.before, rule.bounds);
  group.before = before;
  group.points = clamp(before, group.bounds);
}

function settleSide(
  side: SideTally,
  adjustments: readonly Adjustment[],
  span: { readonly reset: number; readonly at: number },
): number {
  let next = NEVER;
  side.adjustments = 0;
  for (const adjustment of adjustments) {
    if (adjustment.side !== side.side || adjustment.from <= span.reset) continue;
    next = Math.min(next, adjust(side, adjustment, span.at));
  }
  let before = side.adjustments;
  for (const group of side.groups) before += group.points;
  side.before = before;
  side.points = clamp(before, side.bounds);
  return next;
}

/** Adds an adjustment in force at `at`, and returns when it next starts or ends. */
function adjust(side: SideTally, { points, from, until }: Adjustment, at: number): number {
  const end = until ?? NEVER;
  if (end <= at || end <= from) return NEVER;
  if (from > at) return from;
  side.adjustments += toUnits(points);
  return end;
}

function newestReset(resets: readonly number[], at: number): number {
  let newest = -NEVER;
  for (const reset of resets) if (reset <= at && reset > newest) newest = reset;
  return newest;
}

function nextReset(resets: readonly number[], at: number): number {
  let next = NEVER;
  for (const reset of resets) if (reset > at && reset < next) next = reset;
  return next;
}
