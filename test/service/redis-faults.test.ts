import { readdirSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { LIVE, markDirty } from "../../src/store/dirty-marks.ts";
import { TITLE } from "../pipeline/definitions.ts";
import { pastValues } from "../pipeline/notifications.ts";
import { openScoredPortal, type ScoredPortal } from "../pipeline/scored-portal.ts";
import { leftOut } from "../support/left-out.ts";
import { startProxy } from "../support/proxy.ts";
import { type OwnRedis, startOwnRedis } from "../support/redis.ts";
import { changeTitles, mute } from "./changes.ts";
import { deliver, untilShown } from "./deliveries.ts";
import { metric } from "./service-metrics.ts";
import { envOf, startService } from "./service-process.ts";

vi.setConfig({ testTimeout: 150_000 });

const property = "title_score";
const SETTINGS = { appendonly: "no", policy: "noeviction" } as const;
const ids = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => String(from + at));

let portal: ScoredPortal;
beforeAll(async () => {
  const records = ids(1, 100).map((id) => ({ object: "contact", id, properties: { jobtitle: "clerk" } }));
  portal = await openScoredPortal({ records });
  await portal.publish(TITLE);
  await mute(portal);
});
afterAll(() => portal[Symbol.asyncDispose]());

/** Waits until every one of these contacts shows the value, and has had no other since 0. */
async function untilAllShown(contacts: readonly string[], value: number, timeout = 30_000): Promise<void> {
  for (const contact of contacts) {
    await untilShown(portal, { contact, property, value: String(value) }, timeout);
    expect(await pastValues(portal, contact)).toEqual([0, value]);
  }
}

function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

function describeFaults(open: () => Promise<OwnRedis>): void {
  test("T62 Redis comes back empty: all that waits is scored from the database, and the loss is told", async () => {
    await using redis = await open();
    await using service = await startService({ ...envOf(portal), REDIS_URL: redis.url });
    await vi.waitFor(async () => expect(await redis.ask("EXISTS", "bull:scorekeeper:mark")).toBe(1), 10_000);
    const changes = await changeTitles(portal, ids(1, 10), "chief");
    expect(await deliver(service, portal, changes)).toBe(200);
    await redis.kill();
    const later = await changeTitles(portal, ids(11, 20), "chief");
    expect(await deliver(service, portal, later)).toBe(200);
    await markDirty(
      portal.db,
      portal.id,
      { object: "contact", ids: ids(1, 20) },
      { priority: LIVE, delayMs: 0 },
    );
    await redis.restart();
    await untilAllShown(ids(1, 20), 40);
    await vi.waitFor(async () => expect(await metric(service, "queue_lost_total")).toBe(1), 10_000);
    expect(service.output().match(/queue lost/g)).toHaveLength(1);
    expect(await portal.db.query("select 1 from dirty_marks")).toEqual([]);
  });

  test("T63 Redis is full: deliveries are still taken in, a metric tells, and once there is room work goes on", async () => {
    await using redis = await open();
    await using service = await startService({ ...envOf(portal), REDIS_URL: redis.url });
    expect(await deliver(service, portal, await changeTitles(portal, ["21"], "chief"))).toBe(200);
    await untilAllShown(["21"], 40);
    await redis.ask("CONFIG", "SET", "maxmemory", "100kb");
    const changes = await changeTitles(portal, ids(22, 30), "chief");
    for (const change of changes) expect(await deliver(service, portal, [change])).toBe(200);
    await vi.waitFor(async () => expect(await metric(service, "queue_full")).toBe(1), 10_000);
    await vi.waitFor(() => expect(service.output()).toMatch(/"source":"worker".*OOM/), 10_000);
    expect((await service.get("/readyz")).status).toBe(200);
    await redis.ask("CONFIG", "SET", "maxmemory", "0");
    await untilAllShown(ids(22, 30), 40);
    expect(await metric(service, "queue_full")).toBe(0);
  });

  test("T66 connections to Redis break again and again, then lead nowhere: work goes on, and nothing piles up", async () => {
    await using redis = await open();
    await using proxy = await startProxy(redis.url);
    const env = { ...envOf(portal), REDIS_URL: proxy.url };
    await using web = await startService(env, "web");
    await using worker = await startService(env, "worker");
    const change = async (contact: string) =>
      expect(await deliver(web, portal, await changeTitles(portal, [contact], "chief"))).toBe(200);
    await change("31");
    await untilAllShown(["31"], 40);
    const before = [web, worker].map(({ pid }) => openFiles(pid));
    for (const contact of ["32", "33", "34", "35"]) {
      proxy.reset();
      await change(contact);
      await pause(4_000);
      await untilAllShown([contact], 40, 10_000);
    }
    proxy.swallow();
    for (const contact of ids(36, 45)) {
      await change(contact);
      await pause(2_000);
    }
    await proxy.mend();
    await untilAllShown(ids(36, 45), 40);
    const jobs = await metric(worker, "jobs_total");
    await change("46");
    await untilAllShown(["46"], 40, 10_000);
    expect(await metric(worker, "jobs_total")).toBeGreaterThan(jobs);
    expect((await worker.get("/readyz")).body).toMatchObject({ status: "ready" });
    const after = [web, worker].map(({ pid }) => openFiles(pid));
    for (const [index, files] of after.entries()) expect(files).toBeLessThan((before[index] ?? 0) + 8);
  });
}

const first = await startOwnRedis(SETTINGS);
await first?.[Symbol.asyncDispose]();
if (first) describeFaults(async () => (await startOwnRedis(SETTINGS)) ?? expect.fail("the program is gone"));
else leftOut("faults of Redis (neither redis-server nor valkey-server is installed)");
