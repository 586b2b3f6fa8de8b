import { resetRecord } from "../scores/reset-record.ts";
import { ScoreError } from "../scores/score-error.ts";
import type { Database, Queryable } from "../store/database.ts";
import { LIVE, markDirty } from "../store/dirty-marks.ts";
import { loadRecords } from "../store/records.ts";
import { listScores } from "../store/scores.ts";
import type { CardRecord } from "./read-card.ts";

async function isHere(db: Queryable, portal: string, { object, id }: CardRecord): Promise<boolean> {
  const [found] = await loadRecords(db, portal, object, [id]);
  return found !== undefined && found.deletedAt === null;
}

/** Marks a record for scoring ahead of everything in the background. Returns false where the portal has no such record. */
export async function recalculateRecord(db: Database, portal: string, record: CardRecord): Promise<boolean> {
  if (!(await isHere(db, portal, record))) return false;
  const { object, id } = record;
  await markDirty(db, portal, { object, ids: [id] }, { priority: LIVE, delayMs: 0 });
  return true;
}

/**
 * Resets a record's engagement under the score of this id as of `at` (ms). Returns false where the portal has no such
 * record.
 * @throws ScoreError for a score that the portal does not have, that is off, or that cannot be reset.
 */
export async function resetCardScore(
  db: Database,
  portal: string,
  reset: CardRecord & { readonly score: string },
  at: number,
): Promise<boolean> {
  const { object, id } = reset;
  if (!(await isHere(db, portal, reset))) return false;
  const score = (await listScores(db, portal)).find((one) => String(one.scoreId) === reset.score);
  if (!score) throw new ScoreError("there is no such score");
  if (score.status !== "on") throw new ScoreError(`"${score.name}" is not on`);
  await resetRecord(db, portal, { name: score.name, object, id }, at);
  return true;
}
