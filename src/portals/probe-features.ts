import { z } from "zod";
import type { HubSpotClient } from "../hubspot/client.ts";
import { featureOf } from "../hubspot/features.ts";
import { HubSpotError } from "../hubspot/hubspot-error.ts";
import { objectPathOf } from "../hubspot/object-types.ts";
import type { Queryable } from "../store/database.ts";
import { listFeatures, turnFeatureOn } from "../store/portal-features.ts";

const OBJECTS = ["contact", "company", "deal", "lead", "ticket"];

/** One call of each part that scores may read and that editions or scopes decide on; it reads next to nothing. */
function probesOf(version: string): string[] {
  return [
    ...OBJECTS.map((object) => `/crm/objects/${version}/${objectPathOf(object)}`),
    `/crm/lists/${version}/1`,
    `/events/event-occurrences/${version}/event-types`,
    "/marketing/forms/2026-09-beta",
    "/email/public/v1/events",
    `/conversations/conversations/${version}/threads`,
  ];
}

/** Whether a failed probe still shows that HubSpot lets the account ask; throws what says nothing about the part asked. */
function showsAllowed(error: unknown): boolean {
  if (!(error instanceof HubSpotError) || [0, 401, 429].includes(error.status)) throw error;
  return error.status === 400 || error.status === 404;
}

/**
 * Finds what HubSpot allows the account where that is not known yet, by one small call to each part; the client notes
 * what is refused (403). Parts whose answer tells neither stay unknown. @throws HubSpotError where the account cannot be called at all.
 */
export async function probeFeatures(db: Queryable, portal: string, client: HubSpotClient): Promise<void> {
  const known = new Set((await listFeatures(db, portal)).map(({ feature }) => feature));
  for (const path of probesOf(client.version)) {
    const feature = featureOf({ method: "GET", path }) ?? path;
    if (known.has(feature)) continue;
    const isAllowed = await client
      .request({ method: "GET", path, query: { limit: "1" }, answer: z.unknown() })
      .then(() => true, showsAllowed);
    if (isAllowed) await turnFeatureOn(db, portal, feature);
  }
}
