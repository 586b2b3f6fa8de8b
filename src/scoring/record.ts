/** Property values by name, as the CRM sends them: text, `null`, or absent; read own keys only. */
export type Properties = { readonly [name: string]: string | null | undefined };

/** One engagement of a contact; `occurredAt` in milliseconds since 1970. */
export type EngagementEvent = {
  readonly id: string;
  readonly type: string;
  readonly occurredAt: number;
  readonly properties: Properties;
};

/** What events of a kind have in common: their type and the names of their properties. */
export type EventKind = { readonly type: string; readonly names: readonly string[] };

/** Stands before the first event, then on each in turn. */
export type EventCursor = {
  readonly kinds: readonly EventKind[];
  /** Moves on to the next event; false after the last one. */
  next(): boolean;
  /** The place of the event's kind among the kinds. */
  readonly kind: number;
  readonly occurredAt: number;
  /** The text of a property, by its place among the names of the kind. */
  textAt(place: number): string | null;
  event(): EngagementEvent;
};

/** Events in order of time and id, each id once, that are read without an object for each: as a store keeps them. */
export type PackedEvents = { read(): EventCursor };

export type Events = readonly EngagementEvent[] | PackedEvents;

/** Returns events as a list. */
export function listEvents(events: Events): readonly EngagementEvent[] {
  if (!("read" in events)) return events;
  const listed: EngagementEvent[] = [];
  for (const cursor = events.read(); cursor.next(); ) listed.push(cursor.event());
  return listed;
}

/** One recorded value of a property; `timestamp` in milliseconds since 1970. */
export type HistoryEntry = { readonly value: string | null; readonly timestamp: number };

/** Recorded values by property name, in any order. */
export type History = { readonly [property: string]: readonly HistoryEntry[] };

/** A record associated with the scored one, with the labels of that association. */
export type AssociatedRecord<Kept extends Events = readonly EngagementEvent[]> = {
  readonly object: string;
  readonly id: string;
  readonly labels: readonly string[];
  readonly properties: Properties;
  readonly history: History;
  readonly lists: readonly string[];
  readonly events: Kept;
};

/** Points given to one side by hand or by a workflow, in force from `from` until just before `until` (ms). */
export type Adjustment = {
  readonly side: "engagement" | "fit";
  readonly points: number;
  readonly from: number;
  readonly until: number | null;
};

/** A record to be scored, with the resets of the score at hand (ms). */
export type ScoredRecord<Kept extends Events = readonly EngagementEvent[]> = {
  readonly object: string;
  readonly id: string;
  readonly properties: Properties;
  readonly history: History;
  readonly lists: readonly string[];
  readonly events: Kept;
  readonly associations: readonly AssociatedRecord<Kept>[];
  readonly resets: readonly number[];
  readonly adjustments?: readonly Adjustment[];
};
