import type { Queryable } from "./database.ts";

type CoverageKind = "records" | "property" | "history" | "event" | "list" | "association";

/** Something of an object type that can be read whole from HubSpot. */
export type Coverage = { readonly object: string; readonly kind: CoverageKind; readonly name: string };

/** What the portal has read whole. */
export async function loadCoverage(db: Queryable, portal: string): Promise<Coverage[]> {
  return db.query<Coverage>("select object, kind, name from coverage where portal_id = $1", [portal]);
}

/** Notes what has been read whole. */
export async function saveCoverage(
  tx: Queryable,
  portal: string,
  covered: readonly Coverage[],
): Promise<void> {
  await tx.query(
    `insert into coverage (portal_id, object, kind, name)
     select $1, c.object, c.kind, c.name from unnest($2::text[], $3::text[], $4::text[]) as c(object, kind, name)
     on conflict (portal_id, object, kind, name) do update set read_at = now()`,
    [
      portal,
      covered.map((item) => item.object),
      covered.map((item) => item.kind),
      covered.map((item) => item.name),
    ],
  );
}

/** Drops the note that anything but these was read. */
export async function keepCoverage(tx: Queryable, portal: string, kept: readonly Coverage[]): Promise<void> {
  await tx.query(
    `delete from coverage c where c.portal_id = $1 and not exists (
       select 1 from unnest($2::text[], $3::text[], $4::text[]) as k(object, kind, name)
       where k.object = c.object and k.kind = c.kind and k.name = c.name)`,
    [portal, kept.map((item) => item.object), kept.map((item) => item.kind), kept.map((item) => item.name)],
  );
}
