/** What went wrong with a call, in one word; `PAUSED`: it was not made, as the portal's calls are stopped for now. */
export type HubSpotErrorCode =
  | "INVALID"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "MISSING_SCOPES"
  | "NOT_FOUND"
  | "CONFLICT"
  | "LOCKED"
  | "RATE_LIMITED"
  | "MIGRATING"
  | "SERVER_ERROR"
  | "TIMEOUT"
  | "NETWORK"
  | "UNREADABLE"
  | "PAUSED";

/** Whether the same call is worth making again: at once, after a wait, or not at all. */
export type RetryAdvice = "now" | "later" | "never";

/** One fault that HubSpot found in a request: its code, and the property and record it is about. */
export type Problem = {
  readonly code: string;
  readonly properties: readonly string[];
  readonly ids: readonly string[];
};

/** What is known of a failed call; `status` is 0 when no answer came. Holds no property values. */
export type HubSpotFailure = {
  readonly code: HubSpotErrorCode;
  readonly status: number;
  readonly retry: RetryAdvice;
  readonly category?: string;
  readonly retryAfterMs?: number;
  readonly policyName?: string;
  readonly correlationId?: string;
  readonly invalidIds?: readonly string[];
  readonly missingScopes?: readonly string[];
  readonly problems?: readonly Problem[];
  readonly payloadHash?: string;
};

/** A call to HubSpot that gave no usable answer; its message names codes, scopes and properties only. */
export class HubSpotError extends Error implements HubSpotFailure {
  override readonly name = "HubSpotError";
  readonly code: HubSpotErrorCode;
  readonly status: number;
  readonly retry: RetryAdvice;
  declare readonly category?: string;
  declare readonly retryAfterMs?: number;
  declare readonly policyName?: string;
  declare readonly correlationId?: string;
  declare readonly invalidIds?: readonly string[];
  declare readonly missingScopes?: readonly string[];
  declare readonly problems?: readonly Problem[];
  declare readonly payloadHash?: string;

  constructor(failure: HubSpotFailure, options?: ErrorOptions) {
    super(describe(failure), options);
    this.code = failure.code;
    this.status = failure.status;
    this.retry = failure.retry;
    Object.assign(this, failure);
  }
}

/** Returns a rejection handler that answers undefined for this HTTP status and throws everything else on. */
export function expectStatus(status: number): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof HubSpotError && error.status === status) return undefined;
    throw error;
  };
}

function describe(failure: HubSpotFailure): string {
  const parts: string[] = [failure.code];
  if (failure.status > 0) parts.push(String(failure.status));
  if (failure.category !== undefined) parts.push(failure.category);
  if (failure.policyName !== undefined) parts.push(failure.policyName);
  if (failure.missingScopes !== undefined) parts.push(`missing ${failure.missingScopes.join(", ")}`);
  for (const problem of failure.problems ?? []) parts.push([problem.code, ...problem.properties].join(" "));
  return parts.join(" · ");
}

/** The category of a refusal that HubSpot was not asked for again. */
export const FEATURE_OFF = "FEATURE_OFF";

/** Whether a call was not made at all: the portal's calls are stopped, or HubSpot is known to refuse this kind of them. */
export function wasNotMade(error: unknown): boolean {
  return error instanceof HubSpotError && (error.code === "PAUSED" || error.category === FEATURE_OFF);
}

/** Whether HubSpot refuses the account this kind of call (403), for want of a scope or by its edition. */
export function isDenied(error: unknown): error is HubSpotError {
  return error instanceof HubSpotError && error.status === 403;
}
