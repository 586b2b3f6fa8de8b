import { HubSpotError } from "../hubspot/hubspot-error.ts";
import type { TokenProvider } from "../hubspot/token.ts";
import { fewAtOnce } from "./few-at-once.ts";
import { type HeldToken, type RenewDeps, renewTokens } from "./renew-tokens.ts";

/** Renewals hold a database connection while HubSpot answers, so only a few portals' run at once. */
const RENEWALS = 4;

/** The tokens of a portal connected by OAuth. */
export type PortalTokens = TokenProvider & {
  /** The generation of the token last given out, undefined before the first. */
  generation(): number | undefined;
  /** Told that HubSpot refused the token of this generation (401); true where there is another one to try. */
  replace(generation: number | undefined): Promise<boolean>;
  /** Looks for tokens that a new consent brought since this generation; true where there are some. */
  reread(generation: number | undefined): Promise<boolean>;
};

/** Gives each portal's tokens, which all calls of this process share. */
export type TokenSource = (portal: string) => PortalTokens;

type Deps = RenewDeps & {
  /** Told once that a portal's connection has ended, and why. */
  readonly onUninstalled: (portal: string, reason: string) => void;
};

/** Returns the tokens of portals connected by OAuth, renewed before they end, once for all processes. */
export function createTokenSource(deps: Deps): TokenSource {
  const turn = fewAtOnce(RENEWALS);
  return (portal) => {
    let held: HeldToken | undefined;
    let renewing: Promise<HeldToken> | undefined;
    const renew = async (refusedGeneration?: number): Promise<HeldToken> => {
      const renewal = await turn(() => renewTokens(deps, portal, refusedGeneration));
      if ("held" in renewal) {
        held = renewal.held;
        return held;
      }
      held = undefined;
      if ("failure" in renewal) throw renewal.failure;
      deps.onUninstalled(portal, renewal.uninstalled);
      throw new HubSpotError({ code: "UNAUTHORIZED", status: 401, retry: "later", retryAfterMs: 60_000 });
    };
    const renewOnce = (refusedGeneration?: number): Promise<HeldToken> => {
      renewing ??= renew(refusedGeneration).finally(() => {
        renewing = undefined;
      });
      return renewing;
    };
    return {
      async token() {
        if (held && performance.now() < held.renewFrom) return held.token;
        return (await renewOnce()).token;
      },
      generation: () => held?.generation,
      async replace(generation) {
        if (generation === undefined) return false;
        if (held && held.generation !== generation) return true;
        return (await renewOnce(generation)).generation !== generation;
      },
      async reread(generation) {
        return (await renewOnce()).generation !== generation;
      },
    };
  };
}
