import type { Queryable } from "./database.ts";

export type PendingRead = { readonly object: string; readonly id: string; readonly stamp: string };

/** Asks for records to be read anew from HubSpot; asking again while a read is under way leads to another one. */
export async function wantReads(
  tx: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<void> {
  if (ids.length === 0) return;
  await tx.query(
    `insert into pending_reads (portal_id, object, record_id) select distinct $1, $2, id from unnest($3::text[]) as id order by id
     on conflict (portal_id, object, record_id) do update set stamp = pending_reads.stamp + 1, due_at = least(pending_reads.due_at, now())`,
    [portal, object, ids],
  );
}

/** The next due reads of one object type of the portal. */
export async function nextReads(db: Queryable, portal: string, limit: number): Promise<PendingRead[]> {
  return db.query<PendingRead>(
    `select object, record_id as id, stamp from pending_reads where portal_id = $1 and due_at <= clock_timestamp()
       and object = (select object from pending_reads where portal_id = $1 and due_at <= clock_timestamp() order by due_at limit 1)
     order by due_at limit $2`,
    [portal, limit],
  );
}

/** Removes reads that have been done, unless they were asked for again meanwhile. */
export async function finishReads(
  tx: Queryable,
  portal: string,
  reads: readonly PendingRead[],
): Promise<void> {
  if (reads.length === 0) return;
  await tx.query(
    `delete from pending_reads p using unnest($2::text[], $3::text[], $4::bigint[]) as r(object, id, stamp)
     where p.portal_id = $1 and p.object = any($2) and p.record_id = any($3) and p.object = r.object and p.record_id = r.id and p.stamp = r.stamp`,
    [portal, reads.map((read) => read.object), reads.map((read) => read.id), reads.map((read) => read.stamp)],
  );
}

/** Puts failed reads off with growing pauses, from 1 s doubling to 1 h. */
export async function postponeReads(
  tx: Queryable,
  portal: string,
  reads: readonly PendingRead[],
): Promise<void> {
  await tx.query(
    `update pending_reads p set attempts = least(p.attempts + 1, 30),
       due_at = clock_timestamp() + least(3600, power(2, p.attempts)) * interval '1 second'
     from unnest($2::text[], $3::text[]) as r(object, id)
     where p.portal_id = $1 and p.object = any($2) and p.record_id = any($3) and p.object = r.object and p.record_id = r.id`,
    [portal, reads.map((read) => read.object), reads.map((read) => read.id)],
  );
}
