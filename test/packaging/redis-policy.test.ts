import { join } from "node:path";
import { PassThrough } from "node:stream";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { loadConfig } from "../../config/config.ts";
import { type Emulator, startEmulator } from "../../emulator/start-emulator.ts";
import { warnOfRedis } from "../../service/redis-policy.ts";
import { leftOut } from "../support/left-out.ts";
import { findFreePort } from "../support/proxy.ts";
import { type RedisServer, type RedisSettings, startOwnRedis } from "../support/redis.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";
import { ROOT } from "./dockerfile.ts";
import { ask, type ServiceProcess, startNode } from "./service-process.ts";

let emulator: Emulator;
let database: TestDatabase;

beforeAll(async () => {
  emulator = await startEmulator({ contacts: 5 });
  database = await createTestDatabase();
});

afterAll(async () => {
  await emulator[Symbol.asyncDispose]();
  await database[Symbol.asyncDispose]();
});

/** Starts the service as `npm start` does. */
async function startService(redisUrl: string, ...args: string[]): Promise<ServiceProcess & { port: number }> {
  const port = await findFreePort();
  const service = startNode(import.meta.dirname, [join(ROOT, "service/main.ts"), ...args], {
    PORT: String(port),
    DATABASE_URL: database.url,
    REDIS_URL: redisUrl,
    HUBSPOT_API_URL: emulator.url,
    HUBSPOT_ACCESS_TOKEN: emulator.token,
    HUBSPOT_PORTAL_ID: String(emulator.portalId),
    HUBSPOT_CLIENT_SECRET: "secret",
  });
  return { ...service, port };
}

async function untilAnswer(service: ServiceProcess & { port: number }, status: number, body: object) {
  await vi.waitFor(
    async () => expect(await ask(service.port, "/readyz"), service.output()).toEqual({ status, body }),
    { timeout: 25_000, interval: 100 },
  );
}

/** What the service would log of a server. */
async function warningsOf(redisUrl: string): Promise<string[]> {
  const stream = new PassThrough();
  await warnOfRedis({ config: loadConfig({ REDIS_URL: redisUrl }), log: pino(stream) });
  const lines = String(stream.read() ?? "")
    .trim()
    .split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line).msg);
}

function describeServers(good: RedisServer): void {
  afterAll(() => good[Symbol.asyncDispose]());

  async function open(settings: RedisSettings): Promise<RedisServer> {
    return (await startOwnRedis(settings)) ?? expect.fail("the server's program is gone");
  }

  test("T64 production does not start on a Redis that evicts keys, and says what to set", async () => {
    await using redis = await open({ appendonly: "yes", policy: "allkeys-lru" });
    await using service = await startService(redis.url);
    expect(await service.ended).toBe(2);
    expect(service.output()).toMatch(/REDIS_URL .* maxmemory-policy is allkeys-lru.*set it to noeviction/);
    expect(await warningsOf(redis.url)).toEqual([expect.stringMatching(/^Redis may throw jobs away/)]);
  });

  test("T64 a Redis without an append-only file is warned of, not refused", async () => {
    await using redis = await open({ appendonly: "no", policy: "noeviction" });
    await using service = await startService(redis.url);
    await untilAnswer(service, 200, { status: "ready", reasons: [] });
    expect(service.output()).toContain("set appendonly yes");
  });

  test("a Redis as it should be is passed in silence", async () => {
    expect(await warningsOf(good.url)).toEqual([]);
  });
}

const good = await startOwnRedis({ appendonly: "yes", policy: "noeviction" });
if (good) describeServers(good);
else leftOut("starts on several settings of Redis (neither redis-server nor valkey-server is installed)");

test("T67 a Redis that is away does not keep the service from starting; both roles say so", async () => {
  const gone = `redis://127.0.0.1:${await findFreePort()}`;
  await using web = await startService(gone, "--role", "web");
  await using worker = await startService(gone, "--role", "worker");
  await untilAnswer(web, 200, { status: "degraded", reasons: ["redis"] });
  await untilAnswer(worker, 503, { status: "unready", reasons: ["redis"] });
  for (const { port } of [web, worker])
    expect(await ask(port, "/healthz")).toEqual({ status: 200, body: { status: "ok" } });
  expect(web.output()).toContain("Redis does not tell its settings");
});
