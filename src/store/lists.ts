import type { Queryable } from "./database.ts";

export type List = { readonly listId: string; readonly name: string; readonly object: string };

/** Makes `members` the whole membership of a list, and remembers its name. Returns the ids that entered or left. */
export async function replaceListMembers(
  tx: Queryable,
  portal: string,
  list: List,
  members: readonly string[],
): Promise<string[]> {
  await tx.query(
    `insert into lists (portal_id, list_id, name, object) values ($1, $2, $3, $4)
     on conflict (portal_id, list_id) do update set name = excluded.name, object = excluded.object, read_at = now(),
       missing_since = null`,
    [portal, list.listId, list.name, list.object],
  );
  const rows = await tx.query<{ id: string }>(
    `with left_list as (delete from list_members where portal_id = $1 and list_id = $2 and not record_id = any($4) returning record_id),
     entered as (insert into list_members (portal_id, list_id, object, record_id)
       select $1, $2, $3, m.id from unnest($4::text[]) as m(id) on conflict do nothing returning record_id)
     select record_id as id from left_list union select record_id from entered`,
    [portal, list.listId, list.object, members],
  );
  return rows.map((row) => row.id);
}

/** The list ids of each of these records. */
export async function loadListIds(
  db: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await db.query<{ id: string; lists: string[] }>(
    `select record_id as id, array_agg(list_id) as lists from list_members
     where portal_id = $1 and object = $2 and record_id = any($3) group by record_id`,
    [portal, object, ids],
  );
  return new Map(rows.map((row) => [row.id, row.lists]));
}

/** Notes that HubSpot no longer has a list; its members stay as last read. */
export async function noteMissingList(db: Queryable, portal: string, listId: string): Promise<void> {
  await db.query(
    "update lists set missing_since = coalesce(missing_since, now()) where portal_id = $1 and list_id = $2",
    [portal, listId],
  );
}

/** The ids of lists that HubSpot no longer has. */
export async function missingLists(db: Queryable, portal: string): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(
    "select list_id as id from lists where portal_id = $1 and missing_since is not null",
    [portal],
  );
  return new Set(rows.map((row) => row.id));
}
