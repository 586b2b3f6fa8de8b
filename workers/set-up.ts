import { HubSpotError } from "../src/hubspot/hubspot-error.ts";
import { loggable } from "../src/log.ts";
import { erasePortal } from "../src/portals/install.ts";
import { setUpPortal } from "../src/portals/set-up-portal.ts";
import type { ScoreDefinition } from "../src/scoring/definition.ts";
import { type ClaimedSetUp, claimSetUps, finishSetUp, postponeSetUp } from "../src/store/installs.ts";
import { countPortals, listPortals } from "../src/store/portals.ts";
import type { WorkContext } from "./work-context.ts";

const LEASE_MS = 120_000;
const RETRY_MS = 10_000;

async function setUpOne(
  work: WorkContext,
  claimed: ClaimedSetUp,
  starters: readonly ScoreDefinition[],
): Promise<void> {
  const { db, clients, queue, clock, log } = work;
  const { portal } = claimed;
  const deps = {
    ...{ db, starters, client: clients.clientFor(portal), now: () => clock.now() },
    wake: () => queue.enqueue("backfill", { portal }),
    onFault: (score: string, error: Error) =>
      log.warn({ portal, score, error: loggable(error) }, "a score cannot work in this account"),
  };
  try {
    await setUpPortal(deps, portal);
    await finishSetUp(db, claimed);
    log.info({ portal }, "the account is set up");
  } catch (error) {
    const { message } = loggable(error);
    const waitMs = (error instanceof HubSpotError ? error.retryAfterMs : undefined) ?? RETRY_MS;
    await postponeSetUp(db, claimed, { reason: message, waitMs });
    log.warn(
      { portal, error: loggable(error) },
      "the account could not be set up yet; it will be tried again",
    );
  }
}

/** Sets up the accounts that connected, side by side. */
export async function setUpPortals(work: WorkContext, starters: readonly ScoreDefinition[]): Promise<void> {
  const claimed = await claimSetUps(work.db, LEASE_MS);
  await Promise.all(claimed.map((one) => setUpOne(work, one, starters)));
}

const STATUSES = ["active", "paused", "uninstalled"] as const;

/** Measures how many portals are active, paused and uninstalled. */
export async function measurePortals({ db, metrics }: WorkContext): Promise<void> {
  const counts = await countPortals(db);
  for (const status of STATUSES) metrics.portals.set({ status }, counts.get(status) ?? 0);
}

/** Erases what is still kept of portals that uninstalled the app: an erasure that was interrupted ends here. */
export async function eraseUninstalled({ db }: WorkContext): Promise<void> {
  for (const { portal, status } of await listPortals(db))
    if (status === "uninstalled") await erasePortal(db, portal);
}
