import type { Queryable } from "./database.ts";

type List = { readonly listId: string; readonly name: string; readonly object: string };

/** A whole reading of a list: when it began, and what time it is now (ms, by the clock of HubSpot's world). */
export type ListReading = List & { readonly readFrom: number; readonly now: number };

/**
 * Makes `members` the whole membership of a list but for what the journal told since the reading began, and remembers
 * its name. Returns the ids that entered or left: none where a later reading has been saved meanwhile.
 */
export async function replaceListMembers(
  tx: Queryable,
  portal: string,
  list: ListReading,
  members: readonly string[],
): Promise<string[]> {
  // A reading of the future was made before the clock was set back.
  const noted = await tx.query(
    `insert into lists (portal_id, list_id, name, object, read_from) values ($1, $2, $3, $4, $5)
     on conflict (portal_id, list_id) do update set name = excluded.name, object = excluded.object,
       read_from = excluded.read_from, read_at = now(), missing_since = null
       where lists.read_from is null or lists.read_from <= excluded.read_from or lists.read_from > $6
     returning 1`,
    [portal, list.listId, list.name, list.object, list.readFrom, list.now],
  );
  if (noted.length === 0) return [];
  await tx.query("delete from list_entries where portal_id = $1 and list_id = $2 and occurred_at < $3", [
    portal,
    list.listId,
    list.readFrom,
  ]);
  const rows = await tx.query<{ id: string }>(
    `with told as (select record_id, is_member from list_entries where portal_id = $1 and list_id = $2),
     there as (
       (select m.id from unnest($4::text[]) as m(id) except select record_id from told where not is_member)
       union select record_id from told where is_member),
     left_list as (delete from list_members m where portal_id = $1 and list_id = $2
       and not exists (select 1 from there t where t.id = m.record_id) returning record_id),
     entered as (insert into list_members (portal_id, list_id, object, record_id)
       select $1, $2, $3, id from there on conflict do nothing returning record_id)
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
