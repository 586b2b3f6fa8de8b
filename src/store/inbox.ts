import type { Queryable } from "./database.ts";

export type Delivery = {
  readonly portal: string;
  readonly signatureDigest: string;
  readonly receivedAt: number;
  readonly body: Buffer;
  readonly eventCount: number;
  readonly replayedFrom?: string;
};

export type StoreResult = {
  readonly stored: readonly string[];
  readonly unknown: readonly string[];
  readonly replayed: readonly string[];
};

/**
 * Commits deliveries, one row a portal, and says which portals got one, which are not ours (or no longer), and which
 * had the same signed request before.
 */
export async function storeDeliveries(db: Queryable, deliveries: readonly Delivery[]): Promise<StoreResult> {
  const portals = deliveries.map((delivery) => delivery.portal);
  const rows = await db.query<{ portal: string; stored: boolean }>(
    `with incoming as (select * from unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[], $5::int[], $6::bigint[])
       as i(portal_id, signature_digest, received_at, body, event_count, replayed_from)),
     known as (select i.* from incoming i join portals p on p.portal_id = i.portal_id where p.status <> 'uninstalled'),
     inserted as (insert into inbox (portal_id, signature_digest, received_at, body, event_count, replayed_from)
       select portal_id, signature_digest, received_at, body, event_count, replayed_from from known
       on conflict (portal_id, signature_digest) do nothing returning portal_id)
     select k.portal_id as portal, exists (select 1 from inserted n where n.portal_id = k.portal_id) as stored from known k`,
    [
      portals,
      deliveries.map((delivery) => delivery.signatureDigest),
      deliveries.map((delivery) => delivery.receivedAt),
      deliveries.map((delivery) => delivery.body),
      deliveries.map((delivery) => delivery.eventCount),
      deliveries.map((delivery) => delivery.replayedFrom ?? null),
    ],
  );
  const known = new Map(rows.map((row) => [row.portal, row.stored]));
  return {
    stored: portals.filter((portal) => known.get(portal) === true),
    replayed: portals.filter((portal) => known.get(portal) === false),
    unknown: portals.filter((portal) => !known.has(portal)),
  };
}

export type InboxRow = { readonly inboxId: string; readonly receivedAt: number; readonly body: Buffer };

/** Locks those of these deliveries that are unprocessed, oldest first, until the transaction ends. */
export async function claimInbox(
  tx: Queryable,
  portal: string,
  inboxIds: readonly string[],
): Promise<InboxRow[]> {
  return tx.query<InboxRow>(
    `select inbox_id as "inboxId", received_at::float8 as "receivedAt", body from inbox
     where portal_id = $1 and inbox_id = any($2) and state = 'new' order by inbox_id for update skip locked`,
    [portal, inboxIds],
  );
}

export type InboxFault = { readonly index: number; readonly reason: string };

/** Marks deliveries processed, keeping the reason for every notification in them that could not be used. */
export async function finishInbox(
  tx: Queryable,
  portal: string,
  faults: ReadonlyMap<string, readonly InboxFault[]>,
): Promise<void> {
  await tx.query(
    `update inbox b set state = case when f.faults = '[]'::jsonb then 'done' else 'failed' end, faults = f.faults
     from unnest($2::bigint[], $3::jsonb[]) as f(inbox_id, faults) where b.portal_id = $1 and b.inbox_id = f.inbox_id`,
    [portal, [...faults.keys()], [...faults.values()].map((list) => JSON.stringify(list))],
  );
}

/** The notifications of this portal seen for the first time: the keys among these that were not there before. */
export async function rememberNotifications(
  tx: Queryable,
  portal: string,
  keys: readonly string[],
): Promise<Set<string>> {
  const rows = await tx.query<{ key: string }>(
    `insert into seen_notifications (portal_id, key) select $1, k from unnest($2::text[]) as k
     on conflict do nothing returning key`,
    [portal, keys],
  );
  return new Set(rows.map((row) => row.key));
}

/** Deletes processed deliveries and notification keys stored longer ago than the given days. */
export async function purgeInbox(db: Queryable, portal: string, days: number): Promise<void> {
  await db.query(
    `with old_rows as (delete from inbox where portal_id = $1 and state <> 'new' and stored_at < now() - $2 * interval '1 day')
     delete from seen_notifications where portal_id = $1 and seen_at < now() - $2 * interval '1 day'`,
    [portal, days],
  );
}

/** Sets unprocessed deliveries aside as failed, with the reason. */
export async function setDeliveriesAside(
  db: Queryable,
  portal: string,
  inboxIds: readonly string[],
  reason: string,
): Promise<void> {
  await db.query(
    `update inbox set state = 'failed', faults = $3
     where portal_id = $1 and inbox_id = any($2) and state = 'new'`,
    [portal, inboxIds, JSON.stringify([{ index: 0, reason }])],
  );
}
