import { setTimeout as pause } from "node:timers/promises";
import { backgroundClient } from "./background-client.ts";
import { rateFor } from "./call-budget.ts";
import { stoppedError } from "./call-stops.ts";
import type { Clock } from "./clock.ts";
import type { HubSpotClient } from "./hubspot/client.ts";
import { budgetLeft, reserveCall, setRate } from "./store/call-budgets.ts";
import type { Queryable } from "./store/database.ts";

const KIND = "reconcile";
/** What the smallest accounts may call in 10 s, until HubSpot's answers tell more. */
const LEAST_CALLS = 100;

/**
 * The portal's client, slowed to the reconciler's share (percent) of the calls that the account allows: a ceiling, which
 * takes nothing from others while it is not used.
 */
export async function reconcileClient(
  deps: { readonly db: Queryable; readonly clock: Pick<Clock, "now"> },
  portal: string,
  client: HubSpotClient,
  share: number,
): Promise<HubSpotClient> {
  const { perTenSeconds = LEAST_CALLS } = (await budgetLeft(deps.db, portal)) ?? {};
  const rate = rateFor(Math.max(1, Math.floor((perTenSeconds * share) / 100)), 10_000);
  await setRate(deps.db, portal, KIND, rate);
  const background = backgroundClient(deps, portal, client);
  return {
    version: client.version,
    async request(call) {
      const slot = await reserveCall(deps.db, portal, KIND, rate);
      if ("parkedMs" in slot)
        throw stoppedError({ by: "parked", waitMs: slot.parkedMs, reason: slot.reason });
      if (slot.waitMs >= 1) await pause(slot.waitMs);
      return background.request(call);
    },
  };
}
