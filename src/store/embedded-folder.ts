import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import type { ServerAccount } from "./embedded-binaries.ts";

/** Where the server keeps its files and as whom it runs. */
export type ServerFolder = {
  readonly folder: string;
  readonly data: string;
  readonly log: string;
  readonly account: ServerAccount;
};

/** The user `nobody`, which needs no account to be made. */
const NOBODY = 65_534;
const SYSTEM_FOLDER = "/var/lib/scorekeeper";
const POINTER = "postgres-folder";

function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** As root the server runs as the user that owns its data, or as nobody; otherwise as ourselves. */
function chooseAccount(folder: string): ServerAccount {
  if (!isRoot()) return {};
  const owner = existsSync(folder) ? statSync(folder) : undefined;
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  return { uid: NOBODY, gid: NOBODY };
}

/** Tells whether the account may enter the folder and every folder above it. */
function canReach(path: string, account: ServerAccount): boolean {
  if (account.uid === undefined) return true;
  for (let at = realpathSync(path); ; at = dirname(at)) {
    const { mode, uid } = statSync(at);
    if ((mode & (uid === account.uid ? 0o100 : 0o001)) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

function makeDataDir(dataDir: string): void {
  if (existsSync(dataDir)) return;
  mkdirSync(dataDir, { recursive: true });
  // Others may pass through to the server's own folder, not look around.
  if (isRoot()) chmodSync(dataDir, 0o711);
}

function makePrivate(folder: string, account: ServerAccount): void {
  mkdirSync(folder, { recursive: true });
  if (account.uid !== undefined && account.gid !== undefined) chownSync(folder, account.uid, account.gid);
  if (process.platform !== "win32") chmodSync(folder, 0o700);
}

function chooseFolder(dataDir: string): string {
  const pointer = join(dataDir, POINTER);
  if (existsSync(pointer)) return readFileSync(pointer, "utf8").trim();
  const folder = join(dataDir, "postgres");
  if (canReach(dataDir, chooseAccount(folder))) return folder;
  if (existsSync(folder))
    throw new Error(
      `The user that runs the embedded PostgreSQL can no longer reach ${folder}: let others pass through the folders above it (chmod o+x), or set DATA_DIR to another folder`,
    );
  mkdirSync(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
  const elsewhere = mkdtempSync(join(SYSTEM_FOLDER, `${basename(dirname(realpathSync(dataDir)))}-`));
  writeFileSync(pointer, `${elsewhere}\n`);
  return elsewhere;
}

/**
 * Returns the server's folder for a data folder, made where it was missing. As root in a place that an ordinary user
 * can not reach, such as a clone under `/root`, it lies in `/var/lib/scorekeeper` and the data folder names it.
 */
export function prepareFolder(dataDir: string): ServerFolder {
  makeDataDir(dataDir);
  const folder = chooseFolder(realpathSync(dataDir));
  const account = chooseAccount(folder);
  const owner = existsSync(folder) ? statSync(folder).uid : undefined;
  const self = process.getuid?.();
  if (self !== undefined && !isRoot() && owner !== undefined && owner !== self)
    throw new Error(
      `${folder} belongs to user ${owner}: run as that user (or as root), or set DATA_DIR to another folder`,
    );
  makePrivate(folder, account);
  return { folder, data: join(folder, "data"), log: join(folder, "server.log"), account };
}
