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
