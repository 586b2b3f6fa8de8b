import type { Queryable } from "./database.ts";
import { MARKS_LEFT, SCORED } from "./run-marks.ts";

/** What a run may be at; the last four are ends. */
export const RUN_STATES = [
  "reading",
  "scoring",
  "paused",
  "done",
  "failed",
  "superseded",
  "cancelled",
] as const;
export type RunState = (typeof RUN_STATES)[number];

export type BackfillRun<Step> = {
  readonly runId: string;
  readonly object: string;
  readonly state: "reading" | "scoring";
  readonly steps: readonly Step[];
  readonly step: number;
  readonly cursor: string | null;
  readonly done: number;
  readonly total: number | null;
  /** Whether every record has its mark; the run is done once those marks are gone. */
  readonly isMarked: boolean;
};

/** Starts a run of an object type for its scores that are on; an unfinished older one ends, superseded. Returns its id. */
export async function startRun(
  tx: Queryable,
  portal: string,
  object: string,
  steps: readonly unknown[],
): Promise<string> {
  await tx.query(
    `update backfill_runs b set state = 'superseded', done = ${SCORED}, cursor = null, finished_at = now()
     where portal_id = $1 and object = $2 and state in ('reading', 'scoring', 'paused')`,
    [portal, object],
  );
  const [row] = await tx.query<{ runId: string }>(
    `insert into backfill_runs (portal_id, object, steps, scores)
     select $1, $2, $3, coalesce(jsonb_agg(jsonb_build_object('scoreId', score_id, 'version', coalesce(next_version, live_version))
       order by score_id), '[]')
     from scores where portal_id = $1 and object = $2 and status = 'on' returning run_id as "runId"`,
    [portal, object, JSON.stringify(steps)],
  );
  if (!row) throw new Error("a started run returned no id");
  return row.runId;
}

/** The portal's unfinished runs, oldest first. */
export async function openRuns<Step>(db: Queryable, portal: string): Promise<BackfillRun<Step>[]> {
  return db.query<BackfillRun<Step>>(
    `select run_id as "runId", object, state, steps, step, cursor, done::float8 as done, total::float8 as total,
       marked_at is not null as "isMarked"
     from backfill_runs where portal_id = $1 and state in ('reading', 'scoring') order by run_id`,
    [portal],
  );
}

export type Progress = {
  readonly state: "reading" | "scoring" | "failed";
  readonly step: number;
  readonly cursor: string | null;
  readonly done: number;
  readonly total: number | null;
  readonly isMarked: boolean;
  readonly error?: string;
};

/** Saves how far a run has come, unless a newer run ended it; a record's id is kept only while it says where to go on. */
export async function saveProgress(
  tx: Queryable,
  portal: string,
  runId: string,
  progress: Progress,
): Promise<void> {
  await tx.query(
    `update backfill_runs set state = $3, step = $4, cursor = case when $3 <> 'failed' and not $8 then $5 end,
       done = $6, total = $7, error = $9,
       step_started_at = case when state = $3 and step = $4 then step_started_at else clock_timestamp() end,
       marked_at = case when $8 then clock_timestamp() end,
       finished_at = case when $3 = 'failed' then now() end
     where portal_id = $1 and run_id = $2 and state in ('reading', 'scoring')`,
    [
      ...[portal, runId, progress.state, progress.step, progress.cursor, progress.done, progress.total],
      ...[progress.isMarked, progress.error ?? null],
    ],
  );
}

/** Ends the portal's runs whose every record has been scored, or has failed to be. */
export async function finishScored(db: Queryable, portal: string): Promise<void> {
  await db.query(
    `update backfill_runs b set state = 'done', total = done, finished_at = clock_timestamp()
     where portal_id = $1 and state = 'scoring' and marked_at is not null and ${MARKS_LEFT} = 0`,
    [portal],
  );
}
