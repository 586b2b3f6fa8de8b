import type { Queryable } from "./database.ts";

/** A value that a score gave a record from an instant (ms) on. */
export type PastValue = {
  readonly scoreId: number;
  readonly at: number;
  readonly value: number | null;
  readonly label: string | null;
};

/** The latest `limit` values of each of these scores for one record, oldest first. */
export async function loadRecordHistory(
  db: Queryable,
  portal: string,
  of: { readonly scores: readonly number[]; readonly id: string },
  limit: number,
): Promise<PastValue[]> {
  return db.query<PastValue>(
    `select s.id as "scoreId", h.at::float8 as at, h.value, h.threshold as label
     from unnest($2::int[]) as s(id) cross join lateral (
       select seq, at, value, threshold from score_history
       where portal_id = $1 and score_id = s.id and record_id = $3 order by seq desc limit $4) h
     order by s.id, h.seq`,
    [portal, of.scores, of.id, limit],
  );
}

/** Whether a record is still to be scored, or what it should show still to be written to HubSpot. */
export async function isRecordWaiting(
  db: Queryable,
  portal: string,
  object: string,
  id: string,
): Promise<boolean> {
  const [row] = await db.query<{ waiting: boolean }>(
    `select exists (select 1 from dirty_marks where portal_id = $1 and object = $2 and record_id = $3)
       or exists (select 1 from pending_writes where portal_id = $1 and object = $2 and record_id = $3 and pending) as waiting`,
    [portal, object, id],
  );
  return row?.waiting ?? false;
}
