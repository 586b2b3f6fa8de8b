import type { Notification } from "../../src/hubspot/notification.ts";
import { activityOf } from "../../src/scores/backfill-plan.ts";
import type { PortalNeeds } from "../../src/scores/portal-needs.ts";
import type { Queryable } from "../../src/store/database.ts";
import { LIVE, type Marking } from "../../src/store/dirty-marks.ts";
import { wantReads } from "../../src/store/pending-reads.ts";
import { lockPortalData } from "../../src/store/portals.ts";
import type { WorkContext } from "../work-context.ts";
import { applyRecordChanges, isRecordNotification, type RecordNotification } from "./apply-changes.ts";
import { applyMerges } from "./apply-merges.ts";
import { forgetRecords } from "./forget-records.ts";
import { type InboxChunk, readInbox } from "./read-inbox.ts";

/** How long a mark waits, so that a burst of changes to one record is scored once. */
export const DEBOUNCE_MS = 200;

const ACTIVITIES = new Set(["call", "meeting"]);

type Sorted = {
  readonly merges: Extract<Notification, { kind: "merge" }>[];
  readonly erasures: Notification[];
  readonly changes: RecordNotification[];
  readonly reads: { readonly object: string; readonly id: string }[];
};

function isNeeded(object: string, needs: PortalNeeds): boolean {
  if (!ACTIVITIES.has(object)) return needs.objects.has(object);
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
  return ACTIVITIES.has(object) && notification.kind !== "other" ? [{ object, id }] : [];
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

async function applyChunk(
  tx: Queryable,
  portal: string,
  chunk: InboxChunk,
  work: WorkContext,
): Promise<void> {
  const { needs, written } = await work.catalogue.load(tx, portal);
  const marking: Marking = { priority: LIVE, delayMs: DEBOUNCE_MS };
  const sorted = sortOut(chunk.notifications, needs);
  const erased = new Set(sorted.erasures.map(({ object, recordId }) => `${object} ${recordId}`));
  const isErased = (one: Notification): boolean => erased.has(`${one.object} ${one.recordId}`);
  await applyMerges(tx, portal, sorted.merges, { needs, marking });
  const changes = sorted.changes.filter((change) => !isErased(change));
  const { echoes, ignored } = await applyRecordChanges(tx, portal, changes, { needs, written, marking });
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
  work.metrics.echoes.inc(echoes);
  work.metrics.notifications.inc({ kind: "any", result: "ignored" }, ignored);
}

function count(work: WorkContext, chunk: InboxChunk): void {
  const now = work.clock.now();
  for (const { kind, occurredAt } of chunk.notifications) {
    work.metrics.notifications.inc({ kind, result: occurredAt > now + 60_000 ? "future" : "used" });
    work.metrics.eventLag.observe(Math.max(0, now - occurredAt) / 1000);
  }
  work.metrics.notifications.inc({ kind: "any", result: "repeated" }, chunk.repeated);
  work.metrics.deadLetters.inc(chunk.faults);
}

/** Works through the portal's inbox: what notifications say goes into records, marks and pending reads. */
export async function ingest(work: WorkContext, portal: string): Promise<void> {
  for (;;) {
    const chunk = await work.db.transaction(async (tx) => {
      await lockPortalData(tx, portal);
      const read = await readInbox(tx, portal, work.appId);
      if (read.notifications.length > 0) await applyChunk(tx, portal, read, work);
      return read;
    });
    count(work, chunk);
    if (chunk.deliveries === 0) break;
    await work.queue.enqueue("read", { portal });
    await work.queue.enqueue("score", { portal }, { delayMs: DEBOUNCE_MS });
  }
}
