import { isOfDay, leftOf, portalDay, untilMidnight } from "./call-day.ts";
import type { Clock } from "./clock.ts";
import type { RateLimitHeaders } from "./hubspot/call-budget.ts";
import { HubSpotError } from "./hubspot/hubspot-error.ts";
import {
  type BreakerRule,
  countFailure,
  forgetFailures,
  reopenBreaker,
  returnProbe,
  takeProbe,
} from "./store/call-breakers.ts";
import { endDay, loadStops, noteDay, type StoredStops } from "./store/call-stops.ts";
import type { Queryable } from "./store/database.ts";

/** Five failures in a row stop a portal's calls, for 2 s at first and 5 minutes at most. */
const BREAKER: BreakerRule = { failures: 5, firstMs: 2_000, longestMs: 300_000 };
/** Longer than any call takes. */
const PROBE_LEASE_MS = 20_000;
const LOOK_AGAIN_MS = 500;

type Stop = "breaker" | "parked" | "day" | "reserve";

/** What a portal's calls may do now. A stop ends after `waitMs`, as far as is known. */
export type Allowance = {
  /** Whether calls for live work may be made. */
  readonly live: boolean;
  /** Whether calls for background work (back-fill, reconciler) may be made as well. */
  readonly background: boolean;
  readonly stop?: { readonly by: Stop; readonly waitMs: number; readonly reason: string };
  /** The calls of the portal's day, where HubSpot told them today. */
  readonly day?: { readonly limit: number; readonly remaining: number };
};

function stopOf(stored: StoredStops, now: number): Allowance["stop"] {
  const today = portalDay(now, stored.timeZone);
  const left = leftOf(stored, today);
  const midnight = untilMidnight(today);
  if (left === "none") return { by: "day", waitMs: midnight, reason: "the day's calls are spent" };
  if (stored.openMs !== null && stored.openMs > 0)
    return { by: "breaker", waitMs: stored.openMs, reason: stored.openReason ?? "" };
  if (stored.parkedMs > 0)
    return { by: "parked", waitMs: stored.parkedMs, reason: stored.parkedReason ?? "" };
  if (left === "live")
    return {
      by: "reserve",
      waitMs: midnight,
      reason: "the rest of the day's calls is kept for live changes",
    };
  return undefined;
}

function allowanceOf(stored: StoredStops, now: number): Allowance {
  const stop = stopOf(stored, now);
  const { day, limit, remaining } = stored;
  const isToday = day === portalDay(now, stored.timeZone).date && limit !== null && remaining !== null;
  return {
    live: stop === undefined || stop.by === "reserve",
    background: stop === undefined,
    ...(stop && { stop }),
    ...(isToday && limit > 0 && { day: { limit, remaining } }),
  };
}

/** What the portal's calls may do now, as all processes together know it. */
export async function callAllowance(
  db: Queryable,
  clock: Pick<Clock, "now">,
  portal: string,
): Promise<Allowance> {
  return allowanceOf(await loadStops(db, portal), clock.now());
}

/** The error of a call that was not made because the portal's calls are stopped. */
export function stoppedError(stop: NonNullable<Allowance["stop"]>): HubSpotError {
  return new HubSpotError({
    code: "PAUSED",
    status: 0,
    retry: "later",
    retryAfterMs: stop.waitMs,
    policyName: stop.by.toUpperCase(),
  });
}

/** What happens to the breaker of a portal, for logs and metrics. */
export type BreakerChange = "opened" | "closed";

type Deps = {
  readonly db: Queryable;
  readonly clock: Pick<Clock, "now">;
  readonly onBreaker: (portal: string, change: BreakerChange, reason: string) => void;
};

/** A call that may be made; `isProbe` where it tries a breaker whose pause is over. */
type Admission = { readonly isProbe: boolean; readonly failures: number };

/** Stops a portal's calls while they keep failing and when the day's are spent, in all processes alike. */
export type CallStops = {
  /** @throws HubSpotError (`PAUSED`) where no call may be made now. */
  admit(): Promise<Admission>;
  noteAnswer(admission: Admission): Promise<void>;
  noteFailure(admission: Admission, error: HubSpotError): Promise<void>;
  noteDay(headers: RateLimitHeaders): Promise<void>;
};

const OUTAGES = new Set(["SERVER_ERROR", "TIMEOUT", "NETWORK"]);

/** The stops of one portal's calls. */
export function createCallStops({ db, clock, onBreaker }: Deps, portal: string): CallStops {
  let timeZone = "UTC";
  const today = () => portalDay(clock.now(), timeZone);
  const noteAnswer = async ({ isProbe, failures }: Admission): Promise<void> => {
    if (!isProbe && failures === 0) return;
    await forgetFailures(db, portal, isProbe);
    if (isProbe) onBreaker(portal, "closed", "");
  };
  const noteOutage = async ({ isProbe }: Admission, reason: string): Promise<void> => {
    if (isProbe) await reopenBreaker(db, portal, BREAKER, reason);
    else if (await countFailure(db, portal, BREAKER, reason)) onBreaker(portal, "opened", reason);
  };
  return {
    noteAnswer,
    async admit() {
      const stored = await loadStops(db, portal);
      timeZone = stored.timeZone;
      const { live, stop } = allowanceOf(stored, clock.now());
      // What HubSpot asked to wait for holds for the kind of call, which the call budget knows.
      if (!live && stop && stop.by !== "parked") throw stoppedError(stop);
      const isProbe = stored.openMs !== null;
      if (isProbe && !(await takeProbe(db, portal, PROBE_LEASE_MS)))
        throw stoppedError({ by: "breaker", waitMs: LOOK_AGAIN_MS, reason: "" });
      return { isProbe, failures: stored.failures };
    },
    async noteFailure(admission, error) {
      if (error.code === "PAUSED") {
        if (admission.isProbe) await returnProbe(db, portal);
      } else if (OUTAGES.has(error.code)) await noteOutage(admission, error.message);
      else await noteAnswer(admission);
      if (error.policyName === "DAILY") await endDay(db, portal, today().date);
    },
    async noteDay({ daily: limit, dailyRemaining: remaining }) {
      if (limit === undefined || remaining === undefined || !isOfDay(today(), limit, remaining)) return;
      await noteDay(db, portal, { day: today().date, limit, remaining });
    },
  };
}
