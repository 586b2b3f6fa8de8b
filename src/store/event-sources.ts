import type { Queryable } from "./database.ts";

/** By event type, the name of the source that its events come from in this account. */
export async function loadEventSources(db: Queryable, portal: string): Promise<Map<string, string>> {
  const rows = await db.query<{ type: string; source: string }>(
    "select event_type as type, source from event_sources where portal_id = $1 order by event_type",
    [portal],
  );
  return new Map(rows.map(({ type, source }) => [type, source]));
}

/** Notes where events of these types come from. */
export async function saveEventSources(
  db: Queryable,
  portal: string,
  sources: ReadonlyMap<string, string>,
): Promise<void> {
  await db.query(
    `insert into event_sources (portal_id, event_type, source)
     select $1, s.type, s.source from unnest($2::text[], $3::text[]) as s(type, source)
     on conflict (portal_id, event_type) do update set source = excluded.source, chosen_at = now()`,
    [portal, [...sources.keys()], [...sources.values()]],
  );
}
