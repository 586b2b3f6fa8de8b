import { once } from "node:events";
import {
  type Agent,
  createServer,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  request,
} from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { signRequest } from "../../src/hubspot/signature.ts";
import { createNotificationRoute } from "../../webhooks/notification-route.ts";
import type { Inbox, InboxDelivery, IngestQueue } from "../../webhooks/ports.ts";

export const now = 1_760_000_000_000;
export const publicUrl = "https://scoring.example.com";
export const secret = "a-client-secret";

/** An inbox in memory that behaves as the one in the database: known portals only, one row per portal and digest. */
export function memoryInbox(known: readonly string[] = ["7", "8"]) {
  const rows: InboxDelivery[] = [];
  const inbox: Inbox = {
    store(deliveries) {
      const stored: string[] = [];
      const unknown: string[] = [];
      const replayed: string[] = [];
      for (const delivery of deliveries) {
        const { portal, signatureDigest } = delivery;
        const isReplay = rows.some((row) => row.portal === portal && row.signatureDigest === signatureDigest);
        if (!known.includes(portal)) unknown.push(portal);
        else if (isReplay) replayed.push(portal);
        else {
          stored.push(portal);
          rows.push(delivery);
        }
      }
      return Promise.resolve({ stored, unknown, replayed });
    },
  };
  return { inbox, rows };
}

type Options = {
  readonly inbox?: Inbox;
  readonly queue?: IngestQueue;
  readonly secrets?: readonly string[];
  readonly appId?: string;
};

export type Receiver = Awaited<ReturnType<typeof startReceiver>>;

/** Starts a server with the notification route on a free port, keeping what it counted and logged. */
export async function startReceiver(options: Options = {}) {
  const counts = new Map<string, number>();
  const count = (name: string, by = 1) => void counts.set(name, (counts.get(name) ?? 0) + by);
  const logged: { fields: object; message: string }[] = [];
  const jobs: string[] = [];
  const memory = memoryInbox();
  const log = (fields: object, message: string) => void logged.push({ fields, message });
  const app = express();
  app.use(
    createNotificationRoute({
      inbox: options.inbox ?? memory.inbox,
      queue: options.queue ?? { enqueue: async (_stage, { portal }) => void jobs.push(portal) },
      clock: { now: () => now },
      publicUrl,
      secrets: options.secrets ?? [secret],
      ...(options.appId !== undefined && { appId: options.appId }),
      log: { warn: log, error: log },
      metrics: {
        received: (kind, fate, events) => count(`${kind} ${fate}`, events),
        refused: (reason) => count(`refused ${reason}`),
        replayed: (deliveries) => count("replayed", deliveries),
        acceptedOldSignature: () => count("v1"),
        enqueueFailed: () => count("enqueue failed"),
        acknowledged: () => count("acknowledged"),
      },
    }),
  );
  const server = createServer(app).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    port,
    rows: memory.rows,
    jobs,
    counts,
    logged,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

export type Sending = {
  readonly body?: string | Buffer;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: OutgoingHttpHeaders;
  readonly agent?: Agent;
};

export type Answer = {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
};

/** Sends a request as it stands; headers may repeat. */
export function send(receiver: Pick<Receiver, "port">, sending: Sending): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const { method = "POST", path = "/webhooks/hubspot", headers = {}, agent = false } = sending;
  const outgoing = request({ port: receiver.port, method, path, headers, agent }, (response) => {
    const chunks: Buffer[] = [];
    response.on("data", (chunk: Buffer) => chunks.push(chunk));
    response.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    });
  });
  outgoing.on("error", reject);
  outgoing.end(sending.body);
  return promise;
}

type Signing = {
  readonly at?: number;
  readonly key?: string;
  readonly uri?: string;
  readonly method?: string;
};

/** Returns the headers that HubSpot would send with this body. */
export function signed(body: string | Buffer, signing: Signing = {}): { [header: string]: string } {
  const { at = now, key = secret, uri = `${publicUrl}/webhooks/hubspot`, method = "POST" } = signing;
  const headers = signRequest({ method, uri, body: Buffer.from(body) }, key, at);
  return { "Content-Type": "application/json", ...headers };
}

/** Sends a body as HubSpot would. */
export function deliver(
  receiver: Pick<Receiver, "port">,
  body: string | Buffer,
  signing?: Signing,
): Promise<Answer> {
  return send(receiver, { body, headers: signed(body, signing) });
}

/** Returns a property change of a contact, differing where said. */
export function change(difference: object = {}): object {
  return {
    eventId: 1,
    portalId: 7,
    appId: 5,
    occurredAt: now,
    subscriptionType: "contact.propertyChange",
    attemptNumber: 0,
    objectId: 11,
    propertyName: "jobtitle",
    propertyValue: "VP Sales",
    changeSource: "CRM_UI",
    ...difference,
  };
}
