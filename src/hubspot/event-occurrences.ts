import { z } from "zod";
import type { HubSpotClient } from "./client.ts";
import { HubSpotError, isDenied } from "./hubspot-error.ts";
import { objectNameOf } from "./object-types.ts";
import { idSchema, instantSchema, nextAfter, pagingSchema } from "./record-answer.ts";

const pageSize = 1_000;

const occurrenceSchema = z
  .object({
    id: idSchema,
    objectType: z.string(),
    objectId: idSchema,
    eventType: z.string(),
    occurredAt: instantSchema,
    properties: z.record(z.string(), z.coerce.string().nullable()).nullish(),
  })
  .transform((one) => ({ ...one, object: objectNameOf(one.objectType), properties: one.properties ?? {} }));

/** Something that happened to a record, as the event occurrences API answers it; `occurredAt` in ms. */
export type EventOccurrence = z.infer<typeof occurrenceSchema>;

/** Which occurrences to read: of one HubSpot event type, after an instant (ms), from a page cursor on. */
export type OccurrenceQuery = {
  readonly eventType: string;
  readonly occurredAfter?: number;
  readonly after?: string;
  readonly limit?: number;
};

/** One page of occurrences, oldest first, and the cursor of the next. */
export type OccurrencePage = {
  readonly occurrences: readonly EventOccurrence[];
  readonly after: string | undefined;
};

/** Returns up to 1,000 occurrences of one event type, of records of any object type, oldest first. */
export async function listOccurrences(
  client: HubSpotClient,
  query: OccurrenceQuery,
): Promise<OccurrencePage> {
  const page = await client.request({
    method: "GET",
    path: `/events/event-occurrences/${client.version}`,
    query: {
      eventType: query.eventType,
      occurredAfter:
        query.occurredAfter === undefined ? undefined : new Date(query.occurredAfter).toISOString(),
      sort: "occurredAt",
      limit: String(query.limit ?? pageSize),
      after: query.after,
    },
    answer: z.object({ results: z.array(occurrenceSchema), paging: pagingSchema }),
  });
  return { occurrences: page.results, after: nextAfter(page.paging) };
}

/** Returns the names of all event types that HubSpot knows for the account, with data or without. */
export async function listEventTypes(client: HubSpotClient): Promise<string[]> {
  const { eventTypes } = await client.request({
    method: "GET",
    path: `/events/event-occurrences/${client.version}/event-types`,
    answer: z.object({ eventTypes: z.array(z.string()) }),
  });
  return eventTypes;
}

/** Returns the event types that the account knows; none where it has no event occurrences (they need Enterprise). */
export async function knownEventTypes(client: HubSpotClient): Promise<Set<string>> {
  try {
    return new Set(await listEventTypes(client));
  } catch (error) {
    if (isDenied(error) || (error instanceof HubSpotError && error.status === 404)) return new Set();
    throw error;
  }
}
