import type { Queryable } from "./database.ts";
import { dropValues } from "./pending-writes.ts";

/** Drops the draft of a score; one that was never published goes with it. */
export async function discardDraft(tx: Queryable, portal: string, scoreId: number): Promise<void> {
  await tx.query(
    `update scores set draft = null, draft_by = null, draft_saved_at = null, revision = revision + 1, updated_at = now()
     where portal_id = $1 and score_id = $2`,
    [portal, scoreId],
  );
  await tx.query(
    `delete from scores s where s.portal_id = $1 and s.score_id = $2 and s.status = 'draft'
     and not exists (select 1 from score_versions v where v.portal_id = $1 and v.score_id = $2)`,
    [portal, scoreId],
  );
}

/** Gives a score another name; its versions keep the name they were published under. */
export async function renameScore(
  tx: Queryable,
  portal: string,
  scoreId: number,
  name: string,
): Promise<void> {
  await tx.query(
    `update scores set name = $3, revision = revision + 1, updated_at = now(),
       draft = case when draft is null then null else jsonb_set(draft, '{name}', to_jsonb($3::text)) end
     where portal_id = $1 and score_id = $2`,
    [portal, scoreId, name],
  );
}

/** Turns a score off: its records keep their last values, unfinished publishing ends. */
export async function turnOff(tx: Queryable, portal: string, scoreId: number): Promise<void> {
  await tx.query(
    `update scores set status = 'off', live_version = coalesce(next_version, live_version), next_version = null,
       revision = revision + 1, updated_at = now() where portal_id = $1 and score_id = $2`,
    [portal, scoreId],
  );
}

/** Deletes a score with everything computed by it; its properties are no longer wanted on any record. */
export async function deleteScore(
  tx: Queryable,
  portal: string,
  score: { readonly scoreId: number; readonly object: string },
  properties: readonly string[],
): Promise<void> {
  for (const table of ["record_scores", "score_history", "resets", "adjustments", "shown_labels"]) {
    await tx.query(`delete from ${table} where portal_id = $1 and score_id = $2`, [portal, score.scoreId]);
  }
  await tx.query("delete from scores where portal_id = $1 and score_id = $2", [portal, score.scoreId]);
  await dropValues(tx, portal, score.object, properties);
}
