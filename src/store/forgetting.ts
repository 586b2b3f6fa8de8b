import type { Queryable } from "./database.ts";

const DIGEST = "sha256(convert_to(p.salt || ':' || $2 || ':' || i.id, 'UTF8'))";

/** The ids among these that were erased for privacy and must stay unknown. */
export async function forgottenAmong(
  db: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(
    `select i.id from unnest($3::text[]) as i(id) join portals p on p.portal_id = $1
     join forgotten_records f on f.portal_id = $1 and f.digest = ${DIGEST}`,
    [portal, object, ids],
  );
  return new Set(rows.map((row) => row.id));
}

/** Leaves salted tombstones, so that late events cannot bring these records back. */
export async function rememberForgotten(
  tx: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<void> {
  await tx.query(
    `insert into forgotten_records (portal_id, digest) select $1, ${DIGEST}
     from unnest($3::text[]) as i(id) join portals p on p.portal_id = $1 on conflict do nothing`,
    [portal, object, ids],
  );
}

/**
 * Deletes everything computed from these records: results, history, resets, points given, wanted values, marks, pending
 * reads, answers to workflows.
 */
export async function deleteComputed(
  tx: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<void> {
  for (const table of ["record_scores", "score_history", "resets", "adjustments", "shown_labels"]) {
    await tx.query(
      `delete from ${table} where portal_id = $1 and record_id = any($3)
       and score_id in (select score_id from scores where portal_id = $1 and object = $2)`,
      [portal, object, ids],
    );
  }
  for (const table of ["pending_writes", "dirty_marks", "pending_reads", "action_callbacks"]) {
    await tx.query(`delete from ${table} where portal_id = $1 and object = $2 and record_id = any($3)`, [
      portal,
      object,
      ids,
    ]);
  }
}

/** Deletes the stored facts of these records: values, lists and, for contacts, their events and the values that name them. */
export async function deleteFacts(
  tx: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<void> {
  for (const table of ["records", "list_members", "list_entries"]) {
    await tx.query(`delete from ${table} where portal_id = $1 and object = $2 and record_id = any($3)`, [
      portal,
      object,
      ids,
    ]);
  }
  if (object !== "contact") return;
  for (const table of ["timelines", "contact_keys"])
    await tx.query(`delete from ${table} where portal_id = $1 and contact_id = any($2)`, [portal, ids]);
}

export type StoredBody = { readonly inboxId: string; readonly body: Buffer };

/** Processed deliveries whose body names one of these ids (a text search: callers look closer). */
export async function bodiesNaming(
  tx: Queryable,
  portal: string,
  ids: readonly string[],
): Promise<StoredBody[]> {
  return tx.query<StoredBody>(
    `select b.inbox_id as "inboxId", b.body from inbox b where b.portal_id = $1
     and exists (select 1 from unnest($2::text[]) as i(id) where position(convert_to(i.id, 'UTF8') in b.body) > 0)`,
    [portal, ids],
  );
}

/** Replaces stored bodies, after what concerned erased records was cut out of them. */
export async function replaceBodies(
  tx: Queryable,
  portal: string,
  bodies: readonly StoredBody[],
): Promise<void> {
  await tx.query(
    `update inbox b set body = n.body from unnest($2::bigint[], $3::bytea[]) as n(inbox_id, body)
     where b.portal_id = $1 and b.inbox_id = n.inbox_id`,
    [portal, bodies.map((row) => row.inboxId), bodies.map((row) => row.body)],
  );
}
