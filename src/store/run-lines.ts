import type { RunState } from "./backfill-runs.ts";
import type { Queryable } from "./database.ts";
import { SCORED } from "./run-marks.ts";

/** A run as it stands, for people; instants and durations in ms. */
export type RunLine<Step> = {
  readonly runId: string;
  readonly object: string;
  /** The scores that it scores, by name, each with the version that it brings. */
  readonly scores: { readonly name: string; readonly version: number }[];
  readonly state: RunState;
  /** The present step's place, from 0, and what it is; null where the run was planned without steps. */
  readonly step: number;
  readonly steps: number;
  readonly present: Step | null;
  /** The older run under way that is carried on before this one, if any. */
  readonly waitsFor: string | null;
  /** Records read in the present step, or scored once it scores. */
  readonly done: number;
  readonly total: number | null;
  /** How long the present step has been at work, pauses left out. */
  readonly stepMs: number;
  readonly startedAt: number;
  readonly finishedAt: number | null;
  readonly error: string | null;
};

const ms = (instant: string): string => `(extract(epoch from ${instant}) * 1000)::float8`;

const LINES = `select b.run_id as "runId", b.object, b.state, b.step, jsonb_array_length(b.steps) as steps, b.steps -> b.step as present,
   (${SCORED})::float8 as done, b.total::float8 as total, b.error,
   ${ms("coalesce(b.paused_at, b.finished_at, clock_timestamp()) - b.step_started_at")} as "stepMs",
   ${ms("b.started_at")} as "startedAt", ${ms("b.finished_at")} as "finishedAt",
   (select min(o.run_id) from backfill_runs o where o.portal_id = b.portal_id and o.run_id < b.run_id and o.marked_at is null
     and o.state in ('reading', 'scoring') and b.state in ('reading', 'scoring') and b.marked_at is null) as "waitsFor",
   coalesce((select jsonb_agg(jsonb_build_object('name', s.name, 'version', r.version) order by lower(s.name))
     from jsonb_to_recordset(b.scores) as r("scoreId" integer, version integer)
     join scores s on s.portal_id = b.portal_id and s.score_id = r."scoreId"), '[]') as scores
 from backfill_runs b`;

/** The portal's unfinished runs and its `latest` newest ones, newest first. */
export async function listRuns<Step>(
  db: Queryable,
  portal: string,
  latest: number,
): Promise<RunLine<Step>[]> {
  return db.query<RunLine<Step>>(
    `${LINES} where b.portal_id = $1 and (b.state in ('reading', 'scoring', 'paused')
       or b.run_id in (select run_id from backfill_runs where portal_id = $1 order by run_id desc limit $2))
     order by b.run_id desc`,
    [portal, latest],
  );
}

/** One run, or undefined. */
export async function findRun<Step>(
  db: Queryable,
  portal: string,
  runId: string,
): Promise<RunLine<Step> | undefined> {
  const [row] = await db.query<RunLine<Step>>(`${LINES} where b.portal_id = $1 and b.run_id = $2`, [
    portal,
    runId,
  ]);
  return row;
}

/** The newest run that scored each of the portal's scores, by the score's id. */
export async function newestRuns<Step>(db: Queryable, portal: string): Promise<Map<number, RunLine<Step>>> {
  const rows = await db.query<RunLine<Step> & { scoreIds: number[] }>(
    `with newest as (select (r.score ->> 'scoreId')::integer as score_id, max(n.run_id) as run_id
         from backfill_runs n, jsonb_array_elements(n.scores) as r(score) where n.portal_id = $1 group by 1)
     select l.*, w.ids as "scoreIds"
     from (${LINES} where b.portal_id = $1 and b.run_id in (select run_id from newest)) l
     join (select run_id, array_agg(score_id) as ids from newest group by run_id) w on w.run_id = l."runId"`,
    [portal],
  );
  return new Map(rows.flatMap(({ scoreIds, ...run }) => scoreIds.map((id) => [id, run] as const)));
}

/**
 * The portal's runs that the log should tell of now: those under way of which it told nothing for `everyMs`, and those that
 * have ended since. Of processes that ask at once, one gets a run.
 */
export async function takeUntoldRuns<Step>(
  db: Queryable,
  portal: string,
  everyMs: number,
): Promise<RunLine<Step>[]> {
  const rows = await db.query<{ runId: string }>(
    `update backfill_runs set told_at = case when finished_at is null then clock_timestamp() else 'infinity' end
     where portal_id = $1 and case when finished_at is null
       then state in ('reading', 'scoring') and told_at <= clock_timestamp() - $2 * interval '1 millisecond'
       else told_at < 'infinity' end
     returning run_id as "runId"`,
    [portal, everyMs],
  );
  if (rows.length === 0) return [];
  return db.query<RunLine<Step>>(`${LINES} where b.portal_id = $1 and b.run_id = any($2) order by b.run_id`, [
    portal,
    rows.map(({ runId }) => runId),
  ]);
}
