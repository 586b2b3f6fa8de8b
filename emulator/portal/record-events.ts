import {
  activityOfEvent,
  type ContactEvent,
  eventsOfActivity,
  occurrenceProperties,
  occurrenceType,
  propertiesOfOccurrence,
  typeOfOccurrence,
} from "../engagement-mapping.ts";
import { parseInstant } from "../instant.ts";
import { addLink, associate, linksTo } from "./associations.ts";
import type { ChangeSource } from "./change-feed.ts";
import type { CrmRecord } from "./crm-record.ts";
import { addOccurrence, occurrencesOfRecord } from "./event-log.ts";
import { ENGAGEMENTS } from "./object-types.ts";
import type { Portal } from "./portal.ts";
import { admitValue } from "./property-schema.ts";
import { createRecord } from "./record-changes.ts";
import { addRecord } from "./record-store.ts";

/** Returns a record's events, oldest first: its occurrences, and what its calls and meetings give. */
export function eventsOfRecord(portal: Portal, record: CrmRecord): readonly ContactEvent[] {
  const events: ContactEvent[] = [];
  for (const occurrence of occurrencesOfRecord(portal.events, record.type, record.id)) {
    const type = typeOfOccurrence(occurrence.eventType, portal.id);
    const properties = propertiesOfOccurrence(type, occurrence.properties);
    events.push({ id: occurrence.id, type, occurredAt: occurrence.occurredAt, properties });
  }
  for (const typeId of ENGAGEMENTS) {
    for (const { id } of linksTo(portal, record, typeId)) events.push(...eventsOfObject(portal, typeId, id));
  }
  return events.sort((a, b) => a.occurredAt - b.occurredAt);
}

function eventsOfObject(portal: Portal, typeId: string, id: string): readonly ContactEvent[] {
  const properties = portal.records.tables.get(typeId)?.byId.get(id)?.properties;
  const occurredAt = parseInstant(properties?.get("hs_timestamp") ?? "");
  return properties && occurredAt !== undefined
    ? eventsOfActivity({ typeId, id, properties }, occurredAt)
    : [];
}

/** Puts an event of the past into the portal without announcing it, as when a data file is loaded. */
export function placeEvent(portal: Portal, record: CrmRecord, event: ContactEvent): void {
  const activity = activityOfEvent(event);
  if (!activity) {
    addAsOccurrence(portal, record, event);
    return;
  }
  const object = addRecord(portal.records, activity.typeId, event.occurredAt);
  for (const [name, value] of Object.entries(activity.properties)) {
    admitValue(portal.schema, activity.typeId, name, value);
    object.properties.set(name, value);
  }
  addLink(object, record, [], true);
  addLink(record, object, [], true);
}

/** Makes an event happen: an occurrence, or a call or meeting that is created, associated and announced. */
export function logEvent(portal: Portal, record: CrmRecord, event: ContactEvent, source: ChangeSource): void {
  const activity = activityOfEvent(event);
  if (!activity) {
    addAsOccurrence(portal, record, event);
    return;
  }
  const values: [string, string][] = [];
  for (const [name, value] of Object.entries(activity.properties)) {
    admitValue(portal.schema, activity.typeId, name, value);
    if (value !== null && name !== "hs_createdate") values.push([name, value]);
  }
  const object = createRecord(portal, activity.typeId, values, source);
  if (event.type === "meeting_outcome_changed") object.properties.delete("hs_createdate");
  associate(portal, [object, record], [], source);
}

function addAsOccurrence(portal: Portal, record: CrmRecord, event: ContactEvent): void {
  addOccurrence(portal.events, {
    id: event.id,
    eventType: occurrenceType(event.type, portal.id),
    objectType: record.type,
    objectId: record.id,
    occurredAt: event.occurredAt,
    properties: occurrenceProperties(event.type, event.properties),
  });
}
