import type { EngagementEvent } from "../scoring/record.ts";
import type { Queryable } from "../store/database.ts";
import { forgottenAmong } from "../store/forgetting.ts";
import { mergedInto } from "../store/merging.ts";
import { mergeEvents } from "../store/timeline.ts";
import { loadTimelines, saveTimelines } from "../store/timelines.ts";

/** An event and the id of the contact whose it is. */
export type ContactEvent = { readonly contactId: string; readonly event: EngagementEvent };

/**
 * Adds events to their contacts' timelines, those of merged contacts to the one each became, none to an erased one.
 * Returns the contacts that got new ones. The portal's data lock must be held.
 */
export async function addEvents(
  tx: Queryable,
  portal: string,
  events: readonly ContactEvent[],
): Promise<string[]> {
  const ids = [...new Set(events.map((one) => one.contactId))];
  if (ids.length === 0) return [];
  const forgotten = await forgottenAmong(tx, portal, "contact", ids);
  const merged = await mergedInto(tx, portal, "contact", ids);
  const kept = events.filter((one) => !forgotten.has(one.contactId));
  const added = Map.groupBy(kept, ({ contactId }) => merged.get(contactId) ?? contactId);
  const timelines = await loadTimelines(tx, portal, [...added.keys()]);
  const changed = new Map<string, EngagementEvent[]>();
  for (const [contact, own] of added) {
    const united = mergeEvents(
      timelines.get(contact) ?? [],
      own.map(({ event }) => event),
    );
    if (united.changed) changed.set(contact, united.events);
  }
  await saveTimelines(tx, portal, changed);
  return [...changed.keys()];
}
