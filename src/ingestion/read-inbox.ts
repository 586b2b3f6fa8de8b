import { readDelivery } from "../hubspot/delivery.ts";
import type { Notification } from "../hubspot/notification.ts";
import type { Queryable } from "../store/database.ts";
import { forgottenAmong } from "../store/forgetting.ts";
import {
  claimInbox,
  finishInbox,
  type InboxFault,
  type InboxRow,
  rememberNotifications,
} from "../store/inbox.ts";
import { mergedInto } from "../store/merging.ts";
import { cutFromDeliveries } from "./forget-records.ts";

/** What a chunk of the inbox says that was not known before, each under the id its record has now. */
export type InboxChunk = {
  readonly deliveries: number;
  readonly faults: number;
  readonly repeated: number;
  readonly notifications: readonly Notification[];
};

function parse(portal: string, rows: readonly InboxRow[], appId: string | undefined) {
  const notifications: Notification[] = [];
  const faults = new Map<string, InboxFault[]>();
  for (const row of rows) {
    const delivery = readDelivery(row.body, appId);
    const malformed = delivery?.malformed.filter((event) => event.portal === portal) ?? [];
    const unreadable = delivery === undefined ? [{ index: 0, reason: "unreadable body" }] : [];
    faults.set(row.inboxId, [...unreadable, ...malformed.map(({ index, reason }) => ({ index, reason }))]);
    notifications.push(
      ...(delivery?.notifications ?? []).filter((notification) => notification.portal === portal),
    );
  }
  return { notifications, faults };
}

/** The notification under the id its record has now; undefined where a loser's own end is part of its merge. */
function underPresentId(
  notification: Notification,
  merged: ReadonlyMap<string, string>,
): Notification | undefined {
  const into = notification.kind === "merge" ? undefined : merged.get(notification.recordId);
  if (into === undefined) return notification;
  const isItsEnd = notification.kind === "deletion" || notification.kind === "creation";
  return isItsEnd ? undefined : { ...notification, recordId: into };
}

async function withPresentIds(tx: Queryable, portal: string, notifications: readonly Notification[]) {
  const present: Notification[] = [];
  for (const [object, own] of Map.groupBy(notifications, (notification) => notification.object)) {
    const ids = [...new Set(own.map((notification) => notification.recordId))];
    const merged = await mergedInto(tx, portal, object, ids);
    const forgotten = await forgottenAmong(tx, portal, object, ids);
    // A late delivery about an erased person must not keep what it says of them.
    if (forgotten.size > 0) await cutFromDeliveries(tx, portal, object, [...forgotten]);
    const known = own.filter((notification) => !forgotten.has(notification.recordId));
    present.push(...known.flatMap((notification) => underPresentId(notification, merged) ?? []));
  }
  return present.sort((a, b) => a.occurredAt - b.occurredAt);
}

/**
 * Marks these deliveries done and returns what is new in them, oldest first: repeated notifications and those of
 * forgotten records are left out, merged-away ids are replaced.
 */
export async function readDeliveries(
  tx: Queryable,
  portal: string,
  rows: readonly InboxRow[],
  appId: string | undefined,
): Promise<InboxChunk> {
  const { notifications, faults } = parse(portal, rows, appId);
  const unique = [...new Map(notifications.map((notification) => [notification.key, notification])).values()];
  const fresh = await rememberNotifications(
    tx,
    portal,
    unique.map((notification) => notification.key),
  );
  const first = unique.filter((notification) => fresh.has(notification.key));
  await finishInbox(tx, portal, faults);
  return {
    deliveries: rows.length,
    faults: [...faults.values()].reduce((sum, list) => sum + list.length, 0),
    repeated: notifications.length - first.length,
    notifications: await withPresentIds(tx, portal, first),
  };
}

/** Claims these deliveries of the portal and reads them. */
export async function readInbox(
  tx: Queryable,
  portal: string,
  inboxIds: readonly string[],
  appId: string | undefined,
): Promise<InboxChunk> {
  const rows = await claimInbox(tx, portal, inboxIds);
  if (rows.length === 0) return { deliveries: 0, faults: 0, repeated: 0, notifications: [] };
  return readDeliveries(tx, portal, rows, appId);
}
