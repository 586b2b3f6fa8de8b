import type { Queryable } from "./database.ts";
import type { Values } from "./pending-writes.ts";
import { storableJson } from "./storable-json.ts";

/** Whether nothing is under way for a record, and nothing was written for a minute, longer than any read takes. */
const IS_SETTLED = `not w.pending and w.leased_until is null and w.refusal is null
  and (w.written_at is null or w.written_at < clock_timestamp() - interval '1 minute')`;

/** What a record shows otherwise than it should, in the order of names. */
const DIFFERING = `array(select v.key from jsonb_each_text(r.values) as v
  where coalesce(w.desired ->> v.key, case when v.key = any($5) then '' end) <> v.value order by v.key)`;

/** What a record should show, with an empty text for what it shows though it should show nothing. */
const DESIRED = `(w.desired || (select coalesce(jsonb_object_agg(v.key, ''), '{}') from jsonb_each_text(r.values) as v
  where v.key = any($5) and not w.desired ? v.key and v.value <> ''))`;

/**
 * Compares values read from HubSpot with those that records should show, where nothing was written for a minute (longer
 * than any read takes). If `repairs`, what was read is what it holds, and what differs is written again; else it is
 * noted and left. What is named by `emptyUnlessSet` should show nothing where nothing is wanted. Returns the ids that were found to differ now.
 */
export async function noteDrift(
  tx: Queryable,
  portal: string,
  object: string,
  seen: {
    readonly read: ReadonlyMap<string, Values>;
    readonly emptyUnlessSet: readonly string[];
    readonly repairs: boolean;
  },
): Promise<string[]> {
  const { read, emptyUnlessSet, repairs } = seen;
  const change = repairs
    ? `desired = ${DESIRED}, held = w.held || r.values, pending = not (w.held || r.values) @> ${DESIRED}, drifted = '{}',
       priority = 1, pending_since = clock_timestamp(), due_at = greatest(w.due_at, clock_timestamp())`
    : `drifted = ${DIFFERING}`;
  const isNews = repairs ? "not w.held @> r.values or w.drifted <> '{}'" : `w.drifted <> ${DIFFERING}`;
  const rows = await tx.query<{ id: string; differs: boolean }>(
    `update pending_writes w set ${change}
     from unnest($3::text[], $4::jsonb[]) as r(id, values)
     where w.portal_id = $1 and w.object = $2 and w.record_id = any($3) and w.record_id = r.id and ${IS_SETTLED} and (${isNews})
     returning w.record_id as id, w.pending or w.drifted <> '{}' as differs`,
    [
      ...[portal, object, [...read.keys()]],
      ...[[...read.values()].map((values) => storableJson(values)), emptyUnlessSet],
    ],
  );
  return rows.filter((row) => row.differs).map((row) => row.id);
}

/** Writes anew what was noted as differing, as a setting to repair it was made since. Returns how many records. */
export async function repairNoted(db: Queryable, portal: string, object: string): Promise<number> {
  const rows = await db.query(
    `update pending_writes w set held = w.held - w.drifted, pending = true, drifted = '{}',
       desired = (select jsonb_object_agg(name, '') from unnest(w.drifted) as name) || w.desired,
       priority = 1, pending_since = clock_timestamp(), due_at = greatest(w.due_at, clock_timestamp())
     where w.portal_id = $1 and w.object = $2 and w.drifted <> '{}' returning 1`,
    [portal, object],
  );
  return rows.length;
}

/** What a record should show, what it was seen to show otherwise, and HubSpot's instant (ms) of our last write, if any. */
export type OwnValues = {
  readonly id: string;
  readonly desired: Values;
  readonly drifted: readonly string[];
  readonly isSettled: boolean;
  readonly modifiedAt: number | null;
};

/** What is known of our own values on these records. */
export async function loadOwnValues(
  db: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<OwnValues[]> {
  return db.query<OwnValues>(
    `select w.record_id as id, w.desired, w.drifted, (${IS_SETTLED}) as "isSettled",
       w.modified_at::float8 as "modifiedAt"
     from pending_writes w where w.portal_id = $1 and w.object = $2 and w.record_id = any($3)`,
    [portal, object, ids],
  );
}

/** How many records of an object type show something else in these properties than was written, and are left so. */
export async function countDrifted(
  db: Queryable,
  portal: string,
  shown: { readonly object: string; readonly properties: readonly string[] },
): Promise<number> {
  const [row] = await db.query<{ records: number }>(
    `select count(*)::float8 as records from pending_writes
     where portal_id = $1 and object = $2 and drifted <> '{}' and drifted && $3`,
    [portal, shown.object, shown.properties],
  );
  return row?.records ?? 0;
}
