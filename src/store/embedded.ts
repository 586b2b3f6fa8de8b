import type { ChildProcess } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { z } from "zod";
import { prepareBinaries } from "./embedded-binaries.ts";
import { prepareFolder, type ServerFolder } from "./embedded-folder.ts";
import { waitForLock } from "./embedded-lock.ts";
import { identifySelf, isRunning } from "./embedded-process.ts";
import {
  createCluster,
  disownPidFile,
  launchServer,
  type RunningServer,
  readPassword,
  readRunningServer,
  stopServer,
  waitUntilReady,
} from "./embedded-server.ts";

/**
 * A PostgreSQL server of our own. `owned` tells whether this process stops it on disposal: the process that started it
 * does (or the first one after that died), unless clients of other processes are still connected.
 */
export type EmbeddedPostgres = AsyncDisposable & {
  readonly url: string;
  readonly owned: boolean;
  readonly pid: number;
};

/** `settings` are further server settings, written `name=value`; they hold where this process starts the server. */
export type EmbeddedOptions = {
  readonly dataDir: string;
  readonly settings?: readonly string[];
  readonly onLog?: (message: string) => void;
};

const ownerSchema = z.object({ pid: z.number().int(), started: z.string() });
const LOCK_MS = 90_000;
const RESTARTS = 5;
const RELAUNCH_MS = 15_000;

type Session = {
  readonly place: ServerFolder;
  readonly native: string;
  readonly settings: readonly string[];
  readonly lockPath: string;
  readonly onLog: (message: string) => void;
};

/** The name by which this process's connections are told from others'; openDatabase and openQueue keep it as a prefix. */
function ownName(): string {
  return `scorekeeper-${process.pid}`;
}

function urlOf(session: Session, server: RunningServer): string {
  const password = readPassword(session.place);
  return `postgres://postgres:${password}@127.0.0.1:${server.port}/postgres?application_name=${ownName()}`;
}

function ownerPath(session: Session): string {
  return join(session.place.folder, "owner.json");
}

function hasLivingOwner(session: Session): boolean {
  try {
    return isRunning(ownerSchema.parse(JSON.parse(readFileSync(ownerPath(session), "utf8"))));
  } catch {
    return false;
  }
}

function becomeOwner(session: Session): void {
  // What another user's process left there can be replaced in our folder, not written to.
  rmSync(ownerPath(session), { force: true });
  writeFileSync(ownerPath(session), JSON.stringify(identifySelf()), { mode: 0o644 });
}

/** Returns the server that runs on the folder already, once it is ready, or undefined. */
async function findServer(session: Session): Promise<RunningServer | undefined> {
  const { place } = session;
  for (let found = readRunningServer(place.data); found; found = readRunningServer(place.data)) {
    const { pid, status } = found;
    const isGone = () => readRunningServer(place.data)?.pid !== pid;
    const server =
      status === "ready" ? found : await waitUntilReady(place, pid, isGone).catch(() => undefined);
    if (server) return (await servesFolder(session, server)) ? server : undefined;
    if (!isGone()) return undefined;
  }
  return undefined;
}

/** The process id in a left-over `postmaster.pid` may have gone to any other program since, so the server is asked. */
async function servesFolder(session: Session, server: RunningServer): Promise<boolean> {
  const client = new pg.Client({ connectionString: urlOf(session, server), connectionTimeoutMillis: 5_000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ data_directory: string }>("show data_directory");
    return rows[0]?.data_directory === session.place.data;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Keeps one idle connection, so that the owner sees us even before our first query; it does not keep us alive. */
async function keepConnection(url: string): Promise<pg.Pool> {
  const pool = new pg.Pool({ connectionString: url, max: 1, idleTimeoutMillis: 0, allowExitOnIdle: true });
  pool.on("error", () => undefined);
  await pool.query("select 1");
  return pool;
}

async function countOtherClients(url: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ others: number }>(
      `select count(*)::int as others from pg_stat_activity
        where backend_type = 'client backend' and application_name !~ ('^' || $1 || '(/|$)')`,
      [ownName()],
    );
    return rows[0]?.others ?? 0;
  } catch {
    return 0;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Starts the server again when it dies under us, on the same port, until `isStopping` says that we end it ourselves. */
function supervise(session: Session, child: ChildProcess, isStopping: () => boolean, restarts = 0): void {
  child.once("exit", (code, signal) => {
    if (isStopping() || code === 0 || restarts >= RESTARTS) return;
    session.onLog(`The embedded PostgreSQL ended unexpectedly (${signal ?? code}); starting it again`);
    restart(session, isStopping, restarts).catch((error: Error) => session.onLog(error.message));
  });
}

async function restart(session: Session, isStopping: () => boolean, restarts: number): Promise<void> {
  using _lock = await waitForLock(session.lockPath, LOCK_MS);
  if (isStopping() || (await findServer(session))) return;
  const { child } = await launch(session);
  supervise(session, child, isStopping, restarts + 1);
}

/** Starts the server; after a crash it tries for a while, since sessions of the dead one hold its memory until they notice. */
async function launch({ place, native, settings }: Session): ReturnType<typeof launchServer> {
  const afterCrash = disownPidFile(place.data);
  for (const until = Date.now() + RELAUNCH_MS; ; await delay(100)) {
    try {
      return await launchServer(place, native, settings);
    } catch (error) {
      if (!afterCrash || Date.now() > until) throw error;
    }
  }
}

/** A process that joined answers for the server once whoever did has left it to those who still used it. */
async function stopUnlessUsed(session: Session, url: string, owned: boolean): Promise<void> {
  if (!owned && hasLivingOwner(session)) return;
  using _lock = await waitForLock(session.lockPath, LOCK_MS);
  if (!owned && hasLivingOwner(session)) return;
  rmSync(ownerPath(session), { force: true });
  const server = readRunningServer(session.place.data);
  if (!server) return;
  const others = await countOtherClients(url);
  if (others > 0) session.onLog(`The embedded PostgreSQL keeps running: ${others} other connections use it`);
  else await stopServer(session.place, session.native, server);
}

async function startOrAdopt(session: Session): Promise<{ server: RunningServer; child?: ChildProcess }> {
  const running = await findServer(session);
  if (running) return { server: running };
  createCluster(session.place, session.native);
  return launch(session);
}

/**
 * Returns the PostgreSQL server of a data folder: the one that runs there already, or one started now (the cluster is
 * made first where there is none). Processes that start at once take turns. Throws with the server's own words when it
 * cannot run here.
 */
export async function startEmbeddedPostgres({
  dataDir,
  settings = [],
  onLog = () => undefined,
}: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const place = prepareFolder(dataDir);
  const lockPath = join(dataDir, "postgres.lock");
  using _lock = await waitForLock(lockPath, LOCK_MS);
  const native = prepareBinaries(place.account, place.folder);
  const session: Session = { place, native, settings, lockPath, onLog };
  const { server, child } = await startOrAdopt(session);
  const owned = child !== undefined || !hasLivingOwner(session);
  if (owned) becomeOwner(session);
  let isStopping = false;
  if (child) supervise(session, child, () => isStopping);
  const url = urlOf(session, server);
  const keeper = await keepConnection(url);
  return {
    url,
    owned,
    pid: server.pid,
    async [Symbol.asyncDispose]() {
      if (isStopping) return;
      isStopping = true;
      await keeper.end().catch(() => undefined);
      await stopUnlessUsed(session, url, owned);
    },
  };
}
