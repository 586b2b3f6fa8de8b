import type { Queryable } from "./database.ts";

type ShownLabel = { readonly shown: string; readonly plain: string; readonly since: number };
export type ShownLabelRow = ShownLabel & { readonly scoreId: number; readonly recordId: string };

/** The key of `loadShownLabels`. */
export function shownLabelKey(scoreId: number, recordId: string): string {
  return `${scoreId} ${recordId}`;
}

/** The written labels of these records. */
export async function loadShownLabels(
  db: Queryable,
  portal: string,
  scores: readonly number[],
  records: readonly string[],
): Promise<Map<string, ShownLabel>> {
  if (scores.length === 0) return new Map();
  const rows = await db.query<ShownLabelRow>(
    `select score_id as "scoreId", record_id as "recordId", shown, plain, since::float8 as since from shown_labels
     where portal_id = $1 and score_id = any($2) and record_id = any($3)`,
    [portal, scores, records],
  );
  return new Map(rows.map((row) => [shownLabelKey(row.scoreId, row.recordId), row]));
}

/** Saves written labels. */
export async function saveShownLabels(
  tx: Queryable,
  portal: string,
  labels: readonly ShownLabelRow[],
): Promise<void> {
  if (labels.length === 0) return;
  await tx.query(
    `insert into shown_labels (portal_id, score_id, record_id, shown, plain, since)
     select $1, * from unnest($2::int[], $3::text[], $4::text[], $5::text[], $6::bigint[])
     on conflict (portal_id, score_id, record_id) do update set shown = excluded.shown, plain = excluded.plain, since = excluded.since`,
    [
      portal,
      labels.map((label) => label.scoreId),
      labels.map((label) => label.recordId),
      labels.map((label) => label.shown),
      labels.map((label) => label.plain),
      labels.map((label) => label.since),
    ],
  );
}
