import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const FOLDER = import.meta.dirname;
const load = createRequire(join(FOLDER, "package.json"));

function isInstalled(): boolean {
  const { dependencies } = JSON.parse(readFileSync(join(FOLDER, "package.json"), "utf8"));
  return Object.entries(dependencies).every(([name, version]) => {
    const file = join(FOLDER, "node_modules", name, "package.json");
    return existsSync(file) && JSON.parse(readFileSync(file, "utf8")).version === version;
  });
}

/** Installs the packages of `bench/package.json` where they are missing; throws when npm cannot. */
export function installPeers(): void {
  if (isInstalled()) return;
  console.error("Installing the engines to compare with (once)…");
  const npm = process.env["npm_execpath"];
  const [command, args] = npm ? [process.execPath, [npm]] : ["npm", []];
  const { status } = spawnSync(command, [...args, "ci", "--loglevel=error", "--no-audit", "--no-fund"], {
    cwd: FOLDER,
    stdio: ["ignore", 2, 2],
    shell: !npm,
  });
  if (status !== 0) throw new Error("npm ci failed in bench/: is the npm registry reachable?");
}

/** Returns an installed package of `bench/package.json` as the type that its user wants to see in it. */
export async function importPeer<Package>(name: string): Promise<Package> {
  return await import(pathToFileURL(load.resolve(name)).href);
}
