import type { HistoryEntry, Properties } from "../scoring/record.ts";
import type { Queryable } from "./database.ts";
import { storableJson } from "./storable-json.ts";

/** What the database holds of one record: values, the instant (ms) of each, and kept histories (oldest first). */
export type StoredRecord = {
  readonly id: string;
  readonly properties: Properties;
  readonly changed: Readonly<Record<string, number>>;
  readonly history: Readonly<Record<string, readonly (readonly [number, string | null])[]>>;
  readonly deletedAt: number | null;
  readonly restoredAt: number | null;
};

/** The stored records among these ids, deleted ones too. */
export async function loadRecords(
  db: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<StoredRecord[]> {
  return db.query<StoredRecord>(
    `select record_id as id, properties, changed, history, deleted_at::float8 as "deletedAt",
       restored_at::float8 as "restoredAt"
     from records where portal_id = $1 and object = $2 and record_id = any($3)`,
    [portal, object, ids],
  );
}

/** What scores read of the present ones among these records. */
export async function loadValues(
  db: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<Pick<StoredRecord, "id" | "properties" | "history">[]> {
  return db.query(
    `select record_id as id, properties, history from records
     where portal_id = $1 and object = $2 and record_id = any($3) and deleted_at is null`,
    [portal, object, ids],
  );
}

/** Those of these ids that are present records. */
export async function presentAmong(
  db: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(
    `select record_id as id from records
     where portal_id = $1 and object = $2 and record_id = any($3) and deleted_at is null`,
    [portal, object, ids],
  );
  return new Set(rows.map((row) => row.id));
}

/** Saves whole records: values, instants and histories as given. */
export async function saveRecords(
  tx: Queryable,
  portal: string,
  object: string,
  records: readonly StoredRecord[],
): Promise<void> {
  if (records.length === 0) return;
  await tx.query(
    `insert into records (portal_id, object, record_id, properties, changed, history, deleted_at, restored_at)
     select $1, $2, r.id, r.properties, r.changed, r.history, r.deleted_at, r.restored_at
     from unnest($3::text[], $4::jsonb[], $5::jsonb[], $6::jsonb[], $7::bigint[], $8::bigint[])
       as r(id, properties, changed, history, deleted_at, restored_at)
     on conflict (portal_id, object, record_id) do update set properties = excluded.properties,
       changed = excluded.changed, history = excluded.history, deleted_at = excluded.deleted_at,
       restored_at = excluded.restored_at`,
    [
      portal,
      object,
      records.map((record) => record.id),
      records.map((record) => storableJson(record.properties)),
      records.map((record) => JSON.stringify(record.changed)),
      records.map((record) => storableJson(record.history)),
      records.map((record) => record.deletedAt),
      records.map((record) => record.restoredAt),
    ],
  );
}

/** The next page of present record ids after `after`, in id order. */
export async function recordIdsAfter(
  db: Queryable,
  portal: string,
  object: string,
  page: { readonly after: string; readonly limit: number },
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select record_id as id from records
     where portal_id = $1 and object = $2 and record_id > $3 and deleted_at is null order by record_id limit $4`,
    [portal, object, page.after, page.limit],
  );
  return rows.map((row) => row.id);
}

/** How many present records of the object the portal holds. */
export async function countRecords(db: Queryable, portal: string, object: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(*)::float8 as count from records where portal_id = $1 and object = $2 and deleted_at is null`,
    [portal, object],
  );
  return row?.count ?? 0;
}

/** A stored history in the shape that scoring reads. */
export function historyEntries(stored: StoredRecord["history"]): Record<string, readonly HistoryEntry[]> {
  const entries = Object.entries(stored).map(
    ([property, values]) => [property, values.map(([timestamp, value]) => ({ timestamp, value }))] as const,
  );
  return Object.fromEntries(entries);
}

/** A random sample of up to `limit` present records of the object type. */
export async function randomRecordIds(
  db: Queryable,
  portal: string,
  object: string,
  limit: number,
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select record_id as id from records where portal_id = $1 and object = $2 and deleted_at is null order by random() limit $3`,
    [portal, object, limit],
  );
  return rows.map((row) => row.id);
}
