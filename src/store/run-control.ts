import type { Queryable } from "./database.ts";
import { SCORED } from "./run-marks.ts";

/** Pauses the portal's unfinished runs; their place is kept. Returns how many. */
export async function pauseRuns(db: Queryable, portal: string): Promise<number> {
  const rows = await db.query(
    `update backfill_runs set paused_from = state, state = 'paused', paused_at = clock_timestamp()
     where portal_id = $1 and state in ('reading', 'scoring') returning run_id`,
    [portal],
  );
  return rows.length;
}

/** Takes paused runs up again where they were. Returns how many. */
export async function resumeRuns(db: Queryable, portal: string): Promise<number> {
  const rows = await db.query(
    `update backfill_runs set state = paused_from, paused_from = null, paused_at = null,
       step_started_at = step_started_at + (clock_timestamp() - coalesce(paused_at, clock_timestamp()))
     where portal_id = $1 and state = 'paused' returning run_id`,
    [portal],
  );
  return rows.length;
}

/**
 * Ends the portal's unfinished runs; marks that they laid and nobody has scored yet go too, but for live ones. Versions
 * that waited for them stay published but not live. Returns how many.
 */
export async function cancelRuns(tx: Queryable, portal: string): Promise<number> {
  const rows = await tx.query<{ object: string }>(
    `update backfill_runs b set state = 'cancelled', done = ${SCORED}, cursor = null, finished_at = now()
     where portal_id = $1 and state in ('reading', 'scoring', 'paused') returning object`,
    [portal],
  );
  const objects = rows.map((row) => row.object);
  await tx.query("delete from dirty_marks where portal_id = $1 and object = any($2) and priority = 1", [
    portal,
    objects,
  ]);
  return rows.length;
}
