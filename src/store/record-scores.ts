import type { Queryable } from "./database.ts";

export type RecordScore = {
  readonly scoreId: number;
  readonly recordId: string;
  readonly version: number;
  readonly value: number | null;
  readonly engagement: number | null;
  readonly fit: number | null;
  readonly threshold: string | null;
  readonly validUntil: number | null;
};

/** The next computation number: taken before a computation reads its data, so that a later one wins. */
export async function nextComputation(tx: Queryable): Promise<string> {
  const [row] = await tx.query<{ seq: string }>("select nextval('computation_seq') as seq");
  return row?.seq ?? "0";
}

/** Saves results of one computation at `at` (ms); changed values go to the history; older computations never overwrite. */
export async function saveRecordScores(
  tx: Queryable,
  portal: string,
  computation: { readonly seq: string; readonly at: number },
  results: readonly RecordScore[],
): Promise<void> {
  if (results.length === 0) return;
  await tx.query(
    `with incoming as (select * from unnest($2::int[], $3::text[], $4::int[], $5::float8[], $6::float8[], $7::float8[], $8::text[], $9::bigint[])
       as i(score_id, record_id, version, value, engagement, fit, threshold, valid_until)),
     kept as (insert into score_history (portal_id, score_id, record_id, seq, at, version, value, engagement, fit, threshold)
       select $1, i.score_id, i.record_id, $10::bigint, $11::bigint, i.version, i.value, i.engagement, i.fit, i.threshold
       from incoming i left join lateral (select * from record_scores s where s.portal_id = $1 and s.score_id = i.score_id and s.record_id = i.record_id limit 1) s on true
       where s.record_id is null or (s.seq < $10::bigint and
         (s.value, s.engagement, s.fit, s.threshold) is distinct from (i.value, i.engagement, i.fit, i.threshold))
       on conflict do nothing)
     insert into record_scores (portal_id, score_id, record_id, version, seq, value, engagement, fit, threshold, valid_until, computed_at)
     select $1, score_id, record_id, version, $10::bigint, value, engagement, fit, threshold, valid_until, $11::bigint from incoming
     on conflict (portal_id, score_id, record_id) do update set version = excluded.version, seq = excluded.seq,
       value = excluded.value, engagement = excluded.engagement, fit = excluded.fit, threshold = excluded.threshold,
       valid_until = excluded.valid_until, computed_at = excluded.computed_at
     where record_scores.seq < excluded.seq`,
    [
      portal,
      results.map((result) => result.scoreId),
      results.map((result) => result.recordId),
      results.map((result) => result.version),
      results.map((result) => result.value),
      results.map((result) => result.engagement),
      results.map((result) => result.fit),
      results.map((result) => result.threshold),
      results.map((result) => result.validUntil),
      computation.seq,
      computation.at,
    ],
  );
}

/** Marks up to `limit` records whose values are no longer valid at `at` (ms), earliest first. Returns how many. */
export async function markOverdue(tx: Queryable, portal: string, at: number, limit: number): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `with overdue as (select score_id, record_id from record_scores
       where portal_id = $1 and valid_until <= $2 order by valid_until limit $3 for update skip locked),
     cleared as (update record_scores r set valid_until = null from overdue o
       where r.portal_id = $1 and r.score_id = o.score_id and r.record_id = o.record_id
         and r.score_id = any(array(select score_id from overdue)) and r.record_id = any(array(select record_id from overdue))
       returning r.score_id, r.record_id),
     marked as (insert into dirty_marks (portal_id, object, record_id, priority, due_at)
       select distinct $1, s.object, c.record_id, 1::smallint, statement_timestamp()
       from cleared c join scores s on s.portal_id = $1 and s.score_id = c.score_id and s.status = 'on'
       on conflict (portal_id, object, record_id) do update set due_at = least(dirty_marks.due_at, excluded.due_at)
         where dirty_marks.due_at < 'infinity')
     select count(*)::float8 as count from overdue`,
    [portal, at, limit],
  );
  return row?.count ?? 0;
}

/** Marks the records that were scored at an instant after `at` (ms): by a clock that has been set back since. */
export async function markComputedAfter(db: Queryable, portal: string, at: number): Promise<void> {
  await db.query(
    `insert into dirty_marks (portal_id, object, record_id, priority, due_at)
     select distinct $1, s.object, r.record_id, 1::smallint, statement_timestamp()
     from record_scores r join scores s on s.portal_id = $1 and s.score_id = r.score_id
     where r.portal_id = $1 and r.computed_at > $2 on conflict do nothing`,
    [portal, at],
  );
}

/** What a score gives these records at present, by record id. */
export async function loadRecordScores(
  db: Queryable,
  portal: string,
  scoreId: number,
  ids: readonly string[],
): Promise<Map<string, Pick<RecordScore, "value" | "engagement" | "fit" | "threshold">>> {
  const rows = await db.query<RecordScore>(
    `select record_id as "recordId", value, engagement, fit, threshold from record_scores
     where portal_id = $1 and score_id = $2 and record_id = any($3) and value is not null`,
    [portal, scoreId, ids],
  );
  return new Map(rows.map((row) => [row.recordId, row]));
}
