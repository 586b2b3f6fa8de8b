import type { Queryable } from "./database.ts";

/** The resets (ms) of these records, by score id and record id. */
export async function loadResets(
  db: Queryable,
  portal: string,
  scores: readonly number[],
  records: readonly string[],
): Promise<Map<string, number[]>> {
  const rows = await db.query<{ key: string; at: number[] }>(
    `select score_id || ' ' || record_id as key, array_agg(at::float8 order by at) as at from resets
     where portal_id = $1 and score_id = any($2) and record_id = any($3) group by score_id, record_id`,
    [portal, scores, records],
  );
  return new Map(rows.map((row) => [row.key, row.at]));
}

/** The key of `loadResets`. */
export function resetKey(scoreId: number, recordId: string): string {
  return `${scoreId} ${recordId}`;
}
