import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import type { Role } from "../../config/config.ts";
import type { ScoredPortal } from "../pipeline/scored-portal.ts";
import { findFreePort } from "../support/proxy.ts";

const MAIN = join(import.meta.dirname, "../../service/main.ts");
const START_MS = 45_000;

/** The client secret of every service in these tests. */
export const SECRET = "the-client-secret";

export type Env = { readonly [name: string]: string };
export type Exit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** The service in a process of its own. */
export type ServiceProcess = AsyncDisposable & {
  readonly url: string;
  readonly pid: number;
  /** What it has printed. */
  readonly output: () => string;
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
  /** The status and the JSON of the answer to a path. */
  get(path: string): Promise<{ readonly status: number; readonly body: unknown }>;
};

/** The environment of a service that serves this portal. */
export function envOf({ id, account, database }: ScoredPortal): Env {
  return {
    DATABASE_URL: database.url,
    HUBSPOT_API_URL: account.emulator.url,
    HUBSPOT_ACCESS_TOKEN: account.emulator.token,
    HUBSPOT_PORTAL_ID: id,
    CLOCK_URL: `${account.emulator.url}/__clock`,
  };
}

function exitOf(child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
}

function collect(child: ChildProcess): () => string {
  let text = "";
  const add = (chunk: Buffer) => {
    text += chunk.toString();
  };
  child.stdout?.on("data", add);
  child.stderr?.on("data", add);
  return () => text;
}

/** Spawns the service with this environment alone, in a folder of its own, without waiting for it. */
export async function spawnService(env: Env, role: Role = "all"): Promise<ServiceProcess> {
  const folder = mkdtempSync(join(tmpdir(), "scorekeeper-service-"));
  const port = await findFreePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(process.execPath, [MAIN, "--role", role], {
    cwd: folder,
    env: {
      ...{ PATH: process.env["PATH"] ?? "", PORT: String(port), PUBLIC_URL: url },
      ...{ HUBSPOT_CLIENT_SECRET: SECRET, LOG_LEVEL: "info", ...env },
    },
  });
  const exited = exitOf(child);
  return {
    ...{ url, exited, pid: child.pid ?? 0, output: collect(child) },
    kill: (signal) => void child.kill(signal),
    async get(path) {
      const answer = await fetch(url + path);
      const text = await answer.text();
      return { status: answer.status, body: path === "/metrics" ? text : JSON.parse(text) };
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 20_000);
      await exited;
      clearTimeout(late);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Spawns the service and returns once it listens; throws with what it printed when it ends instead. */
export async function startService(env: Env, role: Role = "all"): Promise<ServiceProcess> {
  const service = await spawnService(env, role);
  let hasEnded = false;
  void service.exited.then(() => {
    hasEnded = true;
  });
  const listens = async () => hasEnded || (await service.get("/healthz")).status === 200;
  await vi.waitFor(listens, { timeout: START_MS, interval: 25 }).catch(() => undefined);
  const isUp = !hasEnded && (await listens().catch(() => false));
  if (isUp) return service;
  await service[Symbol.asyncDispose]();
  throw new Error(`the service did not start: ${service.output()}`);
}
