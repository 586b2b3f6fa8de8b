import type { Config } from "../config/config.ts";
import { createCallBudget } from "./call-budget.ts";
import { type BreakerChange, createCallStops } from "./call-stops.ts";
import type { Clock } from "./clock.ts";
import { guardedClient } from "./guarded-client.ts";
import { type CallOutcome, createHubSpotClient, type HubSpotClient } from "./hubspot/client.ts";
import { staticToken } from "./hubspot/token.ts";
import { gatedClient, type OnFeature } from "./portals/feature-gate.ts";
import type { TokenSource } from "./portals/portal-tokens.ts";
import { renewingClient } from "./portals/renewing-client.ts";
import type { Queryable } from "./store/database.ts";

/** The way to HubSpot for each portal. */
export type PortalClients = {
  /** Whether this installation can call HubSpot for the portal. */
  has(portal: string): boolean;
  /** @throws an Error for a portal that this installation holds no token for. */
  clientFor(portal: string): HubSpotClient;
};

type Deps = {
  readonly config: Config["hubspot"];
  readonly db: Queryable;
  readonly clock: Pick<Clock, "now">;
  readonly onCall: (portal: string, outcome: CallOutcome) => void;
  readonly onBreaker: (portal: string, change: BreakerChange, reason: string) => void;
  readonly onFeature?: OnFeature;
  /** The tokens of accounts that installed by OAuth, where the configuration allows it. */
  readonly oauthTokens?: TokenSource | undefined;
};

/** The tokens of the portal, and where they can be renewed the client that does it. */
function accessTo({ config, oauthTokens }: Deps, portal: string) {
  if (config.single?.portal === portal)
    return { tokens: staticToken(config.single.token), renewing: (client: HubSpotClient) => client };
  if (!oauthTokens) throw new Error(`no access token for portal ${portal}`);
  const tokens = oauthTokens(portal);
  return { tokens, renewing: (client: HubSpotClient) => renewingClient(client, tokens) };
}

/** Clients of the portals that the configuration gives access to, one each, made when first asked for. */
export function createPortalClients(deps: Deps): PortalClients {
  const known = new Map<string, HubSpotClient>();
  return {
    has: (portal) => deps.config.single?.portal === portal || deps.oauthTokens !== undefined,
    clientFor(portal) {
      const kept = known.get(portal);
      if (kept) return kept;
      const { apiUrl, apiVersion } = deps.config;
      const { tokens, renewing } = accessTo(deps, portal);
      const stops = createCallStops(deps, portal);
      const client = createHubSpotClient({
        baseUrl: apiUrl,
        version: apiVersion,
        tokens,
        budget: createCallBudget(deps.db, portal, stops.noteDay),
        onCall: (outcome) => deps.onCall(portal, outcome),
      });
      const guarded = guardedClient(deps.db, portal, renewing(client), stops);
      const gated = gatedClient(deps.db, portal, guarded, deps.onFeature ?? (() => undefined));
      known.set(portal, gated);
      return gated;
    },
  };
}
