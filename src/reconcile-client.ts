import { setTimeout as pause } from "node:timers/promises";
import type { HubSpotClient } from "./hubspot/client.ts";
import { HubSpotError } from "./hubspot/hubspot-error.ts";
import { type Rate, reserveCall } from "./store/call-budgets.ts";
import type { Queryable } from "./store/database.ts";

/** A tenth of what the smallest accounts may call: the reconciler's ceiling, not a reservation. */
const SHARE: Rate = { intervalMs: 1_000, burst: 5 };

/** The portal's client, slowed to the reconciler's share of the account's calls. */
export function reconcileClient(db: Queryable, portal: string, client: HubSpotClient): HubSpotClient {
  return {
    version: client.version,
    async request(call) {
      const slot = await reserveCall(db, portal, "reconcile", SHARE);
      if ("parkedMs" in slot) {
        throw new HubSpotError({
          code: "RATE_LIMITED",
          status: 0,
          retry: "later",
          retryAfterMs: slot.parkedMs,
        });
      }
      if (slot.waitMs >= 1) await pause(slot.waitMs);
      return client.request(call);
    },
  };
}
