import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { TITLE } from "../pipeline/definitions.ts";
import { pastValues, titleChange } from "../pipeline/notifications.ts";
import { openScoredPortal, type ScoredPortal } from "../pipeline/scored-portal.ts";
import { leftOut } from "../support/left-out.ts";
import { findFreePort, startProxy } from "../support/proxy.ts";
import { startRedis } from "../support/redis.ts";
import { deliver, untilShown } from "./deliveries.ts";
import { envOf, startService } from "./service-process.ts";

vi.setConfig({ testTimeout: 120_000 });

let portal: ScoredPortal;
beforeAll(async () => {
  const records = ["1", "2", "3"].map((id) => ({ object: "contact", id, properties: { jobtitle: "clerk" } }));
  portal = await openScoredPortal({ records });
  await portal.publish(TITLE);
});
afterAll(() => portal[Symbol.asyncDispose]());

const property = "title_score";
const redis = await startRedis();
afterAll(() => redis?.[Symbol.asyncDispose]());
if (!redis) leftOut("service with Redis (no redis-server or valkey-server, no REDIS_URL)");

test.skipIf(!redis)(
  "T20 while Redis is away deliveries are taken in, and worked through once it is back",
  async () => {
    await using proxy = await startProxy(redis?.url ?? "");
    await using service = await startService({ ...envOf(portal), REDIS_URL: proxy.url });
    await proxy.cut();
    const startedAt = performance.now();
    expect(await deliver(service, portal, [titleChange(portal, "1", "chief")])).toBe(200);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await vi.waitFor(
      async () =>
        expect(await service.get("/readyz")).toMatchObject({
          ...{ status: 200, body: { status: "degraded", reasons: ["redis"] } },
        }),
      10_000,
    );
    await proxy.mend();
    await untilShown(portal, { contact: "1", property, value: "40" });
    expect(await pastValues(portal, "1")).toEqual([0, 40]);
    await vi.waitFor(async () => expect((await service.get("/readyz")).status).toBe(200), 10_000);
  },
  90_000,
);

test.concurrent.each(["web", "worker"] as const)(
  "T67 T68 with Redis away the role %s starts, says so, and still ends in time",
  async (role) => {
    const away = `redis://127.0.0.1:${await findFreePort()}`;
    await using service = await startService({ ...envOf(portal), REDIS_URL: away }, role);
    expect((await service.get("/healthz")).status).toBe(200);
    const { status, body } = await service.get("/readyz");
    expect(body).toMatchObject({ reasons: ["redis"] });
    expect(status).toBe(role === "worker" ? 503 : 200);
    const startedAt = performance.now();
    service.kill("SIGTERM");
    expect(await service.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  },
);

test.skipIf(!redis)(
  "T68 with Redis gone since the start the service still ends in time",
  { concurrent: true },
  async () => {
    await using proxy = await startProxy(redis?.url ?? "");
    await using service = await startService({ ...envOf(portal), REDIS_URL: proxy.url });
    expect((await service.get("/readyz")).body).toMatchObject({ status: "ready" });
    await proxy.cut();
    const startedAt = performance.now();
    service.kill("SIGTERM");
    expect(await service.exited).toEqual({ code: 0, signal: null });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  },
);

test("T69 while the database is away deliveries get 503, and what comes after is worked through", async () => {
  await using proxy = await startProxy(portal.database.url);
  await using service = await startService({ ...envOf(portal), DATABASE_URL: proxy.url });
  await proxy.cut();
  const change = titleChange(portal, "3", "chief");
  const startedAt = performance.now();
  expect(await deliver(service, portal, [change])).toBe(503);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
  expect(await service.get("/readyz")).toMatchObject({ status: 503, body: { status: "unready" } });
  await proxy.mend();
  await vi.waitFor(
    async () => expect(await deliver(service, portal, [{ ...change, attemptNumber: 1 }])).toBe(200),
    { timeout: 10_000, interval: 100 },
  );
  await untilShown(portal, { contact: "3", property, value: "40" });
  expect(await pastValues(portal, "3")).toEqual([0, 40]);
  service.kill("SIGTERM");
  expect(await service.exited).toEqual({ code: 0, signal: null });
});
