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

async function waitForAnswer(url: string, password = ""): Promise<void> {
  const redis = new Redis(url, { password, retryStrategy: () => 20, maxRetriesPerRequest: null });
  redis.on("error", () => undefined);
  await redis.ping();
  redis.disconnect();
}

/** How a server treats what it holds, in the words of its settings. */
export type RedisSettings = { readonly appendonly: "yes" | "no"; readonly policy: string };

/** A server of a test's own. */
export type OwnRedis = RedisServer & {
  readonly port: number;
  /** Sends one command and returns its answer. */
  ask(command: string, ...words: string[]): Promise<unknown>;
  /** Kills it. */
  kill(): Promise<void>;
  /** Kills it and starts it again on the same port, with what it kept on disk. */
  restart(): Promise<void>;
};

async function run(
  program: string,
  args: readonly string[],
  { url, password }: { readonly url: string; readonly password: string },
): Promise<ChildProcess> {
  const server = spawn(program, args, { stdio: "ignore" });
  await waitForAnswer(url, password);
  return server;
}

async function kill(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const gone = once(server, "exit");
  server.kill("SIGKILL");
  await gone;
}

/** Returns a server started now with these arguments, `--port` and others; undefined where no program for it is at hand. */
export async function startRedisProgram(
  args: readonly string[],
  password = "",
): Promise<OwnRedis | undefined> {
  const program = findProgram();
  if (!program) return undefined;
  const [port, folder] = [await findFreePort(), mkdtempSync(join(tmpdir(), "scorekeeper-redis-"))];
  const place = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder];
  const url = `redis://127.0.0.1:${port}`;
  // A file of settings must come first.
  const all = [...args, ...place];
  let server = await run(program, all, { url, password });
  return {
    ...{ url, port, kill: () => kill(server) },
    async ask(command, ...words) {
      const redis = new Redis(url, { password });
      try {
        return await redis.call(command, ...words);
      } finally {
        redis.disconnect();
      }
    },
    async restart() {
      await kill(server);
      server = await run(program, all, { url, password });
    },
    async [Symbol.asyncDispose]() {
      await kill(server);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** Returns a server started now, with these settings; undefined where no program for it is at hand. */
export async function startOwnRedis({ appendonly, policy }: RedisSettings): Promise<OwnRedis | undefined> {
  return startRedisProgram(["--appendonly", appendonly, "--save", "", "--maxmemory-policy", policy]);
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
