import type { Evaluation } from "../scoring/evaluation.ts";
import type { Database, Queryable } from "../store/database.ts";
import { claimDirty, clearDirty, type DirtyMark, postponeDirty } from "../store/dirty-marks.ts";
import { clearValues, type WantedValues, wantValues } from "../store/pending-writes.ts";
import { nextComputation, type RecordScore, saveRecordScores } from "../store/record-scores.ts";
import { loadResets, resetKey } from "../store/resets.ts";
import type { LiveScore, PortalScores, ScoreCatalogue } from "./score-catalogue.ts";
import { loadSnapshots, type Snapshot } from "./snapshots.ts";
import { writtenValues } from "./written-values.ts";

type Outcome = {
  readonly results: RecordScore[];
  readonly wanted: WantedValues[];
  /** Ids that left a score whose definition clears its values then, by the properties to clear. */
  readonly cleared: Map<LiveScore, string[]>;
  readonly failures: Map<string, string>;
};

type Chunk = { readonly object: string; readonly marks: readonly DirtyMark[]; readonly at: number };

function newestInForce(resets: readonly number[], at: number): number | undefined {
  const past = resets.filter((reset) => reset <= at);
  return past.length === 0 ? undefined : Math.max(...past);
}

function evaluateRecord(
  snapshot: Snapshot,
  mark: DirtyMark,
  scores: readonly LiveScore[],
  context: { readonly at: number; readonly resets: ReadonlyMap<string, number[]>; readonly outcome: Outcome },
): void {
  const { at, outcome } = context;
  let values: WantedValues["values"] = {};
  for (const score of scores) {
    const resets = context.resets.get(resetKey(score.scoreId, snapshot.id)) ?? [];
    const result: Evaluation = score.compiled.evaluate({ ...snapshot, resets }, at);
    const { value, engagement, fit, threshold, validUntil } = result;
    outcome.results.push({
      ...{ scoreId: score.scoreId, recordId: snapshot.id, version: score.version },
      ...{ value, engagement, fit, threshold, validUntil },
    });
    if (result.inScope) {
      values = { ...values, ...writtenValues(score.written, result, newestInForce(resets, at)) };
    } else if (score.definition.outOfScope === "clear") {
      outcome.cleared.set(score, [...(outcome.cleared.get(score) ?? []), snapshot.id]);
    }
  }
  if (Object.keys(values).length > 0) {
    outcome.wanted.push({ id: snapshot.id, values, priority: mark.priority });
  }
}

async function evaluateChunk(
  tx: Queryable,
  portal: string,
  scores: PortalScores,
  chunk: Chunk,
): Promise<Outcome> {
  const { object, marks, at } = chunk;
  const ids = marks.map((mark) => mark.id);
  const own = scores.live.filter((score) => score.object === object);
  const outcome: Outcome = { results: [], wanted: [], cleared: new Map(), failures: new Map() };
  if (own.length === 0) return outcome;
  const snapshots = await loadSnapshots(tx, portal, { object, ids }, scores.needs);
  const scoreIds = own.map((score) => score.scoreId);
  const resets = await loadResets(tx, portal, scoreIds, ids);
  for (const mark of marks) {
    const snapshot = snapshots.get(mark.id);
    if (!snapshot) continue;
    try {
      evaluateRecord(snapshot, mark, own, { at, resets, outcome });
    } catch (error) {
      outcome.failures.set(mark.id, error instanceof Error ? error.name : "unknown failure");
    }
  }
  return outcome;
}

async function saveOutcome(
  tx: Queryable,
  portal: string,
  chunk: Chunk & { readonly seq: string },
  outcome: Outcome,
): Promise<void> {
  const { object, seq, at } = chunk;
  const done = chunk.marks.filter((mark) => !outcome.failures.has(mark.id)).map((mark) => mark.id);
  await saveRecordScores(tx, portal, { seq, at }, outcome.results);
  await wantValues(tx, portal, object, outcome.wanted);
  for (const [score, ids] of outcome.cleared) {
    await clearValues(
      tx,
      portal,
      { object, ids },
      score.written.map((property) => property.name),
    );
  }
  await clearDirty(tx, portal, object, done);
  if (outcome.failures.size > 0) await postponeDirty(tx, portal, object, outcome.failures);
}

export type Scored = { readonly records: number; readonly failed: number };

/**
 * Scores marked records at `at` (ms) within the caller's transaction: reads, evaluates, saves results and wanted
 * values, and removes the marks; the mark of a record whose scoring failed stays, for later.
 */
export async function scoreRecords(
  tx: Queryable,
  catalogue: ScoreCatalogue,
  portal: string,
  work: { readonly marks: readonly DirtyMark[]; readonly at: number },
): Promise<Scored> {
  const { marks, at } = work;
  const seq = await nextComputation(tx);
  const scores = await catalogue.load(tx, portal);
  let failed = 0;
  for (const [object, own] of Map.groupBy(marks, (mark) => mark.object)) {
    const chunk = { object, marks: own, at, seq };
    const outcome = await evaluateChunk(tx, portal, scores, chunk);
    await saveOutcome(tx, portal, chunk, outcome);
    failed += outcome.failures.size;
  }
  return { records: marks.length, failed };
}

/**
 * Scores the next chunk of marked records in one transaction that also claims their marks. A record marked again
 * meanwhile keeps its new mark.
 */
export function scoreMarkedRecords(
  deps: { readonly db: Database; readonly catalogue: ScoreCatalogue; readonly now: () => number },
  portal: string,
  limit: number,
): Promise<Scored> {
  return deps.db.transaction(async (tx) => {
    const marks = await claimDirty(tx, portal, limit);
    if (marks.length === 0) return { records: 0, failed: 0 };
    return scoreRecords(tx, deps.catalogue, portal, { marks, at: deps.now() });
  });
}
