import { type ErrorBody, missingScopesOf, problemsOf, readErrorBody } from "./error-body.ts";
import {
  HubSpotError,
  type HubSpotErrorCode,
  type HubSpotFailure,
  type RetryAdvice,
} from "./hubspot-error.ts";

const windowMs = 10_000;
const lockedWaitMs = 2_000;
const secondlyWaitMs = 1_000;
const migrationWaitMs = 3_600_000;

type Verdict = { readonly code: HubSpotErrorCode; readonly retry: RetryAdvice };

const verdicts: { readonly [status: number]: Verdict } = {
  401: { code: "UNAUTHORIZED", retry: "later" },
  403: { code: "FORBIDDEN", retry: "never" },
  404: { code: "NOT_FOUND", retry: "never" },
  409: { code: "CONFLICT", retry: "never" },
  423: { code: "LOCKED", retry: "later" },
  429: { code: "RATE_LIMITED", retry: "later" },
  477: { code: "MIGRATING", retry: "later" },
};

/** Returns the error that an answer outside 2xx stands for, by HubSpot's error-handling rules. */
export function failureOf(status: number, headers: Headers, body: string): HubSpotError {
  const said = readErrorBody(body);
  const problems = problemsOf(said);
  const failure: HubSpotFailure = {
    ...verdictOf(status, said),
    status,
    ...(said.category !== undefined && { category: said.category }),
    ...(said.correlationId !== undefined && { correlationId: said.correlationId }),
    ...(problems.length > 0 && { problems }),
    ...invalidIdsOf(problems.flatMap((problem) => problem.ids)),
    ...waitOf(status, headers, said),
  };
  return new HubSpotError(failure);
}

function verdictOf(status: number, said: ErrorBody): Verdict & { missingScopes?: readonly string[] } {
  if (status === 403 && said.category === "MISSING_SCOPES") {
    return { code: "MISSING_SCOPES", retry: "never", missingScopes: missingScopesOf(said) };
  }
  if (status >= 500) return { code: "SERVER_ERROR", retry: "later" };
  return verdicts[status] ?? { code: "INVALID", retry: "never" };
}

function invalidIdsOf(ids: readonly string[]): { invalidIds?: readonly string[] } {
  return ids.length === 0 ? {} : { invalidIds: [...new Set(ids)] };
}

function waitOf(status: number, headers: Headers, said: ErrorBody): Partial<HubSpotFailure> {
  const asked = secondsOf(headers.get("retry-after"));
  if (status === 423) return { retryAfterMs: Math.max(asked ?? 0, lockedWaitMs) };
  if (status === 477) return { retryAfterMs: asked ?? migrationWaitMs };
  if (status === 429) return rateLimitWait(policyOf(said), asked, headers);
  return asked === undefined ? {} : { retryAfterMs: asked };
}

// The daily limit ends at midnight in the account's time zone, which only the caller knows: no wait is named.
function rateLimitWait(
  policyName: string,
  asked: number | undefined,
  headers: Headers,
): Partial<HubSpotFailure> {
  if (asked !== undefined) return { policyName, retryAfterMs: asked };
  if (policyName === "DAILY") return { policyName };
  if (policyName === "SECONDLY") return { policyName, retryAfterMs: secondlyWaitMs };
  const interval = Number(headers.get("x-hubspot-ratelimit-interval-milliseconds") ?? windowMs);
  return { policyName, retryAfterMs: interval > 0 ? interval : windowMs };
}

function policyOf(said: ErrorBody): string {
  if (said.policyName !== undefined) return said.policyName;
  if (said.message?.includes("daily limit")) return "DAILY";
  if (said.message?.includes("secondly limit")) return "SECONDLY";
  return "TEN_SECONDLY_ROLLING";
}

function secondsOf(header: string | null): number | undefined {
  return header !== null && /^\d+(\.\d+)?$/.test(header) ? Math.ceil(Number(header) * 1000) : undefined;
}
