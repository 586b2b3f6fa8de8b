import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { type OwnRedis, startRedisProgram } from "./redis.ts";

/** A server with a replica, and Sentinels that make the replica the master when it must be. */
export type WatchedRedis = AsyncDisposable & {
  /** Its address as REDIS_URL names it. */
  readonly url: string;
  readonly servers: readonly OwnRedis[];
  /** The server that the Sentinels call the master. */
  master(): Promise<OwnRedis>;
  /** Has a Sentinel make another server the master, and waits until it is. */
  failOver(): Promise<void>;
};

const NAME = "jobs";
const PASSWORD = "a-password";
const SENTINELS = 3;
const SERVER = ["--appendonly", "no", "--save", "", "--requirepass", PASSWORD, "--masterauth", PASSWORD];

function sentinelSettings(masterPort: number): string {
  return [
    `sentinel monitor ${NAME} 127.0.0.1 ${masterPort} 2`,
    `sentinel auth-pass ${NAME} ${PASSWORD}`,
    `sentinel down-after-milliseconds ${NAME} 1000`,
    `sentinel failover-timeout ${NAME} 6000`,
    "",
  ].join("\n");
}

async function startServers(stack: AsyncDisposableStack): Promise<OwnRedis[]> {
  const first = await startRedisProgram(SERVER, PASSWORD);
  if (!first) return [];
  stack.use(first);
  const replica = await startRedisProgram([...SERVER, "--replicaof", `127.0.0.1 ${first.port}`], PASSWORD);
  return replica ? [first, stack.use(replica)] : [];
}

async function startSentinels(masterPort: number, stack: AsyncDisposableStack): Promise<OwnRedis[]> {
  const folder = mkdtempSync(join(tmpdir(), "scorekeeper-sentinel-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const sentinels: OwnRedis[] = [];
  for (let index = 0; index < SENTINELS; index++) {
    const file = join(folder, `${index}.conf`);
    writeFileSync(file, sentinelSettings(masterPort));
    const sentinel = await startRedisProgram([file, "--sentinel"]);
    if (sentinel) sentinels.push(stack.use(sentinel));
  }
  return sentinels;
}

async function masterPort(sentinel: OwnRedis): Promise<number> {
  const [, port] = (await sentinel.ask("SENTINEL", "GET-MASTER-ADDR-BY-NAME", NAME)) as [string, string];
  return Number(port);
}

/** Returns once every Sentinel knows the others and the replica. */
async function untilComplete(sentinels: readonly OwnRedis[]): Promise<void> {
  const check = async () => {
    for (const sentinel of sentinels) {
      const answer = String(await sentinel.ask("INFO", "sentinel"));
      if (!/status=ok.*slaves=1,sentinels=3/.test(answer)) throw new Error(answer);
    }
  };
  await vi.waitFor(check, { timeout: 20_000, interval: 200 });
}

/** Returns servers and Sentinels started now; undefined where no program for them is at hand. */
export async function startWatchedRedis(): Promise<WatchedRedis | undefined> {
  await using stack = new AsyncDisposableStack();
  const servers = await startServers(stack);
  const [first] = servers;
  if (!first) return undefined;
  const sentinels = await startSentinels(first.port, stack);
  const [asked] = sentinels;
  if (!asked) return undefined;
  await untilComplete(sentinels);
  const master = async () => {
    const port = await masterPort(asked);
    const found = servers.find((server) => server.port === port);
    if (!found) throw new Error(`nothing of this test listens on port ${port}`);
    return found;
  };
  const places = sentinels.map(({ port }) => `127.0.0.1:${port}`).join(",");
  const opened = stack.move();
  return {
    url: `redis+sentinel://:${PASSWORD}@${places}/${NAME}`,
    ...{ servers, master },
    async failOver() {
      const before = await masterPort(asked);
      await asked.ask("SENTINEL", "FAILOVER", NAME);
      const check = async () => {
        if ((await masterPort(asked)) === before) throw new Error("the master is the same");
      };
      await vi.waitFor(check, { timeout: 20_000, interval: 50 });
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
