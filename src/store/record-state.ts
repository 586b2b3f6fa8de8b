import type { Queryable } from "./database.ts";

/** How far a record, and what came in of its portal, has been worked through. */
export type RecordState = {
  /** Whether anything was ever stored of the record, even if it was deleted since. */
  readonly isKnown: boolean;
  /** Whether the record is known and not deleted. */
  readonly isHere: boolean;
  /** Whether the record is to be read from HubSpot, or, where it is unknown, may be in a delivery that still waits. */
  readonly isBeingRead: boolean;
  /** For how long (s) the oldest live change of the portal has waited to be taken in or scored. */
  readonly backlogSeconds: number;
  /** Whether the portal was seen to refuse the part of HubSpot asked about. */
  readonly isFeatureOff: boolean;
};

/** The state of a record, and whether a part of HubSpot is off for the portal. */
export async function readRecordState(
  db: Queryable,
  portal: string,
  of: { readonly object: string; readonly id: string; readonly feature: string },
): Promise<RecordState> {
  const [row] = await db.query<RecordState>(
    `with known as (select deleted_at from records where portal_id = $1 and object = $2 and record_id = $3),
     waiting as (select (select stored_at from inbox where portal_id = $1 and state = 'new' order by inbox_id limit 1) as since)
     select exists (select 1 from known) as "isKnown", exists (select 1 from known where deleted_at is null) as "isHere",
       exists (select 1 from pending_reads where portal_id = $1 and object = $2 and record_id = $3)
         or (not exists (select 1 from known) and (select since from waiting) is not null) as "isBeingRead",
       coalesce(extract(epoch from clock_timestamp() - least((select since from waiting),
         (select min(due_at) from dirty_marks where portal_id = $1 and priority = 0 and due_at <= clock_timestamp()))), 0)::float8
         as "backlogSeconds",
       exists (select 1 from portal_features where portal_id = $1 and feature = $4 and is_off) as "isFeatureOff"`,
    [portal, of.object, of.id, of.feature],
  );
  if (!row) throw new Error("a look at a record's state returned no row");
  return row;
}
