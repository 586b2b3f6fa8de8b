import type { Queryable } from "./database.ts";

/** How long a list rests between two readings that were asked for (ms). */
const REST_MS = 30_000;

/** Asks for these lists to be read anew: at once, or, where they just were, after a short rest. */
export async function wantRereads(tx: Queryable, portal: string, listIds: readonly string[]): Promise<void> {
  if (listIds.length === 0) return;
  await tx.query(
    `update lists set reread_at = greatest(clock_timestamp(), read_at + $3 * interval '1 millisecond')
     where portal_id = $1 and list_id = any($2)`,
    [portal, listIds, REST_MS],
  );
}

/** A list to read anew, taken for a while. */
export type ClaimedReread = { readonly listId: string; readonly lease: string };

/** Takes the lists that are to be read anew, for `leaseMs`: by then they are due again. */
export async function claimRereads(db: Queryable, portal: string, leaseMs: number): Promise<ClaimedReread[]> {
  return db.query<ClaimedReread>(
    `update lists set reread_at = clock_timestamp() + $2 * interval '1 millisecond'
     where portal_id = $1 and reread_at <= clock_timestamp() returning list_id as "listId", reread_at::text as lease`,
    [portal, leaseMs],
  );
}

/** Notes that a list was read anew; one that was asked for again meanwhile stays due. */
export async function finishReread(
  db: Queryable,
  portal: string,
  { listId, lease }: ClaimedReread,
): Promise<void> {
  await db.query(
    "update lists set reread_at = null where portal_id = $1 and list_id = $2 and reread_at = $3::timestamptz",
    [portal, listId, lease],
  );
}
