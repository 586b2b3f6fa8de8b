import type { Queryable } from "./database.ts";
import { wantRereads } from "./list-rereads.ts";

/** Clocks differ, and HubSpot's lists may show a change late: by this much (ms) at most. */
const DOUBT_MS = 60_000;

/** That a record entered or left a list, and when (ms). */
export type ListEntry = {
  readonly listId: string;
  readonly object: string;
  readonly recordId: string;
  readonly isMember: boolean;
  readonly occurredAt: number;
};

/** A record whose membership changed. */
export type ChangedMember = { readonly object: string; readonly id: string };

function columnsOf(entries: readonly ListEntry[]): unknown[] {
  return [
    entries.map((entry) => entry.listId),
    entries.map((entry) => entry.object),
    entries.map((entry) => entry.recordId),
    entries.map((entry) => entry.isMember),
    entries.map((entry) => entry.occurredAt),
  ];
}

const GIVEN = `given as (
  select g.*, l.list_id is not null as is_read, l.read_from
  from unnest($2::text[], $3::text[], $4::text[], $5::boolean[], $6::bigint[]) as g(list_id, object, record_id, is_member, at)
  left join lists l on l.portal_id = $1 and l.list_id = g.list_id)`;

/** The lists of which entries from shortly before their last reading say something else than it found. */
async function doubtfulLists(
  tx: Queryable,
  portal: string,
  entries: readonly ListEntry[],
): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `with ${GIVEN}
     select distinct g.list_id as id from given g
     where g.at < g.read_from and g.at >= g.read_from - $7 and g.is_member <> exists (
       select 1 from list_members m where m.portal_id = $1 and m.object = g.object and m.record_id = g.record_id
         and m.list_id = g.list_id)`,
    [portal, ...columnsOf(entries), DOUBT_MS],
  );
  return rows.map((row) => row.id);
}

/**
 * Applies what the journal tells of lists: one entry a record and list, the latest. What happened since a list's last
 * reading began holds and is kept until the next one; what is older is in that reading, and where it says otherwise of
 * the last minute before, the list is to be read anew. What is told again changes nothing. Returns whose membership
 * changed.
 */
export async function applyListEntries(
  tx: Queryable,
  portal: string,
  entries: readonly ListEntry[],
): Promise<ChangedMember[]> {
  if (entries.length === 0) return [];
  await wantRereads(tx, portal, await doubtfulLists(tx, portal, entries));
  return tx.query<ChangedMember>(
    `with ${GIVEN},
     told as (
       insert into list_entries as e (portal_id, list_id, object, record_id, is_member, occurred_at)
       select $1, list_id, object, record_id, is_member, at from given where read_from is null or at >= read_from
       on conflict (portal_id, list_id, record_id) do update
         set is_member = excluded.is_member, occurred_at = excluded.occurred_at where e.occurred_at < excluded.occurred_at
       returning list_id, object, record_id, is_member),
     entered as (
       insert into list_members (portal_id, object, record_id, list_id)
       select $1, t.object, t.record_id, t.list_id from told t
       where t.is_member and t.list_id in (select list_id from given where is_read)
       on conflict do nothing returning object, record_id),
     left_list as (
       delete from list_members m using told t where m.portal_id = $1 and m.object = any($3) and m.record_id = any($4)
         and m.object = t.object and m.record_id = t.record_id and m.list_id = t.list_id and not t.is_member
       returning m.object, m.record_id)
     select object, record_id as id from entered union select object, record_id from left_list`,
    [portal, ...columnsOf(entries)],
  );
}

/** Forgets what the journal told of all lists but these. */
export async function keepListEntries(
  tx: Queryable,
  portal: string,
  listIds: readonly string[],
): Promise<void> {
  await tx.query("delete from list_entries where portal_id = $1 and not list_id = any($2)", [
    portal,
    listIds,
  ]);
}
