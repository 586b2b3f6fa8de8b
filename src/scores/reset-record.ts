import { writtenProperties } from "../scoring/written-properties.ts";
import type { Database, Queryable } from "../store/database.ts";
import { LIVE, markDirty } from "../store/dirty-marks.ts";
import { clearValues } from "../store/pending-writes.ts";
import { loadRecords } from "../store/records.ts";
import { addReset, removeNewestReset } from "../store/resets.ts";
import { ScoreError } from "./score-error.ts";
import { definitionOf, requireScore } from "./score-life.ts";

export type ResetRequest = { readonly name: string; readonly object: string; readonly id: string };

async function target(db: Database, portal: string, request: ResetRequest) {
  const score = await requireScore(db, portal, request.name);
  const definition = await definitionOf(db, portal, score, score.liveVersion ?? undefined);
  if (definition.type === "fit")
    throw new ScoreError(`"${score.name}" is a fit score: only engagement can be reset`);
  if (score.object !== request.object)
    throw new ScoreError(`"${score.name}" scores ${score.object} records, not ${request.object}`);
  const [record] = await loadRecords(db, portal, request.object, [request.id]);
  if (!record || record.deletedAt !== null)
    throw new ScoreError(`there is no ${request.object} ${request.id} here`);
  return { scoreId: score.scoreId, definition };
}

/**
 * Resets the engagement of a record's score as of `at` (ms): nothing at or before it counts again. The record is marked
 * in the same transaction, so that a computation under way cannot bring the old value back for good.
 */
export async function applyReset(
  tx: Queryable,
  portal: string,
  reset: { readonly scoreId: number; readonly object: string; readonly id: string },
  at: number,
): Promise<void> {
  const { scoreId, object, id } = reset;
  await addReset(tx, portal, { scoreId, recordId: id }, at);
  await markDirty(tx, portal, { object, ids: [id] }, { priority: LIVE, delayMs: 0 });
}

/**
 * Resets the engagement of a record's score as of `at` (ms).
 * @throws ScoreError for a fit score, an unknown score or record.
 */
export async function resetRecord(
  db: Database,
  portal: string,
  request: ResetRequest,
  at: number,
): Promise<void> {
  const { scoreId } = await target(db, portal, request);
  const { object, id } = request;
  await db.transaction((tx) => applyReset(tx, portal, { scoreId, object, id }, at));
}

/**
 * Takes the newest reset of a record's score back; an older one is then in force.
 * @throws ScoreError where there is none to take back.
 */
export async function undoReset(db: Database, portal: string, request: ResetRequest): Promise<void> {
  const { scoreId, definition } = await target(db, portal, request);
  const { object, id } = request;
  const resetAt = writtenProperties(definition)
    .filter((property) => property.kind === "reset_at")
    .map((property) => property.name);
  await db.transaction(async (tx) => {
    const left = await removeNewestReset(tx, portal, { scoreId, recordId: id });
    if (left === undefined) throw new ScoreError(`"${request.name}" was never reset for ${object} ${id}`);
    if (left === 0) await clearValues(tx, portal, { object, ids: [id] }, resetAt);
    await markDirty(tx, portal, { object, ids: [id] }, { priority: LIVE, delayMs: 0 });
  });
}
