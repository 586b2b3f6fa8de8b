import type { Queryable } from "./database.ts";

type RunState = "reading" | "scoring" | "paused" | "done" | "failed" | "superseded" | "cancelled";

export type BackfillRun<Step = unknown> = {
  readonly runId: string;
  readonly object: string;
  readonly state: RunState;
  readonly steps: readonly Step[];
  readonly step: number;
  readonly cursor: string | null;
  readonly done: number;
  readonly total: number | null;
  readonly error: string | null;
};

const COLUMNS = `run_id as "runId", object, state, steps, step, cursor, done::float8 as done, total::float8 as total, error`;

/** Starts a run for an object type; an unfinished older run of it ends, superseded. Returns its id. */
export async function startRun(
  tx: Queryable,
  portal: string,
  object: string,
  steps: readonly unknown[],
): Promise<string> {
  await tx.query(
    `update backfill_runs set state = 'superseded', cursor = null, finished_at = now()
     where portal_id = $1 and object = $2 and state in ('reading', 'scoring', 'paused')`,
    [portal, object],
  );
  const [row] = await tx.query<{ runId: string }>(
    `insert into backfill_runs (portal_id, object, steps) values ($1, $2, $3) returning run_id as "runId"`,
    [portal, object, JSON.stringify(steps)],
  );
  if (!row) throw new Error("a started run returned no id");
  return row.runId;
}

/** The portal's unfinished runs, oldest first. */
export async function openRuns<Step>(db: Queryable, portal: string): Promise<BackfillRun<Step>[]> {
  return db.query<BackfillRun<Step>>(
    `select ${COLUMNS} from backfill_runs where portal_id = $1 and state in ('reading', 'scoring') order by run_id`,
    [portal],
  );
}

/** One run, or undefined. */
export async function findRun(
  db: Queryable,
  portal: string,
  runId: string,
): Promise<BackfillRun | undefined> {
  const rows = await db.query<BackfillRun>(
    `select ${COLUMNS} from backfill_runs where portal_id = $1 and run_id = $2`,
    [portal, runId],
  );
  return rows[0];
}

export type Progress = {
  readonly state: RunState;
  readonly step: number;
  readonly cursor: string | null;
  readonly done: number;
  readonly total: number | null;
  readonly error?: string;
};

/** Saves how far a run has come, unless a newer run ended it; one that has ended keeps no record's id as its cursor. */
export async function saveProgress(
  tx: Queryable,
  portal: string,
  runId: string,
  progress: Progress,
): Promise<void> {
  await tx.query(
    `update backfill_runs set state = $3, step = $4, done = $6,
       cursor = case when $3 not in ('done', 'failed') then $5 end, total = $7, error = $8,
       finished_at = case when $3 in ('done', 'failed') then now() end
     where portal_id = $1 and run_id = $2 and state in ('reading', 'scoring')`,
    [
      portal,
      runId,
      progress.state,
      progress.step,
      progress.cursor,
      progress.done,
      progress.total,
      progress.error ?? null,
    ],
  );
}
