import { z } from "zod";
import type { EventOccurrence } from "../../src/hubspot/event-occurrences.ts";
import { occurrenceEvent } from "../../src/hubspot/occurrence-events.ts";
import { addEvents } from "../../src/ingestion/add-events.ts";
import type { Queryable } from "../../src/store/database.ts";

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

/** Adds occurrences to their contacts' events. Returns the contacts that got new ones. */
export async function saveOccurrences(
  tx: Queryable,
  portal: string,
  occurrences: readonly EventOccurrence[],
): Promise<string[]> {
  return addEvents(
    tx,
    portal,
    occurrences.flatMap((occurrence) => occurrenceEvent(occurrence, portal) ?? []),
  );
}
