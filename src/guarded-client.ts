import { parkAfter } from "./call-budget.ts";
import type { CallStops } from "./call-stops.ts";
import type { HubSpotClient } from "./hubspot/client.ts";
import { HubSpotError } from "./hubspot/hubspot-error.ts";
import type { Queryable } from "./store/database.ts";

/** The portal's client, which makes no call while the portal's calls are stopped, and whose failures stop them. */
export function guardedClient(
  db: Queryable,
  portal: string,
  client: HubSpotClient,
  stops: CallStops,
): HubSpotClient {
  return {
    version: client.version,
    async request(call) {
      const admission = await stops.admit();
      try {
        const answer = await client.request(call);
        await stops.noteAnswer(admission);
        return answer;
      } catch (error) {
        if (error instanceof HubSpotError) {
          await stops.noteFailure(admission, error);
          await parkAfter(db, portal, call.kind ?? "call", error);
        }
        throw error;
      }
    },
  };
}
