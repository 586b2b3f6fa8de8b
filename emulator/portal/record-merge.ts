import { addLink } from "./associations.ts";
import { announce, type ChangeSource } from "./change-feed.ts";
import { type CrmRecord, recordKey } from "./crm-record.ts";
import { addOccurrence, takeOccurrences } from "./event-log.ts";
import { joinList } from "./list-store.ts";
import type { Portal } from "./portal.ts";
import { addRecord, dropRecord, findRecord, tableOf } from "./record-store.ts";

/**
 * Merges two records as HubSpot does: a new record arises that has the primary's values, the other's where the
 * primary has none, and everything that hung on either; both old ids lead to it. Returns the new record.
 */
export function mergeRecords(
  portal: Portal,
  primary: CrmRecord,
  other: CrmRecord,
  source: ChangeSource,
): CrmRecord {
  const now = portal.clock.now();
  const merged = addRecord(portal.records, primary.type, Math.min(primary.createdAt, other.createdAt));
  merged.updatedAt = now;
  for (const part of [primary, other]) takeOver(portal, merged, part);
  const moved = [...other.properties].filter(
    ([name, value]) => value && !primary.properties.get(name),
  ).length;
  merged.properties.set("hs_merged_object_ids", mergedIds(primary, other));
  announce(portal.feed, {
    kind: "merge",
    type: merged.type,
    id: merged.id,
    primaryId: primary.id,
    mergedIds: [other.id],
    propertiesMoved: moved,
    source,
    occurredAt: now,
  });
  return merged;
}

function mergedIds(primary: CrmRecord, other: CrmRecord): string {
  const earlier = [primary, other].flatMap((part) =>
    (part.properties.get("hs_merged_object_ids") ?? "").split(";"),
  );
  return [...new Set([...earlier, primary.id, other.id])].filter((id) => id !== "").join(";");
}

function takeOver(portal: Portal, merged: CrmRecord, part: CrmRecord): void {
  for (const [name, value] of part.properties) {
    if (value !== null && !merged.properties.get(name)) merged.properties.set(name, value);
  }
  takeHistory(merged, part);
  takeLists(portal, merged, part);
  takeLinks(portal, merged, part);
  takeEvents(portal, merged, part);
  dropRecord(portal.records, part);
  tableOf(portal.records, part.type).mergedInto.set(part.id, merged.id);
}

function takeHistory(merged: CrmRecord, part: CrmRecord): void {
  for (const [name, entries] of part.history ?? []) {
    merged.history ??= new Map();
    const all = [...(merged.history.get(name) ?? []), ...entries];
    merged.history.set(
      name,
      all.sort((a, b) => a.timestamp - b.timestamp),
    );
  }
}

function takeLists(portal: Portal, merged: CrmRecord, part: CrmRecord): void {
  for (const listId of part.lists) {
    const list = portal.lists.get(listId);
    list?.members.delete(recordKey(part.type, part.id));
    if (list) joinList(list, merged, portal.clock.now());
  }
}

function takeLinks(portal: Portal, merged: CrmRecord, part: CrmRecord): void {
  for (const link of part.links?.values() ?? []) {
    const linked = findRecord(portal.records, link.type, link.id);
    const back = linked?.links?.get(recordKey(part.type, part.id));
    linked?.links?.delete(recordKey(part.type, part.id));
    if (!linked || linked === merged) continue;
    addLink(merged, linked, link.labels, link.stated);
    addLink(linked, merged, back?.labels ?? [], back?.stated ?? false);
  }
}

function takeEvents(portal: Portal, merged: CrmRecord, part: CrmRecord): void {
  const known = new Set(takenIds(portal, merged));
  for (const occurrence of takeOccurrences(portal.events, part.type, part.id)) {
    if (!known.has(occurrence.id)) addOccurrence(portal.events, { ...occurrence, objectId: merged.id });
  }
}

function takenIds(portal: Portal, merged: CrmRecord): readonly string[] {
  return (portal.events.byRecord.get(recordKey(merged.type, merged.id))?.items ?? []).map((item) => item.id);
}
