import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { Agent } from "node:http";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readDelivery } from "../../src/hubspot/delivery.ts";
import { receiveNotifications } from "../../webhooks/receive-notifications.ts";
import { change, memoryInbox, now, publicUrl, secret, send, signed } from "./receiver.ts";

const body = Buffer.from(JSON.stringify([change(), change({ eventId: 2 })]));
const headers = Object.fromEntries(
  Object.entries(signed(body)).map(([name, value]) => [name.toLowerCase(), value]),
);
const headerNames = Object.keys(headers).filter((name) => name !== "content-type");

const silent = {
  log: { warn() {}, error() {} },
  metrics: {
    received() {},
    refused() {},
    replayed() {},
    acceptedOldSignature() {},
    enqueueFailed() {},
    acknowledged() {},
  },
};

type Mutation = { readonly body: Buffer; readonly headers: { [name: string]: string | string[] } };

const headerMutation = fc
  .record({
    // Without v3 the older signature would rightly be accepted, so v3 itself is never removed here.
    name: fc.constantFrom(...headerNames.filter((name) => name.includes("v3") || name.includes("timestamp"))),
    value: fc.oneof(
      fc.string(),
      fc.string({ unit: "binary" }),
      fc.array(fc.string(), { minLength: 1, maxLength: 3 }),
    ),
  })
  .map(({ name, value }): Mutation => ({ body, headers: { ...headers, [name]: value } }));

const bodyMutation = fc
  .record({ at: fc.nat(body.length - 1), cut: fc.nat(5), bytes: fc.uint8Array({ maxLength: 12 }) })
  .map(({ at, cut, bytes }): Mutation => {
    const mutated = Buffer.concat([body.subarray(0, at), bytes, body.subarray(at + cut)]);
    return { body: mutated, headers };
  });

const mutations = fc
  .oneof(headerMutation, bodyMutation)
  .filter((one) => !one.body.equals(body) || JSON.stringify(one.headers) !== JSON.stringify(headers));

test("T11 mutations of header values that HTTP could not even carry get 4xx", async () => {
  const { inbox, rows } = memoryInbox();
  const queue = { enqueue: () => Promise.resolve() };
  const parts = { inbox, queue, clock: { now: () => now }, publicUrl, secrets: [secret], ...silent };
  const run = (mutation: Mutation) =>
    receiveNotifications(parts, { method: "POST", url: "/webhooks/hubspot", ...mutation });
  const intact = await run({ body, headers });
  expect(intact.status).toBe(200);
  await fc.assert(
    fc.asyncProperty(mutations, async (mutation) => {
      const { status } = await run(mutation);
      return status >= 400 && status < 500;
    }),
    { numRuns: 2_000 },
  );
  expect(rows).toHaveLength(1);
});

test("T11 10,000 mutations of headers and body: only 4xx, nothing stored, memory flat", async () => {
  const child = fork(new URL("receiver-process.ts", import.meta.url));
  try {
    const [{ port }] = (await once(child, "message")) as [{ port: number }];
    await sendAll(port, fc.sample(mutations, 1_000));
    const before = await ask(child);
    await sendAll(port, fc.sample(mutations, 10_000));
    const after = await ask(child);
    expect(after.rows).toBe(0);
    expect(after.rss - before.rss).toBeLessThan(50_000_000);
    expect((await send({ port }, { body, headers })).status).toBe(200);
  } finally {
    child.disconnect();
  }
}, 60_000);

async function ask(child: ChildProcess): Promise<{ rss: number; rows: number }> {
  child.send("figures");
  const [figures] = (await once(child, "message")) as [{ rss: number; rows: number }];
  return figures;
}

async function sendAll(port: number, all: readonly Mutation[]): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const lane = async (start: number) => {
    for (let index = start; index < all.length; index += 8) {
      const mutation = all[index] ?? { body, headers };
      const { status } = await send(
        { port },
        { body: mutation.body, headers: carried(mutation.headers), agent },
      );
      if (status < 400 || status > 499) throw new Error(`${status} for ${JSON.stringify(mutation)}`);
    }
  };
  await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(lane));
  agent.destroy();
}

// Node's client refuses to send what no header may hold.
function carried(sent: Mutation["headers"]): Mutation["headers"] {
  const clean = (text: string) => text.replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "~");
  return Object.fromEntries(
    Object.entries(sent).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.map(clean) : clean(value),
    ]),
  );
}

test("T11 any JSON and any bytes, even signed, are read without an exception", () => {
  const event = fc.oneof(
    fc.anything({ withNullPrototype: false }),
    fc.record(
      {
        portalId: fc.oneof(fc.nat(), fc.string()),
        occurredAt: fc.oneof(fc.nat(), fc.double(), fc.string()),
        subscriptionType: fc.oneof(fc.constantFrom("contact.merge", "object.propertyChange"), fc.string()),
        objectTypeId: fc.oneof(fc.constantFrom("0-1", "2-5"), fc.string()),
        objectId: fc.oneof(fc.nat(), fc.string({ unit: "binary" })),
        mergedObjectIds: fc.array(fc.nat()),
        propertyName: fc.string({ unit: "binary" }),
        propertyValue: fc.oneof(fc.string({ unit: "binary" }), fc.nat()),
      },
      { requiredKeys: [] },
    ),
  );
  const toText = (events: unknown[]) => {
    try {
      return Buffer.from(JSON.stringify(events));
    } catch {
      return Buffer.from("[]");
    }
  };
  const bodies = fc.oneof(
    fc.array(event, { maxLength: 5 }).map(toText),
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
  );
  fc.assert(
    fc.property(bodies, (bytes) => {
      const read = readDelivery(bytes);
      return read === undefined || read.notifications.every(({ recordId }) => typeof recordId === "string");
    }),
    { numRuns: 2_000 },
  );
});
