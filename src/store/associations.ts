import type { Queryable } from "./database.ts";
import { storableJson } from "./storable-json.ts";

export type Association = {
  readonly fromId: string;
  readonly toObject: string;
  readonly toId: string;
  readonly labels: readonly string[];
};

/** The associations of these records with records of these object types. */
export async function loadAssociations(
  db: Queryable,
  portal: string,
  from: { readonly object: string; readonly ids: readonly string[] },
  toObjects: readonly string[],
): Promise<Association[]> {
  return db.query<Association>(
    `select from_id as "fromId", to_object as "toObject", to_id as "toId", labels from associations
     where portal_id = $1 and from_object = $2 and from_id = any($3) and to_object = any($4)`,
    [portal, from.object, from.ids, toObjects],
  );
}

/** One direction of two object types: from `fromObject` records to `toObject` records. */
export type Direction = { readonly fromObject: string; readonly toObject: string };

type Link = Omit<Association, "toObject">;

/** Each pair once, its labels united: records that were merged may be named by each of their former ids. */
function uniteLinks(links: readonly Link[]): Link[] {
  const united = new Map<string, Link>();
  for (const link of links) {
    const key = `${link.fromId} ${link.toId}`;
    const labels = new Set([...(united.get(key)?.labels ?? []), ...link.labels]);
    united.set(key, { ...link, labels: [...labels] });
  }
  return [...united.values()];
}

/**
 * Makes `links` the whole truth about these records' associations in this direction, and mirrors them in the other one.
 * A mirrored link takes the same labels: HubSpot sends the labels of each side with its own direction, read separately.
 */
export async function replaceAssociations(
  tx: Queryable,
  portal: string,
  direction: Direction,
  links: { readonly fromIds: readonly string[]; readonly found: readonly Omit<Association, "toObject">[] },
): Promise<void> {
  const { fromObject, toObject } = direction;
  const found = uniteLinks(links.found);
  const pairs = [found.map((link) => link.fromId), found.map((link) => link.toId)];
  await tx.query(
    `with wanted as (select * from unnest($5::text[], $6::text[]) as w(from_id, to_id)),
     gone as (delete from associations a where portal_id = $1 and from_object = $2 and from_id = any($4) and to_object = $3
       and not exists (select 1 from wanted w where w.from_id = a.from_id and w.to_id = a.to_id)
       returning from_id, to_id)
     delete from associations b using gone where b.portal_id = $1 and b.from_object = $3 and b.from_id = gone.to_id
       and b.from_id = any(array(select to_id from gone))
       and b.to_object = $2 and b.to_id = gone.from_id`,
    [portal, fromObject, toObject, links.fromIds, ...pairs],
  );
  if (found.length === 0) return;
  await tx.query(
    `with wanted as (select * from unnest($4::text[], $5::text[], $6::jsonb[]) as w(from_id, to_id, labels)),
     forward as (insert into associations (portal_id, from_object, from_id, to_object, to_id, labels)
       select $1, $2, from_id, $3, to_id, array(select jsonb_array_elements_text(labels)) from wanted
       on conflict (portal_id, from_object, from_id, to_object, to_id) do update set labels = excluded.labels)
     insert into associations (portal_id, from_object, from_id, to_object, to_id, labels)
     select $1, $3, to_id, $2, from_id, array(select jsonb_array_elements_text(labels)) from wanted
     on conflict (portal_id, from_object, from_id, to_object, to_id) do nothing`,
    [portal, fromObject, toObject, ...pairs, found.map((link) => storableJson(link.labels))],
  );
}

/** Removes every association of these records, in both directions. */
export async function deleteAssociations(
  tx: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<void> {
  await tx.query(
    `with gone as (delete from associations where portal_id = $1 and from_object = $2 and from_id = any($3)
       returning from_id, to_object, to_id)
     delete from associations b using gone where b.portal_id = $1 and b.from_object = gone.to_object
       and b.from_id = any(array(select to_id from gone)) and b.from_id = gone.to_id and b.to_object = $2 and b.to_id = gone.from_id`,
    [portal, object, ids],
  );
}

/** Hands the associations of merged-away records to the records they became, in both directions. */
export async function moveAssociations(
  tx: Queryable,
  portal: string,
  object: string,
  moves: ReadonlyMap<string, string>,
): Promise<void> {
  const [from, into] = [[...moves.keys()], [...moves.values()]];
  await tx.query(
    `insert into associations (portal_id, from_object, from_id, to_object, to_id, labels)
     select distinct on (m.into_id, a.to_object, a.to_id) $1, $2, m.into_id, a.to_object, a.to_id, a.labels
     from associations a join unnest($3::text[], $4::text[]) as m(from_id, into_id) on m.from_id = a.from_id and a.from_id = any($3)
     where a.portal_id = $1 and a.from_object = $2
     on conflict do nothing`,
    [portal, object, from, into],
  );
  await tx.query(
    `insert into associations (portal_id, from_object, from_id, to_object, to_id, labels)
     select distinct on (a.from_object, a.from_id, m.into_id) $1, a.from_object, a.from_id, $2, m.into_id, a.labels
     from associations f join unnest($3::text[], $4::text[]) as m(from_id, into_id) on m.from_id = f.from_id
     join associations a on a.portal_id = $1 and a.from_object = f.to_object and a.from_id = f.to_id
       and a.to_object = $2 and a.to_id = f.from_id
     where f.portal_id = $1 and f.from_object = $2
     on conflict do nothing`,
    [portal, object, from, into],
  );
  await deleteAssociations(tx, portal, object, from);
}
