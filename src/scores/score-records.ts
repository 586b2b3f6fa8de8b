import type { Database, Queryable } from "../store/database.ts";
import { claimDirty, clearDirty, type DirtyMark, postponeDirty } from "../store/dirty-marks.ts";
import { loadInterventions } from "../store/interventions.ts";
import { clearValues, loadWanted, type Values, wantValues } from "../store/pending-writes.ts";
import { endValidity, nextComputation, saveRecordScores } from "../store/record-scores.ts";
import { loadShownLabels, saveShownLabels } from "../store/shown-labels.ts";
import { takeInHand, workOn } from "../store/work-in-hand.ts";
import { emptyOutcome, evaluateRecord, type Outcome } from "./evaluate-record.ts";
import type { PortalScores, ScoreCatalogue } from "./score-catalogue.ts";
import { loadSnapshots } from "./snapshots.ts";

const NOTHING_WANTED: ReadonlyMap<string, Values> = new Map();

type Chunk = { readonly object: string; readonly marks: readonly DirtyMark[]; readonly at: number };

async function evaluateChunk(
  tx: Queryable,
  portal: string,
  scores: PortalScores,
  chunk: Chunk,
): Promise<Outcome> {
  const { object, marks, at } = chunk;
  const ids = marks.map((mark) => mark.id);
  const own = scores.live.filter((score) => score.object === object);
  const outcome = emptyOutcome();
  if (own.length === 0) return outcome;
  const snapshots = await loadSnapshots(tx, portal, { object, ids }, scores.needs);
  const scoreIds = own.map((score) => score.scoreId);
  const interventions = await loadInterventions(tx, portal, scoreIds, ids);
  const settling = own.filter((score) => score.definition.hysteresis).map((score) => score.scoreId);
  const shownLabels = await loadShownLabels(tx, portal, settling, ids);
  const hasReasons = own.some((score) => score.hasReasons);
  const wanted = hasReasons ? await loadWanted(tx, portal, object, ids) : NOTHING_WANTED;
  const circumstances = { at, interventions, shownLabels, wanted };
  for (const mark of marks) {
    const snapshot = snapshots.get(mark.id);
    if (!snapshot) continue;
    try {
      evaluateRecord(snapshot, mark, own, { circumstances, outcome });
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
  const renewed = new Set(outcome.results.map((result) => result.recordId));
  const ids = done.filter((id) => !renewed.has(id));
  await endValidity(tx, portal, { object, ids }, at);
  await saveShownLabels(tx, portal, outcome.shownLabels);
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

/** What scoring marked records needs; `onSetAside` is told how many records were set aside, as processes died of them. */
export type ScoringDeps = {
  readonly db: Database;
  readonly catalogue: ScoreCatalogue;
  readonly now: () => number;
  readonly onSetAside?: (records: number) => void;
};

/**
 * Scores the next chunk of marked records in one transaction that also claims their marks. A record marked again
 * meanwhile keeps its new mark.
 */
export async function scoreMarkedRecords(deps: ScoringDeps, portal: string, limit: number): Promise<Scored> {
  for (;;) {
    const { chunk, setAside } = await takeInHand(deps.db, { portal, stage: "score", limit });
    if (setAside > 0) deps.onSetAside?.(setAside);
    if (!chunk) return { records: 0, failed: 0 };
    const scored = await workOn(deps.db, { portal, stage: "score" }, chunk, async (tx) => {
      const marks = await claimDirty(tx, portal, chunk.keys);
      if (marks.length === 0) return undefined;
      return scoreRecords(tx, deps.catalogue, portal, { marks, at: deps.now() });
    });
    if (scored) return scored;
    // Rows that wait but cannot be claimed are another process's.
    if (!chunk.isSuspect) return { records: 0, failed: 0 };
  }
}
