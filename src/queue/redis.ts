import { Redis } from "ioredis";
import { z } from "zod";
import { parseSentinelAddress } from "../../config/redis-address.ts";
import { withDeadline } from "./deadline.ts";

const CONNECT_TIMEOUT_MS = 1_500;
const INSPECT_TIMEOUT_MS = 5_000;

/** Tries again every second at most, for ever: a server that comes back is used at once. */
function retryDelay(times: number): number {
  return Math.min(times * 100, 1_000);
}

/** A connection that waits for an answer longer than this is dead, though nobody said so, and is made anew. */
const PRODUCER_SILENCE_MS = 4_000;
/** A worker's wait for the next job is answered within ten seconds, at least with a no. */
const WORKER_SILENCE_MS = 13_000;

/** Whether the server answers as one that has become a replica: its successor must be looked up. */
function isDemoted(error: Error): boolean {
  return error.message.includes("READONLY");
}

/** Where the server is: the URL itself, or the Sentinels that know. */
function placeOf(url: string) {
  const address = parseSentinelAddress(url);
  if (!address) return { url };
  const { sentinels, master, db, username, password } = address;
  return {
    sentinels: [...sentinels],
    name: master,
    db,
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    sentinelRetryStrategy: retryDelay,
    sentinelCommandTimeout: CONNECT_TIMEOUT_MS,
  };
}

function commonOptions(url: string) {
  return {
    ...placeOf(url),
    retryStrategy: retryDelay,
    reconnectOnError: isDemoted,
    connectTimeout: CONNECT_TIMEOUT_MS,
  };
}

/** Connection options of whoever adds jobs: an answer within two seconds, or an error. */
export function producerConnection(url: string) {
  return {
    ...commonOptions(url),
    commandTimeout: CONNECT_TIMEOUT_MS,
    socketTimeout: PRODUCER_SILENCE_MS,
    maxRetriesPerRequest: 1,
    enableOfflineQueue: false,
  };
}

/** Connection options of a worker: it waits for a server that is gone. */
export function workerConnection(url: string) {
  return { ...commonOptions(url), socketTimeout: WORKER_SILENCE_MS, maxRetriesPerRequest: null };
}

/** How a Redis server treats what it holds: only `noeviction` keeps jobs, only an append-only file outlives a restart. */
export type RedisPolicy = { readonly maxmemoryPolicy: string; readonly appendOnly: boolean };

const infoSchema = z.object({ maxmemory_policy: z.string(), aof_enabled: z.enum(["0", "1"]) });

/** Returns the policy of the server at the URL; throws when it can not be reached within five seconds. */
export async function inspectRedis(url: string): Promise<RedisPolicy> {
  const { url: plainUrl, ...place } = { url: undefined, ...placeOf(url) };
  const options = {
    ...place,
    lazyConnect: true,
    maxRetriesPerRequest: 1,
    connectTimeout: CONNECT_TIMEOUT_MS,
  };
  const redis = plainUrl === undefined ? new Redis(options) : new Redis(plainUrl, options);
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
