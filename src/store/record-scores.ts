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

/**
 * Marks up to `limit` records whose values are no longer valid at `at` (ms), of each score the earliest first; what is
 * marked already is passed over. Returns how many were marked.
 */
export async function markOverdue(db: Queryable, portal: string, at: number, limit: number): Promise<number> {
  const rows = await db.query(
    `with overdue as (select o.object, o.record_id from scores s cross join lateral (
       select s.object, r.record_id from record_scores r
       where r.portal_id = $1 and r.score_id = s.score_id and r.valid_until <= $2 and not exists (select 1 from dirty_marks d
         where d.portal_id = $1 and d.object = s.object and d.record_id = r.record_id)
       order by r.valid_until limit $3) o where s.portal_id = $1 and s.status = 'on')
     insert into dirty_marks (portal_id, object, record_id, priority, due_at)
     select distinct $1, object, record_id, 1::smallint, statement_timestamp() from overdue
     order by object, record_id limit $3 on conflict do nothing returning 1`,
    [portal, at, limit],
  );
  return rows.length;
}

/** Lets these records' results of any score be due no more, at or before `at` (ms): nothing renews them. */
export async function endValidity(
  tx: Queryable,
  portal: string,
  { object, ids }: { readonly object: string; readonly ids: readonly string[] },
  at: number,
): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `update record_scores set valid_until = null where portal_id = $1 and record_id = any($3) and valid_until <= $4
       and score_id = any(array(select score_id from scores where portal_id = $1 and object = $2))`,
    [portal, object, ids, at],
  );
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
