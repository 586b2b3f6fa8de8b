import { afterAll, beforeAll, expect, test } from "vitest";
import published from "../vectors/signatures.json" with { type: "json" };
import { change, deliver, now, publicUrl, type Receiver, send, signed, startReceiver } from "./receiver.ts";

let receiver: Receiver;
beforeAll(async () => {
  receiver = await startReceiver();
});
afterAll(() => receiver[Symbol.asyncDispose]());

const body = JSON.stringify([change()]);

function refusals(reason: string) {
  return receiver.counts.get(`refused ${reason}`) ?? 0;
}

test("T01 a request that HubSpot signed is accepted, its raw body kept", async () => {
  const answer = await deliver(receiver, body);
  expect(answer.status).toBe(200);
  expect(receiver.rows.at(-1)).toMatchObject({ portal: "7", eventCount: 1, receivedAt: now });
  expect(receiver.rows.at(-1)?.body.toString()).toBe(body);
});

test("T01 the published v1 vector is accepted over HTTP", async () => {
  const vector = published.vectors.find((one) => one.version === "v1");
  await using own = await startReceiver({ secrets: [published.secret] });
  const headers = { "X-HubSpot-Signature": vector?.signature, "X-HubSpot-Signature-Version": "v1" };
  const answer = await send(own, { body: vector?.body ?? "", headers });
  expect(answer.status).toBe(200);
  expect(own.counts.get("creation unknown_portal")).toBe(1);
});

test.each([
  ["a space added", body.replace("[", "[ ")],
  ["keys in another order", JSON.stringify([Object.fromEntries(Object.entries(change()).reverse())])],
  ["the same text escaped otherwise", body.replace("VP", "\\u0056P")],
])("T02 a body written anew is refused: %s", async (_what, rewritten) => {
  const before = refusals("mismatch");
  const answer = await send(receiver, { body: rewritten, headers: signed(body) });
  expect(answer.status).toBe(401);
  expect(refusals("mismatch")).toBe(before + 1);
});

test("T03 letters beyond ASCII are signed as bytes", async () => {
  const text = JSON.stringify([change({ propertyValue: "Søren Ångström, Curaçao, IJmuiden, 👩‍💻" })]);
  expect((await deliver(receiver, text)).status).toBe(200);
});

test.each([
  [now - 300_000, 200],
  [now - 300_001, 401],
  [now + 600_000, 401],
  ["abc", 401],
  ["", 401],
  ["1e13", 401],
])("T04 the timestamp %s gets %i", async (timestamp, status) => {
  const headers = {
    ...signed(body, { at: Number(timestamp) }),
    "X-HubSpot-Request-Timestamp": String(timestamp),
  };
  expect((await send(receiver, { body, headers })).status).toBe(status);
});

test("T04 a timestamp sent twice gets 401", async () => {
  const headers = { ...signed(body), "X-HubSpot-Request-Timestamp": [String(now), String(now)] };
  expect((await send(receiver, { body, headers })).status).toBe(401);
});

test("T05 the public URL counts, whatever the proxy and its headers say", async () => {
  const spoofed = { "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http", Host: "internal:3000" };
  const accepted = await send(receiver, { body, headers: { ...signed(body), ...spoofed } });
  const uri = "http://internal:3000/webhooks/hubspot";
  const refused = await send(receiver, { body, headers: { ...signed(body, { uri }), ...spoofed } });
  expect([accepted.status, refused.status]).toEqual([200, 401]);
});

test("T06 the query is signed with its twelve escapes decoded", async () => {
  const path = "/webhooks/hubspot?src=hs%3Aapp%2Fv3&x=%28a%29&y=%20";
  const uri = `${publicUrl}/webhooks/hubspot?src=hs:app/v3&x=(a)&y=%20`;
  const answer = await send(receiver, { body, path, headers: signed(body, { uri }) });
  expect(answer.status).toBe(200);
});

test("T07 a trailing slash, another method and a wrong secret are refused", async () => {
  const wrong = [
    signed(body, { uri: `${publicUrl}/webhooks/hubspot/` }),
    signed(body, { method: "PUT" }),
    signed(body, { key: "another-secret" }),
    {},
  ];
  for (const headers of wrong) expect((await send(receiver, { body, headers })).status).toBe(401);
});

test("T07 v1 counts only where v3 is absent, and is counted", async () => {
  const headers = signed(body);
  const before = receiver.counts.get("v1") ?? 0;
  const wrong = await send(receiver, { body, headers: { ...headers, "X-HubSpot-Signature-v3": "wrong" } });
  expect([wrong.status, receiver.counts.get("v1") ?? 0]).toEqual([401, before]);
  const { "X-HubSpot-Signature": signature, "X-HubSpot-Signature-Version": version } = headers;
  const older = { "X-HubSpot-Signature": signature, "X-HubSpot-Signature-Version": version };
  const answer = await send(receiver, { body, headers: older });
  expect([answer.status, receiver.counts.get("v1")]).toEqual([200, before + 1]);
});

test("T08 both secrets count while one replaces the other, then only the new one", async () => {
  await using rotating = await startReceiver({ secrets: ["new", "old"] });
  await using rotated = await startReceiver({ secrets: ["new"] });
  const statuses = [];
  for (const key of ["old", "new"]) {
    statuses.push(
      (await deliver(rotating, body, { key })).status,
      (await deliver(rotated, body, { key })).status,
    );
  }
  expect(statuses).toEqual([200, 401, 200, 200]);
});

test("T09 the same signed request twice has one effect and is counted", async () => {
  await using own = await startReceiver();
  const answers = [await deliver(own, body), await deliver(own, body)];
  expect(answers.map((answer) => answer.status)).toEqual([200, 200]);
  expect([own.rows.length, own.counts.get("replayed"), own.jobs]).toEqual([1, 1, ["7"]]);
  expect((await deliver(own, body, { at: now + 1 })).status).toBe(200);
  expect(own.rows).toHaveLength(2);
});

test("T10 a signature of the wrong length gets 401", async () => {
  for (const signature of ["x", "", "a".repeat(8_000)]) {
    const headers = { ...signed(body), "X-HubSpot-Signature-v3": signature };
    expect((await send(receiver, { body, headers })).status).toBe(401);
  }
});

test("logs say why a signature was refused, and hold neither body nor signature", async () => {
  const headers = { ...signed(body), "X-HubSpot-Signature-v3": "forged-signature" };
  await send(receiver, { body, headers });
  const lines = JSON.stringify(receiver.logged);
  expect(receiver.logged.at(-1)?.fields).toEqual({ status: 401, reason: "mismatch" });
  expect(lines).not.toMatch(/VP Sales|forged-signature|a-client-secret/);
});
