import { randomUUID } from "node:crypto";
import { afterAll, expect, test, vi } from "vitest";
import { openQueue } from "../../src/queue/queue.ts";
import { inspectRedis } from "../../src/queue/redis.ts";
import { leftOut } from "../support/left-out.ts";
import { findFreePort, startProxy } from "../support/proxy.ts";
import { startRedis } from "../support/redis.ts";
import { describeQueue } from "./contract.ts";
import { handleAll } from "./handlers.ts";

const redis = await startRedis();
if (!redis)
  leftOut("the queue on Redis (neither redis-server nor valkey-server is installed, REDIS_URL is not set)");
afterAll(() => redis?.[Symbol.asyncDispose]());

const DATABASE = "postgres://nobody@127.0.0.1:1/none";

function describeServer(url: string): void {
  describeQueue("Redis", async () => {
    const proxy = await startProxy(url);
    const options = { redisUrl: proxy.url, databaseUrl: DATABASE, prefix: `test-${randomUUID()}` };
    return { options, proxy, [Symbol.asyncDispose]: () => proxy[Symbol.asyncDispose]() };
  });

  test("T67 a queue opened while Redis is away says so at once, and works once it is there", async () => {
    await using proxy = await startProxy(url);
    await proxy.cut();
    const queue = await openQueue({
      redisUrl: proxy.url,
      databaseUrl: DATABASE,
      prefix: `test-${randomUUID()}`,
    });
    let runs = 0;
    const run = async () => {
      runs++;
    };
    const worker = await queue.startWorker(
      handleAll(() => run),
      { concurrency: 1 },
    );
    const from = performance.now();
    await expect(queue.enqueue("score", { portal: "1" })).rejects.toThrow();
    expect(performance.now() - from).toBeLessThan(2_500);
    expect(await queue.isHealthy()).toBe(false);
    await proxy.mend();
    await vi.waitFor(() => queue.enqueue("score", { portal: "1" }), { timeout: 10_000 });
    await vi.waitFor(() => expect(runs).toBeGreaterThan(0), { timeout: 10_000 });
    expect(worker.isRunning()).toBe(true);
    await queue.close({ deadlineMs: 2_000 });
  });

  test("the policy of a server is read", async () => {
    const { maxmemoryPolicy, appendOnly } = await inspectRedis(url);
    if (process.env["REDIS_URL"]) expect(maxmemoryPolicy).toMatch(/^(noeviction|allkeys-|volatile-)/);
    else expect({ maxmemoryPolicy, appendOnly }).toEqual({ maxmemoryPolicy: "noeviction", appendOnly: true });
  });
}

if (redis) describeServer(redis.url);

test("T68 a queue whose Redis was never there closes in time", async () => {
  const redisUrl = `redis://127.0.0.1:${await findFreePort()}`;
  const queue = await openQueue({ redisUrl, databaseUrl: DATABASE });
  const run = async () => undefined;
  await queue.startWorker(
    handleAll(() => run),
    { concurrency: 1 },
  );
  const from = performance.now();
  await queue.close({ deadlineMs: 1_000 });
  expect(performance.now() - from).toBeLessThan(1_500);
  await expect(inspectRedis(redisUrl)).rejects.toThrow();
});
