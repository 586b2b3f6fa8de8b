import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Answer } from "./answer.ts";

const WINDOW_MS = 10_000;
const SEARCHES_PER_SECOND = 5;

export type RateLimitOptions = { readonly burst: number; readonly daily: number; readonly timeZone: string };
type Headers = { readonly [name: string]: string };
export type RateLimiter = {
  /** Counts a call; returns the 429 answer when it is over a limit, else the headers to send along. */
  take(kind: "call" | "search"): { refusal: Answer } | { headers: Headers };
  dailyUse(): number;
};

/** Returns HubSpot's limits for one app: a burst in rolling 10 s of real time, a day's total, searches a second. */
export function createRateLimiter(options: RateLimitOptions, clock: Clock): RateLimiter {
  const calls = rollingCount(WINDOW_MS);
  const searches = rollingCount(1000);
  const day = new Intl.DateTimeFormat("en-CA", { timeZone: options.timeZone });
  let today = day.format(clock.now());
  let used = 0;

  const headers = (): Headers => ({
    "X-HubSpot-RateLimit-Max": String(options.burst),
    "X-HubSpot-RateLimit-Remaining": String(Math.max(0, options.burst - calls.count())),
    "X-HubSpot-RateLimit-Interval-Milliseconds": String(WINDOW_MS),
    "X-HubSpot-RateLimit-Daily": String(options.daily),
    "X-HubSpot-RateLimit-Daily-Remaining": String(Math.max(0, options.daily - used)),
  });
  const turnDay = () => {
    const now = day.format(clock.now());
    if (now !== today) used = 0;
    today = now;
  };
  const takeSearch = () => {
    if (searches.count() >= SEARCHES_PER_SECOND)
      return { refusal: tooMany("You have reached your secondly limit.", "SECONDLY") };
    searches.add();
    used += 1;
    return { headers: {} };
  };
  const takeCall = () => {
    if (options.burst > 0 && calls.count() >= options.burst) {
      return {
        refusal: {
          ...tooMany("You have reached your ten_secondly_rolling limit.", "TEN_SECONDLY_ROLLING"),
          headers: headers(),
        },
      };
    }
    if (options.burst > 0) calls.add();
    used += 1;
    return { headers: headers() };
  };
  return {
    take: (kind) => {
      turnDay();
      if (used >= options.daily)
        return { refusal: { ...tooMany("You have reached your daily limit.", "DAILY"), headers: headers() } };
      return kind === "search" ? takeSearch() : takeCall();
    },
    dailyUse: () => used,
  };
}

function tooMany(message: string, policyName: string): Answer {
  const body = {
    status: "error",
    message,
    errorType: "RATE_LIMIT",
    category: "RATE_LIMITS",
    correlationId: randomUUID(),
    policyName,
    requestId: randomUUID(),
  };
  return { status: 429, body };
}

function rollingCount(windowMs: number) {
  const instants: number[] = [];
  const forget = () => {
    const oldest = performance.now() - windowMs;
    while (instants[0] !== undefined && instants[0] <= oldest) instants.shift();
  };
  return {
    add: () => instants.push(performance.now()),
    count: () => {
      forget();
      return instants.length;
    },
  };
}
