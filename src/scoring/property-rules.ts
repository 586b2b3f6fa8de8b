import { compileSource, isCandidate, type Source } from "./associations.ts";
import type { Subject, Test, Turn } from "./compiled-condition.ts";
import { compileWhere } from "./condition.ts";
import { compileListedValues, type ListedValues } from "./listed-values.ts";
import { toUnits } from "./points.ts";
import type { Sheets } from "./property-sheet.ts";
import type { AssociatedRecord, Events } from "./record.ts";
import { emptyPool, newPool, type Pool, pooledUnits, pour, type RuleTally } from "./rule-tally.ts";
import type { PropertyRule } from "./score-definition.ts";

/** A compiled property rule; its points are in units. */
export type PropertyTally = {
  readonly rule: RuleTally;
  readonly test: Test | null;
  readonly turn: Turn | null;
  readonly units: number;
  readonly otherwise: number;
  readonly values: ListedValues | null;
  readonly source: Source | null;
  readonly pool: Pool;
};

const NEVER = Number.POSITIVE_INFINITY;

/** Returns a compiled property rule that reports to `rule`. */
export function compilePropertyRule(
  definition: PropertyRule,
  rule: RuleTally,
  sheets: Sheets,
): PropertyTally {
  const { where, values, associated } = definition;
  return {
    rule,
    ...compileWhere(where, sheets),
    units: toUnits(definition.points ?? 0),
    otherwise: toUnits(values?.otherwise ?? 0),
    values: compileListedValues(values, toUnits),
    source: associated === undefined ? null : compileSource(associated, sheets),
    pool: newPool(associated?.aggregate ?? "sum"),
  };
}

/** Measures a rule over the record or its associated records into the rule tally, and returns the next instant at which time alone may change it. */
export function measureProperties(
  tally: PropertyTally,
  record: Subject,
  associations: readonly AssociatedRecord<Events>[],
  at: number,
): number {
  if (tally.source !== null) return measureAssociated(tally, tally.source, associations, at);
  const { rule, test, turn, values } = tally;
  const next = turn === null ? NEVER : turn(record, at);
  rule.before = 0;
  rule.matches = 0;
  if (test !== null && !test(record, at)) return next;
  const held = values === null ? null : values.heldIn(record.properties);
  const meets = held === null || held.length > 0;
  rule.before = meets ? unitsOf(tally, held) : tally.otherwise;
  rule.matches = meets ? 1 : 0;
  return next;
}

function measureAssociated(
  tally: PropertyTally,
  source: Source,
  associations: readonly AssociatedRecord<Events>[],
  at: number,
): number {
  let next = NEVER;
  emptyPool(tally.pool);
  for (const record of associations) {
    if (!isCandidate(source, record)) continue;
    if (source.turn !== null) next = Math.min(next, source.turn(record, at));
    if (source.test !== null && !source.test(record, at)) continue;
    next = Math.min(next, pourRecord(tally, record, at));
  }
  tally.rule.before = pooledUnits(tally.pool);
  tally.rule.matches = tally.pool.records;
  return next;
}

function pourRecord(tally: PropertyTally, record: AssociatedRecord<Events>, at: number): number {
  const { test, turn, values } = tally;
  const next = turn === null ? NEVER : turn(record, at);
  if (test !== null && !test(record, at)) return next;
  const held = values === null ? null : values.heldIn(record.properties);
  if (held === null || held.length > 0) pour(tally.pool, unitsOf(tally, held));
  return next;
}

function unitsOf({ values, units }: PropertyTally, held: readonly number[] | null): number {
  if (held === null || values === null) return units;
  let sum = 0;
  for (const position of held) sum += values.points[position] ?? 0;
  return sum;
}
