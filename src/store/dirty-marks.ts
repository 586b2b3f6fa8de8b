import type { Queryable } from "./database.ts";

export const LIVE = 0;
export const BACKGROUND = 1;
export type Priority = typeof LIVE | typeof BACKGROUND;

export type DirtyMark = { readonly object: string; readonly id: string; readonly priority: Priority };

const ON_CONFLICT = `on conflict (portal_id, object, record_id) do update
  set priority = least(dirty_marks.priority, excluded.priority), due_at = least(dirty_marks.due_at, excluded.due_at)
  where (dirty_marks.priority > excluded.priority or dirty_marks.due_at > excluded.due_at) and dirty_marks.due_at < 'infinity'`;

export type Marking = { readonly priority: Priority; readonly delayMs: number };

/** Marks records for scoring, `delayMs` from now at the earliest; an earlier mark stands. */
export async function markDirty(
  tx: Queryable,
  portal: string,
  records: { readonly object: string; readonly ids: readonly string[] },
  marking: Marking,
): Promise<void> {
  if (records.ids.length === 0) return;
  await tx.query(
    `insert into dirty_marks (portal_id, object, record_id, priority, due_at)
     select distinct $1, $2, id, $4::smallint, statement_timestamp() + $5 * interval '1 millisecond'
     from unnest($3::text[]) as id order by id ${ON_CONFLICT}`,
    [portal, records.object, records.ids, marking.priority, marking.delayMs],
  );
}

/** Marks the records of these object types that are associated with the given ones: their scores read them. */
export async function markAssociated(
  tx: Queryable,
  portal: string,
  from: { readonly object: string; readonly ids: readonly string[]; readonly toObjects: readonly string[] },
  marking: Marking,
): Promise<void> {
  if (from.ids.length === 0 || from.toObjects.length === 0) return;
  await tx.query(
    `insert into dirty_marks (portal_id, object, record_id, priority, due_at)
     select distinct $1, a.to_object, a.to_id, $5::smallint, statement_timestamp() + $6 * interval '1 millisecond'
     from associations a where a.portal_id = $1 and a.from_object = $2 and a.from_id = any($3) and a.to_object = any($4)
     order by a.to_object, a.to_id ${ON_CONFLICT}`,
    [portal, from.object, from.ids, from.toObjects, marking.priority, marking.delayMs],
  );
}

/** Locks those of these marks (`object/record`) that are due, live ones first, until the transaction ends. */
export async function claimDirty(
  tx: Queryable,
  portal: string,
  keys: readonly string[],
): Promise<DirtyMark[]> {
  return tx.query<DirtyMark>(
    `select object, record_id as id, priority from dirty_marks
     where portal_id = $1 and object = any($2) and record_id = any($3) and object || '/' || record_id = any($4)
       and due_at <= clock_timestamp()
     order by priority, due_at for update skip locked`,
    [
      portal,
      [...new Set(keys.map((key) => key.slice(0, key.indexOf("/"))))],
      keys.map((key) => key.slice(key.indexOf("/") + 1)),
      keys,
    ],
  );
}

/** Removes marks whose records have been scored. */
export async function clearDirty(
  tx: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<void> {
  await tx.query("delete from dirty_marks where portal_id = $1 and object = $2 and record_id = any($3)", [
    portal,
    object,
    ids,
  ]);
}

/** Puts failed marks off with growing pauses (1 s doubling to 1 h), keeping the reason. */
export async function postponeDirty(
  tx: Queryable,
  portal: string,
  object: string,
  failures: ReadonlyMap<string, string>,
): Promise<void> {
  await tx.query(
    `update dirty_marks d set attempts = least(d.attempts + 1, 30), error = f.error,
       due_at = clock_timestamp() + least(3600, power(2, d.attempts)) * interval '1 second'
     from unnest($3::text[], $4::text[]) as f(id, error)
     where d.portal_id = $1 and d.object = $2 and d.record_id = any($3) and d.record_id = f.id`,
    [portal, object, [...failures.keys()], [...failures.values()]],
  );
}

/** Gives the records of these types that were set aside another chance, since other rules are in force now. */
export async function releaseSetAside(
  tx: Queryable,
  portal: string,
  objects: readonly string[],
): Promise<void> {
  await tx.query(
    `update dirty_marks set due_at = clock_timestamp(), attempts = 0, error = null
     where portal_id = $1 and object = any($2) and due_at = 'infinity'`,
    [portal, objects],
  );
}

/** How many of the portal's marks are due, counted up to `most`. */
export async function countWaitingMarks(db: Queryable, portal: string, most: number): Promise<number> {
  const [row] = await db.query<{ marks: number }>(
    `select count(*)::float8 as marks
     from (select 1 from dirty_marks where portal_id = $1 and due_at <= clock_timestamp() limit $2) as waiting`,
    [portal, most],
  );
  return row?.marks ?? 0;
}

/** Milliseconds until the portal's next mark is due (0 when one is), or undefined without any but those set aside. */
export async function nextDirtyIn(db: Queryable, portal: string): Promise<number | undefined> {
  const [row] = await db.query<{ wait: number | null }>(
    `select greatest(0, extract(epoch from min(due_at) - clock_timestamp()) * 1000)::float8 as wait
     from dirty_marks where portal_id = $1 and due_at < 'infinity'`,
    [portal],
  );
  return row?.wait ?? undefined;
}
