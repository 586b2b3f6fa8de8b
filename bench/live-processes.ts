import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { startEmbeddedPostgres } from "../src/store/embedded.ts";

const ROOT = join(import.meta.dirname, "..");
const START_MS = 60_000;

/** A process that a benchmark started. */
export type Running = AsyncDisposable & {
  readonly url: string;
  readonly pid: number;
  /** Ends it at once, as a crash would. */
  kill(): Promise<void>;
};

/** Returns once `isSo` answers true; throws after `ms`. */
export async function until(what: string, isSo: () => Promise<boolean>, ms = START_MS): Promise<void> {
  const end = performance.now() + ms;
  while (!(await isSo().catch(() => false))) {
    if (performance.now() > end) throw new Error(`${what}: not within ${ms / 1000} s`);
    await pause(50);
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no TCP port was opened");
  return address.port;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
}

type Start = { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv; readonly url: string };

async function startProcess({ args, env, url }: Start, answersAt: string): Promise<Running> {
  const child = spawn(process.execPath, args, {
    cwd: env["HOME"] ?? tmpdir(),
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  await until(`${args[0]} starts`, async () => (await fetch(url + answersAt)).ok);
  return {
    url,
    pid: child.pid ?? 0,
    kill: () => end(child, "SIGKILL"),
    [Symbol.asyncDispose]: () => end(child, "SIGTERM"),
  };
}

/** Starts the emulator with these options; it allows 190 calls in 10 s unless they say otherwise. */
export async function startEmulatorProcess(folder: string, options: readonly string[]): Promise<Running> {
  const port = await freePort();
  const args = [join(ROOT, "emulator/main.ts"), "--port", String(port), ...options];
  return startProcess({ args, env: { HOME: folder }, url: `http://127.0.0.1:${port}` }, "/__state");
}

/** Starts the service, both roles in one process, with these variables. */
export async function startServiceProcess(
  folder: string,
  env: { readonly [name: string]: string },
): Promise<Running> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const all = {
    HOME: folder,
    PORT: String(port),
    PUBLIC_URL: url,
    LOG_LEVEL: "fatal",
    ...env,
  };
  return startProcess({ args: [join(ROOT, "service/main.ts")], env: all, url }, "/healthz");
}

/** A database server and, where the machine has one, a Redis server of the benchmark's own. */
export type Servers = AsyncDisposable & {
  readonly folder: string;
  readonly databaseUrl: string;
  readonly redisUrl: string | undefined;
};

async function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.destroy();
  return true;
}

async function startRedis(folder: string, stack: AsyncDisposableStack): Promise<string | undefined> {
  const program = ["redis-server", "valkey-server"].find(
    (name) => spawnSync(name, ["--version"]).status === 0,
  );
  if (!program) return undefined;
  const [port, dir] = [await freePort(), join(folder, "redis")];
  mkdirSync(dir);
  const place = ["--port", String(port), "--bind", "127.0.0.1", "--dir", dir, "--save", ""];
  const settings = ["--appendonly", "yes", "--maxmemory-policy", "noeviction"];
  const server = spawn(program, [...place, ...settings], { stdio: "ignore" });
  stack.defer(() => end(server, "SIGTERM"));
  await until("redis starts", () => isOpen(port));
  return `redis://127.0.0.1:${port}`;
}

function stopServer(pid: number): void {
  try {
    process.kill(pid, "SIGINT");
  } catch {
    // It has stopped.
  }
}

/** Starts PostgreSQL and Redis in a folder that disposal removes. */
export async function startServers(): Promise<Servers> {
  await using stack = new AsyncDisposableStack();
  const folder = mkdtempSync(join(tmpdir(), "scorekeeper-bench-"));
  stack.defer(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  chmodSync(folder, 0o711);
  const postgres = stack.use(await startEmbeddedPostgres({ dataDir: join(folder, "data") }));
  // A server that others were connected to a moment ago is left running: nobody needs this one any more.
  stack.defer(() => stopServer(postgres.pid));
  const redisUrl = await startRedis(folder, stack);
  const opened = stack.move();
  return {
    ...{ folder, redisUrl, databaseUrl: postgres.url },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
