import type { EngagementEvent } from "./record.ts";

/** Returns a record's events with each id once, the first standing; events in order of time and id are taken as they are. */
export function distinctEvents(events: readonly EngagementEvent[]): readonly EngagementEvent[] {
  if (isInOrder(events)) return events;
  const ids = new Set<string>();
  for (const { id } of events) ids.add(id);
  if (ids.size === events.length) return events;
  return events.filter(({ id }) => ids.delete(id));
}

function isInOrder(events: readonly EngagementEvent[]): boolean {
  let time = Number.NEGATIVE_INFINITY;
  let id = "";
  for (const event of events) {
    if (event.occurredAt < time || (event.occurredAt === time && event.id <= id)) return false;
    time = event.occurredAt;
    id = event.id;
  }
  return true;
}
