import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { signRequest } from "../../src/hubspot/signature.ts";
import type { CardParts } from "../../webhooks/answer-card.ts";
import { createCardRoute } from "../../webhooks/card-route.ts";

export const PUBLIC_URL = "https://scores.example.com";
const SECRET = "a-client-secret";

type Call = {
  readonly method?: string;
  readonly body?: unknown;
  /** The portal whose user looks at the page; what HubSpot appends to the query. */
  readonly portal?: string;
  readonly sign?: "v3" | "v2" | "not at all";
  readonly secret?: string;
  /** How far the signature's instant is from the server's clock (ms). */
  readonly aside?: number;
};

/** A server with the card's routes, and HubSpot's way of calling it for a page. */
export type CardServer = AsyncDisposable & {
  /** Calls an address under PUBLIC_URL as HubSpot does for a page: ids appended to the query, then signed. */
  call(url: string, call?: Call): Promise<Response>;
};

function headersOf(uri: string, body: string, call: Call, now: number): { [header: string]: string } {
  const { method = "GET", sign = "v3", secret = SECRET, aside = 0 } = call;
  if (sign === "not at all") return {};
  const all = signRequest({ method, uri, body: Buffer.from(body) }, secret, now + aside, "v2");
  if (sign === "v3") return all;
  const { "X-HubSpot-Signature-v3": _, ...older } = all;
  return older;
}

/** Where a service listens, the portal whose pages call it, and its clock. */
export type CalledService = { readonly origin: string; readonly portal: string; now(): number };

/** Calls a public address as HubSpot does for a page: ids appended to the query, signed, and sent to the service. */
export function callForPage(service: CalledService, url: string, call: Call = {}): Promise<Response> {
  const asked = new URL(url);
  const portalId = call.portal ?? service.portal;
  const from = { userId: "7", portalId, userEmail: "ann@example.com", appId: "5" };
  for (const [name, value] of Object.entries(from)) asked.searchParams.append(name, value);
  const body = call.body === undefined ? "" : JSON.stringify(call.body);
  const headers = headersOf(asked.href, body, call, service.now());
  return fetch(`${service.origin}${asked.pathname}${asked.search}`, {
    method: call.method ?? "GET",
    headers: { "content-type": "application/json", ...headers },
    ...(body !== "" && { body }),
  });
}

/** Starts a server with the card's routes on a free port; pages of `portal` call it unless a call says otherwise. */
export async function startCardServer(
  parts: Pick<CardParts, "db" | "catalogue" | "queue" | "clock" | "log">,
  portal: string,
): Promise<CardServer> {
  const server = createServer(
    express().use(createCardRoute({ ...parts, publicUrl: PUBLIC_URL, secrets: [SECRET] })),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const now = () => parts.clock.now();
  return {
    call: (url, call) => callForPage({ origin: `http://127.0.0.1:${port}`, portal, now }, url, call),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
