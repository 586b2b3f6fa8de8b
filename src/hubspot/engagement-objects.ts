import type { EngagementEvent } from "../scoring/record.ts";
import type { HubSpotClient } from "./client.ts";
import { engagementEvents } from "./engagement.ts";
import { type EngagementObjectName, engagementPropertyNames } from "./engagement-properties.ts";
import { readRecords } from "./records.ts";

/** The events of one engagement object. */
type EngagementObjectEvents = {
  readonly objectId: string;
  readonly events: readonly EngagementEvent[];
};

/** The events of those engagement objects that exist, and the ids of those that do not. */
export type EngagementBatch = {
  readonly found: readonly EngagementObjectEvents[];
  readonly missing: readonly string[];
};

/** Returns the events of these engagement objects, read in batches of 100, with the event properties named. */
export async function readEngagementObjects(
  client: HubSpotClient,
  object: EngagementObjectName,
  ids: readonly string[],
  eventProperties: readonly string[],
): Promise<EngagementBatch> {
  const properties = engagementPropertyNames(object, eventProperties);
  const { found, missing } = await readRecords(client, object, ids, { properties });
  return {
    found: found.map((record) => ({
      objectId: record.id,
      events: engagementEvents(object, record, eventProperties),
    })),
    missing,
  };
}
