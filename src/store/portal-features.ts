import type { Queryable } from "./database.ts";

/** A part of HubSpot that an account was seen to allow or refuse; scopes are those of which any one would do. */
export type PortalFeature = {
  readonly feature: string;
  readonly isOff: boolean;
  readonly reason: string | null;
  readonly scopes: readonly string[];
};

/** What the portal was seen to allow and refuse, by name. */
export async function listFeatures(db: Queryable, portal: string): Promise<PortalFeature[]> {
  return db.query<PortalFeature>(
    `select feature, is_off as "isOff", reason, scopes from portal_features where portal_id = $1 order by feature`,
    [portal],
  );
}

/** Notes a feature as refused; true where it was not known to be. */
export async function turnFeatureOff(
  db: Queryable,
  portal: string,
  off: { readonly feature: string; readonly reason: string; readonly scopes: readonly string[] },
): Promise<boolean> {
  const [row] = await db.query<{ wasOff: boolean | null }>(
    `with before as (select is_off from portal_features where portal_id = $1 and feature = $2),
     noted as (insert into portal_features (portal_id, feature, is_off, reason, scopes) values ($1, $2, true, $3, $4)
       on conflict (portal_id, feature) do update set is_off = true, reason = excluded.reason, scopes = excluded.scopes,
         checked_at = clock_timestamp())
     select (select is_off from before) as "wasOff"`,
    [portal, off.feature, off.reason, off.scopes],
  );
  return row?.wasOff !== true;
}

/** Notes a feature as allowed. */
export async function turnFeatureOn(db: Queryable, portal: string, feature: string): Promise<void> {
  await db.query(
    `insert into portal_features (portal_id, feature, is_off) values ($1, $2, false)
     on conflict (portal_id, feature) do update set is_off = false, reason = null, scopes = '{}', checked_at = clock_timestamp()`,
    [portal, feature],
  );
}

/** Takes the turn to look again at a feature refused `afterMs` ago or longer; one caller in that time gets it. */
export async function takeFeatureCheck(
  db: Queryable,
  portal: string,
  feature: string,
  afterMs: number,
): Promise<boolean> {
  const rows = await db.query(
    `update portal_features set checked_at = clock_timestamp()
     where portal_id = $1 and feature = $2 and checked_at <= clock_timestamp() - $3 * interval '1 millisecond' returning 1`,
    [portal, feature, afterMs],
  );
  return rows.length > 0;
}

/** Forgets the refusals for want of these scopes: the next call asks HubSpot again. */
export async function forgetRefusals(
  db: Queryable,
  portal: string,
  scopes: readonly string[],
): Promise<void> {
  await db.query("delete from portal_features where portal_id = $1 and is_off and scopes && $2::text[]", [
    portal,
    scopes,
  ]);
}

/** Forgets what the portal allows: it is to be seen anew. */
export async function forgetFeatures(tx: Queryable, portal: string): Promise<void> {
  await tx.query("delete from portal_features where portal_id = $1", [portal]);
}
