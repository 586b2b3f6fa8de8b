import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { readDelivery } from "../../src/hubspot/delivery.ts";
import { change, deliver, send, signed, startReceiver } from "./receiver.ts";

test.each([
  ["an object", "{}", 400],
  ["nothing", "", 400],
  ["an empty array", "[]", 200],
  ["101 events", JSON.stringify(Array(101).fill(change())), 400],
  ["10,000 levels", `${"[".repeat(10_000)}${"]".repeat(10_000)}`, 400],
  ["NaN", "[NaN]", 400],
  ["no portal at all", '[{"a":1}]', 400],
  ["repeated keys", JSON.stringify([change()]).replace('"eventId"', '"objectId":5,"eventId"'), 200],
  [
    "a __proto__ key",
    JSON.stringify([change()]).replace('"eventId"', '"__proto__":{"portalId":9},"eventId"'),
    200,
  ],
  ["1e400", JSON.stringify([change()]).replace('"objectId":11', '"objectId":1e400'), 200],
])("T12 a signed body of %s", async (_what, body, status) => {
  await using receiver = await startReceiver();
  expect((await deliver(receiver, body)).status).toBe(status);
});

test("T12 a body of 5 MB gets 413, whatever its signature", async () => {
  await using receiver = await startReceiver();
  const body = Buffer.alloc(5_000_000, "[");
  const answer = await deliver(receiver, body);
  expect([answer.status, receiver.counts.get("refused too_large")]).toEqual([413, 1]);
});

test("T12 a compressed body is refused unopened", async () => {
  await using receiver = await startReceiver();
  const bomb = gzipSync(Buffer.alloc(50_000_000, " "));
  const headers = { ...signed(bomb), "Content-Encoding": "gzip" };
  expect((await send(receiver, { body: bomb, headers })).status).toBe(400);
});

test("T12 an unsigned body is not parsed", async () => {
  await using receiver = await startReceiver();
  expect((await send(receiver, { body: "not JSON" })).status).toBe(401);
});

test("T13 one unreadable event among 99 good ones: all kept in one row, 2xx", async () => {
  await using receiver = await startReceiver();
  const events = Array.from({ length: 100 }, (_, index) => change({ objectId: index }));
  events[40] = { nonsense: true };
  const answer = await deliver(receiver, JSON.stringify(events));
  expect([answer.status, receiver.rows.length, receiver.rows[0]?.eventCount]).toEqual([200, 1, 100]);
  expect(receiver.counts.get("propertyChange stored")).toBe(99);
  expect(receiver.counts.get("malformed stored")).toBe(1);
  const kept = readDelivery(receiver.rows[0]?.body ?? Buffer.alloc(0));
  expect([kept?.notifications.length, kept?.malformed]).toEqual([
    99,
    [{ portal: "7", index: 40, reason: expect.stringContaining("portalId") }],
  ]);
});

test("T14 unknown types, portals and apps are counted, not stored, and answered with 2xx", async () => {
  await using receiver = await startReceiver({ appId: "5" });
  const events = [
    change({ subscriptionType: "contact.sneeze" }),
    change({ portalId: 999 }),
    change({ appId: 6 }),
  ];
  for (const event of events) expect((await deliver(receiver, JSON.stringify([event]))).status).toBe(200);
  expect(receiver.rows).toEqual([]);
  expect(receiver.jobs).toEqual([]);
  expect(Object.fromEntries(receiver.counts)).toMatchObject({
    "other ignored": 1,
    "propertyChange unknown_portal": 1,
    "any other_app": 1,
  });
});

test("T15 a delivery for two portals becomes a row and a job for each", async () => {
  await using receiver = await startReceiver();
  const body = JSON.stringify([change(), change({ portalId: 8 }), change({ portalId: 9 }), change()]);
  expect((await deliver(receiver, body)).status).toBe(200);
  expect(receiver.rows.map(({ portal, eventCount }) => [portal, eventCount])).toEqual([
    ["7", 2],
    ["8", 1],
  ]);
  expect(receiver.jobs).toEqual(["7", "8"]);
});

test("T19 a store that fails gets 503, and nothing is enqueued", async () => {
  const inbox = { store: () => Promise.reject(new Error("connection refused")) };
  await using receiver = await startReceiver({ inbox });
  const answer = await deliver(receiver, JSON.stringify([change()]));
  expect([answer.status, receiver.jobs]).toEqual([503, []]);
});

test("T19 a store that does not answer gets 503 before 4.5 s", async () => {
  const inbox = { store: () => new Promise<never>(() => {}) };
  await using receiver = await startReceiver({ inbox });
  const startedAt = performance.now();
  const answer = await deliver(receiver, JSON.stringify([change()]));
  expect(answer.status).toBe(503);
  expect(performance.now() - startedAt).toBeLessThan(4_500);
});

test("T20 a queue that fails or hangs spoils neither the answer nor its speed", async () => {
  const failing = { enqueue: () => Promise.reject(new Error("no connection")) };
  const hanging = { enqueue: () => new Promise<never>(() => {}) };
  for (const queue of [failing, hanging]) {
    await using receiver = await startReceiver({ queue });
    const startedAt = performance.now();
    const answer = await deliver(receiver, JSON.stringify([change()]));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
    expect([answer.status, receiver.rows.length, receiver.counts.get("enqueue failed")]).toEqual([200, 1, 1]);
  }
});
