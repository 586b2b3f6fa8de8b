import { z } from "zod";
import type { HubSpotClient } from "../../src/hubspot/client.ts";
import { type EventOccurrence, listEventTypes } from "../../src/hubspot/event-occurrences.ts";
import { HubSpotError } from "../../src/hubspot/hubspot-error.ts";
import { occurrenceEvent } from "../../src/hubspot/occurrence-events.ts";
import type { EngagementEvent } from "../../src/scoring/record.ts";
import type { Queryable } from "../../src/store/database.ts";
import { forgottenAmong } from "../../src/store/forgetting.ts";
import { mergedInto } from "../../src/store/merging.ts";
import { mergeEvents } from "../../src/store/timeline.ts";
import { loadTimelines, saveTimelines } from "../../src/store/timelines.ts";

/** How far back each poll looks again, for occurrences that HubSpot shows late. */
const OVERLAP_MS = 300_000;

const cursor = z.object({ after: z.number(), polledAt: z.number() });

/** Where polling of one event type stands: it looks from `after` on; `polledAt` is when it last did (ms). */
export type PollCursor = z.infer<typeof cursor>;

/** The stored cursor, or undefined where there is none. */
export function readPollCursor(position: unknown): PollCursor | undefined {
  return cursor.safeParse(position).data;
}

/** The cursor after everything up to `newest` was read by a look begun at `polledAt`. */
export function pollCursor(newest: number, polledAt: number): PollCursor {
  return { after: Math.min(newest, polledAt) - OVERLAP_MS, polledAt };
}

/** The event types that the account knows; none where it has no event occurrences (they need Enterprise). */
export async function knownEventTypes(client: HubSpotClient): Promise<Set<string>> {
  try {
    return new Set(await listEventTypes(client));
  } catch (error) {
    if (error instanceof HubSpotError && (error.status === 403 || error.status === 404)) return new Set();
    throw error;
  }
}

/** Adds occurrences to their contacts' events. Returns the contacts that got new ones. */
export async function saveOccurrences(
  tx: Queryable,
  portal: string,
  occurrences: readonly EventOccurrence[],
): Promise<string[]> {
  const read = occurrences.flatMap((occurrence) => occurrenceEvent(occurrence, portal) ?? []);
  const ids = [...new Set(read.map((one) => one.contactId))];
  if (ids.length === 0) return [];
  const forgotten = await forgottenAmong(tx, portal, "contact", ids);
  const merged = await mergedInto(tx, portal, "contact", ids);
  const added = new Map<string, EngagementEvent[]>();
  for (const { contactId, event } of read) {
    if (forgotten.has(contactId)) continue;
    const present = merged.get(contactId) ?? contactId;
    const events = added.get(present) ?? [];
    events.push(event);
    added.set(present, events);
  }
  const timelines = await loadTimelines(tx, portal, [...added.keys()]);
  const changed = new Map<string, EngagementEvent[]>();
  for (const [contact, events] of added) {
    const united = mergeEvents(timelines.get(contact) ?? [], events);
    if (united.changed) changed.set(contact, united.events);
  }
  await saveTimelines(tx, portal, changed);
  return [...changed.keys()];
}
