import type { HubSpotClient } from "../src/hubspot/client.ts";
import { HubSpotError } from "../src/hubspot/hubspot-error.ts";
import { loggable } from "../src/log.ts";
import { ensureProperties } from "../src/scores/ensure-properties.ts";
import { PublishError } from "../src/scores/publish-checks.ts";
import { forgetHeld } from "../src/store/pending-writes.ts";
import type { WorkContext } from "./work-context.ts";

/** Whether HubSpot refused values because a property that we write is gone. */
export function isMissingProperty(reason: string): boolean {
  return reason.includes("PROPERTY_DOESNT_EXIST");
}

/**
 * Makes the properties of the portal's scores of this type anew where someone deleted or archived them. Returns whether
 * they are there again; where one cannot be made (retyped, no permission) the reason is logged once.
 */
export async function restoreProperties(
  work: WorkContext,
  portal: string,
  object: string,
  client: HubSpotClient,
): Promise<boolean> {
  const { live } = await work.catalogue.load(work.db, portal);
  try {
    const made: string[] = [];
    for (const score of live.filter((one) => one.object === object))
      made.push(...(await ensureProperties(client, score.definition)));
    await forgetHeld(work.db, portal, object, made);
    work.log.warn(
      { portal, object, properties_made: made },
      "properties of scores were missing in HubSpot and have been made again: every value is written anew",
    );
    return true;
  } catch (error) {
    if (!(error instanceof PublishError) && !(error instanceof HubSpotError)) throw error;
    work.log.error(
      { portal, object, error: loggable(error) },
      "properties of scores are missing in HubSpot and could not be made again",
    );
    return false;
  }
}
