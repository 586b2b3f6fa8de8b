import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { findFreePort } from "./proxy.ts";

/** A Redis or Valkey server for a test; keys of others may be on it. */
export type RedisServer = AsyncDisposable & { readonly url: string };

function findProgram(): string | undefined {
  return ["redis-server", "valkey-server"].find((name) => spawnSync(name, ["--version"]).status === 0);
}

async function waitForAnswer(url: string): Promise<void> {
  const redis = new Redis(url, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  redis.on("error", () => undefined);
  await redis.ping();
  redis.disconnect();
}

function stop(server: ChildProcess, folder: string): AsyncDisposable {
  return {
    async [Symbol.asyncDispose]() {
      const gone = once(server, "exit");
      server.kill("SIGKILL");
      await gone;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** How a server treats what it holds, in the words of its settings. */
export type RedisSettings = { readonly appendonly: "yes" | "no"; readonly policy: string };

/** Returns a server started now, with these settings; undefined where no program for it is at hand. */
export async function startOwnRedis({ appendonly, policy }: RedisSettings): Promise<RedisServer | undefined> {
  const program = findProgram();
  if (!program) return undefined;
  const [port, folder] = [await findFreePort(), mkdtempSync(join(tmpdir(), "scorekeeper-redis-"))];
  const settings = ["--appendonly", appendonly, "--save", "", "--maxmemory-policy", policy];
  const place = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder];
  const server = spawn(program, [...place, ...settings], { stdio: "ignore" });
  const url = `redis://127.0.0.1:${port}`;
  await waitForAnswer(url);
  return { url, ...stop(server, folder) };
}

/**
 * Returns the server of REDIS_URL, or one started now that appends to a file and never evicts; undefined where neither
 * is at hand.
 */
export async function startRedis(): Promise<RedisServer | undefined> {
  const given = process.env["REDIS_URL"];
  if (given) return { url: given, [Symbol.asyncDispose]: async () => undefined };
  return startOwnRedis({ appendonly: "yes", policy: "noeviction" });
}
