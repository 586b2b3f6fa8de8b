import { setTimeout as wait } from "node:timers/promises";
import type { PortalSite, Sites } from "../portal-site.ts";
import type { Answer } from "./answer.ts";
import { ApiError, invalidRequest } from "./api-error.ts";
import { authenticate, bearerOf } from "./authentication.ts";
import { type CallLog, logCall } from "./call-log.ts";
import { type Fault, takeAnswerFault, takeFault } from "./faults.ts";
import { allowCall } from "./permissions.ts";
import type { Route } from "./route.ts";
import { createRouter, type Match } from "./router.ts";
import type { Incoming, Respond } from "./server.ts";

type JournalCall = {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
};

export type ApiParts = {
  readonly sites: Sites;
  /** Pages and controls that belong to no single portal; they are no API calls. */
  readonly appRoutes: readonly Route[];
  /** Calls that belong to the app and no portal: for tokens, and of the journal. */
  readonly ofAppRoutes: readonly Route[];
  /** Throws the refusal of a call of the journal, which takes the app's own tokens. */
  readonly allowJournalCall: (call: JournalCall) => void;
  readonly calls: CallLog;
  readonly closing: AbortSignal;
};

/** Returns what answers every request: pages and controls as they are, API calls logged, allowed and rate-limited. */
export function createResponder(parts: ApiParts): Respond {
  const findApp = createRouter(parts.appRoutes);
  const findOfApp = createRouter(parts.ofAppRoutes);
  return async (incoming) => {
    const { method, url, headers } = incoming;
    const asked = url.searchParams.get("portal");
    const steered = asked === null ? parts.sites.all[0] : parts.sites.byId(asked);
    const control = findApp(method, url.pathname) ?? steered?.findControl(method, url.pathname);
    if (control) return run(control, incoming, readBody(incoming));
    if (url.pathname.startsWith("/__"))
      return { status: 404, body: { message: `no control ${method} ${url.pathname}` } };
    const body = readBody(incoming);
    const site = parts.sites.byToken(bearerOf(headers.authorization) ?? "");
    const call = logCall(parts.calls, { method, url, body, portal: site?.portal.id });
    const isOfApp = /^\/(oauth|webhooks-journal)\//.test(url.pathname);
    const answer = isOfApp
      ? await answerAppCall(parts, incoming, findOfApp(method, url.pathname), body)
      : await answerCall(parts, incoming, site, body);
    call.status = answer === "drop" ? 0 : answer.status;
    return answer;
  };
}

/** Plays the fault that a call meets, if any: its answer, `drop`, or nothing after its delay. */
async function meetFault(
  faults: Fault[],
  { method, url }: Incoming,
  closing: AbortSignal,
): Promise<Answer | "drop" | undefined> {
  const fault = takeFault(faults, method, url.pathname);
  if (fault?.delayMs) await wait(fault.delayMs, undefined, { signal: closing }).catch(() => undefined);
  if (fault?.drop) return "drop";
  return fault?.status === undefined ? undefined : playFault(fault, fault.status);
}

/** Answers a call that belongs to the app and no portal: for tokens, or of the journal. No limit holds for it. */
async function answerAppCall(
  { sites, closing, allowJournalCall }: ApiParts,
  incoming: Incoming,
  match: Match | undefined,
  body: unknown,
): Promise<Answer | "drop"> {
  const played = await meetFault(sites.all[0]?.faults ?? [], incoming, closing);
  if (played) return played;
  if (!match) return notOffered(incoming);
  const { method, url, headers } = incoming;
  try {
    if (url.pathname.startsWith("/webhooks-journal/"))
      allowJournalCall({ method, path: url.pathname, authorization: headers.authorization });
  } catch (error) {
    return refusal(error);
  }
  return run(match, incoming, body);
}

async function delayAnswer(
  { delayMs, drop }: Fault,
  answer: Answer | "drop",
  closing: AbortSignal,
): Promise<Answer | "drop"> {
  if (delayMs) await wait(delayMs, undefined, { signal: closing }).catch(() => undefined);
  return drop ? "drop" : answer;
}

async function answerCall(
  parts: ApiParts,
  incoming: Incoming,
  named: PortalSite | undefined,
  body: unknown,
): Promise<Answer | "drop"> {
  const { sites, closing } = parts;
  const site = named ?? sites.all[0];
  if (!site) return notOffered(incoming);
  const { method, url, headers } = incoming;
  const late = takeAnswerFault(site.faults, method, url.pathname);
  if (late) return delayAnswer(late, await answerCall(parts, incoming, site, body), closing);
  const played = await meetFault(site.faults, incoming, closing);
  if (played) return played;
  try {
    allowCall({ method, path: url.pathname }, site.tier, authenticate(site.tokens, headers.authorization));
  } catch (error) {
    return refusal(error);
  }
  const match = site.findApi(method, url.pathname);
  if (!match) return notOffered(incoming);
  const { path } = match.route;
  const isSearch = path.endsWith("/search") && path.startsWith("/crm/objects");
  const taken = site.limiter.take(isSearch ? "search" : "call");
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
  if (/^\/(oauth|app)\//.test(url.pathname)) return Object.fromEntries(new URLSearchParams(body));
  try {
    return JSON.parse(body);
  } catch {
    return UNREADABLE;
  }
}
