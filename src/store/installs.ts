import type { Queryable } from "./database.ts";

/** Milliseconds since 1970 by the database's clock, which all processes share. */
export async function databaseNow(db: Queryable): Promise<number> {
  const [row] = await db.query<{ now: number }>(
    "select (extract(epoch from clock_timestamp()) * 1000)::float8 as now",
  );
  return row?.now ?? 0;
}

/** Notes that a consent came back; false where it had before. Those expired are forgotten. */
export async function useConsent(db: Queryable, digest: Buffer, keepMs: number): Promise<boolean> {
  await db.query("delete from used_consents where expires_at < clock_timestamp()");
  const rows = await db.query(
    `insert into used_consents (digest, expires_at) values ($1, clock_timestamp() + $2 * interval '1 millisecond')
     on conflict do nothing returning 1`,
    [digest, keepMs],
  );
  return rows.length > 0;
}

/** Makes a portal active and what its connection needs due at once. Returns its status before, null for a new one. */
export async function connectPortal(tx: Queryable, portal: string): Promise<string | null> {
  const [before] = await tx.query<{ status: string }>(
    "select status from portals where portal_id = $1 for update",
    [portal],
  );
  await tx.query(
    `insert into portals (portal_id, connected_at, setup_due_at) values ($1, clock_timestamp(), clock_timestamp())
     on conflict (portal_id) do update set status = 'active', status_reason = null, connected_at = clock_timestamp(),
       uninstalled_at = null, setup_due_at = clock_timestamp(), setup_error = null`,
    [portal],
  );
  return before?.status ?? null;
}

/** Makes due at once what a portal's writes and reads put off while its calls failed. */
export async function hurryPortal(tx: Queryable, portal: string): Promise<void> {
  await tx.query(
    `update pending_writes set due_at = clock_timestamp()
     where portal_id = $1 and pending and due_at > clock_timestamp()`,
    [portal],
  );
  await tx.query(
    "update pending_reads set due_at = clock_timestamp() where portal_id = $1 and due_at > clock_timestamp()",
    [portal],
  );
}

export type ClaimedSetUp = { readonly portal: string; readonly lease: string };

/** Takes the portals whose set-up is due, each for `leaseMs`. */
export async function claimSetUps(db: Queryable, leaseMs: number): Promise<ClaimedSetUp[]> {
  return db.query<ClaimedSetUp>(
    `update portals set setup_due_at = clock_timestamp() + $1 * interval '1 millisecond'
     where portal_id in (select portal_id from portals where status = 'active' and setup_due_at <= clock_timestamp()
       for update skip locked)
     returning portal_id as portal, setup_due_at::text as lease`,
    [leaseMs],
  );
}

/** Ends a claimed set-up, unless the portal was connected anew meanwhile. */
export async function finishSetUp(db: Queryable, { portal, lease }: ClaimedSetUp): Promise<void> {
  await db.query(
    `update portals set setup_due_at = null, setup_error = null
     where portal_id = $1 and setup_due_at = $2::timestamptz`,
    [portal, lease],
  );
}

/** Notes why a claimed set-up failed, and when it is to be tried again. */
export async function postponeSetUp(
  db: Queryable,
  { portal, lease }: ClaimedSetUp,
  failure: { readonly reason: string; readonly waitMs: number },
): Promise<void> {
  await db.query(
    `update portals set setup_due_at = clock_timestamp() + $4 * interval '1 millisecond', setup_error = $3
     where portal_id = $1 and setup_due_at = $2::timestamptz`,
    [portal, lease, failure.reason, failure.waitMs],
  );
}

/** Ends a portal's connection: nothing is called or taken in for it any more. False where it had ended. */
export async function endConnection(tx: Queryable, portal: string, reason: string): Promise<boolean> {
  const rows = await tx.query(
    `update portals set status = 'uninstalled', status_reason = $2, uninstalled_at = clock_timestamp(),
       setup_due_at = null where portal_id = $1 and status <> 'uninstalled' returning 1`,
    [portal, reason],
  );
  return rows.length > 0;
}

/** Deletes up to `chunk` rows of a portal from each table but the list of portals. Returns how many went. */
export async function erasePortalChunk(db: Queryable, portal: string, chunk: number): Promise<number> {
  const [row] = await db.query<{ rows: number }>("select erase_portal($1, $2)::float8 as rows", [
    portal,
    chunk,
  ]);
  return row?.rows ?? 0;
}
