import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { CallKind, RateLimitHeaders } from "../../src/hubspot/call-budget.ts";
import { type CallOutcome, createHubSpotClient } from "../../src/hubspot/client.ts";
import { staticToken } from "../../src/hubspot/token.ts";

/** A call that the server received. */
export type ReceivedCall = {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | undefined;
  readonly body: { readonly [name: string]: unknown };
};

/** What the server answers: JSON, or a text as it is; `hang` never answers. */
export type PlannedAnswer = {
  readonly status?: number;
  readonly headers?: { [name: string]: string };
  readonly json?: unknown;
  readonly text?: string;
  readonly hang?: "before" | "within";
};

/** Starts a server that answers calls by a function, and a client of it with a budget that keeps what it was told. */
export async function startHubSpotServer(
  answer: (call: ReceivedCall, index: number) => PlannedAnswer,
  timeoutMs = 5_000,
) {
  const calls: ReceivedCall[] = [];
  const taken: CallKind[] = [];
  const observed: RateLimitHeaders[] = [];
  const outcomes: CallOutcome[] = [];
  const server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    const call = { method, url, authorization: headers.authorization, body: await jsonOf(request) };
    const planned = answer(call, calls.length);
    calls.push(call);
    if (planned.hang === "before") return;
    response.writeHead(planned.status ?? 200, { "Content-Type": "application/json", ...planned.headers });
    if (planned.hang === "within") response.write('{"results":[');
    else response.end(planned.text ?? JSON.stringify(planned.json ?? {}));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const client = createHubSpotClient({
    baseUrl: `http://127.0.0.1:${port}/`,
    version: "2026-09",
    tokens: staticToken("a-token"),
    budget: {
      take: async (kind) => void taken.push(kind),
      observe: async (headers) => void observed.push(headers),
    },
    timeoutMs,
    onCall: (outcome) => outcomes.push(outcome),
  });
  return {
    client,
    calls,
    taken,
    observed,
    outcomes,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function jsonOf(request: IncomingMessage): Promise<ReceivedCall["body"]> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return chunks.length === 0 ? {} : JSON.parse(Buffer.concat(chunks).toString());
}
