import type { Config } from "../config/config.ts";
import { createCallBudget, parkAfter } from "./call-budget.ts";
import type { Clock } from "./clock.ts";
import { type CallOutcome, createHubSpotClient, type HubSpotClient } from "./hubspot/client.ts";
import { HubSpotError } from "./hubspot/hubspot-error.ts";
import { staticToken } from "./hubspot/token.ts";
import type { Queryable } from "./store/database.ts";
import { findPortal } from "./store/portals.ts";

/** The way to HubSpot for each portal. */
export type PortalClients = {
  /** Whether this installation can call HubSpot for the portal. */
  has(portal: string): boolean;
  /** @throws an Error for a portal that this installation holds no token for. */
  clientFor(portal: string): HubSpotClient;
};

/** Milliseconds from `now` to the next midnight in the time zone. */
function untilMidnight(now: number, timeZone: string): number {
  const format = new Intl.DateTimeFormat("en-GB", {
    timeZone,
    hour: "numeric",
    minute: "numeric",
    second: "numeric",
    hourCycle: "h23",
  });
  const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, Number(value)]));
  const passed = ((parts["hour"] ?? 0) * 60 + (parts["minute"] ?? 0)) * 60 + (parts["second"] ?? 0);
  return (86_400 - passed) * 1_000;
}

type Deps = {
  readonly config: Config["hubspot"];
  readonly db: Queryable;
  readonly clock: Clock;
  readonly onCall: (portal: string, outcome: CallOutcome) => void;
};

function withParking(deps: Deps, portal: string, client: HubSpotClient): HubSpotClient {
  return {
    version: client.version,
    async request(call) {
      try {
        return await client.request(call);
      } catch (error) {
        if (error instanceof HubSpotError) {
          const timeZone = (await findPortal(deps.db, portal))?.timeZone ?? "UTC";
          const untilMidnightMs = untilMidnight(deps.clock.now(), timeZone);
          await parkAfter(deps.db, portal, { kind: call.kind ?? "call", error, untilMidnightMs });
        }
        throw error;
      }
    },
  };
}

/** Clients of the portals that the configuration gives access to, one each, made when first asked for. */
export function createPortalClients(deps: Deps): PortalClients {
  const known = new Map<string, HubSpotClient>();
  return {
    has: (portal) => deps.config.single?.portal === portal,
    clientFor(portal) {
      const kept = known.get(portal);
      if (kept) return kept;
      const { single, apiUrl, apiVersion } = deps.config;
      if (single?.portal !== portal) throw new Error(`no access token for portal ${portal}`);
      const client = createHubSpotClient({
        baseUrl: apiUrl,
        version: apiVersion,
        tokens: staticToken(single.token),
        budget: createCallBudget(deps.db, portal),
        onCall: (outcome) => deps.onCall(portal, outcome),
      });
      const parking = withParking(deps, portal, client);
      known.set(portal, parking);
      return parking;
    },
  };
}
