import type { Queryable } from "./database.ts";

export type Portal = {
  readonly portal: string;
  readonly timeZone: string;
  readonly status: "active" | "paused" | "uninstalled";
};

const COLUMNS = `portal_id as portal, time_zone as "timeZone", status`;

/** Adds a portal, or sets the time zone of a known one and makes it active again. */
export async function savePortal(db: Queryable, portal: string, timeZone: string): Promise<void> {
  await db.query(
    `insert into portals (portal_id, time_zone) values ($1, $2)
     on conflict (portal_id) do update set time_zone = excluded.time_zone,
       status = case when portals.status = 'uninstalled' then 'active' else portals.status end`,
    [portal, timeZone],
  );
}

/** Sets the time zone of a portal. */
export async function setTimeZone(db: Queryable, portal: string, timeZone: string): Promise<void> {
  await db.query("update portals set time_zone = $2 where portal_id = $1", [portal, timeZone]);
}

/** The portal, or undefined where it was never added. */
export async function findPortal(db: Queryable, portal: string): Promise<Portal | undefined> {
  const rows = await db.query<Portal>(`select ${COLUMNS} from portals where portal_id = $1`, [portal]);
  return rows[0];
}

/** All portals, by id. */
export async function listPortals(db: Queryable): Promise<Portal[]> {
  return db.query<Portal>(`select ${COLUMNS} from portals order by portal_id`);
}

/**
 * Holds the portal's data lock until the transaction ends. Everything that reads records, timelines or associations,
 * changes them in memory and saves them takes it first, so that no two of them interleave.
 */
export async function lockPortalData(tx: Queryable, portal: string): Promise<void> {
  await tx.query("select pg_advisory_xact_lock(hashtextextended('portal data ' || $1, 0))", [portal]);
}

/** A portal with how it is connected, for people. */
export type PortalLine = Portal & {
  readonly reason: string | null;
  /** Whether it was installed by OAuth. */
  readonly hasTokens: boolean;
  readonly setUpError: string | null;
  readonly isSettingUp: boolean;
  readonly uninstalledAt: string | null;
};

/** All portals with how each is connected, by id. */
export async function describePortals(db: Queryable): Promise<PortalLine[]> {
  return db.query<PortalLine>(
    `select ${COLUMNS}, status_reason as reason, setup_error as "setUpError", setup_due_at is not null as "isSettingUp",
       uninstalled_at::text as "uninstalledAt",
       exists (select 1 from portal_tokens t where t.portal_id = p.portal_id) as "hasTokens"
     from portals p order by portal_id`,
  );
}

/** Whether the portal is active, and is `single` or has tokens: calls may be made for it. */
export async function isCallable(
  db: Queryable,
  portal: string,
  single: string | undefined,
): Promise<boolean> {
  const [row] = await db.query<{ callable: boolean }>(
    `select p.status = 'active' and (p.portal_id = $2
       or exists (select 1 from portal_tokens t where t.portal_id = p.portal_id)) as callable
     from portals p where p.portal_id = $1`,
    [portal, single ?? null],
  );
  return row?.callable === true;
}

/** How many portals there are of each status. */
export async function countPortals(db: Queryable): Promise<Map<Portal["status"], number>> {
  const rows = await db.query<{ status: Portal["status"]; count: number }>(
    "select status, count(*)::int as count from portals group by status",
  );
  return new Map(rows.map(({ status, count }) => [status, count]));
}

/** Pauses an active portal, or makes a paused one active again. False where it was in another state. */
export async function switchPortal(db: Queryable, portal: string, to: "paused" | "active"): Promise<boolean> {
  const rows = await db.query(
    `update portals set status = $2, status_reason = case when $2 = 'paused' then 'paused by an admin' end
     where portal_id = $1 and status = $3 returning 1`,
    [portal, to, to === "paused" ? "active" : "paused"],
  );
  return rows.length > 0;
}
