import type { Queryable } from "./database.ts";
import type { DirtyMark } from "./dirty-marks.ts";
import type { Values } from "./pending-writes.ts";

/** Removes the portal's marks and wanted reads, so that those laid afterwards in the transaction stand out. */
export async function clearOpenWork(tx: Queryable, portal: string): Promise<void> {
  await tx.query("delete from dirty_marks where portal_id = $1", [portal]);
  await tx.query("delete from pending_reads where portal_id = $1", [portal]);
}

/** The portal's marks, due or not. */
export async function allMarks(tx: Queryable, portal: string): Promise<DirtyMark[]> {
  return tx.query<DirtyMark>(
    "select object, record_id as id, priority from dirty_marks where portal_id = $1 order by object, record_id",
    [portal],
  );
}

export type NamedRecord = { readonly object: string; readonly id: string };

/** The records that the portal is to read from HubSpot, due or not. */
export async function allReads(tx: Queryable, portal: string): Promise<NamedRecord[]> {
  return tx.query<NamedRecord>(
    "select object, record_id as id from pending_reads where portal_id = $1 order by object, record_id",
    [portal],
  );
}

export type ShownScore = NamedRecord & {
  readonly score: string;
  readonly value: number | null;
  readonly threshold: string | null;
};

/** The results of these records under the scores that are on, by score and record. */
export async function shownScores(
  db: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<ShownScore[]> {
  return db.query<ShownScore>(
    `select s.object, r.record_id as id, s.name as score, r.value, r.threshold
     from record_scores r join scores s on s.portal_id = r.portal_id and s.score_id = r.score_id
     where r.portal_id = $1 and s.object = $2 and s.status = 'on' and r.record_id = any($3) order by s.name, r.record_id`,
    [portal, object, ids],
  );
}

export type WantedWrite = NamedRecord & { readonly desired: Values };

/** What is to be written to HubSpot for these records. */
export async function wantedWrites(
  db: Queryable,
  portal: string,
  object: string,
  ids: readonly string[],
): Promise<WantedWrite[]> {
  return db.query<WantedWrite>(
    `select object, record_id as id, desired from pending_writes
     where portal_id = $1 and object = $2 and record_id = any($3) and pending`,
    [portal, object, ids],
  );
}
