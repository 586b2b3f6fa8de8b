import { createHash, createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, vi } from "vitest";
import { CONTACTS, contacts, emulatedPortal } from "./emulated-portal.ts";

type Received = { headers: IncomingHttpHeaders; raw: string; events: { [field: string]: unknown }[] };

async function receiver(statusOf: (request: number) => number = () => 200) {
  const requests: Received[] = [];
  const server = createServer((request, response) => {
    let raw = "";
    request.on("data", (chunk) => {
      raw += chunk;
    });
    request.on("end", () => {
      requests.push({ headers: request.headers, raw, events: JSON.parse(raw) });
      response.writeHead(statusOf(requests.length)).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    requests,
    events: () => requests.flatMap(({ events }) => events),
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/hubspot`,
    [Symbol.asyncDispose]: () =>
      new Promise<void>((resolve) => server.close(() => resolve()).closeAllConnections()),
  };
}

const settings = (url: string, more = {}) => ({
  targetUrl: url,
  clientSecret: "secret",
  appId: 42,
  retryDelayMs: 1,
  subscriptions: ["creation", "deletion", "merge", "restore", "privacyDeletion", "associationChange"]
    .map((kind): { subscriptionType: string; propertyName?: string } => ({
      subscriptionType: `contact.${kind}`,
    }))
    .concat({ subscriptionType: "contact.propertyChange", propertyName: "jobtitle" }),
  ...more,
});

it("signs a delivery with v1 and v3 over the target URL with its escapes decoded", async () => {
  await using target = await receiver();
  await using portal = await emulatedPortal({ data: contacts(1), clock: Date.UTC(2026, 5, 1) });
  await portal.post("/__webhooks", settings(`${target.url}?a=%3A%20`));
  await portal.call("PATCH", `${CONTACTS}/1`, { properties: { jobtitle: "CEO", phone: "1" } });
  await vi.waitFor(() => expect(target.requests).toHaveLength(1));
  const [{ headers, raw, events } = { headers: {}, raw: "", events: [] }] = target.requests;
  const timestamp = headers["x-hubspot-request-timestamp"];
  expect(Math.abs(Number(timestamp) - Date.UTC(2026, 5, 1))).toBeLessThan(60_000);
  expect(headers["x-hubspot-signature"]).toBe(createHash("sha256").update(`secret${raw}`).digest("hex"));
  expect(headers["x-hubspot-signature-version"]).toBe("v1");
  const signed = `POST${target.url}?a=:%20${raw}${timestamp}`;
  expect(headers["x-hubspot-signature-v3"]).toBe(
    createHmac("sha256", "secret").update(signed).digest("base64"),
  );
  expect(events).toEqual([
    expect.objectContaining({
      subscriptionType: "contact.propertyChange",
      portalId: 9999,
      appId: 42,
      attemptNumber: 0,
      objectId: 1,
      propertyName: "jobtitle",
      propertyValue: "CEO",
      changeSource: "INTEGRATION",
    }),
  ]);
});

it("tells of every kind of change, in the classic format", async () => {
  await using target = await receiver();
  await using portal = await emulatedPortal({ data: [...contacts(4), { object: "company", id: "7" }] });
  await portal.post("/__webhooks", settings(target.url));
  await portal.post(CONTACTS, { properties: { email: "new@mail.example" } });
  await portal.call("PUT", "/crm/objects/2026-09/contacts/1/associations/default/companies/7");
  await portal.call("DELETE", `${CONTACTS}/2`);
  await portal.post("/__restore", { object: "contact", id: "2" });
  await portal.post(`${CONTACTS}/merge`, { primaryObjectId: "1", objectIdToMerge: "2" });
  await portal.post(`${CONTACTS}/gdpr-delete`, { objectId: "3" });
  await vi.waitFor(() => expect(target.events()).toHaveLength(7));
  const types = target
    .events()
    .map((event) => [event["subscriptionType"], event["objectId"] ?? event["fromObjectId"]]);
  expect(types).toEqual(
    expect.arrayContaining([
      ["contact.creation", expect.any(Number)],
      ["contact.associationChange", 1],
      ["contact.deletion", 2],
      ["contact.restore", 2],
      ["contact.merge", expect.any(Number)],
      ["contact.privacyDeletion", 3],
      ["contact.deletion", 3],
    ]),
  );
  const merge = target.events().find((event) => event["subscriptionType"] === "contact.merge");
  expect(merge).toMatchObject({ primaryObjectId: 1, mergedObjectIds: [2], newObjectId: merge?.["objectId"] });
  expect(
    target.events().find((event) => event["subscriptionType"] === "contact.associationChange"),
  ).toMatchObject({
    associationType: "CONTACT_TO_COMPANY",
    toObjectId: 7,
    associationRemoved: false,
  });
});

it("speaks the generic format, for meetings too, and keeps ids that are no numbers", async () => {
  await using target = await receiver();
  await using portal = await emulatedPortal({ data: [{ object: "contact", id: "anna" }] });
  const kinds = ["creation", "associationChange", "propertyChange"];
  const subscriptions = [
    ...kinds.map((kind) => ({
      subscriptionType: `object.${kind}`,
      objectType: "meeting",
      propertyName: "hs_meeting_outcome",
    })),
    { subscriptionType: "contact.propertyChange", propertyName: "jobtitle" },
  ];
  await portal.post("/__webhooks", settings(target.url, { format: "generic", subscriptions }));
  const event = { id: "m", type: "meeting_booked", occurredAt: "2026-01-01T00:00:00Z", properties: {} };
  await portal.post("/__events", { object: "contact", id: "anna", events: [event] });
  await portal.call("PATCH", `${CONTACTS}/anna`, { properties: { jobtitle: "CEO" } });
  await vi.waitFor(() => expect(target.events()).toHaveLength(4));
  expect(target.events()).toEqual([
    expect.objectContaining({ subscriptionType: "object.creation", objectTypeId: "0-47" }),
    expect.objectContaining({ subscriptionType: "object.propertyChange", propertyValue: "SCHEDULED" }),
    expect.objectContaining({
      fromObjectTypeId: "0-47",
      toObjectTypeId: "0-1",
      toObjectId: "anna",
      associationTypeId: 200,
    }),
    expect.objectContaining({
      subscriptionType: "object.propertyChange",
      objectTypeId: "0-1",
      objectId: "anna",
    }),
  ]);
});

it("sends at most 100 notifications a request and 10 requests at once", async () => {
  await using target = await receiver();
  await using portal = await emulatedPortal({ data: contacts(2500), burst: 0 });
  await portal.post("/__webhooks", settings(target.url));
  for (let from = 0; from < 2500; from += 100) {
    const inputs = Array.from({ length: 100 }, (_, index) => ({
      id: String(from + index + 1),
      properties: { jobtitle: "CEO" },
    }));
    await portal.post(`${CONTACTS}/batch/update`, { inputs });
  }
  await vi.waitFor(() => expect(target.events()).toHaveLength(2500));
  expect(Math.max(...target.requests.map(({ events }) => events.length))).toBeLessThanOrEqual(100);
  expect((await portal.get("/__state")).body).toMatchObject({
    notificationsSent: 2500,
    notificationsPending: 0,
    inFlight: 0,
  });
});

it("retries with a growing attemptNumber and gives up after ten", async () => {
  await using target = await receiver((request) => (request <= 2 ? 503 : 200));
  await using portal = await emulatedPortal({ data: contacts(1) });
  await portal.post("/__webhooks", settings(target.url));
  await portal.call("PATCH", `${CONTACTS}/1`, { properties: { jobtitle: "CEO" } });
  await vi.waitFor(() => expect(target.requests).toHaveLength(3));
  expect(target.events().map((event) => event["attemptNumber"])).toEqual([0, 1, 2]);
  await portal.post("/__webhooks", settings("http://127.0.0.1:1/nobody"));
  await portal.call("PATCH", `${CONTACTS}/1`, { properties: { jobtitle: "CTO" } });
  await vi.waitFor(
    async () =>
      expect((await portal.get("/__state")).body).toMatchObject({
        failed: 1,
        retried: 10,
        notificationsPending: 0,
      }),
    { timeout: 10_000 },
  );
});

it("writes ids beyond 2^53 digit for digit", async () => {
  await using target = await receiver();
  await using portal = await emulatedPortal({ data: [{ object: "contact", id: "9007199254740993" }] });
  await portal.post("/__webhooks", settings(target.url));
  await portal.call("PATCH", `${CONTACTS}/9007199254740993`, { properties: { jobtitle: "CEO" } });
  await vi.waitFor(() => expect(target.requests).toHaveLength(1));
  expect(target.requests[0]?.raw).toContain('"objectId":9007199254740993,');
});
