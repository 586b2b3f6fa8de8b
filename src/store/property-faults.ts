import type { Queryable } from "./database.ts";

/** A property of a score that someone changed in HubSpot; where `parks`, nothing is written to it meanwhile. */
export type PropertyFault = {
  readonly property: string;
  readonly scoreId: number;
  readonly fault: string;
  readonly parks: boolean;
};

/** The faults known of the properties of an object type, or of all types. */
export async function loadPropertyFaults(
  db: Queryable,
  portal: string,
  object?: string,
): Promise<PropertyFault[]> {
  return db.query<PropertyFault>(
    `select property, score_id as "scoreId", fault, parks from property_faults
     where portal_id = $1 and ($2::text is null or object = $2) order by object, property`,
    [portal, object ?? null],
  );
}

/** Makes these the faults of the object type's properties. Returns those that are new and the properties that are well again. */
export async function replacePropertyFaults(
  tx: Queryable,
  portal: string,
  object: string,
  faults: readonly PropertyFault[],
): Promise<{ readonly added: readonly string[]; readonly cured: readonly string[] }> {
  const columns = [
    faults.map((one) => one.property),
    faults.map((one) => one.scoreId),
    faults.map((one) => one.fault),
    faults.map((one) => one.parks),
  ];
  const cured = await tx.query<{ property: string }>(
    `delete from property_faults where portal_id = $1 and object = $2 and not property = any($3) returning property`,
    [portal, object, columns[0]],
  );
  const added = await tx.query<{ property: string }>(
    `insert into property_faults as p (portal_id, object, property, score_id, fault, parks)
     select $1, $2, f.property, f.score_id, f.fault, f.parks
     from unnest($3::text[], $4::int[], $5::text[], $6::bool[]) as f(property, score_id, fault, parks)
     on conflict (portal_id, object, property) do update set score_id = excluded.score_id, fault = excluded.fault,
       parks = excluded.parks, since = now() where p.fault <> excluded.fault or p.parks <> excluded.parks
     returning property`,
    [portal, object, ...columns],
  );
  return { added: added.map((row) => row.property), cured: cured.map((row) => row.property) };
}

/** How many properties of all portals are changed, by whether that stops their writes. */
export async function countPropertyFaults(
  db: Queryable,
): Promise<{ readonly parked: number; readonly going: number }> {
  const [row] = await db.query<{ parked: number; going: number }>(
    `select count(*) filter (where parks)::float8 as parked, count(*) filter (where not parks)::float8 as going
     from property_faults`,
  );
  return row ?? { parked: 0, going: 0 };
}
