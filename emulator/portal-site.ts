import type { TokenBook } from "./http/authentication.ts";
import { knowsToken } from "./http/authentication.ts";
import type { Fault } from "./http/faults.ts";
import type { RateLimiter } from "./http/rate-limit.ts";
import type { Router } from "./http/router.ts";
import type { Portal } from "./portal/portal.ts";
import type { Tier } from "./portal/tier.ts";
import type { WebhookApp } from "./webhooks/webhook-app.ts";

/** One portal as it is reached: its edition, tokens, limits and routes. */
export type PortalSite = {
  readonly portal: Portal;
  readonly tier: Tier;
  readonly tokens: TokenBook;
  /** Optional scopes that a consent leaves out, as an edition or a lapsed add-on may. */
  readonly withheld: Set<string>;
  readonly limiter: RateLimiter;
  readonly webhooks: WebhookApp;
  readonly faults: Fault[];
  readonly findApi: Router;
  readonly findControl: Router;
};

/** All portals of the emulator; the first one is meant where none is named. */
export type Sites = {
  readonly all: readonly PortalSite[];
  byId(id: string): PortalSite | undefined;
  byToken(token: string): PortalSite | undefined;
  add(site: PortalSite): void;
};

/** Returns an empty set of portals. */
export function createSites(): Sites {
  const all: PortalSite[] = [];
  return {
    all,
    byId: (id) => all.find((site) => String(site.portal.id) === id),
    byToken: (token) => all.find((site) => knowsToken(site.tokens, token)),
    add: (site) => void all.push(site),
  };
}
