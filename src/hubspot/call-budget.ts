/** Which of a portal's limits a call draws on. */
export type CallKind = "call" | "search" | "association";

/** What HubSpot said of the portal's limits in one answer; absent where it did not. */
export type RateLimitHeaders = {
  readonly max?: number;
  readonly remaining?: number;
  readonly intervalMs?: number;
  readonly daily?: number;
  readonly dailyRemaining?: number;
};

/** The call allowance of one portal, shared by all that call for it. */
export type CallBudget = {
  /** Resolves when one call of this kind may be made. */
  take(kind: CallKind): Promise<void>;
  /** Notes what HubSpot said of the limits. */
  observe(headers: RateLimitHeaders): Promise<void>;
};

const headerNames = {
  max: "x-hubspot-ratelimit-max",
  remaining: "x-hubspot-ratelimit-remaining",
  intervalMs: "x-hubspot-ratelimit-interval-milliseconds",
  daily: "x-hubspot-ratelimit-daily",
  dailyRemaining: "x-hubspot-ratelimit-daily-remaining",
} as const;

/** Returns the limits named in an answer's headers; empty for search, whose answers carry none. */
export function rateLimitHeaders(headers: Headers): RateLimitHeaders {
  const read: { [name: string]: number } = {};
  for (const [name, header] of Object.entries(headerNames)) {
    const text = headers.get(header);
    if (text !== null && /^\d+$/.test(text)) read[name] = Number(text);
  }
  return read;
}
