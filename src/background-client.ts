import { callAllowance, stoppedError } from "./call-stops.ts";
import type { Clock } from "./clock.ts";
import type { HubSpotClient } from "./hubspot/client.ts";
import type { Queryable } from "./store/database.ts";

/** The portal's client for work that can wait: it leaves the last part of a day's calls to live changes. */
export function backgroundClient(
  deps: { readonly db: Queryable; readonly clock: Pick<Clock, "now"> },
  portal: string,
  client: HubSpotClient,
): HubSpotClient {
  return {
    version: client.version,
    async request(call) {
      const { background, stop } = await callAllowance(deps.db, deps.clock, portal);
      if (!background && stop) throw stoppedError(stop);
      return client.request(call);
    },
  };
}
