import type { EngagementEvent, PackedEvents } from "../scoring/record.ts";
import type { Queryable } from "./database.ts";
import { decodeTimeline, encodeTimeline, packedEvents } from "./timeline.ts";

async function loadPacked(
  db: Queryable,
  portal: string,
  contacts: readonly string[],
): Promise<{ id: string; events: Buffer }[]> {
  return db.query(
    "select contact_id as id, events from timelines where portal_id = $1 and contact_id = any($2)",
    [portal, contacts],
  );
}

/** The events of these contacts, by contact id, ordered by time; contacts without any are absent. */
export async function loadTimelines(
  db: Queryable,
  portal: string,
  contacts: readonly string[],
): Promise<Map<string, EngagementEvent[]>> {
  const rows = await loadPacked(db, portal, contacts);
  return new Map(rows.map((row) => [row.id, decodeTimeline(row.events)]));
}

/** The same, as they are kept: to be read event by event. */
export async function loadPackedTimelines(
  db: Queryable,
  portal: string,
  contacts: readonly string[],
): Promise<Map<string, PackedEvents>> {
  const rows = await loadPacked(db, portal, contacts);
  return new Map(rows.map((row) => [row.id, packedEvents(row.events)]));
}

/** Replaces the timelines of these contacts; an empty one is removed. */
export async function saveTimelines(
  tx: Queryable,
  portal: string,
  timelines: ReadonlyMap<string, readonly EngagementEvent[]>,
): Promise<void> {
  const kept = [...timelines].filter(([, events]) => events.length > 0);
  const emptied = [...timelines].filter(([, events]) => events.length === 0).map(([id]) => id);
  if (kept.length > 0) {
    await tx.query(
      `insert into timelines (portal_id, contact_id, events)
       select $1, t.id, t.events from unnest($2::text[], $3::bytea[]) as t(id, events)
       on conflict (portal_id, contact_id) do update set events = excluded.events`,
      [portal, kept.map(([id]) => id), kept.map(([, events]) => encodeTimeline(events))],
    );
  }
  await deleteTimelines(tx, portal, emptied);
}

/** Removes the timelines of these contacts. */
async function deleteTimelines(tx: Queryable, portal: string, contacts: readonly string[]): Promise<void> {
  if (contacts.length === 0) return;
  await tx.query("delete from timelines where portal_id = $1 and contact_id = any($2)", [portal, contacts]);
}
