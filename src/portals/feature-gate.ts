import type { HubSpotClient } from "../hubspot/client.ts";
import { featureOf } from "../hubspot/features.ts";
import { FEATURE_OFF, HubSpotError } from "../hubspot/hubspot-error.ts";
import type { Queryable } from "../store/database.ts";
import {
  listFeatures,
  type PortalFeature,
  takeFeatureCheck,
  turnFeatureOff,
  turnFeatureOn,
} from "../store/portal-features.ts";
import { findPortal, type Portal } from "../store/portals.ts";

/** How long a process believes what it read of a portal's features. */
const BELIEVED_MS = 5_000;
/** A refused feature is tried again once in this time: an account may have changed its edition. */
const LOOK_AGAIN_MS = 86_400_000;
/** When whoever wants a refused feature should ask again. */
const RETRY_MS = 60_000;

type Known = {
  readonly off: ReadonlyMap<string, PortalFeature>;
  readonly status: Portal["status"];
  readonly readAt: number;
};

/** Told when a portal's feature goes off (with the reason) or comes back. */
export type OnFeature = (portal: string, feature: string, offBecause: string | undefined) => void;

/** The error of a call that was not made, as HubSpot was seen to refuse this part to the account. */
function refusedError({ scopes }: PortalFeature): HubSpotError {
  const wants = scopes.length > 0;
  return new HubSpotError({
    code: wants ? "MISSING_SCOPES" : "FORBIDDEN",
    status: 403,
    retry: "never",
    retryAfterMs: RETRY_MS,
    ...(wants && { missingScopes: scopes }),
    category: FEATURE_OFF,
  });
}

/** The error of a call that was not made, as the portal is paused or has uninstalled the app. */
function inactiveError(status: Portal["status"]): HubSpotError {
  return new HubSpotError({
    ...({ code: "PAUSED", status: 0, retry: "later", retryAfterMs: RETRY_MS } as const),
    policyName: status.toUpperCase(),
  });
}

function reasonOf(error: HubSpotError): string {
  const scopes = error.missingScopes ?? [];
  if (scopes.length > 0) return `the scope ${scopes.join(" or ")} is not granted`;
  return "the account's edition or the app's permissions do not include it";
}

/**
 * The portal's client, which calls for active portals alone, notes what HubSpot refuses one for good (403) and does not
 * ask for that again: the call fails at once with the same code. Once a day one call tries again.
 */
export function gatedClient(
  db: Queryable,
  portal: string,
  client: HubSpotClient,
  onFeature: OnFeature,
): HubSpotClient {
  let known: Known | undefined;
  const look = async (feature: string): Promise<Known> => {
    // What is allowed is believed for a while, a refusal never: a new consent may just have ended it.
    const isFresh = known !== undefined && performance.now() - known.readAt < BELIEVED_MS;
    if (known && isFresh && known.status === "active" && !known.off.has(feature)) return known;
    const features = await listFeatures(db, portal);
    const { status = "active" } = (await findPortal(db, portal)) ?? {};
    const off = new Map(features.filter((one) => one.isOff).map((one) => [one.feature, one]));
    known = { off, status, readAt: performance.now() };
    return known;
  };
  const admit = async (feature: string): Promise<boolean> => {
    const { off: refused, status } = await look(feature);
    if (status !== "active") throw inactiveError(status);
    const off = refused.get(feature);
    if (!off) return true;
    if (await takeFeatureCheck(db, portal, feature, LOOK_AGAIN_MS)) return false;
    throw refusedError(off);
  };
  const turnOff = async (feature: string, error: HubSpotError): Promise<void> => {
    const reason = reasonOf(error);
    known = undefined;
    if (await turnFeatureOff(db, portal, { feature, reason, scopes: error.missingScopes ?? [] }))
      onFeature(portal, feature, reason);
  };
  return {
    version: client.version,
    async request(call) {
      const feature = featureOf(call);
      if (feature === undefined) return client.request(call);
      const wasOn = await admit(feature);
      try {
        const answer = await client.request(call);
        if (!wasOn) {
          known = undefined;
          await turnFeatureOn(db, portal, feature);
          onFeature(portal, feature, undefined);
        }
        return answer;
      } catch (error) {
        if (error instanceof HubSpotError && error.status === 403) await turnOff(feature, error);
        throw error;
      }
    },
  };
}
