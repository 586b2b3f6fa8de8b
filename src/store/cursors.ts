import type { Queryable } from "./database.ts";

/** Where reading of a source stands, or undefined where it never began. */
export async function loadCursor(db: Queryable, portal: string, source: string): Promise<unknown> {
  const [row] = await db.query<{ position: unknown }>(
    "select position from cursors where portal_id = $1 and source = $2",
    [portal, source],
  );
  return row?.position;
}

/** Sets where reading of a source stands. */
export async function saveCursor(
  tx: Queryable,
  portal: string,
  source: string,
  position: unknown,
): Promise<void> {
  await tx.query(
    `insert into cursors (portal_id, source, position) values ($1, $2, $3)
     on conflict (portal_id, source) do update set position = excluded.position, updated_at = now()`,
    [portal, source, JSON.stringify(position)],
  );
}

/** Whether every source that is polled was looked at after this instant (ms). */
export async function polledSince(db: Queryable, portal: string, instant: number): Promise<boolean> {
  const [row] = await db.query<{ all: boolean }>(
    `select coalesce(bool_and((position ->> 'polledAt')::float8 > $2), true) as all
     from cursors where portal_id = $1 and position ? 'polledAt'`,
    [portal, instant],
  );
  return row?.all ?? true;
}

/** By object type, when changed records were last looked for (ISO). */
export async function lastLooks(db: Queryable, portal: string): Promise<Map<string, string>> {
  const rows = await db.query<{ object: string; at: Date }>(
    `select substring(source from 10) as object, updated_at as at from cursors
     where portal_id = $1 and source like 'modified %'`,
    [portal],
  );
  return new Map(rows.map(({ object, at }) => [object, at.toISOString()]));
}
