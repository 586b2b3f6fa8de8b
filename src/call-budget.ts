import { setTimeout as pause } from "node:timers/promises";
import { stoppedError } from "./call-stops.ts";
import type { CallBudget, CallKind, RateLimitHeaders } from "./hubspot/call-budget.ts";
import type { HubSpotError } from "./hubspot/hubspot-error.ts";
import { parkCalls, type Rate, reserveCall, setRate } from "./store/call-budgets.ts";
import type { Queryable } from "./store/database.ts";

const BURST = 3;
/** Calls of a window left unused, for those under way when it turns. */
const SPARE = 3;

/** A steady rate that keeps any window of `windowMs` at or below `calls`. */
export function rateFor(calls: number, windowMs: number): Rate {
  const burst = Math.max(1, Math.min(BURST, Math.floor(calls / 10)));
  return { intervalMs: windowMs / Math.max(1, calls - burst - SPARE), burst };
}

/** Until HubSpot's answers tell the account's own limit: the lowest documented ones, per 10 s; search 5 a second. */
const FIRST_RATES: Readonly<Record<CallKind, Rate>> = {
  call: rateFor(100, 10_000),
  association: rateFor(100, 10_000),
  search: { intervalMs: 250, burst: 1 },
};

async function takeSlot(db: Queryable, portal: string, kind: CallKind): Promise<void> {
  const slot = await reserveCall(db, portal, kind, FIRST_RATES[kind]);
  if ("parkedMs" in slot) {
    throw stoppedError({ by: "parked", waitMs: slot.parkedMs, reason: slot.reason });
  }
  if (slot.waitMs >= 1) await pause(slot.waitMs);
}

/**
 * The calls of one portal, spent from the database so that all processes share one allowance; `noteDay` gets what each
 * answer tells of the day's calls.
 */
export function createCallBudget(
  db: Queryable,
  portal: string,
  noteDay: (headers: RateLimitHeaders) => Promise<void> = async () => undefined,
): CallBudget {
  let lastMax: number | undefined;
  return {
    async take(kind) {
      // Calls to the associations API count against the account's general limit too.
      const kinds: readonly CallKind[] = kind === "association" ? ["association", "call"] : [kind];
      for (const one of kinds) await takeSlot(db, portal, one);
    },
    async observe(headers: RateLimitHeaders) {
      await noteDay(headers);
      if (!headers.max || headers.max === lastMax) return;
      lastMax = headers.max;
      await setRate(db, portal, "call", rateFor(headers.max, headers.intervalMs ?? 10_000));
    },
  };
}

const PAUSES: Readonly<Record<string, number>> = { TEN_SECONDLY_ROLLING: 2_000, SECONDLY: 1_000 };

/** How long (ms) the portal's calls must pause after this failure, or undefined where they need not. */
function pauseAfter(error: HubSpotError): number | undefined {
  if (error.code === "RATE_LIMITED") {
    // A spent day stops the calls of every kind, until the portal's midnight: see call-stops.ts.
    if (error.policyName === "DAILY") return undefined;
    return error.retryAfterMs ?? PAUSES[error.policyName ?? ""] ?? 2_000;
  }
  if (error.code === "LOCKED") return Math.max(2_000, error.retryAfterMs ?? 0);
  if (error.code === "MIGRATING") return error.retryAfterMs ?? 3_600_000;
  if (error.code === "SERVER_ERROR") return error.retryAfterMs ?? 1_000;
  return undefined;
}

/** Parks the portal's calls of this kind where the failure asks for it. */
export async function parkAfter(
  db: Queryable,
  portal: string,
  kind: CallKind,
  error: HubSpotError,
): Promise<void> {
  const forMs = error.status === 0 ? undefined : pauseAfter(error);
  if (forMs !== undefined) await parkCalls(db, portal, kind, { forMs, reason: error.message });
}
