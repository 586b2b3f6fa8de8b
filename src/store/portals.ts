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
