import { HubSpotError } from "../../src/hubspot/hubspot-error.ts";
import { loggable } from "../../src/log.ts";
import { LIST_JOURNAL } from "../../src/scores/journal-feature.ts";
import { dropSubscriptions } from "../../src/store/journal.ts";
import { turnFeatureOff } from "../../src/store/portal-features.ts";
import type { WorkContext } from "../work-context.ts";

const REFUSALS = new Set([400, 403, 404]);

/** Whether HubSpot refuses the journal for good, as far as one can tell, rather than being away. */
export function isRefusal(error: unknown): error is HubSpotError {
  return error instanceof HubSpotError && REFUSALS.has(error.status);
}

/** Notes that HubSpot refuses its journal for these portals: their lists are read in their turn alone. */
export async function noteRefused(
  work: WorkContext,
  portals: readonly string[],
  error: HubSpotError,
): Promise<void> {
  const reason = `HubSpot refuses its webhooks journal (${loggable(error).message}); lists are read every five minutes`;
  await dropSubscriptions(work.db, portals);
  for (const portal of portals) {
    const isNew = await turnFeatureOff(work.db, portal, { feature: LIST_JOURNAL, reason, scopes: [] });
    if (isNew) work.log.warn({ portal, reason }, "HubSpot refuses this to the account: it is off");
  }
}
