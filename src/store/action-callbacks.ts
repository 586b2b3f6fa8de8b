import type { Queryable } from "./database.ts";

/** What a workflow is answered, all of it text: HubSpot's completions take nothing else. */
export type Outputs = Readonly<Record<string, string>>;

/** One execution of an action for one record, as a workflow asked for it. */
export type Execution = {
  readonly callbackId: string;
  readonly action: string;
  readonly object: string;
  readonly id: string;
  /** The score's id as it came. */
  readonly score: string;
};

/**
 * Notes an execution, unless it was noted before: then its action and what it was answered. Waits for whoever is at the same execution
 * at this moment.
 */
export async function beginExecution(
  tx: Queryable,
  portal: string,
  { callbackId, action, object, id, score }: Execution,
): Promise<{ readonly action: string; readonly outputs: Outputs } | undefined> {
  const begun = await tx.query(
    `insert into action_callbacks (portal_id, callback_id, action, object, record_id, score)
     values ($1, $2, $3, $4, $5, $6) on conflict do nothing returning 1`,
    [portal, callbackId, action, object, id, score],
  );
  if (begun.length > 0) return undefined;
  const [known] = await tx.query<{ action: string; outputs: Outputs }>(
    "select action, outputs from action_callbacks where portal_id = $1 and callback_id = $2",
    [portal, callbackId],
  );
  return known;
}

/** How long a completion waits at least: one that overtook the answer to the call itself would be refused. */
const FIRST_LOOK_MS = 2_000;

/** The answer to an execution; `id` is the record that it is about in the end, empty where there is none. */
export type KeptAnswer = {
  readonly id: string;
  readonly outputs: Outputs;
  /** How long the workflow waits for its completion, where it is blocked. */
  readonly blockedMs: number | null;
};

/** Keeps the answer to an execution; one that is blocked is to be completed. */
export async function keepAnswer(
  tx: Queryable,
  portal: string,
  callbackId: string,
  { id, outputs, blockedMs }: KeptAnswer,
): Promise<void> {
  await tx.query(
    `update action_callbacks set outputs = $3, record_id = $6,
       due_at = case when $4::float8 is not null then clock_timestamp() + $5 * interval '1 millisecond' end,
       blocked_until = clock_timestamp() + $4::float8 * interval '1 millisecond'
     where portal_id = $1 and callback_id = $2`,
    [portal, callbackId, JSON.stringify(outputs), blockedMs, FIRST_LOOK_MS, id],
  );
}

/** A blocked execution whose turn has come; HubSpot goes on without an answer once it is expired. */
export type BlockedExecution = Execution & { readonly outputs: Outputs; readonly isExpired: boolean };

/** Portals with blocked executions to look at. */
export async function portalsWithBlocked(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ portal: string }>(
    `select p.portal_id as portal from portals p where p.status = 'active' and exists
       (select 1 from action_callbacks c where c.portal_id = p.portal_id and c.due_at <= clock_timestamp())
     order by p.portal_id`,
  );
  return rows.map((row) => row.portal);
}

/** How many blocked executions to take, for how long, and when to look again at those that still have to wait. */
export type BlockedTurn = {
  readonly limit: number;
  readonly leaseMs: number;
  readonly lookAgainMs: number;
};

/**
 * Leases blocked executions that have expired or need wait no longer: all that had come in before them is taken in, and
 * their record is read, scored and written.
 */
export async function claimBlocked(
  db: Queryable,
  portal: string,
  { limit, leaseMs, lookAgainMs }: BlockedTurn,
): Promise<BlockedExecution[]> {
  const rows = await db.query<BlockedExecution & { isWaiting: boolean }>(
    `with turn as materialized (select callback_id, object, record_id, score, received_at, blocked_until <= clock_timestamp() as expired
       from action_callbacks where portal_id = $1 and due_at <= clock_timestamp()
       order by due_at limit $2 for update skip locked),
     seen as (select t.callback_id, t.expired, not t.expired and (
         (select stored_at from inbox where portal_id = $1 and state = 'new' order by inbox_id limit 1) <= t.received_at
         or exists (select 1 from pending_reads r where r.portal_id = $1 and r.object = t.object and r.record_id = t.record_id)
         or exists (select 1 from dirty_marks d where d.portal_id = $1 and d.object = t.object and d.record_id = t.record_id
           and d.due_at < 'infinity')
         or exists (select 1 from pending_writes w where w.portal_id = $1 and w.object = t.object and w.record_id = t.record_id
           and w.pending)
         or exists (select 1 from scores s where s.portal_id = $1 and s.score_id::text = t.score and s.status = 'on'
           and s.live_version is null)) as waiting
       from turn t)
     update action_callbacks c
     set due_at = clock_timestamp() + case when s.waiting then $4::float8 else $3::float8 end * interval '1 millisecond'
     from seen s where c.portal_id = $1 and c.callback_id = s.callback_id
     returning c.callback_id as "callbackId", c.action, c.object, c.record_id as id, c.score, c.outputs,
       s.expired as "isExpired", s.waiting as "isWaiting"`,
    [portal, limit, leaseMs, lookAgainMs],
  );
  return rows.filter((row) => !row.isWaiting);
}

/** Keeps the final answers of executions that were blocked. */
export async function finishExecutions(
  db: Queryable,
  portal: string,
  answers: ReadonlyMap<string, Outputs>,
): Promise<void> {
  if (answers.size === 0) return;
  await db.query(
    `update action_callbacks c set outputs = a.outputs, due_at = null
     from unnest($2::text[], $3::jsonb[]) as a(callback_id, outputs)
     where c.portal_id = $1 and c.callback_id = a.callback_id`,
    [portal, [...answers.keys()], [...answers.values()].map((outputs) => JSON.stringify(outputs))],
  );
}

/** Puts completions that failed off with growing pauses (1 s doubling to 5 min), at least `pauseMs`. */
export async function postponeExecutions(
  db: Queryable,
  portal: string,
  callbackIds: readonly string[],
  pauseMs: number,
): Promise<void> {
  await db.query(
    `update action_callbacks set attempts = least(attempts + 1, 30), due_at = clock_timestamp()
       + greatest($3::float8, least(300000, 1000 * power(2, attempts))) * interval '1 millisecond'
     where portal_id = $1 and callback_id = any($2)`,
    [portal, callbackIds, pauseMs],
  );
}

/** Deletes answers that were given days ago. */
export async function purgeExecutions(db: Queryable, portal: string, days: number): Promise<void> {
  await db.query(
    `delete from action_callbacks where portal_id = $1 and due_at is null
     and received_at < clock_timestamp() - $2 * interval '1 day'`,
    [portal, days],
  );
}
