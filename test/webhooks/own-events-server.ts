import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { createApiKey } from "../../src/portals/api-keys.ts";
import { createOwnEventsRoute } from "../../webhooks/own-events-route.ts";
import type { ScoredPortal } from "../pipeline/scored-portal.ts";

/** A server with the route of own events, and a customer's system that calls it. */
export type OwnEventsServer = AsyncDisposable & {
  readonly keyId: string;
  readonly url: string;
  /** Sends events with the server's key, or what a test has in its place. */
  send(events: unknown, with_?: { readonly key?: string; readonly body?: string }): Promise<Sent>;
};

type Sent = { readonly status: number; readonly headers: Headers; readonly body: unknown };

/** Starts the server for a portal; external ids are values of `crm_user_id`. */
export async function startOwnEvents({ db, id, work }: ScoredPortal): Promise<OwnEventsServer> {
  const { queue, clock, log } = work;
  const server = createServer(express().use(createOwnEventsRoute({ db, queue, clock, log })));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const request = { name: "test", scopes: ["events"], contactProperty: "crm_user_id" } as const;
  const made = await createApiKey(db, id, request);
  const url = `http://127.0.0.1:${port}/v1/events`;
  return {
    ...{ keyId: made.keyId, url },
    async send(events, { key = made.key, body = JSON.stringify({ events }) } = {}) {
      const answer = await fetch(url, {
        method: "POST",
        headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
        body,
      });
      return { status: answer.status, headers: answer.headers, body: await answer.json() };
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
