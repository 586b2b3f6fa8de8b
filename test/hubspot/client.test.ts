import nock from "nock";
import { afterEach, expect, test } from "vitest";
import { z } from "zod";
import { getAccount } from "../../src/hubspot/account.ts";
import { createHubSpotClient } from "../../src/hubspot/client.ts";
import { HubSpotError } from "../../src/hubspot/hubspot-error.ts";
import { staticToken } from "../../src/hubspot/token.ts";
import vectors from "../vectors/hubspot-failures.json" with { type: "json" };
import { startHubSpotServer } from "./hubspot-server.ts";

const unlimited = { take: () => Promise.resolve(), observe: () => Promise.resolve() };
const baseUrl = "https://api.hubapi.com";
const client = createHubSpotClient({
  baseUrl,
  version: "2026-09",
  tokens: staticToken("t"),
  budget: unlimited,
});

afterEach(() => nock.cleanAll());

async function failureOf(call: Promise<unknown>): Promise<HubSpotError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof HubSpotError) return error;
    throw error;
  }
  throw new Error("the call succeeded");
}

test("asks with the portal's token, spends its budget and notes its limits", async () => {
  const headers = { "X-HubSpot-RateLimit-Max": "190", "X-HubSpot-RateLimit-Remaining": "12" };
  const json = { portalId: 62515, timeZone: "Europe/Oslo", currency: "NOK" };
  await using server = await startHubSpotServer(() => ({ headers, json }));
  const account = await getAccount(server.client);
  expect(account).toEqual({ portalId: "62515", timeZone: "Europe/Oslo" });
  expect(server.calls).toMatchObject([
    { method: "GET", url: "/account-info/2026-09/details", authorization: "Bearer a-token" },
  ]);
  expect([server.taken, server.observed]).toEqual([["call"], [{ max: 190, remaining: 12 }]]);
  expect(server.outcomes).toMatchObject([{ kind: "call", status: 200 }]);
});

test.each(vectors)("T48 T49 T51 $name", async ({ status, headers, body, failure }) => {
  nock(baseUrl).get("/account-info/2026-09/details").reply(status, body, headers);
  const error = await failureOf(getAccount(client));
  expect(error).toMatchObject({ status, ...failure });
  expect(error.message).not.toMatch(/person@example\.com/);
});

test("an answer is not lost when the budget cannot note it", async () => {
  nock(baseUrl).get("/account-info/2026-09/details").reply(200, { portalId: 1, timeZone: "UTC" });
  const budget = { ...unlimited, observe: () => Promise.reject(new Error("database away")) };
  const other = createHubSpotClient({ baseUrl, version: "2026-09", tokens: staticToken("t"), budget });
  await expect(getAccount(other)).resolves.toMatchObject({ portalId: "1" });
});

test.each(["before", "within"] as const)(
  "T52 a server that hangs %s its answer is left in time",
  async (hang) => {
    await using server = await startHubSpotServer(() => ({ hang }), 200);
    const startedAt = performance.now();
    const error = await failureOf(getAccount(server.client));
    expect(error).toMatchObject({ code: "TIMEOUT", status: 0, retry: "later" });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(server.outcomes).toMatchObject([{ status: 0 }]);
  },
);

test("T52 calls made at the same time have their own time", async () => {
  await using hanging = await startHubSpotServer(() => ({ hang: "before" }), 100);
  await using quick = await startHubSpotServer(() => ({ json: { portalId: 1, timeZone: "UTC" } }));
  const [left, answered] = await Promise.allSettled([getAccount(hanging.client), getAccount(quick.client)]);
  expect([left.status, answered.status]).toEqual(["rejected", "fulfilled"]);
});

test("a server that is not there is a failure of the network", async () => {
  const server = await startHubSpotServer(() => ({}));
  await server[Symbol.asyncDispose]();
  expect(await failureOf(getAccount(server.client))).toMatchObject({
    code: "NETWORK",
    status: 0,
    retry: "later",
  });
});

test.each([
  ["truncated JSON", '{"portalId":62515,"timeZ'],
  ["HTML", "<html><body>Bad day</body></html>"],
  ["a missing field", '{"portalId":62515}'],
  ["a field of another kind", '{"portalId":[],"timeZone":"UTC"}'],
  ["nothing", ""],
])("T53 an answer of %s is a typed failure with the hash of its body", async (_what, text) => {
  await using server = await startHubSpotServer(() => ({ text }));
  expect(await failureOf(getAccount(server.client))).toMatchObject({
    code: "UNREADABLE",
    status: 200,
    retry: "now",
    payloadHash: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
});

test("T53 fields beyond those used are left out", async () => {
  const text = '{"portalId":9007199254740993,"timeZone":"UTC","more":{"deep":[1]}}';
  await using server = await startHubSpotServer(() => ({ text }));
  expect(await getAccount(server.client)).toEqual({ portalId: "9007199254740993", timeZone: "UTC" });
});

test("lists in a query are repeated, absent values left out", async () => {
  await using server = await startHubSpotServer(() => ({ status: 204, text: "" }));
  const query = { a: ["1", "2"], b: undefined, c: "x y" };
  await server.client.request({ method: "GET", path: "/p", query, answer: z.undefined() });
  expect(server.calls[0]?.url).toBe("/p?a=1&a=2&c=x+y");
});
