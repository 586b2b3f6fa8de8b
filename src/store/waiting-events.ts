import type { EngagementEvent } from "../scoring/record.ts";
import type { Queryable } from "./database.ts";
import { storableJson } from "./storable-json.ts";

/** The name of the property under which events name contacts by their record ids. */
export const RECORD_ID = "";

/** An event and the contact property value that names whose it is; e-mail addresses in lower case. */
export type WaitingEvent = {
  readonly property: string;
  readonly value: string;
  readonly event: EngagementEvent;
};

/** A property value that names contacts. */
export type NamingValue = { readonly property: string; readonly value: string };

function pairsOf(values: readonly NamingValue[]): [string[], string[]] {
  return [values.map((one) => one.property), values.map((one) => one.value)];
}

/** Keeps events until they are in their contacts' timelines, one that waits already once; `isNew`: their contacts are still to be looked for. */
export async function keepWaiting(
  tx: Queryable,
  portal: string,
  events: readonly WaitingEvent[],
  { isNew }: { readonly isNew: boolean },
): Promise<void> {
  if (events.length === 0) return;
  await tx.query(
    `insert into waiting_events (portal_id, property, value, event_id, event, is_new)
     select $1, e.property, e.value, e.id, e.event, $6
     from unnest($2::text[], $3::text[], $4::text[], $5::jsonb[]) as e(property, value, id, event)
     on conflict (portal_id, property, value, event_id) do nothing`,
    [
      portal,
      ...pairsOf(events),
      events.map(({ event }) => event.id),
      events.map(({ event }) => storableJson(event)),
      isNew,
    ],
  );
}

/** Whether any event's contact has still to be looked for. */
export async function hasNewWaiting(db: Queryable, portal: string): Promise<boolean> {
  const [row] = await db.query<{ found: boolean }>(
    "select exists (select 1 from waiting_events where portal_id = $1 and is_new) as found",
    [portal],
  );
  return row?.found === true;
}

/** Takes up to `limit` events whose contacts have not been looked for yet; they wait on, as known, until they are taken away. */
export async function claimNewWaiting(tx: Queryable, portal: string, limit: number): Promise<WaitingEvent[]> {
  return tx.query<WaitingEvent>(
    `with next as (select property, value, event_id from waiting_events where portal_id = $1 and is_new
       order by received_at limit $2 for update skip locked)
     update waiting_events w set is_new = false from next n
     where w.portal_id = $1 and w.property = n.property and w.value = n.value and w.event_id = n.event_id
     returning w.property, w.value, w.event`,
    [portal, limit],
  );
}

/** Removes and returns the events that wait for contacts named by these values. */
export async function takeWaiting(
  tx: Queryable,
  portal: string,
  values: readonly NamingValue[],
): Promise<WaitingEvent[]> {
  if (values.length === 0) return [];
  return tx.query<WaitingEvent>(
    `delete from waiting_events w using unnest($2::text[], $3::text[]) as n(property, value)
     where w.portal_id = $1 and w.property = any($2) and w.value = any($3)
       and w.property = n.property and w.value = n.value returning w.property, w.value, w.event`,
    [portal, ...pairsOf(values)],
  );
}

/** Has the contacts of all events that wait looked for again, or of those that wait for these record ids. */
export async function renewWaiting(tx: Queryable, portal: string, ids?: readonly string[]): Promise<void> {
  await tx.query(
    `update waiting_events set is_new = true
     where portal_id = $1 and not is_new and ($2::text[] is null or (property = '' and value = any($2)))`,
    [portal, ids ?? null],
  );
}

/** Deletes events that have waited for their contact for so many days. */
export async function purgeWaiting(db: Queryable, portal: string, days: number): Promise<void> {
  await db.query(
    "delete from waiting_events where portal_id = $1 and received_at < now() - $2 * interval '1 day'",
    [portal, days],
  );
}
