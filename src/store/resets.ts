import type { Queryable } from "./database.ts";

/** Resets a record's score as of `at` (ms): no event at or before it counts again. */
export async function addReset(
  tx: Queryable,
  portal: string,
  reset: { readonly scoreId: number; readonly recordId: string },
  at: number,
): Promise<void> {
  await tx.query(
    "insert into resets (portal_id, score_id, record_id, at) values ($1, $2, $3, $4) on conflict do nothing",
    [portal, reset.scoreId, reset.recordId, at],
  );
}

/** Removes the newest reset of a record's score. Returns how many are left, or undefined where there was none. */
export async function removeNewestReset(
  tx: Queryable,
  portal: string,
  reset: { readonly scoreId: number; readonly recordId: string },
): Promise<number | undefined> {
  const removed = await tx.query(
    `delete from resets where portal_id = $1 and score_id = $2 and record_id = $3
     and at = (select max(at) from resets where portal_id = $1 and score_id = $2 and record_id = $3) returning at`,
    [portal, reset.scoreId, reset.recordId],
  );
  if (removed.length === 0) return undefined;
  const [row] = await tx.query<{ left: number }>(
    "select count(*)::float8 as left from resets where portal_id = $1 and score_id = $2 and record_id = $3",
    [portal, reset.scoreId, reset.recordId],
  );
  return row?.left ?? 0;
}
