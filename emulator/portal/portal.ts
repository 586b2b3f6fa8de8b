import type { Clock } from "../clock.ts";
import { type AssociationLabels, createAssociationLabels } from "./association-labels.ts";
import { type ChangeFeed, createChangeFeed } from "./change-feed.ts";
import { createEventLog, type EventLog } from "./event-log.ts";
import { createListStore, type ListListeners, type ListStore } from "./list-store.ts";
import { createObjectTypes, type ObjectTypes } from "./object-types.ts";
import { createPropertySchema, type PropertySchema } from "./property-schema.ts";
import { createRecordStore, type RecordStore } from "./record-store.ts";

/** Everything that one HubSpot account holds. */
export type Portal = {
  readonly id: number;
  readonly timeZone: string;
  readonly clock: Clock;
  readonly types: ObjectTypes;
  readonly schema: PropertySchema;
  readonly records: RecordStore;
  readonly labels: AssociationLabels;
  readonly lists: ListStore;
  readonly listListeners: ListListeners;
  readonly events: EventLog;
  readonly feed: ChangeFeed;
};

/** Returns a portal with HubSpot's standard object types and properties and no records. */
export function createPortal(options: { id: number; timeZone: string; clock: Clock }): Portal {
  return {
    ...options,
    types: createObjectTypes(),
    schema: createPropertySchema(),
    records: createRecordStore(),
    labels: createAssociationLabels(),
    lists: createListStore(),
    listListeners: new Set(),
    events: createEventLog(),
    feed: createChangeFeed(),
  };
}
