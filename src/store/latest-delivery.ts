import type { Queryable } from "./database.ts";

/** The instant (ms) at which the portal's latest kept delivery was received, or null without any. */
export async function latestDeliveryAt(db: Queryable, portal: string): Promise<number | null> {
  const [row] = await db.query<{ at: number }>(
    `select received_at::float8 as at from inbox where portal_id = $1 order by inbox_id desc limit 1`,
    [portal],
  );
  return row?.at ?? null;
}
