/** HubSpot's editions, smallest first. */
export const TIERS = ["free", "starter", "professional", "enterprise"] as const;
export type Tier = (typeof TIERS)[number];

/** Calls in rolling 10 s and a day that one privately distributed app may make. */
export const TIER_LIMITS: { readonly [T in Tier]: { readonly burst: number; readonly daily: number } } = {
  free: { burst: 100, daily: 250_000 },
  starter: { burst: 100, daily: 250_000 },
  professional: { burst: 190, daily: 625_000 },
  enterprise: { burst: 190, daily: 1_000_000 },
};

/** Scopes that smaller editions cannot give; any other scope is there on every edition. */
const LOWEST_TIER: { readonly [scope: string]: Tier } = {
  content: "starter",
  automation: "professional",
  "crm.objects.leads.read": "professional",
  "crm.objects.leads.write": "professional",
  "crm.schemas.leads.read": "professional",
  "crm.schemas.leads.write": "professional",
  "crm.objects.custom.read": "enterprise",
  "crm.objects.custom.write": "enterprise",
  "crm.schemas.custom.read": "enterprise",
  "marketing-email": "enterprise",
  "analytics.behavioral_events.send": "enterprise",
  "behavioral_events.event_definitions.read_write": "enterprise",
};

/** Tells whether an edition is at least another one. */
export function isAtLeast(tier: Tier, lowest: Tier): boolean {
  return TIERS.indexOf(tier) >= TIERS.indexOf(lowest);
}

/** Tells whether an account of this edition can give a scope. */
export function offersScope(tier: Tier, scope: string): boolean {
  return !Object.hasOwn(LOWEST_TIER, scope) || isAtLeast(tier, LOWEST_TIER[scope] ?? "free");
}
