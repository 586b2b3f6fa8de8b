import { expect, it } from "vitest";
import { CONTACTS, contacts, emulatedPortal } from "./emulated-portal.ts";

it("asks for the bearer token", async () => {
  await using portal = await emulatedPortal({ data: contacts(1) });
  const bare = await fetch(`${portal.emulator.url}${CONTACTS}`);
  expect(bare.status).toBe(401);
  expect(await bare.json()).toMatchObject({ status: "error", category: "INVALID_AUTHENTICATION" });
});

it("counts calls in rolling ten seconds and says so in headers", async () => {
  await using portal = await emulatedPortal({ data: contacts(1), burst: 3 });
  const first = await portal.get(CONTACTS);
  expect(first.headers.get("x-hubspot-ratelimit-max")).toBe("3");
  expect(first.headers.get("x-hubspot-ratelimit-remaining")).toBe("2");
  expect(first.headers.get("x-hubspot-ratelimit-interval-milliseconds")).toBe("10000");
  await portal.get(CONTACTS);
  await portal.get(CONTACTS);
  expect(await portal.get(CONTACTS)).toMatchObject({
    status: 429,
    body: { errorType: "RATE_LIMIT", policyName: "TEN_SECONDLY_ROLLING" },
  });
});

it("counts a day of the portal's clock and time zone", async () => {
  await using portal = await emulatedPortal({
    data: contacts(1),
    daily: 1,
    clock: Date.UTC(2026, 0, 1, 22, 30),
    timeZone: "Europe/Oslo",
  });
  expect((await portal.get(CONTACTS)).headers.get("x-hubspot-ratelimit-daily-remaining")).toBe("0");
  expect(await portal.get(CONTACTS)).toMatchObject({ status: 429, body: { policyName: "DAILY" } });
  await portal.post("/__clock", { advanceMs: 3_600_000 });
  expect((await portal.get(CONTACTS)).status).toBe(200);
});

it("gives, refreshes, introspects and expires OAuth tokens", async () => {
  await using portal = await emulatedPortal({ data: contacts(1) });
  const form = async (path: string, fields: { [name: string]: string }) => {
    const answer = await fetch(`${portal.emulator.url}/oauth/2026-09/${path}`, {
      method: "POST",
      body: new URLSearchParams(fields),
    });
    return { status: answer.status, body: (await answer.json()) as { [field: string]: unknown } };
  };
  const client = { client_id: "id", client_secret: "secret" };
  const given = await form("token", {
    ...client,
    grant_type: "authorization_code",
    code: "c",
    redirect_uri: "http://localhost",
  });
  expect(given.body).toMatchObject({ token_type: "bearer", expires_in: 1800, hub_id: 9999 });
  const token = String(given.body["access_token"]);
  const read = () =>
    fetch(`${portal.emulator.url}${CONTACTS}`, { headers: { authorization: `Bearer ${token}` } });
  expect((await read()).status).toBe(200);
  expect(
    (await form("token/introspect", { ...client, token, token_type_hint: "access_token" })).body,
  ).toMatchObject({ active: true, hub_id: 9999 });
  await portal.post("/__clock", { advanceMs: 1_801_000 });
  const expired = await read();
  expect(expired.status).toBe(401);
  expect(await expired.json()).toMatchObject({ category: "EXPIRED_AUTHENTICATION" });
  const refresh = {
    ...client,
    grant_type: "refresh_token",
    refresh_token: String(given.body["refresh_token"]),
  };
  expect((await form("token", refresh)).body).toMatchObject({ refresh_token: refresh.refresh_token });
  expect(await form("token", { ...refresh, refresh_token: "none" })).toMatchObject({
    status: 400,
    body: { status: "BAD_REFRESH_TOKEN" },
  });
});

it("plays faults to the calls they are meant for", async () => {
  await using portal = await emulatedPortal({ data: contacts(1) });
  await portal.post("/__faults", [
    { path: CONTACTS, status: 503, times: 2, headers: { "retry-after": "3" } },
    { path: "/crm/properties", drop: true },
  ]);
  const failed = await portal.get(CONTACTS);
  expect([failed.status, failed.headers.get("retry-after")]).toEqual([503, "3"]);
  await expect(portal.get("/crm/properties/2026-09/contacts")).rejects.toThrow();
  expect((await portal.get("/account-info/2026-09/details")).status).toBe(200);
  expect((await portal.get(CONTACTS)).status).toBe(503);
  expect((await portal.get(CONTACTS)).status).toBe(200);
});
