import { isoText } from "../instant.ts";
import { announce, type ChangeSource } from "./change-feed.ts";
import { type CrmRecord, type PropertyValue, recordHistory, recordKey } from "./crm-record.ts";
import { takeOccurrences } from "./event-log.ts";
import { CONTACT, isEngagement } from "./object-types.ts";
import type { Portal } from "./portal.ts";
import { findProperty } from "./property-schema.ts";
import { storedValue } from "./property-values.ts";
import { addRecord, dropRecord, findRecord } from "./record-store.ts";

export type Values = Iterable<readonly [name: string, value: string]>;

/** Sets property values at the portal's present instant, with history and an announcement for each that changed. */
export function changeProperties(
  portal: Portal,
  record: CrmRecord,
  values: Values,
  source: ChangeSource,
): void {
  const now = portal.clock.now();
  for (const [name, written] of values) {
    const property = findProperty(portal.schema, record.type, name);
    const before = record.properties.get(name) ?? null;
    const value = property ? storedValue(property, written, before) : written;
    if ((before ?? "") === value) continue;
    keepFormerValue(record, name, before);
    record.properties.set(name, value);
    recordHistory(record, name, { value, timestamp: now, source });
    record.updatedAt = now;
    announce(portal.feed, {
      kind: "propertyChange",
      type: record.type,
      id: record.id,
      property: name,
      value,
      source,
      occurredAt: now,
    });
  }
}

function keepFormerValue(record: CrmRecord, name: string, value: PropertyValue): void {
  if (!value || record.history?.has(name)) return;
  recordHistory(record, name, { value, timestamp: record.createdAt, source: "IMPORT" });
}

/** Creates a record with values and returns it; announces the creation and each value. */
export function createRecord(portal: Portal, type: string, values: Values, source: ChangeSource): CrmRecord {
  const now = portal.clock.now();
  const record = addRecord(portal.records, type, now);
  const createdName = type === CONTACT || !isCreatedWithPrefix(type) ? "createdate" : "hs_createdate";
  record.properties.set(createdName, isoText(now));
  announce(portal.feed, { kind: "creation", type, id: record.id, source, occurredAt: now });
  changeProperties(portal, record, values, source);
  return record;
}

function isCreatedWithPrefix(type: string): boolean {
  return isEngagement(type) || type === "0-136" || type.startsWith("2-");
}

/** Archives a record: it can be restored, and keeps its associations. */
export function archiveRecord(portal: Portal, record: CrmRecord, source: ChangeSource): void {
  record.archivedAt = portal.clock.now();
  announce(portal.feed, {
    kind: "deletion",
    type: record.type,
    id: record.id,
    source,
    occurredAt: record.archivedAt,
  });
}

/** Brings an archived record back. */
export function restoreRecord(portal: Portal, record: CrmRecord, source: ChangeSource): void {
  record.archivedAt = undefined;
  record.updatedAt = portal.clock.now();
  announce(portal.feed, {
    kind: "restore",
    type: record.type,
    id: record.id,
    source,
    occurredAt: record.updatedAt,
  });
}

/** Deletes a person for good, with event occurrences and the activities that belong to nobody else. */
export function eraseRecord(portal: Portal, record: CrmRecord, source: ChangeSource): void {
  const occurredAt = portal.clock.now();
  for (const listId of record.lists)
    portal.lists.get(listId)?.members.delete(recordKey(record.type, record.id));
  takeOccurrences(portal.events, record.type, record.id);
  detach(portal, record);
  dropRecord(portal.records, record);
  for (const kind of ["privacyDeletion", "deletion"] as const) {
    announce(portal.feed, { kind, type: record.type, id: record.id, source, occurredAt });
  }
}

function detach(portal: Portal, record: CrmRecord): void {
  for (const link of record.links?.values() ?? []) {
    const other = findRecord(portal.records, link.type, link.id);
    other?.links?.delete(recordKey(record.type, record.id));
    if (other && isEngagement(link.type) && other.links?.size === 0) dropRecord(portal.records, other);
  }
}
