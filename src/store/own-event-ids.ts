import { hash } from "node:crypto";
import type { Queryable } from "./database.ts";

/** Ids may hold what is personal, so that only digests of them are kept. */
function digestOf(id: string): Buffer {
  return hash("sha256", id, "buffer");
}

/** Notes these ids of events that a customer's system sent, and returns those that were not known before. */
export async function rememberOwnEvents(
  tx: Queryable,
  portal: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const byDigest = new Map(ids.map((id) => [digestOf(id).toString("hex"), id]));
  const rows = await tx.query<{ digest: string }>(
    `insert into own_event_ids (portal_id, digest) select $1, decode(d, 'hex') from unnest($2::text[]) as d order by d
     on conflict do nothing returning encode(digest, 'hex') as digest`,
    [portal, [...byDigest.keys()]],
  );
  return new Set(rows.flatMap((row) => byDigest.get(row.digest) ?? []));
}

/** Forgets ids of events that were received so many days ago. */
export async function purgeOwnEventIds(db: Queryable, portal: string, days: number): Promise<void> {
  await db.query(
    "delete from own_event_ids where portal_id = $1 and received_at < now() - $2 * interval '1 day'",
    [portal, days],
  );
}
