import type { HubSpotClient } from "../src/hubspot/client.ts";
import { HubSpotError } from "../src/hubspot/hubspot-error.ts";
import { listProperties } from "../src/hubspot/properties.ts";
import { loggable } from "../src/log.ts";
import { ensureProperties } from "../src/scores/ensure-properties.ts";
import { isIncomplete, propertyFaults } from "../src/scores/property-faults.ts";
import { PublishError } from "../src/scores/publish-checks.ts";
import type { LiveScore } from "../src/scores/score-catalogue.ts";
import { forgetHeld } from "../src/store/pending-writes.ts";
import { type PropertyFault, replacePropertyFaults } from "../src/store/property-faults.ts";
import type { WorkContext } from "./work-context.ts";

type Place = {
  readonly work: WorkContext;
  readonly portal: string;
  readonly object: string;
  readonly client: HubSpotClient;
};

async function restore({ work, portal, object, client }: Place, scores: readonly LiveScore[]): Promise<void> {
  const made: string[] = [];
  try {
    for (const score of scores) made.push(...(await ensureProperties(client, score)));
    await forgetHeld(work.db, portal, object, made);
  } catch (error) {
    if (!(error instanceof PublishError) && !(error instanceof HubSpotError)) throw error;
    work.log.error(
      { portal, object, error: loggable(error) },
      "properties of scores are missing in HubSpot and could not be made again",
    );
  }
  if (made.length === 0) return;
  work.log.warn(
    { portal, object, properties_made: made },
    "properties of scores were missing in HubSpot and have been made again: every value is written anew",
  );
}

async function noteFaults({ work, portal, object }: Place, faults: readonly PropertyFault[]): Promise<void> {
  const { added, cured } = await work.db.transaction(async (tx) => {
    const change = await replacePropertyFaults(tx, portal, object, faults);
    await forgetHeld(tx, portal, object, change.cured);
    return change;
  });
  const fresh = new Set(added);
  const texts = new Map(faults.filter((one) => fresh.has(one.property)).map((one) => [one.fault, one.parks]));
  for (const [fault, parks] of texts) {
    const fate = parks
      ? "its score is not written until the type is right again"
      : "values are written all the same";
    work.log.warn({ portal, object }, `${fault}: ${fate}`);
  }
  if (cured.length > 0)
    work.log.info(
      { portal, object, properties: cured },
      "properties of scores are right again: written anew",
    );
}

/**
 * Looks at the properties that the portal's scores of this type write: makes those anew that someone deleted or archived,
 * notes the ones that were retyped, and lets parked writes go on where the type is right again.
 */
export async function checkProperties(
  work: WorkContext,
  portal: string,
  object: string,
  client: HubSpotClient,
): Promise<void> {
  const { live } = await work.catalogue.load(work.db, portal);
  const scores = live.filter((one) => one.object === object);
  const existing = await listProperties(client, object);
  const faults = propertyFaults(scores, existing);
  const place = { work, portal, object, client };
  await noteFaults(place, faults);
  const faulty = new Set(faults.map((one) => one.scoreId));
  const incomplete = scores.filter((score) => !faulty.has(score.scoreId) && isIncomplete(score, existing));
  if (incomplete.length > 0) await restore(place, incomplete);
}
