import { setTimeout as wait } from "node:timers/promises";
import type { Answer } from "./answer.ts";
import { ApiError, invalidRequest } from "./api-error.ts";
import { authenticate, type TokenBook } from "./authentication.ts";
import { type CallLog, logCall } from "./call-log.ts";
import { type Fault, takeFault } from "./faults.ts";
import type { RateLimiter } from "./rate-limit.ts";
import type { Route } from "./route.ts";
import { createRouter, type Match } from "./router.ts";
import type { Incoming, Respond } from "./server.ts";

export type ApiParts = {
  readonly apiRoutes: readonly Route[];
  readonly controlRoutes: readonly Route[];
  readonly tokens: TokenBook;
  readonly limiter: RateLimiter;
  readonly calls: CallLog;
  readonly faults: Fault[];
  readonly closing: AbortSignal;
};

/** Returns what answers every request: control routes as they are, API calls logged, authenticated and rate-limited. */
export function createResponder(parts: ApiParts): Respond {
  const findControl = createRouter(parts.controlRoutes);
  const findApi = createRouter(parts.apiRoutes);
  return async (incoming) => {
    const { method, url } = incoming;
    const control = findControl(method, url.pathname);
    if (control) return run(control, incoming, readBody(incoming));
    if (url.pathname.startsWith("/__"))
      return { status: 404, body: { message: `no control ${method} ${url.pathname}` } };
    const body = readBody(incoming);
    const call = logCall(parts.calls, { method, url, body });
    const answer = await answerCall(parts, incoming, findApi(method, url.pathname), body);
    call.status = answer === "drop" ? 0 : answer.status;
    return answer;
  };
}

async function answerCall(
  parts: ApiParts,
  incoming: Incoming,
  match: Match | undefined,
  body: unknown,
): Promise<Answer | "drop"> {
  const fault = takeFault(parts.faults, incoming.method, incoming.url.pathname);
  if (fault?.delayMs) await wait(fault.delayMs, undefined, { signal: parts.closing }).catch(() => undefined);
  if (fault?.drop) return "drop";
  if (fault?.status !== undefined) return playFault(fault, fault.status);
  if (incoming.url.pathname.startsWith("/oauth/"))
    return match ? run(match, incoming, body) : notOffered(incoming);
  try {
    authenticate(parts.tokens, incoming.headers.authorization);
  } catch (error) {
    return refusal(error);
  }
  if (!match) return notOffered(incoming);
  const taken = parts.limiter.take(
    match.route.path.endsWith("/search") && match.route.path.startsWith("/crm/objects") ? "search" : "call",
  );
  if ("refusal" in taken) return taken.refusal;
  const answer = await run(match, incoming, body);
  return { ...answer, headers: { ...taken.headers, ...answer.headers } };
}

function playFault(fault: Fault, status: number): Answer {
  const headers = fault.headers ?? {};
  if (fault.text !== undefined) return { status, text: fault.text, headers };
  return {
    status,
    body: fault.body ?? { status: "error", message: `fault ${status}`, category: "FAULT" },
    headers,
  };
}

function notOffered({ method, url }: Incoming): Answer {
  return {
    status: 501,
    body: { status: "error", category: "NOT_EMULATED", message: `${method} ${url.pathname} is not emulated` },
  };
}

async function run({ route, params }: Match, { method, url }: Incoming, body: unknown): Promise<Answer> {
  try {
    if (body === UNREADABLE) throw invalidRequest("Invalid input JSON: the body cannot be read");
    return await route.handle({ method, path: url.pathname, query: url.searchParams, params, body });
  } catch (error) {
    return refusal(error);
  }
}

function refusal(error: unknown): Answer {
  if (error instanceof ApiError) return { status: error.status, body: error.body };
  const message = error instanceof Error ? error.message : String(error);
  return { status: 500, body: { status: "error", category: "INTERNAL_ERROR", message } };
}

const UNREADABLE = Symbol("unreadable");

function readBody({ body, url }: Incoming): unknown {
  if (body === "") return undefined;
  if (url.pathname.startsWith("/oauth/")) return Object.fromEntries(new URLSearchParams(body));
  try {
    return JSON.parse(body);
  } catch {
    return UNREADABLE;
  }
}
