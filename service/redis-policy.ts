import { ConfigError } from "../config/config.ts";
import type { Context } from "../src/context.ts";
import { loggable } from "../src/log.ts";
import { inspectRedis, type RedisPolicy } from "../src/queue/redis.ts";

const KEEPS_JOBS = "noeviction";

/** Asks the server of REDIS_URL; undefined where there is none, or `onFailure` has been told why it gave no answer. */
async function readPolicy(
  redisUrl: string | undefined,
  onFailure: (error: unknown) => void,
): Promise<RedisPolicy | undefined> {
  return redisUrl === undefined
    ? undefined
    : inspectRedis(redisUrl).catch((error: unknown) => void onFailure(error));
}

/**
 * Lets a production start go on unless Redis may throw jobs away. One that does not answer may be away: the queue waits for it.
 * @throws ConfigError where the server evicts keys.
 */
export async function refuseEvictingRedis(redisUrl: string | undefined): Promise<void> {
  const policy = await readPolicy(redisUrl, () => undefined);
  if (policy === undefined || policy.maxmemoryPolicy === KEEPS_JOBS) return;
  throw new ConfigError([
    `REDIS_URL leads to a server whose maxmemory-policy is ${policy.maxmemoryPolicy}, so it may throw jobs away: set it to ${KEEPS_JOBS} there`,
  ]);
}

/** Logs what a Redis server may lose, or that it does not answer. */
export async function warnOfRedis({ config, log }: Pick<Context, "config" | "log">): Promise<void> {
  const policy = await readPolicy(config.redisUrl, (error) =>
    log.warn(
      { error: loggable(error) },
      "Redis does not tell its settings; the queue waits until it answers",
    ),
  );
  if (policy === undefined) return;
  if (policy.maxmemoryPolicy !== KEEPS_JOBS)
    log.warn(policy, `Redis may throw jobs away: set its maxmemory-policy to ${KEEPS_JOBS}`);
  if (!policy.appendOnly)
    log.warn(
      policy,
      "Redis forgets its jobs when it restarts, until the sweeper makes them anew: set appendonly yes",
    );
}
