import type { Notification } from "../hubspot/notification.ts";
import { markChanged } from "../scores/mark-changed.ts";
import type { ObjectNeeds, PortalNeeds } from "../scores/portal-needs.ts";
import { applyChanges, emptyRecord, type ValueChange } from "../scores/record-changes.ts";
import type { Queryable } from "../store/database.ts";
import type { Marking } from "../store/dirty-marks.ts";
import { deleteComputed } from "../store/forgetting.ts";
import { wantReads } from "../store/pending-reads.ts";
import { loadRecords, type StoredRecord, saveRecords } from "../store/records.ts";
import { noteContacts } from "./note-contacts.ts";

type Lifecycle = Notification & { readonly kind: "creation" | "deletion" | "restore" };
type PropertyNotification = Extract<Notification, { kind: "propertyChange" }>;
export type RecordNotification = Lifecycle | PropertyNotification;

const KINDS: ReadonlySet<Notification["kind"]> = new Set([
  "creation",
  "deletion",
  "restore",
  "propertyChange",
]);

/** Whether a notification is about one record's own values or existence. */
export function isRecordNotification(notification: Notification): notification is RecordNotification {
  return KINDS.has(notification.kind);
}

export type Applied = { readonly echoes: number; readonly ignored: number };

type Plan = {
  readonly saved: StoredRecord[];
  readonly changed: Set<string>;
  readonly deleted: Set<string>;
  readonly reads: Set<string>;
};

function applyLifecycle(record: StoredRecord, notification: Lifecycle): StoredRecord {
  const { kind, occurredAt } = notification;
  if (kind === "deletion") {
    const isOver = record.restoredAt !== null && record.restoredAt >= occurredAt;
    return isOver ? record : { ...record, deletedAt: Math.max(occurredAt, record.deletedAt ?? occurredAt) };
  }
  if (kind === "creation") return record;
  const restoredAt = Math.max(occurredAt, record.restoredAt ?? occurredAt);
  const isBack = record.deletedAt === null || record.deletedAt <= restoredAt;
  return { ...record, restoredAt, deletedAt: isBack ? null : record.deletedAt };
}

function isLifecycle(notification: RecordNotification): notification is Lifecycle {
  return notification.kind !== "propertyChange";
}

function valueChange(notification: RecordNotification): ValueChange[] {
  if (notification.kind !== "propertyChange" || notification.isRedacted) return [];
  return [{ property: notification.property, value: notification.value, at: notification.occurredAt }];
}

function planRecord(
  id: string,
  stored: StoredRecord | undefined,
  notifications: readonly RecordNotification[],
  work: { readonly needs: ObjectNeeds; readonly plan: Plan },
): void {
  const { needs, plan } = work;
  const lifecycle = notifications.filter(isLifecycle);
  let record = lifecycle.reduce(applyLifecycle, stored ?? emptyRecord(id));
  const isRedacted = notifications.some((one) => one.kind === "propertyChange" && one.isRedacted);
  const comesBack = lifecycle.some((one) => one.kind !== "deletion");
  if (record.deletedAt !== null) {
    if (record !== stored) plan.saved.push(record);
    if (stored?.deletedAt === null || stored === undefined) plan.deleted.add(id);
    return;
  }
  if (stored === undefined || isRedacted || comesBack) plan.reads.add(id);
  // An unknown record is read whole first; a value alone would score it wrongly.
  if (stored === undefined) return;
  record = applyChanges(record, notifications.flatMap(valueChange), needs.historyProperties);
  if (record === stored) return;
  plan.saved.push(record);
  plan.changed.add(id);
}

/** Leaves out echoes of our own writes and properties that no score reads. */
function relevant(
  notifications: readonly RecordNotification[],
  needs: ObjectNeeds,
  written: ReadonlySet<string>,
): { kept: RecordNotification[]; echoes: number } {
  let echoes = 0;
  const kept = notifications.filter((notification) => {
    if (notification.kind !== "propertyChange") return true;
    if (written.has(notification.property)) echoes++;
    return needs.properties.has(notification.property) && !written.has(notification.property);
  });
  return { kept, echoes };
}

type ChangeContext = {
  readonly needs: PortalNeeds;
  readonly written: ReadonlyMap<string, ReadonlySet<string>>;
  readonly marking: Marking;
};

async function applyToObject(
  tx: Queryable,
  portal: string,
  object: string,
  work: {
    readonly notifications: readonly RecordNotification[];
    readonly needs: ObjectNeeds;
    readonly context: ChangeContext;
  },
): Promise<void> {
  const { needs, context } = work;
  const byRecord = Map.groupBy(work.notifications, (notification) => notification.recordId);
  const stored = new Map(
    (await loadRecords(tx, portal, object, [...byRecord.keys()])).map((one) => [one.id, one]),
  );
  const plan: Plan = { saved: [], changed: new Set(), deleted: new Set(), reads: new Set() };
  for (const [id, own] of byRecord) planRecord(id, stored.get(id), own, { needs, plan });
  await saveRecords(tx, portal, object, plan.saved);
  const present = plan.saved.filter((record) => record.deletedAt === null);
  if (object === "contact") await noteContacts(tx, portal, present, context.needs);
  const changed = { object, ids: [...plan.changed, ...plan.deleted], needs: context.needs };
  await markChanged(tx, portal, changed, context.marking);
  if (plan.deleted.size > 0) await deleteComputed(tx, portal, object, [...plan.deleted]);
  await wantReads(tx, portal, object, [...plan.reads]);
}

/** Applies property changes, creations, deletions and restores to the stored records, and marks what they change. */
export async function applyRecordChanges(
  tx: Queryable,
  portal: string,
  notifications: readonly RecordNotification[],
  context: ChangeContext,
): Promise<Applied> {
  let echoes = 0;
  let ignored = 0;
  for (const [object, own] of Map.groupBy(notifications, (notification) => notification.object)) {
    const needs = context.needs.objects.get(object);
    if (!needs) {
      ignored += own.length;
      continue;
    }
    const found = relevant(own, needs, context.written.get(object) ?? new Set());
    echoes += found.echoes;
    ignored += own.length - found.kept.length - found.echoes;
    if (found.kept.length > 0)
      await applyToObject(tx, portal, object, { notifications: found.kept, needs, context });
  }
  return { echoes, ignored };
}
