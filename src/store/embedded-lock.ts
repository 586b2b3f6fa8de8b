import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { z } from "zod";
import { identifySelf, isRunning } from "./embedded-process.ts";

/** Which half of the service holds a data folder: `all` stands for both. */
export type ServerRole = "web" | "worker" | "all";

/** A lock that is held; disposing it lets go. */
export type HeldLock = Disposable;

/** Thrown when a second server process opens a data folder; `pid` is the process that holds it. */
export class DataDirLockedError extends Error {
  readonly code = "data_dir_locked";
  readonly pid: number;
  constructor(dataDir: string, role: string, pid: number) {
    super(
      `Process ${pid} already runs as ${role} on the data folder ${dataDir}: stop it, or set DATA_DIR to another folder`,
    );
    this.pid = pid;
  }
}

const holderSchema = z.object({ token: z.string(), pid: z.number().int(), started: z.string() });
type Holder = z.infer<typeof holderSchema>;

const ABANDONED_TAKEOVER_MS = 10_000;

function readHolder(path: string): Holder | undefined {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, "utf8")));
  } catch {
    return undefined;
  }
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Creates the file with its whole content at once; false when it is there already. */
function createWhole(path: string, content: string): boolean {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, content, { mode: 0o644 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (isErrno(error, "EEXIST")) return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function forgetAbandoned(claim: string): void {
  try {
    if (Date.now() - statSync(claim).mtimeMs > ABANDONED_TAKEOVER_MS) rmSync(claim, { force: true });
  } catch {
    // Its owner finished in the meantime.
  }
}

/**
 * Replaces the lock of a dead holder. Only one process can create the claim named by that holder's token, and it looks
 * again before it replaces, so a late rival never removes the lock of whoever came first.
 */
function takeOver(path: string, dead: Holder, mine: Holder): boolean {
  const claim = `${path}.${dead.token}.claim`;
  if (!createWhole(claim, JSON.stringify(mine))) {
    forgetAbandoned(claim);
    return false;
  }
  try {
    if (readHolder(path)?.token !== dead.token) return false;
    const draft = `${path}.${mine.token}`;
    writeFileSync(draft, JSON.stringify(mine), { mode: 0o644 });
    renameSync(draft, path);
    return true;
  } finally {
    rmSync(claim, { force: true });
  }
}

/** Tries once: returns the lock, or the living process that holds it, or undefined when another attempt is needed. */
function tryLock(path: string): HeldLock | Holder | undefined {
  const mine: Holder = { token: randomUUID(), ...identifySelf() };
  const release = {
    [Symbol.dispose]: () => {
      if (readHolder(path)?.token === mine.token) rmSync(path, { force: true });
    },
  };
  if (createWhole(path, JSON.stringify(mine))) return release;
  const holder = readHolder(path);
  if (!holder) return undefined;
  if (isRunning(holder)) return holder;
  return takeOver(path, holder, mine) ? release : undefined;
}

/** Returns the lock on a path, waiting while a living process holds it; throws after `timeoutMs`, naming that process. */
export async function waitForLock(path: string, timeoutMs: number): Promise<HeldLock> {
  const until = Date.now() + timeoutMs;
  for (;;) {
    const found = tryLock(path);
    if (found && Symbol.dispose in found) return found;
    if (Date.now() > until)
      throw new Error(
        found
          ? `Process ${found.pid} has held ${path} for more than ${timeoutMs} ms`
          : `The lock file ${path} cannot be read or replaced: remove it if no process uses the folder`,
      );
    await delay(25);
  }
}

function lockRole(dataDir: string, role: string): HeldLock {
  const path = join(dataDir, `${role}.lock`);
  for (let attempt = 0; attempt < 100; attempt++) {
    const found = tryLock(path);
    if (!found) continue;
    if (Symbol.dispose in found) return found;
    throw new DataDirLockedError(dataDir, role, found.pid);
  }
  throw new Error(
    `The lock file ${path} cannot be read or replaced: remove it if no process uses the folder`,
  );
}

/**
 * Marks the folder as served by this process in a role until disposed, taking over the mark of a process that died;
 * throws DataDirLockedError when another living process serves that role.
 */
export function lockDataDir(dataDir: string, role: ServerRole): HeldLock {
  mkdirSync(dataDir, { recursive: true });
  using held = new DisposableStack();
  for (const name of role === "all" ? ["web", "worker"] : [role]) held.use(lockRole(dataDir, name));
  return held.move();
}
