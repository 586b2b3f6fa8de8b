// Installs the dependencies when node_modules differs from package-lock.json. Runs on any Node that npm runs on.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).packages;
  } catch {
    return undefined;
  }
}

function isStale(wanted, installed) {
  if (!installed) return true;
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "" || entry.link) continue;
    const present = installed[path];
    if (!present && !entry.optional) return true;
    if (present && (present.version !== entry.version || present.integrity !== entry.integrity)) return true;
  }
  return Object.keys(installed).some((path) => !wanted[path]);
}

const wanted = packagesIn("package-lock.json");
if (!wanted) {
  console.error("package-lock.json is missing or unreadable: run this from the project's folder.");
  process.exit(1);
}
if (isStale(wanted, packagesIn("node_modules/.package-lock.json"))) {
  console.error("Installing dependencies (once)…");
  const npm = process.env.npm_execpath;
  const [command, args] = npm ? [process.execPath, [npm]] : ["npm", []];
  const result = spawnSync(command, [...args, "ci", "--loglevel=error", "--no-audit", "--no-fund"], {
    stdio: ["ignore", 2, 2],
    shell: !npm,
  });
  if (result.status !== 0) {
    console.error("npm ci failed: is the npm registry reachable?");
    process.exit(1);
  }
}
