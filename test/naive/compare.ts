import { isDeepStrictEqual } from "node:util";
import type { CompiledScore } from "../../src/scoring/evaluate.ts";
import type { EngagementEvent, PackedEvents, ScoredRecord } from "../../src/scoring/record.ts";
import { encodeTimeline, mergeEvents, packedEvents } from "../../src/store/timeline.ts";
import { boundariesOf } from "./naive-boundaries.ts";
import { evaluateNaively, type NaiveExplanation } from "./naive-evaluator.ts";
import { DAY } from "./naive-instants.ts";
import { type Pair, readPair } from "./pairs.ts";

const HORIZON = 400 * DAY;

/** A line for people: what differs between two values. */
function told(what: string, engine: unknown, naive: unknown): string {
  return `${what}\n  engine ${JSON.stringify(engine)}\n  naive  ${JSON.stringify(naive)}`;
}

const naiveAt = (pair: Pair, at: number, zone: string): NaiveExplanation =>
  evaluateNaively({ ...pair, at, zone }, pair.adjustments);

function visible({ inScope, value, engagement, fit, threshold }: Omit<NaiveExplanation, "groups">) {
  return { inScope, value, engagement, fit, threshold };
}

/** Returns what differs between the engine and the naive reading of a pair at an instant (ms), or null. */
export function difference(pair: Pair, at: number, zone: string): string | null {
  const { score, record } = readPair(pair, zone);
  const { validUntil, ...engine } = score.explain(record, at);
  const naive = naiveAt(pair, at, zone);
  if (!isDeepStrictEqual(engine, naive)) return told("explanation", engine, naive);
  const evaluated = score.evaluate(record, at);
  const brief = { ...visible(naive), validUntil };
  if (!isDeepStrictEqual(evaluated, brief)) return told("evaluation", evaluated, brief);
  const packed = score.evaluate(asStored(record), at);
  if (!isDeepStrictEqual(packed, brief)) return told("evaluation of packed events", packed, brief);
  return validityFault({ pair, at, zone, score, record }, validUntil);
}

/** The record with its events, and those of associated records, as the database keeps them. */
function asStored(record: ScoredRecord): ScoredRecord<PackedEvents> {
  const pack = (events: readonly EngagementEvent[]) =>
    packedEvents(encodeTimeline(mergeEvents([], events).events));
  return {
    ...record,
    events: pack(record.events),
    associations: record.associations.map((other) => ({ ...other, events: pack(other.events) })),
  };
}

type Case = {
  readonly pair: Pair;
  readonly at: number;
  readonly zone: string;
  readonly score: CompiledScore;
  readonly record: ScoredRecord;
};

/** Returns how `validUntil` breaks its inequalities, constancy or its number of re-evaluations, or null. */
function validityFault(checked: Case, validUntil: number | null): string | null {
  const { pair, at, zone } = checked;
  const boundaries = boundariesOf({ ...pair, at, zone }, at + HORIZON, pair.adjustments);
  const first = boundaries[0] ?? null;
  if (validUntil !== null && (first === null || validUntil < first)) {
    return told("validUntil before the first boundary", validUntil, first);
  }
  const changed = firstChange(checked, boundaries, validUntil ?? Number.POSITIVE_INFINITY);
  if (changed !== null) return told(`validUntil at ${at} after the first change`, validUntil, changed);
  return repeatFault(checked, boundaries, validUntil);
}

/** The first instant before `until` where the naive reading differs from that at `at`, or null. */
function firstChange({ pair, at, zone }: Case, boundaries: readonly number[], until: number): number | null {
  const now = visible(naiveAt(pair, at, zone));
  const middle = Number.isFinite(until) ? [Math.floor((at + until) / 2), until - 1] : [at + HORIZON];
  const near = boundaries.flatMap((boundary) => [boundary - 1, boundary, boundary + 1]);
  const instants = [...near, ...middle].filter((instant) => instant > at && instant < until);
  for (const instant of new Set(instants)) {
    if (!isDeepStrictEqual(visible(naiveAt(pair, instant, zone)), now)) return instant;
  }
  return null;
}

/** Follows `validUntil` for 400 days: each value is right, and there are no more steps than boundaries. */
function repeatFault(checked: Case, boundaries: readonly number[], first: number | null): string | null {
  const { pair, at, zone, score, record } = checked;
  const allowed = boundaries.filter((boundary) => boundary <= at + HORIZON).length;
  let steps = 0;
  for (let next = first; next !== null && next <= at + HORIZON; ) {
    steps += 1;
    if (steps > allowed) return told("re-evaluations", `more than ${allowed}`, boundaries);
    const { validUntil, ...engine } = score.explain(record, next);
    const naive = naiveAt(pair, next, zone);
    if (!isDeepStrictEqual(engine, naive)) return told(`explanation at ${next}`, engine, naive);
    if (validUntil !== null && validUntil <= next) return told("validUntil", validUntil, next);
    next = validUntil;
  }
  return null;
}
