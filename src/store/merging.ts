import type { Queryable } from "./database.ts";

/** For merged-away ids among these, the record each became. */
export async function mergedInto(
  db: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const rows = await db.query<{ from: string; into: string }>(
    `select from_id as "from", into_id as "into" from merged_records where portal_id = $1 and object = $2 and from_id = any($3)`,
    [portal, object, ids],
  );
  return new Map(rows.map((row) => [row.from, row.into]));
}

/** Removes the notes of what was merged into these records, and returns the ids that those had. */
export async function takeMergedFrom(
  tx: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `delete from merged_records where portal_id = $1 and object = $2 and into_id = any($3) returning from_id as id`,
    [portal, object, ids],
  );
  return rows.map((row) => row.id);
}

/** Notes merges; chains are kept flat, so that one look-up always suffices. */
export async function saveMerges(
  tx: Queryable,
  portal: string,
  object: string,
  merges: ReadonlyMap<string, string>,
): Promise<void> {
  const [from, into] = [[...merges.keys()], [...merges.values()]];
  await tx.query(`delete from merged_records where portal_id = $1 and object = $2 and from_id = any($3)`, [
    portal,
    object,
    into,
  ]);
  await tx.query(
    `update merged_records r set into_id = m.into_id from unnest($3::text[], $4::text[]) as m(from_id, into_id)
     where r.portal_id = $1 and r.object = $2 and r.into_id = m.from_id and r.from_id <> m.into_id`,
    [portal, object, from, into],
  );
  await tx.query(
    `insert into merged_records (portal_id, object, from_id, into_id)
     select $1, $2, m.from_id, m.into_id from unnest($3::text[], $4::text[]) as m(from_id, into_id)
     on conflict (portal_id, object, from_id) do update set into_id = excluded.into_id`,
    [portal, object, from, into],
  );
}

/** Hands list memberships, resets, given points and answered workflows of merged-away records to those they became. */
export async function moveWhatWasGiven(
  tx: Queryable,
  portal: string,
  object: string,
  merges: ReadonlyMap<string, string>,
): Promise<void> {
  const pairs = [[...merges.keys()], [...merges.values()]];
  await tx.query(
    `insert into list_members (portal_id, object, record_id, list_id)
     select distinct $1, $2, m.into_id, l.list_id from list_members l
     join unnest($3::text[], $4::text[]) as m(from_id, into_id) on m.from_id = l.record_id
     where l.portal_id = $1 and l.object = $2 on conflict do nothing`,
    [portal, object, ...pairs],
  );
  await tx.query(
    `insert into resets (portal_id, score_id, record_id, at)
     select distinct $1, r.score_id, m.into_id, r.at from resets r
     join scores s on s.portal_id = $1 and s.score_id = r.score_id and s.object = $2
     join unnest($3::text[], $4::text[]) as m(from_id, into_id) on m.from_id = r.record_id
     where r.portal_id = $1 on conflict do nothing`,
    [portal, object, ...pairs],
  );
  await tx.query(
    `update adjustments a set record_id = m.into_id
     from unnest($3::text[], $4::text[]) as m(from_id, into_id), scores s
     where a.portal_id = $1 and a.record_id = m.from_id and s.portal_id = $1 and s.score_id = a.score_id and s.object = $2`,
    [portal, object, ...pairs],
  );
  await tx.query(
    `update action_callbacks c set record_id = m.into_id from unnest($3::text[], $4::text[]) as m(from_id, into_id)
     where c.portal_id = $1 and c.object = $2 and c.record_id = m.from_id`,
    [portal, object, ...pairs],
  );
}
