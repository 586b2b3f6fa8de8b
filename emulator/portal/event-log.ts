import { recordKey } from "./crm-record.ts";

/** An event occurrence as HubSpot keeps it; `eventType` and property names are HubSpot's. */
export type Occurrence = {
  readonly id: string;
  readonly eventType: string;
  readonly objectType: string;
  readonly objectId: string;
  readonly occurredAt: number;
  readonly properties: { readonly [name: string]: string | null };
};

type SortedOccurrences = { items: Occurrence[]; sorted: boolean };

export type EventLog = {
  readonly all: SortedOccurrences;
  readonly byType: Map<string, SortedOccurrences>;
  readonly byRecord: Map<string, SortedOccurrences>;
};

/** Returns an empty log of event occurrences. */
export function createEventLog(): EventLog {
  return { all: { items: [], sorted: true }, byType: new Map(), byRecord: new Map() };
}

/** Adds an occurrence to its record and type. */
export function addOccurrence(log: EventLog, occurrence: Occurrence): void {
  append(log.all, occurrence);
  append(bucket(log.byType, occurrence.eventType), occurrence);
  append(bucket(log.byRecord, recordKey(occurrence.objectType, occurrence.objectId)), occurrence);
}

function bucket(buckets: Map<string, SortedOccurrences>, key: string): SortedOccurrences {
  const known = buckets.get(key);
  if (known) return known;
  const created = { items: [], sorted: true };
  buckets.set(key, created);
  return created;
}

function append(list: SortedOccurrences, occurrence: Occurrence): void {
  const last = list.items.at(-1);
  if (last && compareOccurrences(last, occurrence) > 0) list.sorted = false;
  list.items.push(occurrence);
}

/** Orders occurrences by instant, then id, then record. */
export function compareOccurrences(a: OccurrencePosition, b: OccurrencePosition): number {
  if (a.occurredAt !== b.occurredAt) return a.occurredAt - b.occurredAt;
  if (a.id !== b.id) return a.id < b.id ? -1 : 1;
  if (a.objectId === b.objectId) return 0;
  return a.objectId < b.objectId ? -1 : 1;
}

export type OccurrencePosition = Pick<Occurrence, "occurredAt" | "id" | "objectId">;

function inOrder(list: SortedOccurrences | undefined): readonly Occurrence[] {
  if (!list) return [];
  if (!list.sorted) {
    list.items.sort(compareOccurrences);
    list.sorted = true;
  }
  return list.items;
}

/** Returns a record's occurrences, oldest first. */
export function occurrencesOfRecord(log: EventLog, type: string, id: string): readonly Occurrence[] {
  return inOrder(log.byRecord.get(recordKey(type, id)));
}

/** Returns all occurrences, or those of one event type, oldest first. */
export function occurrencesOfType(log: EventLog, eventType: string | undefined): readonly Occurrence[] {
  return inOrder(eventType === undefined ? log.all : log.byType.get(eventType));
}

/** Returns the names of the event types that have occurred. */
export function occurringTypes(log: EventLog): readonly string[] {
  return [...log.byType.keys()].sort();
}

/** Takes a record's occurrences out of the log and returns them. */
export function takeOccurrences(log: EventLog, type: string, id: string): readonly Occurrence[] {
  const taken = occurrencesOfRecord(log, type, id);
  if (taken.length === 0) return taken;
  const gone = new Set(taken);
  log.byRecord.delete(recordKey(type, id));
  for (const list of [log.all, ...log.byType.values()])
    list.items = list.items.filter((item) => !gone.has(item));
  return taken;
}
