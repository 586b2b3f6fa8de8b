import type { Queryable } from "./database.ts";

/** Pauses the portal's unfinished runs; their place is kept. Returns how many. */
export async function pauseRuns(db: Queryable, portal: string): Promise<number> {
  const rows = await db.query(
    `update backfill_runs set paused_from = state, state = 'paused'
     where portal_id = $1 and state in ('reading', 'scoring') returning run_id`,
    [portal],
  );
  return rows.length;
}

/** Takes paused runs up again where they were. Returns how many. */
export async function resumeRuns(db: Queryable, portal: string): Promise<number> {
  const rows = await db.query(
    `update backfill_runs set state = paused_from, paused_from = null
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
    `update backfill_runs set state = 'cancelled', finished_at = now()
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

export type RunLine = {
  readonly runId: string;
  readonly object: string;
  readonly state: string;
  readonly step: number;
  readonly steps: number;
  readonly done: number;
  readonly total: number | null;
  readonly seconds: number;
  readonly error: string | null;
};

/** The portal's latest runs, newest first, with the seconds each has taken. */
export async function latestRuns(db: Queryable, portal: string, limit: number): Promise<RunLine[]> {
  return db.query<RunLine>(
    `select run_id as "runId", object, state, step, jsonb_array_length(steps) as steps, done::float8 as done,
       total::float8 as total, extract(epoch from coalesce(finished_at, now()) - started_at)::float8 as seconds, error
     from backfill_runs where portal_id = $1 order by run_id desc limit $2`,
    [portal, limit],
  );
}
