import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chownSync,
  closeSync,
  existsSync,
  fchownSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { totalmem } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { binaryPath, spawnOptions } from "./embedded-binaries.ts";
import type { ServerFolder } from "./embedded-folder.ts";
import { identifyProcess } from "./embedded-process.ts";

/** What `postmaster.pid` says of a server. */
export type RunningServer = { readonly pid: number; readonly port: number; readonly status: string };

const STARTUP_MS = 60_000;
const SHUTDOWN_MS = 30_000;

const MEGABYTE = 1024 * 1024;
const LOG_BYTES = 10 * MEGABYTE;

/** Megabytes of an eighth of the memory that this process may use, within bounds: a quarter suits a machine of the database's own. */
function bufferMegabytes(): number {
  const memory = Math.min(totalmem(), process.constrainedMemory() || Number.POSITIVE_INFINITY);
  return Math.min(1_024, Math.max(128, Math.floor(memory / 8 / MEGABYTE)));
}

/** Durability stays at the server's defaults (fsync and synchronous_commit on). Its log holds no values of any record. */
const SETTINGS = [
  "listen_addresses=127.0.0.1",
  "unix_socket_directories=",
  `shared_buffers=${bufferMegabytes()}MB`,
  "max_wal_size=2GB",
  "jit=off",
  // Else it would not notice a dead process whose statement waits for a lock, and keep what that one holds.
  "client_connection_check_interval=2s",
  "log_min_messages=warning",
  "log_min_error_statement=panic",
  "log_error_verbosity=terse",
];

/** Returns what `postmaster.pid` says, or undefined when no living process stands behind it. */
export function readRunningServer(data: string): RunningServer | undefined {
  const path = join(data, "postmaster.pid");
  if (!existsSync(path)) return undefined;
  const lines = readFileSync(path, "utf8").split("\n");
  const [pid, port, status] = [Number(lines[0]), Number(lines[3]), lines[7]?.trim() ?? "starting"];
  if (!identifyProcess(pid)) return undefined;
  return { pid, port, status };
}

/** Returns the password that only the user of the folder can read; the server listens on 127.0.0.1 for everyone. */
export function readPassword(place: ServerFolder): string {
  return readFileSync(join(place.folder, "password"), "utf8").trim();
}

function writePrivate(place: ServerFolder, name: string, content: string): string {
  const path = join(place.folder, name);
  writeFileSync(path, content, { mode: 0o600 });
  const { uid, gid } = place.account;
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
  return path;
}

/** Creates the database cluster once; one that was cut short by a crash is made anew. Throws with initdb's own words. */
export function createCluster(place: ServerFolder, native: string): void {
  if (existsSync(place.data)) return;
  const draft = `${place.data}.new`;
  rmSync(draft, { recursive: true, force: true });
  const password = writePrivate(place, "password", randomBytes(32).toString("base64url"));
  const options =
    "-U postgres -A scram-sha-256 -E UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 --no-instructions";
  // The password has 256 random bits: hashing it more than once would only slow every connection.
  const args = ["-D", draft, "--pwfile", password, "--set", "scram_iterations=1", ...options.split(" ")];
  const run = spawnSync(binaryPath(native, "initdb"), args, {
    ...spawnOptions(place.account, place.folder),
    encoding: "utf8",
  });
  if (run.status !== 0)
    throw new Error(
      `The embedded PostgreSQL could not make its data folder: ${run.error?.message ?? run.stderr}`,
    );
  renameSync(draft, place.data);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer().once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(address && typeof address === "object" ? address.port : 0));
    });
  });
}

/**
 * Puts our process in place of a dead one in a left-over `postmaster.pid`, and tells whether there was one. A new server
 * ignores the id of its parent but still refuses to start while sessions of the dead one hold its memory; the id found
 * there may belong to a process that nobody has reaped yet, or to another program by now.
 */
export function disownPidFile(data: string): boolean {
  const path = join(data, "postmaster.pid");
  if (!existsSync(path)) return false;
  const [, ...rest] = readFileSync(path, "utf8").split("\n");
  writeFileSync(path, [process.pid, ...rest].join("\n"));
  return true;
}

/** Returns the port of a server that died, so that those who know it find the next one, or any free port. */
async function choosePort(data: string): Promise<number> {
  const path = join(data, "postmaster.pid");
  const last = existsSync(path) ? Number(readFileSync(path, "utf8").split("\n")[3]) : 0;
  return last > 0 && (await isFree(last)) ? last : findFreePort();
}

function openLog({ log, account }: ServerFolder): number {
  if (existsSync(log) && statSync(log).size > LOG_BYTES) renameSync(log, `${log}.1`);
  const file = openSync(log, "a", 0o600);
  if (account.uid !== undefined && account.gid !== undefined) fchownSync(file, account.uid, account.gid);
  return file;
}

function spawnServer(place: ServerFolder, native: string, settings: readonly string[]): ChildProcess {
  const log = openLog(place);
  const args = [...SETTINGS, ...settings].flatMap((setting) => ["-c", setting]);
  try {
    // A session of its own: an interrupt typed at the terminal is for us, and we stop the server when our work is done.
    return spawn(binaryPath(native, "postgres"), ["-D", place.data, ...args], {
      ...spawnOptions(place.account, place.folder),
      stdio: ["ignore", log, log],
      detached: true,
    });
  } finally {
    closeSync(log);
  }
}

function readLogTail(log: string): string {
  return readFileSync(log, "utf8").slice(-800).trim();
}

/** Waits until the server of that process takes connections; throws when it dies or takes more than a minute. */
export async function waitUntilReady(
  place: ServerFolder,
  pid: number | undefined,
  hasDied: () => boolean,
): Promise<RunningServer> {
  for (const until = Date.now() + STARTUP_MS; Date.now() < until; await delay(15)) {
    const server = readRunningServer(place.data);
    if (server?.pid === pid && server?.status === "ready") return server;
    if (hasDied())
      throw new Error(`The embedded PostgreSQL stopped while starting: ${readLogTail(place.log)}`);
  }
  throw new Error(
    `The embedded PostgreSQL did not start within ${STARTUP_MS / 1000} s: ${readLogTail(place.log)}`,
  );
}

/** Starts the server on a created cluster and returns it once it takes connections; `child` does not keep us alive. */
export async function launchServer(
  place: ServerFolder,
  native: string,
  settings: readonly string[],
): Promise<{ server: RunningServer; child: ChildProcess }> {
  const child = spawnServer(place, native, [`port=${await choosePort(place.data)}`, ...settings]);
  let failure: Error | undefined;
  child.once("error", (error) => {
    failure = error;
  });
  child.unref();
  const server = await waitUntilReady(
    place,
    child.pid,
    () => failure !== undefined || child.exitCode !== null || child.signalCode !== null,
  );
  return { server, child };
}

/** Stops the server, ending its sessions, and returns once it has gone; throws when it is still there after 30 s. */
export async function stopServer(place: ServerFolder, native: string, server: RunningServer): Promise<void> {
  if (process.platform === "win32")
    spawnSync(binaryPath(native, "pg_ctl"), ["stop", "-D", place.data, "-m", "fast"]);
  else if (identifyProcess(server.pid)) process.kill(server.pid, "SIGINT");
  for (const until = Date.now() + SHUTDOWN_MS; Date.now() < until; await delay(10)) {
    if (!identifyProcess(server.pid)) return;
  }
  throw new Error(
    `The embedded PostgreSQL (process ${server.pid}) did not stop within ${SHUTDOWN_MS / 1000} s`,
  );
}
