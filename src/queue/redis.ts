import { Redis } from "ioredis";
import { z } from "zod";
import { withDeadline } from "./deadline.ts";

const CONNECT_TIMEOUT_MS = 1_500;
const INSPECT_TIMEOUT_MS = 5_000;

/** Tries again every second at most, for ever: a server that comes back is used at once. */
function retryDelay(times: number): number {
  return Math.min(times * 100, 1_000);
}

/** Connection options of whoever adds jobs: an answer within two seconds, or an error. */
export function producerConnection(url: string) {
  return {
    url,
    retryStrategy: retryDelay,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: CONNECT_TIMEOUT_MS,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
  };
}

/** Connection options of a worker: it waits for a server that is gone. */
export function workerConnection(url: string) {
  return { url, retryStrategy: retryDelay, connectTimeout: CONNECT_TIMEOUT_MS, maxRetriesPerRequest: null };
}

/** How a Redis server treats what it holds: only `noeviction` keeps jobs, only an append-only file outlives a restart. */
export type RedisPolicy = { readonly maxmemoryPolicy: string; readonly appendOnly: boolean };

const infoSchema = z.object({ maxmemory_policy: z.string(), aof_enabled: z.enum(["0", "1"]) });

/** Returns the policy of the server at the URL; throws when it can not be reached within five seconds. */
export async function inspectRedis(url: string): Promise<RedisPolicy> {
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    connectTimeout: CONNECT_TIMEOUT_MS,
  });
  redis.on("error", () => undefined);
  try {
    const info = await withDeadline(redis.info(), INSPECT_TIMEOUT_MS, "Reading the settings of Redis");
    const fields = info.split("\r\n").map((line) => line.split(":", 2));
    const { maxmemory_policy, aof_enabled } = infoSchema.parse(Object.fromEntries(fields));
    return { maxmemoryPolicy: maxmemory_policy, appendOnly: aof_enabled === "1" };
  } finally {
    redis.disconnect();
  }
}
