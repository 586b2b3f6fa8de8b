import type { Queryable } from "./database.ts";
import type { InboxFault } from "./inbox.ts";

/** A delivery as it was received, and what became of it. */
export type StoredDelivery = {
  readonly inboxId: string;
  /** Milliseconds since 1970. */
  readonly receivedAt: number;
  readonly state: "new" | "done" | "failed";
  readonly eventCount: number;
  readonly faults: readonly InboxFault[];
  /** The delivery that this one repeats. */
  readonly replayedFrom: string | null;
  readonly body: Buffer;
};

/** Which deliveries are meant: all, the failed ones, those received at or after an instant (ms). */
export type DeliveryFilter = { readonly failed?: boolean; readonly since?: number };

const COLUMNS = `inbox_id as "inboxId", received_at::float8 as "receivedAt", state, event_count as "eventCount", faults,
  replayed_from as "replayedFrom", body`;
const MATCHES = "(not $2 or state = 'failed') and received_at >= $3";

function filterValues({ failed = false, since = 0 }: DeliveryFilter): readonly unknown[] {
  return [failed, since];
}

/** The newest deliveries of the portal that match, newest first. */
export async function newestDeliveries(
  db: Queryable,
  portal: string,
  filter: DeliveryFilter,
  limit: number,
): Promise<StoredDelivery[]> {
  return db.query<StoredDelivery>(
    `select ${COLUMNS} from inbox where portal_id = $1 and ${MATCHES} order by inbox_id desc limit $4`,
    [portal, ...filterValues(filter), limit],
  );
}

/** The ids of all deliveries of the portal that match, oldest first. */
export async function deliveryIds(db: Queryable, portal: string, filter: DeliveryFilter): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    `select inbox_id as id from inbox where portal_id = $1 and ${MATCHES} order by inbox_id`,
    [portal, ...filterValues(filter)],
  );
  return rows.map((row) => row.id);
}

/** The delivery of this id, or undefined where the portal has none (any more). */
export async function findDelivery(
  db: Queryable,
  portal: string,
  inboxId: string,
): Promise<StoredDelivery | undefined> {
  const rows = await db.query<StoredDelivery>(
    `select ${COLUMNS} from inbox where portal_id = $1 and inbox_id = $2`,
    [portal, inboxId],
  );
  return rows[0];
}

/** The ids among these that the portal has deliveries of. */
export async function knownDeliveries(
  db: Queryable,
  portal: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await db.query<{ id: string }>(
    "select inbox_id as id from inbox where portal_id = $1 and inbox_id = any($2::bigint[])",
    [portal, ids],
  );
  return new Set(rows.map((row) => row.id));
}

/** Whether the portal was sent a request with this signature before: such a request would not be stored again. */
export async function isSignatureKnown(db: Queryable, portal: string, digest: string): Promise<boolean> {
  const rows = await db.query("select 1 from inbox where portal_id = $1 and signature_digest = $2", [
    portal,
    digest,
  ]);
  return rows.length > 0;
}

/** Notes on the delivery with this signature which one it repeats. */
export async function noteReplay(
  db: Queryable,
  portal: string,
  digest: string,
  replayedFrom: string,
): Promise<void> {
  await db.query("update inbox set replayed_from = $3 where portal_id = $1 and signature_digest = $2", [
    portal,
    digest,
    replayedFrom,
  ]);
}

/** Forgets that these notifications were seen, so that they are worked through once more. */
export async function forgetNotifications(
  db: Queryable,
  portal: string,
  keys: readonly string[],
): Promise<void> {
  await db.query("delete from seen_notifications where portal_id = $1 and key = any($2)", [portal, keys]);
}
