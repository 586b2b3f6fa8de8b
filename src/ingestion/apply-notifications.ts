import type { Notification } from "../hubspot/notification.ts";
import { activityOf, isActivity } from "../scores/event-sources.ts";
import type { PortalNeeds } from "../scores/portal-needs.ts";
import type { PortalScores } from "../scores/score-catalogue.ts";
import type { Queryable } from "../store/database.ts";
import { LIVE, type Marking } from "../store/dirty-marks.ts";
import { wantReads } from "../store/pending-reads.ts";
import {
  type Applied,
  applyRecordChanges,
  isRecordNotification,
  type RecordNotification,
} from "./apply-changes.ts";
import { applyMerges } from "./apply-merges.ts";
import { forgetRecords } from "./forget-records.ts";

/** How long a mark waits, so that a burst of changes to one record is scored once. */
export const DEBOUNCE_MS = 200;

type Sorted = {
  readonly merges: Extract<Notification, { kind: "merge" }>[];
  readonly erasures: Notification[];
  readonly changes: RecordNotification[];
  readonly reads: { readonly object: string; readonly id: string }[];
};

function isNeeded(object: string, needs: PortalNeeds): boolean {
  if (!isActivity(object)) return needs.objects.has(object);
  return [...needs.eventProperties.keys()].some((type) => activityOf(type) === object);
}

/** The records that a notification names without describing them. */
function namedRecords(notification: Notification): { object: string; id: string }[] {
  const { object, recordId: id } = notification;
  if (notification.kind === "associationChange") {
    return [
      { object, id },
      { object: notification.toObject, id: notification.toRecordId },
    ];
  }
  return isActivity(object) && notification.kind !== "other" ? [{ object, id }] : [];
}

function sortOut(notifications: readonly Notification[], needs: PortalNeeds): Sorted {
  const sorted: Sorted = { merges: [], erasures: [], changes: [], reads: [] };
  for (const notification of notifications) {
    const named = namedRecords(notification);
    sorted.reads.push(...named.filter((one) => isNeeded(one.object, needs)));
    if (named.length > 0) continue;
    if (notification.kind === "merge") sorted.merges.push(notification);
    else if (notification.kind === "privacyDeletion") sorted.erasures.push(notification);
    else if (isRecordNotification(notification)) sorted.changes.push(notification);
  }
  return sorted;
}

/**
 * Applies what notifications say to the portal's records, associations and timelines, marks whose scores that may
 * change, and asks for the records that must be read from HubSpot. The portal's data lock must be held.
 */
export async function applyNotifications(
  tx: Queryable,
  portal: string,
  notifications: readonly Notification[],
  { needs, written }: Pick<PortalScores, "needs" | "written">,
): Promise<Applied> {
  const marking: Marking = { priority: LIVE, delayMs: DEBOUNCE_MS };
  const sorted = sortOut(notifications, needs);
  const erased = new Set(sorted.erasures.map(({ object, recordId }) => `${object} ${recordId}`));
  const isErased = (one: Notification): boolean => erased.has(`${one.object} ${one.recordId}`);
  await applyMerges(tx, portal, sorted.merges, { needs, marking });
  const changes = sorted.changes.filter((change) => !isErased(change));
  const applied = await applyRecordChanges(tx, portal, changes, { needs, written, marking });
  for (const [object, own] of Map.groupBy(sorted.reads, (read) => read.object)) {
    await wantReads(
      tx,
      portal,
      object,
      own.map((read) => read.id).filter((id) => !erased.has(`${object} ${id}`)),
    );
  }
  for (const [object, own] of Map.groupBy(sorted.erasures, (erasure) => erasure.object)) {
    await forgetRecords(tx, portal, { object, ids: own.map((one) => one.recordId) }, { needs, marking });
  }
  return applied;
}
