import { createHash } from "node:crypto";
import { Client } from "@hubspot/api-client";
import type { z } from "zod";
import { withAbortSignal } from "./abortable-fetch.ts";
import { type CallBudget, type CallKind, rateLimitHeaders } from "./call-budget.ts";
import { parseExactJson } from "./exact-json.ts";
import { failureOf } from "./failed-answer.ts";
import { HubSpotError, type HubSpotErrorCode } from "./hubspot-error.ts";
import type { TokenProvider } from "./token.ts";

const answerTimeoutMs = 15_000;

/** One call: a path below the base URL with its query, and the shape of the answer. */
type HubSpotCall<T> = {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  readonly path: string;
  readonly query?: { readonly [name: string]: string | readonly string[] | undefined };
  readonly body?: object;
  readonly kind?: CallKind;
  readonly answer: z.ZodType<T>;
};

/** What became of one call, for counting: the HTTP status (0 without an answer) or the limit that refused it. */
export type CallOutcome = {
  readonly kind: CallKind;
  readonly status: number;
  readonly policyName?: string;
  readonly ms: number;
};

/** What a portal's client needs; `timeoutMs` bounds one answer with its body. */
export type HubSpotClientOptions = {
  readonly baseUrl: string;
  readonly version: string;
  readonly tokens: TokenProvider;
  readonly budget: CallBudget;
  readonly timeoutMs?: number;
  readonly onCall?: (outcome: CallOutcome) => void;
};

/** The way to HubSpot for one portal; every answer is checked, every failure is a `HubSpotError`. */
export type HubSpotClient = {
  /** The dated API version, as it stands in paths. */
  readonly version: string;
  request<T>(call: HubSpotCall<T>): Promise<T>;
};

type Answer = { readonly status: number; readonly headers: Headers; readonly body: string };

/** Returns a client that spends the portal's budget before each call and never repeats a call by itself. */
export function createHubSpotClient(options: HubSpotClientOptions): HubSpotClient {
  const transport = new Client({ basePath: options.baseUrl.replace(/\/+$/, "") });
  return {
    version: options.version,
    async request(call) {
      const kind = call.kind ?? "call";
      const token = await options.tokens.token();
      await options.budget.take(kind);
      const startedAt = performance.now();
      const count = (outcome: { status: number; policyName?: string }) =>
        options.onCall?.({ kind, ms: performance.now() - startedAt, ...outcome });
      try {
        const answer = await send(transport, call, token, options.timeoutMs ?? answerTimeoutMs);
        // The budget is advice: an answer already given must not be lost because it could not be noted.
        await options.budget.observe(rateLimitHeaders(answer.headers)).catch(() => undefined);
        const result = resultOf(call, answer);
        count({ status: answer.status });
        return result;
      } catch (error) {
        if (error instanceof HubSpotError) {
          count({
            status: error.status,
            ...(error.policyName !== undefined && { policyName: error.policyName }),
          });
        }
        throw error;
      }
    },
  };
}

async function send<T>(
  transport: Client,
  call: HubSpotCall<T>,
  token: string,
  timeoutMs: number,
): Promise<Answer> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    return await withAbortSignal(signal, async () => {
      const response = await transport.apiRequest({
        method: call.method,
        path: call.path + queryText(call.query),
        headers: { Authorization: `Bearer ${token}` },
        ...(call.body !== undefined && { body: call.body }),
      });
      return { status: response.status, headers: response.headers, body: await response.text() };
    });
  } catch (error) {
    const code: HubSpotErrorCode = signal.aborted ? "TIMEOUT" : "NETWORK";
    throw new HubSpotError({ code, status: 0, retry: "later" }, { cause: error });
  }
}

function queryText(query: HubSpotCall<unknown>["query"]): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined) parameters.append(name, one);
    }
  }
  return parameters.size === 0 ? "" : `?${parameters}`;
}

function resultOf<T>(call: HubSpotCall<T>, answer: Answer): T {
  if (answer.status < 200 || answer.status > 299) throw failureOf(answer.status, answer.headers, answer.body);
  try {
    return call.answer.parse(answer.body === "" ? undefined : parseExactJson(answer.body));
  } catch {
    const payloadHash = createHash("sha256").update(answer.body).digest("hex");
    throw new HubSpotError({ code: "UNREADABLE", status: answer.status, retry: "now", payloadHash });
  }
}
