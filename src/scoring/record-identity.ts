import type { AssociatedRecord, EngagementEvent, History, Properties } from "./record.ts";

/** Returns whether two events say the same in every field. */
export function isSameEvent(first: EngagementEvent, second: EngagementEvent): boolean {
  return eventText(first) === eventText(second);
}

/** Returns whether two mentions of an associated record have the same contents, labels apart. */
export function isSameRecord(first: AssociatedRecord, second: AssociatedRecord): boolean {
  return contentText(first) === contentText(second);
}

function eventText({ id, type, occurredAt, properties }: EngagementEvent): string {
  return JSON.stringify([id, type, occurredAt, sortedEntries(properties)]);
}

function contentText({ properties, history, lists, events }: AssociatedRecord): string {
  return JSON.stringify([
    sortedEntries(properties),
    historyEntries(history),
    [...new Set(lists)].sort(),
    events.map(eventText).sort(),
  ]);
}

function historyEntries(history: History) {
  return Object.keys(history)
    .sort()
    .map((property) => [
      property,
      (history[property] ?? []).map(({ value, timestamp }) => JSON.stringify([timestamp, value])).sort(),
    ]);
}

function sortedEntries(properties: Properties) {
  return Object.keys(properties)
    .sort()
    .map((name) => [name, properties[name]]);
}
