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

/**
 * Returns the server of REDIS_URL, or one started now that appends to a file and never evicts; undefined where neither
 * is at hand.
 */
export async function startRedis(): Promise<RedisServer | undefined> {
  const given = process.env["REDIS_URL"];
  if (given) return { url: given, [Symbol.asyncDispose]: async () => undefined };
  const program = findProgram();
  if (!program) return undefined;
  const [port, folder] = [await findFreePort(), mkdtempSync(join(tmpdir(), "scorekeeper-redis-"))];
  const settings = ["--appendonly", "yes", "--save", "", "--maxmemory-policy", "noeviction"];
  const place = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder];
  const server = spawn(program, [...place, ...settings], { stdio: "ignore" });
  const url = `redis://127.0.0.1:${port}`;
  await waitForAnswer(url);
  return { url, ...stop(server, folder) };
}
